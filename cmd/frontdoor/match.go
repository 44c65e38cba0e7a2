package main

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/matchfile"
	"frontdoor/internal/person"
	"frontdoor/internal/register"
)

type matchCmd struct {
	Link     matchLinkCmd     `cmd:"" help:"Find who each contact is about in a register."`
	Explain  matchExplainCmd  `cmd:"" help:"Say in sentences why a contact may be of somebody."`
	Siblings matchSiblingsCmd `cmd:"" help:"Propose who are brothers and sisters in a register."`
	Train    matchTrainCmd    `cmd:"" help:"Learn weights from an authority's own register and contacts."`
	Retrain  matchRetrainCmd  `cmd:"" help:"Learn weights from what people of an authority decided in the record, as is done each night."`
	Dedupe   matchDedupeCmd   `cmd:"" help:"Find the rows of any table of people that are of one person."`
	Sweep    matchSweepCmd    `cmd:"" help:"Search an authority's record for children recorded twice, and put them before people."`
	Pair     matchPairCmd     `cmd:"" help:"Find the rows of two tables of people that are of one person."`
	Fairness matchFairnessCmd `cmd:"" help:"Whether children of every group are found alike, on decisions that people made."`
}

// registerFiles are the files that most match commands read.
type registerFiles struct {
	Register      string `required:"" type:"existingfile" help:"The register of children: CSV with a header, UTF-8, person_id and any of given_name, middle_names, family_name, known_as, alias_family, sex, dob, dob_estimated, unborn, expected_date, nhs_number, upn, address, postcode, previous_addresses, phone, parent1_given, parent1_family, parent1_phone, parent2_given, parent2_family, school." placeholder:"FILE"`
	Relationships string `type:"existingfile" help:"Recorded relationships: CSV with person_id, related_person_id, kind. Brothers and sisters who are mentioned are looked for among them." placeholder:"FILE"`
	Model         string `type:"existingfile" help:"Weights to use in place of those shipped, as match train writes them." placeholder:"FILE"`
}

// open reads the register with its relationships. Ages are counted on the day.
func (f registerFiles) open(io streams) (*register.Register, civil.Date, error) {
	model, err := readModel(f.Model)
	if err != nil {
		return nil, civil.Date{}, err
	}
	reg, today, err := readRegister(f.Register, model, io.err)
	if err != nil {
		return nil, civil.Date{}, err
	}
	return reg, today, readRelationships(f.Relationships, reg, io.err)
}

type matchLinkCmd struct {
	registerFiles `embed:""`
	Contacts      string `required:"" type:"existingfile" help:"The contacts: CSV with a header, UTF-8, contact_id and any of source, given_name, middle_names, family_name, sex, dob, dob_precision, age_stated, address, postcode, phone, nhs_number, upn, parent_given, parent_family, parent_phone, school, siblings_mentioned, expected_date." placeholder:"FILE"`
	Out           string `required:"" help:"Where to write the candidates: contact_id, person_id, score, band (certain, review or no), the best first, at most ten a contact." placeholder:"FILE"`
	Latency       string `help:"Where to write how long each contact took on one thread: contact_id, micros." placeholder:"FILE"`
}

// mostCandidates is how many candidates are written for a contact.
const mostCandidates = 10

// Run links contacts with a register on one thread.
func (c matchLinkCmd) Run(ctx context.Context, s *settings, io streams) error {
	in, done, err := openTable(c.Contacts, "contact_id") // refused before a long read
	if err != nil {
		return err
	}
	defer done()
	reg, today, err := c.open(io)
	if err != nil {
		return err
	}
	out, err := createCSV(c.Out, "contact_id", "person_id", "score", "band")
	if err != nil {
		return err
	}
	latency, err := createCSV(c.Latency, "contact_id", "micros")
	if err != nil {
		return out.finish(err)
	}
	step := bar(io.err, "matching contacts")
	n := 0
	err = eachContact(in, today, func(id string, said person.Described) error {
		begun := time.Now()
		found := reg.Find(said, mostCandidates)
		took := time.Since(begun)
		latency.row(id, strconv.FormatFloat(float64(took.Nanoseconds())/1000, 'f', 1, 64))
		slices.SortStableFunc(found.Hits, func(a, b register.Hit) int {
			return cmp.Or(-cmp.Compare(a.Chance, b.Chance), -cmp.Compare(a.FamilyChance, b.FamilyChance))
		})
		for _, h := range found.Hits {
			out.row(id, h.ID, strconv.FormatFloat(h.Chance, 'g', 9, 64), bandWord(h.Band))
		}
		if n++; n%1000 == 0 {
			step(n, 0)
		}
		return ctx.Err()
	})
	warn(io.err, in)
	err = out.finish(err)
	return latency.finish(err)
}

// eachContact reads contacts to their end.
func eachContact(in *matchfile.Table, today civil.Date, do func(id string, said person.Described) error) error {
	for {
		more, err := in.Next()
		if err != nil || !more {
			return err
		}
		id := in.Of("contact_id")
		if id == "" {
			return in.Bad("has no contact_id: give each row one of its own")
		}
		if err := do(id, in.Described(today)); err != nil {
			return err
		}
	}
}

func bandWord(b person.Band) string {
	switch b {
	case person.Certain:
		return "certain"
	case person.Review, person.FamilyOnly:
		return "review"
	}
	return "no"
}
