package feeds

import (
	"context"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var (
	setSeen = db.InsertInto("feeds.set-seen", "door_seen", "key_id, authority_id, organisation_id, seen_at",
		"ON CONFLICT (key_id, authority_id) DO UPDATE SET organisation_id = excluded.organisation_id, seen_at = excluded.seen_at")
	addBacklog = db.InsertInto("feeds.add-backlog", "feed_backlog", "id, authority_id, organisation_id, grade, waiting, as_at, declared_at, declared_by, declared_by_name", "")
	forceOf    = db.SQL("feeds.find-force", `SELECT name FROM organisation WHERE id = $1 AND authority_id = $2 AND kind = 'police'`)
)

func aboutForce(tx *record.Tx, force string) access.About {
	return access.About{Kind: "feed", ID: force, Authority: tx.Authority, AgencyID: force}
}

// Heard notes that a partner's system said that it is there.
func (d *Desk) Heard(ctx context.Context, who access.Actor) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.SendHeartbeat, aboutForce(tx, who.AgencyID)); err != nil {
			return err
		}
		if err := setSeen.Exec(ctx, tx, []any{who.ID, tx.Authority, who.AgencyID, tx.Now}); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "feed", Ref: who.AgencyID}, "heartbeat", pathway.Consequences{})
	})
}

// Declared is what a force says waits for triage with it.
type Declared struct {
	High, Medium, Standard int
	AsAt                   civil.Instant // zero means now
}

// Backlog is what one's own force last declared.
func (d *Desk) Backlog(ctx context.Context, who access.Actor) (out []feed.Waiting, err error) {
	err = d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		s, err := v.Scope(access.DeclareBacklog)
		if err != nil {
			return err
		}
		v.Saw("own backlog")
		out, err = v.FeedBacklog(ctx, s.AgencyID)
		return err
	})
	return out, err
}

// mostWaiting is more than any force has waiting; a larger number is a slip.
const mostWaiting = 100_000

// check refuses a number that cannot be right.
func (b Declared) check(now civil.Instant) error {
	var p []refusal.Problem
	for _, x := range []struct {
		name string
		n    int
	}{{"high", b.High}, {"medium", b.Medium}, {"standard", b.Standard}} {
		if x.n < 0 || x.n > mostWaiting {
			p = append(p, refusal.Problem{Field: x.name, Message: fmt.Sprintf("Enter how many %s risk reports wait for triage, such as 0 or 12", x.name)})
		}
	}
	if b.AsAt.After(now) {
		p = append(p, refusal.Problem{Field: "as_at", Message: "The moment that was counted must be in the past"})
	}
	return refusal.Fields(p)
}

// Declare keeps what a force says waits for triage with it. Each declaration is kept;
// the latest is held against what arrives.
func (d *Desk) Declare(ctx context.Context, who access.Actor, b Declared) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.DeclareBacklog, aboutForce(tx, who.AgencyID)); err != nil {
			return err
		}
		if err := b.check(tx.Now); err != nil {
			return err
		}
		if b.AsAt.IsZero() {
			b.AsAt = tx.Now
		}
		var rows [][]any
		for _, x := range []struct {
			grade string
			n     int
		}{{"high", b.High}, {"medium", b.Medium}, {"standard", b.Standard}} {
			rows = append(rows, []any{tx.NewID(), tx.Authority, who.AgencyID, x.grade, x.n, b.AsAt, tx.Now, who.ID, who.Name})
		}
		if err := addBacklog.Exec(ctx, tx, rows...); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "feed", Ref: who.AgencyID}, "declare the backlog", pathway.Consequences{})
	})
}
