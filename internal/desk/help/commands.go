package help

import (
	"context"
	"database/sql"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var (
	addHelp = db.InsertInto("help.add", "help",
		"id, authority_id, contact_id, child_id, kind, happened_at, by_whom, met, alone, words, recorded_at, recorded_by", "")
	// The child's part in the contact whose work is open: the latest, when there are two.
	openPart = db.SQL("help.open-work", `
		SELECT e.child_id, e.contact_id, c.ref FROM episode e
		JOIN contact c ON c.id = e.contact_id AND c.authority_id = e.authority_id
		WHERE e.person_id IN (:list($1)) AND e.person_id <> '' AND e.authority_id = $2 AND e.state = 'open'
		ORDER BY e.decided_at DESC, e.id`)
	openWaits = db.SQL("help.open-waits", `
		SELECT timescale, agency, owner_id, since FROM wait WHERE child_id = $1 AND authority_id = $2 AND ended_at IS NULL`)
	givenTo = db.SQL("help.given", `
		SELECT x.kind, x.happened_at, x.by_whom, x.met, x.alone, x.words, x.recorded_at FROM help x
		JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id
		WHERE cc.person_id IN (:list($1)) AND cc.person_id <> '' AND x.authority_id = $2 ORDER BY x.happened_at DESC, x.id DESC LIMIT 200`)
)

// Given is a visit, session, direct work or meeting that was recorded.
type Given struct {
	Kind                  pathway.HelpKind
	By, Met, Alone, Words string
	At, Recorded          civil.Instant
}

// Page is what the page of one child's help shows.
type Page struct {
	Now   civil.Instant
	Child record.Known
	Moved bool // the reference asked for is read as another record
	Given []Given
	Works bool // somebody works with the child, so that more can be recorded
}

// Open shows the help that a child had to somebody who may open the child, and logs it.
func (d *Desk) Open(ctx context.Context, who access.Actor, ref string) (*Page, error) {
	p := &Page{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		*p = Page{Now: v.Now}
		k, members, about, err := whose(ctx, v, v.Authority, ref)
		if err != nil {
			return orAsk(v.Allow(access.RecordHelp, access.About{}), err)
		}
		if err := v.Allow(access.RecordHelp, about); err != nil {
			return err
		}
		p.Child, p.Moved = k, k.Ref != ref
		v.Saw("help", k.Ref)
		works, err := db.Collect(ctx, v, func(r *sql.Rows, s *[3]string) error { return r.Scan(&s[0], &s[1], &s[2]) }, openPart, db.List(members), v.Authority)
		if err != nil {
			return err
		}
		p.Works = len(works) > 0
		p.Given, err = db.Collect(ctx, v, func(r *sql.Rows, g *Given) error {
			return r.Scan(&g.Kind, &g.At, &g.By, &g.Met, &g.Alone, &g.Words, &g.Recorded)
		}, givenTo, db.List(members), v.Authority)
		return err
	})
	return p, err
}

// whose finds a child by reference, with what an action on them is about.
func whose(ctx context.Context, q db.Queryer, authority, ref string) (record.Known, []string, access.About, error) {
	k, members, err := record.PersonRead(ctx, q, authority, ref)
	if db.NotFound(err) {
		err = refusal.Hidden()
	}
	if err != nil {
		return k, nil, access.About{}, err
	}
	work, err := record.FindOpenWork(ctx, q, authority, members)
	if err != nil {
		return k, nil, access.About{}, err
	}
	about, err := record.AboutPerson(ctx, q, authority, k, members, work)
	return k, members, about, err
}

func orAsk(denied, err error) error {
	if denied != nil && refusal.KindOf(err) == refusal.NotFound {
		return denied
	}
	return err
}

// Give records that a child was met, or that somebody tried. It goes to the work that is
// open with the child; without any there is nobody who could have met them for us.
func (d *Desk) Give(ctx context.Context, who access.Actor, ref string, h pathway.HelpGiven) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		_, members, about, err := whose(ctx, tx, tx.Authority, ref)
		if err != nil {
			return orAsk(tx.Allow(access.RecordHelp, access.About{}), err)
		}
		if err := tx.Allow(access.RecordHelp, about); err != nil {
			return err
		}
		works, err := db.Collect(ctx, tx, func(r *sql.Rows, s *[3]string) error { return r.Scan(&s[0], &s[1], &s[2]) }, openPart, db.List(members), tx.Authority)
		if err != nil {
			return err
		}
		if len(works) == 0 {
			return refusal.New(refusal.Conflict, "No work is open with this child. Take a contact first, or record it with the discussion that is waited for")
		}
		child, contact, contactRef := works[0][0], works[0][1], works[0][2]
		open, err := db.Collect(ctx, tx, func(r *sql.Rows, w *pathway.OpenWait) error { return r.Scan(&w.For, &w.On, &w.Owner, &w.Since) }, openWaits, child, tx.Authority)
		if err != nil {
			return err
		}
		h.Child = child
		next, err := h.Record(open, tx.Now)
		if err != nil {
			return err
		}
		if err := addHelp.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, contact, child, h.Kind, h.At, h.By, h.Met, h.Alone, h.Words, tx.Now, who.ID}); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "help", Ref: contactRef, Contact: contact}, "record help: "+string(h.Kind), next)
	})
}
