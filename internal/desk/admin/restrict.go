package admin

import (
	"context"

	"frontdoor/internal/access"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Restrict closes a record to named people. It hides the record from people and
// never from the clock: what waits goes on waiting, in the open lists as
// "Restricted record". Somebody must be named, or nobody could act. All records that
// are read as one child's are closed together.
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
		people, err := record.Persons(ctx, tx, tx.Authority, []string{personID})
		if err != nil {
			return err
		}
		p, ok := people[personID]
		if !ok {
			return refusal.Hidden()
		}
		clusters, err := record.FindClusters(ctx, tx, tx.Authority, []string{personID})
		if err != nil {
			return err
		}
		members := clusters.Of(personID).Members
		closed, err := record.Restrictions(ctx, tx, tx.Authority, members)
		if err != nil {
			return err
		}
		about := record.Close(access.About{Kind: "child", ID: p.Ref, Authority: tx.Authority, Persons: members}, closed)
		if err := tx.Allow(access.RestrictChild, about); err != nil {
			return err
		}
		if len(closed) > 0 {
			return refusal.New(refusal.Conflict, "This record is already restricted")
		}
		for _, id := range members {
			if err := tx.Restrict(ctx, id, record.Closed{Conceal: how, Ask: ask, Named: named}, reason); err != nil {
				return err
			}
		}
		return tx.Apply(ctx, record.Subject{Kind: "child", Ref: p.Ref}, "restrict record: "+string(how), pathway.Consequences{})
	})
}
