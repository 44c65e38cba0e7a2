package children

import (
	"context"
	"math"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Maybe is a child whom nobody has set beside this one, and who may be a brother or
// sister by what a family shares.
type Maybe struct {
	Ref, Name string
	Born      civil.Date
	Chance    int // of 100
	Reasons   []string
}

// How sure the matcher must be, and how many are shown.
const (
	leastMaybe = 0.8
	mostMaybes = 5
)

// maybes asks the matcher for brothers and sisters whom the record does not have. Who
// is of the family already, was said not to be, or is closed to this reader, is left
// out.
func (p *FamilyPage) maybes(ctx context.Context, v *record.View) error {
	if p.Then || p.On != v.Now.Date() || !p.Child.IsChild {
		return nil
	}
	var ids []string
	chance := map[string]float64{}
	for _, s := range v.Siblings(ctx, p.Child.Person) {
		if s.Chance >= leastMaybe {
			ids, chance[s.ID] = append(ids, s.ID), s.Chance
		}
	}
	as, err := record.FindClusters(ctx, v, v.Authority, ids)
	if err != nil {
		return err
	}
	heads := slices.DeleteFunc(as.Heads(ids...), func(id string) bool { return p.kin.met[id] })
	known, err := record.Persons(ctx, v, v.Authority, heads)
	if err != nil {
		return err
	}
	closed, err := record.Restrictions(ctx, v, v.Authority, as.All(heads...))
	if err != nil {
		return err
	}
	for _, id := range heads {
		about := record.Close(access.About{Authority: v.Authority, Persons: as.Of(id).Members}, closed)
		k, ok := known[id]
		if !ok || len(p.Maybes) == mostMaybes || v.May(access.OpenChild, about).Answer != access.Allow {
			continue
		}
		best := 0.0
		for _, m := range as.Of(id).Members {
			best = max(best, chance[m])
		}
		t := person.Infer(p.Child.Person, k.Person, person.Told{})
		if len(t.Reasons) == 0 {
			continue
		}
		p.Maybes = append(p.Maybes, Maybe{Ref: k.Ref, Name: nameOf(k), Born: k.Born, Chance: int(math.Floor(best * 100)), Reasons: t.Reasons})
		v.Saw("family", k.Ref)
	}
	return nil
}

// NotOfFamily keeps that somebody whom the matcher proposed is not of this family, so
// that they are not proposed again.
func (d *Desk) NotOfFamily(ctx context.Context, who access.Actor, ref, other string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, err := allow(ctx, tx, ref, access.ChangeFamily)
		if err != nil {
			return err
		}
		p, err := d.somebody(ctx, tx, NewRelation{Who: Somebody{Ref: other}})
		if err != nil || other == "" || p.ID == child.ID {
			return refusal.Hidden()
		}
		r := person.Relationship{Person: child.ID, Other: p.ID, Kind: person.Household, Dated: person.Dated{Source: "the family page", Standing: person.Rejected,
			Reasons: []string{"Proposed by what a family shares"}}}
		if err := tx.AddRelationships(ctx, r); err != nil {
			return err
		}
		return tx.Apply(ctx, subject(child), "not of the family", line(child, "A proposed relative was rejected on the family page"))
	})
}
