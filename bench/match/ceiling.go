package main

import (
	"errors"
	"fmt"

	"frontdoor/bench/town"
	"frontdoor/internal/person"
)

// errEnough ends the reading of contacts.
var errEnough = errors.New("enough")

// reachable prints how often the right child could stand first, or in ten, for anybody who
// reads the same facts: where others of the register agree with what was said just as
// the right child does, in every field and to the letter of the weights, which of them stands first is
// chance. It also prints what comparing with everybody would give, without an index.
func reachable(o town.Options, many int) error {
	reg, err := build(o, person.DefaultModel())
	if err != nil {
		return err
	}
	if err := relate(o, reg); err != nil {
		return err
	}
	var n, enough int
	var could, exact [2][2]float64 // of all and of those who say enough; first and in ten
	err = ask(o, func(said person.Described, t truth, _ []string) error {
		if t.person == "" {
			return nil
		}
		var all []person.Scored
		var right person.Scored
		reg.Everybody(said, func(id string, s person.Scored) {
			if id == t.person {
				right = s
			}
			all = append(all, s)
		})
		alike, level, above := 0.0, 0.0, 0.0
		for _, s := range all {
			switch {
			case s.Same > right.Same:
				above++
			case s.Same == right.Same:
				level++
				if s.Levels == right.Levels {
					alike++
				}
			}
		}
		groups := []int{0}
		n++
		if saysEnough(said) {
			groups, enough = append(groups, 1), enough+1
		}
		for _, g := range groups {
			for i, most := range []float64{1, 10} {
				could[g][i] += min(1, most/alike)
				exact[g][i] += min(1, max(0, most-above)/level)
			}
		}
		if n == many {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	for g, of := range []int{n, enough} {
		fmt.Printf("%-24s %6d could be first %.2f%%, in ten %.2f%%; comparing with everybody: first %.2f%%, in ten %.2f%%\n", []string{"all", "of those who say enough"}[g], of,
			100*could[g][0]/float64(of), 100*could[g][1]/float64(of), 100*exact[g][0]/float64(of), 100*exact[g][1]/float64(of))
	}
	return nil
}
