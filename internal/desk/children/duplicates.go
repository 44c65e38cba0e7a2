package children

import (
	"context"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
)

// Duplicates are the pairs of records that wait for somebody's answer.
type Duplicates struct {
	Now    civil.Instant
	Rows   []DuplicateRow
	Late   int           // not answered in time
	Oldest civil.Instant // zero when none waits
	Swept  record.Swept  // the last search of the register
}

// DuplicateRow is one pair on the list. A masked one says only whom to contact.
type DuplicateRow struct {
	ID, Masked string
	State      pathway.PairState
	Source     string
	Chance     float64
	One, Other record.Known
	Asked      civil.Instant
	Due, Warn  civil.Instant
}

// Duplicates lists the pairs that wait for an answer and that this reader may see, the
// most likely first. A question asked by a person stands before the sweep's, and what
// somebody asks to part before both: there a child may be read as another.
func (d *Desk) Duplicates(ctx context.Context, who access.Actor) (*Duplicates, error) {
	out := &Duplicates{}
	err := d.Record.Look(ctx, who, access.PurposeOneChild, func(v *record.View) error {
		*out = Duplicates{Now: v.Now}
		if _, err := v.Scope(access.SeeDuplicates); err != nil {
			return err
		}
		v.Saw("two records")
		pairs, err := record.OpenPairs(ctx, v, v.Authority)
		if err != nil {
			return err
		}
		if out.Swept, err = record.LastSweep(ctx, v, v.Authority); err != nil {
			return err
		}
		slices.SortStableFunc(pairs, func(a, b record.Pair) int { return first(a.State) - first(b.State) })
		return out.add(ctx, v, pairs)
	})
	return out, err
}

// first is the place of a state on the list.
func first(s pathway.PairState) int {
	return slices.Index([]pathway.PairState{pathway.PairUndoing, pathway.PairProposed, pathway.PairSuggested}, s)
}

func (x *Duplicates) add(ctx context.Context, v *record.View, pairs []record.Pair) error {
	var ids []string
	for _, p := range pairs {
		ids = append(ids, p.Kept, p.Joined)
	}
	clusters, err := record.FindClusters(ctx, v, v.Authority, ids)
	if err != nil {
		return err
	}
	all := clusters.All(ids...)
	known, err := record.Persons(ctx, v, v.Authority, all)
	if err != nil {
		return err
	}
	closed, err := record.Restrictions(ctx, v, v.Authority, all)
	if err != nil {
		return err
	}
	work, err := record.FindOpenWork(ctx, v, v.Authority, all)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		row := DuplicateRow{ID: p.ID, State: p.State, Source: p.Source, Chance: p.Chance, One: known[p.Kept], Other: known[p.Joined], Asked: p.AskedAt}
		if row.Due, row.Warn, err = answerDue(v, p.AskedAt); err != nil {
			return err
		}
		shown := access.Allow
		for _, id := range []string{p.Kept, p.Joined} {
			about := record.AboutMembers(v.Authority, known[id], clusters.Of(id).Members, work, closed)
			verdict := v.May(access.SeeDuplicates, about)
			switch {
			case verdict.Answer == access.Mask && shown == access.Allow:
				shown, row = access.Mask, DuplicateRow{Masked: verdict.Message, State: p.State, Asked: p.AskedAt, Due: row.Due, Warn: row.Warn}
			case verdict.Answer != access.Allow && verdict.Answer != access.Mask:
				shown = access.Conceal
			}
		}
		if shown == access.Conceal {
			continue
		}
		if shown == access.Allow {
			v.Saw("two records", row.One.Ref, row.Other.Ref)
		}
		x.Rows = append(x.Rows, row)
		if row.Due.Before(v.Now) {
			x.Late++
		}
		if x.Oldest.IsZero() || p.AskedAt.Before(x.Oldest) {
			x.Oldest = p.AskedAt
		}
	}
	return nil
}

// answerDue is when a question about two records should be answered. It is no wait of
// the ledger, which belongs to a contact's child: late is asked of the record here.
func answerDue(v *record.View, asked civil.Instant) (due, warn civil.Instant, err error) {
	d, err := v.DueAt(timescale.DuplicateAnswer, asked)
	return d.At, d.WarnAt, err
}
