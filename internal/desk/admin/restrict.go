package admin

import (
	"context"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Restrict closes a record to named people. It hides the record from people and
// never from the clock: what waits goes on waiting, in the open lists as
// "Restricted record". Somebody must be named, or nobody could act. All records that
// are read as one child's are closed together, with the open contacts that may be about
// the child though nobody has linked them.
func (d *Desk) Restrict(ctx context.Context, who access.Actor, personID string, how access.Concealment, ask, reason string, named []string) error {
	switch {
	case how != access.Restricted && how != access.Sealed:
		return refusal.Field("conceal", "Select how far the record is closed")
	case len(named) == 0:
		return refusal.Field("named", "Select at least one person who may open the record")
	case ask == "":
		return refusal.Field("ask", "Enter whom others should contact")
	case reason == "":
		return refusal.Field("reason", "Enter why the record is restricted")
	}
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		p, members, about, err := closable(ctx, tx, personID)
		if err != nil {
			return err
		}
		if about.Conceal != access.Unrestricted {
			return refusal.New(refusal.Conflict, "This record is already restricted")
		}
		if err := tx.Restrict(ctx, members, record.Closed{Conceal: how, Ask: ask, Named: named}, reason); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "child", Ref: p.Ref}, "restrict record: "+string(how), pathway.Consequences{})
	})
}

// closable finds the records that are read as one child's with how they are closed, and
// asks whether that may be changed: of a closed one, by those who are named.
func closable(ctx context.Context, tx *record.Tx, personID string) (record.Known, []string, access.About, error) {
	people, err := record.Persons(ctx, tx, tx.Authority, []string{personID})
	if err != nil {
		return record.Known{}, nil, access.About{}, err
	}
	p, ok := people[personID]
	if !ok {
		return p, nil, access.About{}, refusal.Hidden()
	}
	about, err := record.Concealing(ctx, tx, access.About{Kind: "child", ID: p.Ref, Authority: tx.Authority, Persons: []string{personID}})
	if err != nil {
		return p, nil, about, err
	}
	return p, about.Persons, about, tx.Allow(access.RestrictChild, about)
}

// Lift opens a record again to everybody who may see an open one, with the contacts that
// nothing else closes. It refuses without a reason, an open record, and whoever is not
// named on the restriction.
func (d *Desk) Lift(ctx context.Context, who access.Actor, personID, why string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		p, members, about, err := closable(ctx, tx, personID)
		switch {
		case err != nil:
			return err
		case about.Conceal == access.Unrestricted:
			return refusal.New(refusal.Conflict, "This record is not restricted")
		case strings.TrimSpace(why) == "":
			return refusal.Field("why", "Enter why the restriction is lifted")
		}
		if err := tx.Lift(ctx, members, why); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "child", Ref: p.Ref}, "lift restriction: "+string(about.Conceal), pathway.Consequences{})
	})
}
