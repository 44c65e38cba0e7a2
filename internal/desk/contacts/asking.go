package contacts

import (
	"cmp"
	"context"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Told is a fact that a door hands over about one of the children of an arrival.
type Told struct {
	Child int // position among the arrival's children
	Key   string
}

// told are the facts that every child of a form is said to meet.
func told(children int, keys []string) []Told {
	var out []Told
	for i := range children {
		for _, k := range keys {
			out = append(out, Told{i, k})
		}
	}
	return out
}

// keepTold writes the facts that came with an arrival, and gives them as a new contact
// has them.
func (r *Row) keepTold(ctx context.Context, tx *record.Tx, a Arrival) (record.Asking, error) {
	var out record.Asking
	rules, err := pathway.TheTriggers()
	if err != nil {
		return out, err
	}
	by := cmp.Or(a.Referrer.Name, a.SourceName)
	for _, t := range a.Facts {
		k, ok := rules.Fact(t.Key)
		if !ok || k.Kind != pathway.FactRecorded || t.Child < 0 || t.Child >= len(r.Kids) {
			continue // the doors check what they take; nothing is turned away for it
		}
		child := r.Kids[t.Child].ID
		if err := tx.AddFact(ctx, r.ID, child, t.Key, by); err != nil {
			return out, err
		}
		out.Facts = append(out.Facts, record.RecordedFact{Child: child, Key: t.Key})
	}
	return out, nil
}

// askManager holds what is known of every child of the contact against the triggers.
// all is the history of its children; nil leaves the history as it was read before.
func (r *Row) askManager(ctx context.Context, tx *record.Tx, a record.Asking, all *record.Incidents) (pathway.Consequences, error) {
	var next pathway.Consequences
	for _, k := range r.Kids {
		c, err := tx.AskManager(ctx, record.Held{Contact: r.Contact, Child: k.ID, Person: k.PersonID, Closed: r.Conceal != access.Unrestricted}, a, all, "")
		if err != nil {
			return next, err
		}
		next = next.And(c)
	}
	return next, nil
}

// persons are those that its children are linked to.
func (r *Row) persons() []string {
	var out []string
	for _, k := range r.Kids {
		if k.PersonID != "" {
			out = append(out, k.PersonID)
		}
	}
	return out
}

// askOnArrival holds a new contact against the triggers.
func (r *Row) askOnArrival(ctx context.Context, tx *record.Tx, a Arrival) (pathway.Consequences, error) {
	asking, err := r.keepTold(ctx, tx, a)
	if err != nil {
		return pathway.Consequences{}, err
	}
	persons := r.persons()
	if !r.IsIncident() || len(persons) == 0 {
		return r.askManager(ctx, tx, asking, nil)
	}
	all, err := record.FindIncidents(ctx, tx, tx.Authority, persons)
	if err != nil {
		return pathway.Consequences{}, err
	}
	return r.askManager(ctx, tx, asking, &all)
}

// saidAnew is why facts fell away when a link was undone or made to another record.
const saidAnew = "Who a child of a notification is was said anew, so it is no longer of this child's record"

// askAgain holds the contact against the triggers after a child was linked or a link was
// undone: persons are those whose history changed by it. Contacts about them that came
// later count this one among their incidents, or no longer.
func (r *Row) askAgain(ctx context.Context, tx *record.Tx, persons ...string) (pathway.Consequences, error) {
	if !r.IsIncident() {
		return pathway.Consequences{}, nil // the history of incidents is as it was
	}
	persons = append(slices.DeleteFunc(persons, func(id string) bool { return id == "" }), r.persons()...)
	slices.Sort(persons)
	all, err := record.FindIncidents(ctx, tx, tx.Authority, slices.Compact(persons))
	if err != nil {
		return pathway.Consequences{}, err
	}
	return tx.AskAgain(ctx, append([]string{r.ID}, all.After(r.ID, r.RiskSince())...), saidAnew)
}

// RecordFact records something about a child that may ask for a strategy discussion.
func (d *Desk) RecordFact(ctx context.Context, who access.Actor, id, child, key, by string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.ScreenContact)
		if err != nil {
			return err
		}
		rules, err := pathway.TheTriggers()
		if err != nil {
			return err
		}
		next, err := r.Contact.RecordFact(child, key, by, rules)
		if err != nil {
			return err
		}
		if err := tx.AddFact(ctx, r.ID, child, key, by); err != nil {
			return err
		}
		asks, err := r.askNow(ctx, tx)
		if err != nil {
			return err
		}
		return tx.Apply(ctx, r.subject(), "record a fact: "+key, next.And(asks))
	})
}

// askNow holds the contact against the triggers after what is recorded of it changed.
func (r *Row) askNow(ctx context.Context, tx *record.Tx) (pathway.Consequences, error) {
	asking, err := record.FindAsking(ctx, tx, tx.Authority, r.ID)
	if err != nil {
		return pathway.Consequences{}, err
	}
	return r.askManager(ctx, tx, asking, nil)
}

// TakeFactBack takes back a fact that was recorded by mistake.
func (d *Desk) TakeFactBack(ctx context.Context, who access.Actor, id, fact, why string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.ScreenContact)
		if err != nil {
			return err
		}
		if fact == "" {
			return refusal.Field("fact", "Select what was recorded by mistake")
		}
		asking, err := record.FindAsking(ctx, tx, tx.Authority, r.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(asking.Facts, func(f record.RecordedFact) bool { return f.ID == fact })
		if i < 0 {
			return refusal.Hidden()
		}
		rules, err := pathway.TheTriggers()
		if err != nil {
			return err
		}
		k, _ := rules.Fact(asking.Facts[i].Key)
		next, err := r.Contact.TakeBack(asking.Facts[i].Child, k.Name, why)
		if err != nil {
			return err
		}
		ok, err := tx.TakeFactBack(ctx, fact, why)
		switch {
		case err != nil:
			return err
		case !ok:
			return refusal.New(refusal.Conflict, "Somebody has taken this back already")
		}
		asks, err := r.askNow(ctx, tx)
		if err != nil {
			return err
		}
		return tx.Apply(ctx, r.subject(), "take a fact back: "+k.Key, next.And(asks))
	})
}

// screenFacts records what a first look found about each child and holds the contact
// against the triggers.
func (r *Row) screenFacts(ctx context.Context, tx *record.Tx, s pathway.Screen, next pathway.Consequences) (pathway.Consequences, error) {
	rules, err := pathway.TheTriggers()
	if err != nil {
		return next, err
	}
	for _, k := range r.Kids { // in the order of the contact
		for _, key := range s.Facts[k.ID] {
			c, err := r.Contact.RecordFact(k.ID, key, "seen at the first look by "+tx.Who.Name, rules)
			if err != nil {
				return next, err
			}
			if err := tx.AddFact(ctx, r.ID, k.ID, key, "seen at the first look by "+tx.Who.Name); err != nil {
				return next, err
			}
			next = next.And(c)
		}
	}
	r.Danger, r.RAG = s.Danger, s.RAG
	asks, err := r.askNow(ctx, tx)
	return next.And(asks), err
}
