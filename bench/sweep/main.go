// Command sweep measures the weekly search for children recorded twice on an invented
// town: how many of those entered a second time are put before people, how many pairs
// are of two children, how many of those are twins, and how long it takes.
package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"time"

	"frontdoor/bench/town"
	"frontdoor/internal/civil"
	"frontdoor/internal/matchfile"
	"frontdoor/internal/person"
	"frontdoor/internal/register"
)

func main() {
	children := flag.Int("children", 20_000, "children in the register")
	twice := flag.Int("twice", 400, "of them entered a second time")
	number := flag.Int64("number", 11, "which town")
	flag.Parse()
	if err := run(town.Options{Number: *number, Children: *children, Today: civil.DateOf(2026, 9, 1)}, *twice); err != nil {
		fmt.Fprintln(os.Stderr, "sweep:", err)
		os.Exit(1)
	}
}

func run(o town.Options, twice int) error {
	var file, truth bytes.Buffer
	if err := town.WriteDuplicates(&file, &truth, o, twice); err != nil {
		return err
	}
	rows, err := csv.NewReader(&truth).ReadAll()
	if err != nil {
		return err
	}
	same := map[[2]string]bool{}
	for _, r := range rows[1:] {
		same[pair(r[0], r[1])] = true
	}
	table, err := matchfile.Open("town", &file)
	if err != nil {
		return err
	}
	var failed error
	by := map[string]person.Person{}
	for p := range table.People(&failed, func(int) {}) {
		by[p.ID] = p
	}
	if failed != nil {
		return failed
	}
	reg := register.Build(person.DefaultModel(), func(yield func(person.Person) bool) {
		for _, p := range by {
			if !yield(p) {
				return
			}
		}
	})
	begun := time.Now()
	found := map[[2]string]bool{}
	for id, p := range by {
		reg.Compared(p.AsDescribed(), func(other string, s person.Scored) {
			if other != id && s.MayBeOneChild(reg.Len()) {
				found[pair(id, other)] = true
			}
		})
	}
	took := time.Since(begun)
	right, twins := 0, 0
	for p := range found {
		a, b := by[p[0]], by[p[1]]
		switch {
		case same[p]:
			right++
		case a.Born == b.Born && len(a.Addresses) > 0 && len(b.Addresses) > 0 && a.Addresses[0] == b.Addresses[0]:
			twins++
		}
	}
	fmt.Printf("%d records, %d children entered twice: %d proposed (%.1f %%); %d pairs of two children proposed (%d in 10,000 records), %d of them born on one day at one address; %.0f µs a record\n",
		len(by), len(same), right, 100*float64(right)/float64(len(same)), len(found)-right, (len(found)-right)*10_000/len(by), twins, float64(took.Microseconds())/float64(len(by)))
	return nil
}

func pair(a, b string) [2]string {
	if b < a {
		a, b = b, a
	}
	return [2]string{a, b}
}
