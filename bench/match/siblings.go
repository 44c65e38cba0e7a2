package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"

	"frontdoor/bench/town"
	"frontdoor/internal/matchfile"
	"frontdoor/internal/person"
	"frontdoor/internal/register"
)

// siblings measures the proposals of brothers and sisters against all there are. One
// pair in five is recorded, and what families share here is learned from those.
func siblings(o town.Options, model *person.Model) error {
	reg, err := build(o, model)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := town.WriteRelationships(&b, o); err != nil {
		return err
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		return err
	}
	truth := map[[2]string]bool{}
	for _, row := range rows[1:] {
		truth[[2]string{min(row[0], row[1]), max(row[0], row[1])}] = true
	}
	if err := measureSiblings(o, reg, truth, "nothing recorded"); err != nil {
		return err
	}
	reg.Relate(func(yield func(a, b string) bool) {
		for i, row := range rows[1:] {
			if i%5 == 0 && !yield(row[0], row[1]) {
				return
			}
		}
	})
	if err := eachChild(o, func(people func(func(person.Person) bool)) { reg.LearnSiblings(people) }); err != nil {
		return err
	}
	return measureSiblings(o, reg, truth, "one pair in five recorded")
}

func measureSiblings(o town.Options, reg *register.Register, truth map[[2]string]bool, what string) error {
	right, all := 0, 0
	err := eachChild(o, func(people func(func(person.Person) bool)) {
		people(func(p person.Person) bool {
			for _, k := range reg.Siblings(p, o.Today.Year) {
				if p.ID < k.ID {
					all++
					if truth[[2]string{p.ID, k.ID}] {
						right++
					}
				}
			}
			return true
		})
	})
	precision, recall := float64(right)/float64(all), float64(right)/float64(len(truth))
	fmt.Printf("brothers and sisters, %s: precision %.4f, recall %.4f, F1 %.4f of %d pairs\n", what, precision, recall, 2*precision*recall/(precision+recall), len(truth))
	return err
}

func eachChild(o town.Options, do func(people func(func(person.Person) bool))) error {
	r, w := io.Pipe()
	go func() { w.CloseWithError(town.WriteRegister(w, o)) }()
	t, err := matchfile.Open("register", r)
	if err != nil {
		return err
	}
	var failed error
	do(t.People(&failed, nil))
	return failed
}
