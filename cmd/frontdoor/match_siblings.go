package main

import (
	"context"
	"strconv"

	"frontdoor/internal/person"
	"frontdoor/internal/register"
)

type matchSiblingsCmd struct {
	registerFiles `embed:""`
	Out           string `required:"" help:"Where to write the proposals, each pair once: id1, id2, score." placeholder:"FILE"`
}

// Run proposes brothers and sisters. Those recorded say how much each thing that a
// family shares tells here.
func (c matchSiblingsCmd) Run(ctx context.Context, s *settings, io streams) error {
	reg, today, err := c.open(io)
	if err != nil {
		return err
	}
	if c.Relationships != "" {
		if err := learnSiblings(c.Register, reg); err != nil {
			return err
		}
	}
	out, err := createCSV(c.Out, "id1", "id2", "score")
	if err != nil {
		return err
	}
	step := bar(io.err, "looking for brothers and sisters")
	n := 0
	err = eachPerson(c.Register, func(p person.Person) error {
		for _, k := range reg.Siblings(p, today.Year) {
			if p.ID < k.ID {
				out.row(p.ID, k.ID, strconv.FormatFloat(k.Chance, 'f', 6, 64))
			}
		}
		if n++; n%1000 == 0 {
			step(n, 0)
		}
		return ctx.Err()
	})
	return out.finish(err)
}

// mostLearned is how many children what brothers and sisters share is learned from.
const mostLearned = 50_000

func learnSiblings(path string, reg *register.Register) error {
	t, done, err := openTable(path, "person_id")
	if err != nil {
		return err
	}
	defer done()
	var failed error
	reg.LearnSiblings(func(yield func(person.Person) bool) {
		n := 0
		for p := range t.People(&failed, nil) {
			if n++; n > mostLearned || !yield(p) {
				return
			}
		}
	})
	return failed
}

// eachPerson reads a register file to its end.
func eachPerson(path string, do func(person.Person) error) error {
	t, done, err := openTable(path, "person_id")
	if err != nil {
		return err
	}
	defer done()
	var failed error
	for p := range t.People(&failed, nil) {
		if err := do(p); err != nil {
			return err
		}
	}
	return failed
}
