package record

import (
	"context"
	"slices"

	"frontdoor/internal/db"
	"frontdoor/internal/person"
)

// Hit is somebody a description may be of, as the record knows them.
type Hit struct {
	Known
	person.Scored
	Why person.Explanation
}

// Match is the answer to a description: the most likely first, at most ten. It holds
// restricted and sealed persons like everybody else: a restriction hides a record from
// people, never from the match. Callers mask what they show.
type Match struct {
	Hits    []Hit
	Outcome person.Outcome // chances that add up to 1
	// Unknown are children of other contacts, linked to nobody, who may be the same. A
	// command is not given them: they are for people to see.
	Unknown []Unknown
	// Elsewhere are other authorities that may know the child, where there is an
	// agreement that lets this one ask.
	Elsewhere []Elsewhere
	Model     string // version of the weights that were used
	By        string // ByIndex, or ByKeys when there was no index to ask
}

// What a description was compared by.
const (
	ByIndex = "index"
	ByKeys  = "keys"
)

// mostHits is how many are given: more than a person will read are no help.
const mostHits = 10

// Match compares a description with everybody this authority knows. It misses nobody
// who was written before it was asked.
func (v *View) Match(ctx context.Context, d person.Described) (Match, error) {
	m, err := v.record.match(ctx, v.Queryer, question{v.Authority, v.index.of(ctx, v.record, v.Authority), d, nil})
	if err != nil {
		return m, err
	}
	if m.Unknown, err = v.record.findUnknown(ctx, v.Queryer, v.Authority, d, m.By); err != nil {
		return m, err
	}
	return m, v.lookElsewhere(ctx, d, &m)
}

// Match compares a description with everybody this authority knows, and with those
// this command has written itself.
func (tx *Tx) Match(ctx context.Context, d person.Described) (Match, error) {
	beside, err := Persons(ctx, tx, tx.Authority, tx.touched)
	if err != nil {
		return Match{}, err
	}
	if err := readAsOne(ctx, tx, tx.Authority, beside); err != nil {
		return Match{}, err
	}
	return tx.record.match(ctx, tx, question{tx.Authority, tx.index.of(ctx, tx.record, tx.Authority), d, beside})
}

// askedIndex is the index that a look or a command asks, brought up to date when it first
// does: nobody of this authority is committed between two questions of a command, and a
// look shows one moment.
type askedIndex struct {
	ix   *index
	once bool
}

// of is the index, or nil when there is none to ask.
func (a *askedIndex) of(ctx context.Context, r *Record, authority string) *index {
	if !a.once {
		a.ix, a.once = r.freshIndex(ctx, authority), true
	}
	return a.ix
}

// question is a description to be compared with an authority's children.
type question struct {
	authority string
	ix        *index // or nil
	person.Described
	beside map[string]Known // by the id, whom the command that asks has written
}

// match asks the index, or the key table when there is no index to ask.
func (r *Record) match(ctx context.Context, q db.Queryer, ask question) (Match, error) {
	d, ix, authority := ask.Described, ask.ix, ask.authority
	if d.On.IsZero() {
		d.On = r.Now().Date()
	}
	if ix == nil {
		return matchByKeys(ctx, q, authority, d)
	}
	var own []person.Person
	for _, k := range ask.beside {
		if k.matched() {
			own = append(own, k.Person)
		}
	}
	slices.SortFunc(own, byID)
	found := ix.Find(d, mostHits, own...)
	m := Match{Outcome: found.Outcome, Model: ix.Model(), By: ByIndex}
	ids := make([]string, len(found.Hits))
	for i, h := range found.Hits {
		ids[i] = h.ID
	}
	known, err := Persons(ctx, q, authority, ids)
	if err != nil {
		return Match{}, err
	}
	if err := readAsOne(ctx, q, authority, known); err != nil {
		return Match{}, err
	}
	var people []person.Person
	var levels []person.Levels
	for _, h := range found.Hits {
		// Who is not there was written after this view of the record began.
		if k, ok := known[h.ID]; ok && k.matched() {
			m.Hits = append(m.Hits, Hit{Known: k, Scored: h.Scored})
			people, levels = append(people, k.Person), append(levels, h.Levels)
		}
	}
	for i, why := range ix.Explain(d, people, levels) {
		m.Hits[i].Why = why
	}
	return m, nil
}
