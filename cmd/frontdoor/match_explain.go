package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"frontdoor/internal/matchfile"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
	"frontdoor/internal/register"
)

type matchExplainCmd struct {
	registerFiles `embed:""`
	ContactJSON   string `required:"" name:"contact-json" help:"One contact, a JSON object with the columns of a contact: {\"given_name\": \"Youssef\", \"dob\": \"2017-04-11\"}. - reads it from standard input." placeholder:"FILE"`
	Most          int    `default:"3" help:"How many candidates to explain."`
}

// Run prints why a contact may be of each candidate, in sentences and in bits.
func (c matchExplainCmd) Run(ctx context.Context, s *settings, streams streams) error {
	contact, err := readContact(c.ContactJSON)
	if err != nil {
		return err
	}
	reg, today, err := c.open(streams)
	if err != nil {
		return err
	}
	said := contact.Described(today)
	warn(streams.err, contact)
	found := reg.Find(said, max(c.Most, 1))
	people, err := peopleOf(c.Register, found.Hits)
	if err != nil {
		return err
	}
	explain(streams.out, reg, said, found, people)
	return nil
}

// readContact reads a contact of one JSON object.
func readContact(path string) (*matchfile.Table, error) {
	name, in := path, io.Reader(os.Stdin)
	if path == "-" {
		name = "standard input"
	} else {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
		defer f.Close()
		in = f
	}
	d := json.NewDecoder(in)
	d.UseNumber()
	var raw map[string]any
	if err := d.Decode(&raw); err != nil {
		return nil, refusal.New(refusal.Invalid, fmt.Sprintf("%s must be a JSON object like {\"given_name\": \"Youssef\"}: %v", name, err))
	}
	fields := map[string]string{}
	for key, v := range raw {
		switch v := v.(type) {
		case string:
			fields[key] = v
		case json.Number:
			fields[key] = v.String()
		case nil:
		default:
			return nil, refusal.New(refusal.Invalid, fmt.Sprintf("%s: %s must be a text or a number", name, key))
		}
	}
	return matchfile.OfContact(name, fields)
}

// peopleOf reads again those of a register who were found.
func peopleOf(path string, hits []register.Hit) ([]person.Person, error) {
	out := make([]person.Person, len(hits))
	err := eachPerson(path, func(p person.Person) error {
		if i := slices.IndexFunc(hits, func(h register.Hit) bool { return h.ID == p.ID }); i >= 0 {
			out[i] = p
		}
		return nil
	})
	return out, err
}

func explain(w io.Writer, reg *register.Register, said person.Described, found register.Found, people []person.Person) {
	o := found.Outcome
	fmt.Fprintf(w, "Compared with %d of %d children, by model %s\n", found.Compared, reg.Len(), reg.Model())
	fmt.Fprintf(w, "A child we know %s, another child of a family we know %s, nobody we know %s\n", percent(o.Child), percent(o.Family), percent(o.Nobody))
	levels := make([]person.Levels, len(found.Hits))
	rivals := make([]person.Rival, len(found.Hits))
	for i, h := range found.Hits {
		levels[i], rivals[i] = h.Levels, person.Rival{Person: people[i], Chance: h.Chance, FamilyChance: h.FamilyChance}
	}
	for i, why := range reg.Explain(said, people, levels) {
		h := found.Hits[i]
		fmt.Fprintf(w, "\n%d. %s: %s, this child %s, another child of the family %s\n", i+1, h.ID, bandWord(h.Band), percent(h.Chance), percent(h.FamilyChance))
		for _, line := range why.Lines() {
			fmt.Fprintln(w, "  ", line)
		}
	}
	if ask := person.Settle(said, rivals...); ask != "" {
		fmt.Fprintf(w, "\nWhat would settle it: %s\n", ask)
	}
	if len(found.Hits) == 0 {
		fmt.Fprintln(w, "Nobody in the register shares anything with this contact")
	}
}

func percent(p float64) string {
	return strconv.FormatFloat(100*cmp.Or(p, 0), 'f', 2, 64) + " %"
}
