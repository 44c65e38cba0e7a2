package record

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
)

// Elsewhere says that another authority may know the child, and whom to ask there. It
// says nothing of who it is: they tell what they may when they are asked.
type Elsewhere struct{ Authority, Ask string }

// Agreement lets another authority learn that this one may know a child. It holds
// from its first day to its last, and names the document that was signed.
type Agreement struct {
	Other       string // id of the authority that may learn it
	From, Until civil.Date
	Document    string // the agreement as both keep it
	Ask         string // whom the other should ask here
}

var (
	addAgreement = db.InsertInto("record.add-agreement", "match_agreement",
		"id, authority_id, other_authority_id, from_date, until_date, document, ask, recorded_at", "")
	endAgreements = db.SQL("record.end-agreements", `
		UPDATE match_agreement SET ended_at = $3
		WHERE authority_id = $1 AND other_authority_id = $2 AND ended_at IS NULL`)
	// Who lets this authority ask: the one query that finds the doors to others.
	openToUs = db.SQL("record.agreements-with", `
		SELECT g.authority_id, a.name, g.ask FROM match_agreement g
		JOIN authority a ON a.authority_id = g.authority_id
		WHERE g.other_authority_id = $1 AND g.from_date <= $2 AND g.until_date >= $2 AND g.ended_at IS NULL
		ORDER BY g.authority_id
		LIMIT 20`)
)

// Agree records that another authority may learn that this one may know a child, in
// the place of what was agreed before. The other's own side is recorded by the other.
func (r *Record) Agree(ctx context.Context, who access.Actor, a Agreement) error {
	switch {
	case a.Other == "" || a.Other == who.Authority:
		return refusal.Field("other", "Name another authority")
	case a.From.IsZero() || a.Until.IsZero() || a.Until.Before(a.From):
		return refusal.Field("until", "The last day must be on or after the first")
	case strings.TrimSpace(a.Document) == "":
		return refusal.Field("document", "Name the agreement that was signed")
	case strings.TrimSpace(a.Ask) == "":
		return refusal.Field("ask", "Name whom the other authority should ask")
	}
	return r.Do(ctx, who, func(tx *Tx) error {
		if err := tx.Allow(access.AgreeMatching, access.About{}); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, endAgreements, tx.Authority, a.Other, tx.Now); err != nil {
			return fmt.Errorf("end what was agreed with %s: %w", a.Other, err)
		}
		err := addAgreement.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, a.Other, a.From, a.Until, a.Document, a.Ask, tx.Now})
		if err != nil {
			return err
		}
		summary := fmt.Sprintf("let authority %s ask whether we may know a child, from %s until %s", a.Other, a.From, a.Until)
		return tx.Apply(ctx, Subject{Kind: "agreement", Ref: a.Other}, summary, pathway.Consequences{})
	})
}

// door is an agreement in force that lets this authority ask another.
type door struct{ authority, name, ask string }

// knownElsewhere is the chance from which another authority is said to know a child,
// and surelyHere the one from which nobody else is asked.
const (
	knownElsewhere = 0.5
	surelyHere     = 0.9
)

// lookElsewhere asks the authorities that agreed to it, for screening and only when
// this one does not seem to know the child. A sealed record there is as if it did not
// exist, and takes as long. What was asked is written in both trails.
func (v *View) lookElsewhere(ctx context.Context, d person.Described, m *Match) error {
	if v.why != access.PurposeScreening || m.Outcome.Child >= surelyHere {
		return nil
	}
	doors, err := db.Collect(ctx, v, func(r *sql.Rows, x *door) error { return r.Scan(&x.authority, &x.name, &x.ask) },
		openToUs, v.Authority, v.Now.Date())
	if err != nil {
		return err
	}
	for _, x := range doors {
		found, err := v.record.match(ctx, v.record.DB.Aside(), question{x.authority, v.record.freshIndex(ctx, x.authority), d, nil})
		if err != nil {
			return fmt.Errorf("ask authority %s: %w", x.authority, err)
		}
		var refs []string
		show := false
		for _, h := range found.Hits {
			if h.Chance >= knownElsewhere {
				refs = append(refs, h.Ref)
				show = h.Conceal != access.Sealed
			}
		}
		if show {
			m.Elsewhere = append(m.Elsewhere, Elsewhere{x.name, x.ask})
		}
		v.elsewhere = append(v.elsewhere, asked{x.authority, refs})
	}
	return nil
}

// asked is a question to another authority, and whom there it found.
type asked struct {
	authority string
	refs      []string
}

// logElsewhere writes in the other authorities' trails who asked, of which authority,
// and what was found.
func (v *View) logElsewhere(ctx context.Context) error {
	for _, authority := range v.askedElsewhere() {
		there := &View{Now: v.Now, Who: v.Who, Authority: authority, record: v.record, why: v.why, asked: v.asked,
			kind: "asked by authority " + v.Authority}
		for _, a := range v.elsewhere {
			if a.authority == authority {
				there.saw = append(there.saw, a.refs...)
			}
		}
		if err := there.log(ctx); err != nil {
			return fmt.Errorf("write in the trail of authority %s: %w", authority, err)
		}
	}
	return nil
}

// askedElsewhere are the other authorities that were asked, each once.
func (v *View) askedElsewhere() []string {
	var out []string
	for _, a := range v.elsewhere {
		if !slices.Contains(out, a.authority) {
			out = append(out, a.authority)
		}
	}
	return out
}
