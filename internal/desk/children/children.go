// Package children is the desk of the child's own page: who they are, their story,
// their family, who they wait for, and who has looked.
package children

import (
	"context"
	"database/sql"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Desk is the children's desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Page is what one child's pages show.
type Page struct {
	Now    civil.Instant
	Child  record.Known
	Moved  bool // the reference asked for is a record that is read as this one
	Also   []Also
	Joined []Joining
	// SeesPairs says that the reader may see why records were joined.
	SeesPairs bool
	// SeesLooks says that the reader may see who looked at the child.
	SeesLooks bool
	Contacts  []Contact
	Story     []Line
	Waits     []Wait
	Work      []Work
	Looks     []Look
	Ask       string       // whom to contact, when restricted
	Death     record.Death // zero while none is recorded

	about access.About // what the policy was asked

	members []string // ids of all the records that are read as this child's
}

// Also is another record that is read as this child's, as it stands by itself.
type Also struct {
	Ref, Name, Place, Pair string
	Born                   civil.Date
	Since                  civil.Instant
}

// Joining is a pair of records that was joined or parted, for the child's story.
type Joining struct {
	At        civil.Instant
	Text, Ref string
}

// ID is the line's, for its own page.
func (l Line) ID() string { return l.id }

// Contact is a contact that is linked to the child.
type Contact struct {
	Ref, Source string
	At          civil.Instant
	Outcome     pathway.Outcome
}

// Line is a line of the child's chronology.
type Line struct {
	At, Recorded            civil.Instant
	Kind, Source, Text, Ref string // Ref is the contact's, "" for a line about the child alone
	Significant             *Significance
	id                      string
}

// Wait is something the child waits for, or waited for.
type Wait struct {
	Agency, Owner, What, Step, How, Reason string
	Since, Due, Warn, Ended                civil.Instant
}

// Work is an episode of work with the child.
type Work struct {
	Outcome                 pathway.Outcome
	State, Worker, Interim  string
	workerID, team, offered string
	Since                   civil.Instant
}

// Look is somebody who looked at the child's record.
type Look struct {
	At                    civil.Instant
	Who, Roles, Why, What string
}

var (
	contactsOf = db.SQL("children.contacts", `
		SELECT c.ref, c.source_name, c.received_at, cc.outcome FROM contact_child cc
		JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
		WHERE cc.person_id IN (:list($1)) AND cc.authority_id = $2 AND cc.person_id <> '' ORDER BY c.received_at DESC`)
	// A line reaches the child through a contact that is linked to them, or is about
	// the child alone.
	storyOf = db.SQL("children.chronology", `
		SELECT h.happened_at, h.recorded_at, h.kind, h.source, h.story, c.ref, h.id FROM chronology h
		JOIN contact_child cc ON cc.id = h.child_id AND cc.authority_id = h.authority_id
		JOIN contact c ON c.id = h.contact_id AND c.authority_id = h.authority_id
		WHERE cc.person_id IN (:list($1)) AND cc.authority_id = $2 AND cc.person_id <> ''
		UNION ALL
		SELECT h.happened_at, h.recorded_at, h.kind, h.source, h.story, '', h.id FROM chronology h
		WHERE h.person_id IN (:list($1)) AND h.authority_id = $2 AND h.person_id <> ''
		ORDER BY 1 DESC, 7 DESC LIMIT 1000`)
	waitsOf = db.SQL("children.waits", `
		SELECT w.agency, w.owner_name, w.what, w.timescale, w.ended_how, w.ended_reason, w.since, w.due_at, w.warn_at, w.ended_at FROM wait w
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		WHERE cc.person_id IN (:list($1)) AND cc.authority_id = $2 AND cc.person_id <> ''
		ORDER BY w.ended_at IS NOT NULL, w.due_at, w.id LIMIT 500`)
	workOf = db.SQL("children.work", `
		SELECT e.outcome, e.state, e.worker_name, e.interim_owner_name, e.worker_id, CASE WHEN e.team_id = '' THEN e.interim_owner_id ELSE e.team_id END,
			COALESCE(v.worker_id, ''), e.decided_at
		FROM episode e
		LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
		WHERE e.person_id IN (:list($1)) AND e.authority_id = $2 AND e.person_id <> '' ORDER BY e.decided_at DESC`)
	looksAt = db.SQL("children.looks", `
		SELECT t.at, COALESCE(u.name, t.actor), t.role, t.purpose, t.kind FROM looked l
		JOIN trail t ON t.seq = l.seq AND t.authority_id = l.authority_id
		LEFT JOIN user_account u ON u.id = t.actor AND u.authority_id = t.authority_id
		WHERE l.subject IN (:list($1)) AND l.authority_id = $2 ORDER BY l.seq DESC LIMIT 200`)
)

// open loads a child by reference and asks for permission with the facts that the
// lists use.
func (d *Desk) open(ctx context.Context, v *record.View, ref string, act access.Action) (*Page, error) {
	p := &Page{Now: v.Now}
	var err error
	if p.Child, p.members, err = record.PersonRead(ctx, v, v.Authority, ref); err != nil {
		if denied := v.Allow(act, access.About{}); denied != nil {
			return nil, denied
		}
		if db.NotFound(err) {
			return nil, refusal.Hidden()
		}
		return nil, err
	}
	p.Moved = p.Child.Ref != ref
	about := access.About{Kind: "child", ID: p.Child.Ref, Authority: v.Authority, Persons: p.members}
	p.Work, err = db.Collect(ctx, v, func(r *sql.Rows, w *Work) error {
		return r.Scan(&w.Outcome, &w.State, &w.Worker, &w.Interim, &w.workerID, &w.team, &w.offered, &w.Since)
	}, workOf, db.List(p.members), v.Authority)
	if err != nil {
		return nil, err
	}
	for _, w := range p.Work {
		if w.State == "open" {
			about.Workers, about.Teams = append(about.Workers, w.workerID, w.offered), append(about.Teams, w.team)
		}
	}
	closed, err := record.Restrictions(ctx, v, v.Authority, about.Persons)
	if err != nil {
		return nil, err
	}
	about = record.Close(about, closed)
	p.Ask, p.about = about.NamedShown, about
	if err := v.Allow(act, about); err != nil {
		return nil, err
	}
	v.Saw("child", p.Child.Ref)
	deaths, err := record.Deaths(ctx, v, v.Authority, []string{p.Child.ID})
	if err != nil {
		return nil, err
	}
	p.Death = deaths[p.Child.ID]
	p.SeesPairs, p.SeesLooks = access.ScopeOf(v.Who, access.SeeDuplicates).Allowed, access.ScopeOf(v.Who, access.SeeLooks).Allowed
	return p, p.readJoined(ctx, v)
}

// purpose is why somebody opens a child's page, by what they do here.
func purpose(who access.Actor) access.Purpose {
	switch {
	case who.Has(access.Director):
		return access.PurposeOversight
	case who.Has(access.Inspector):
		return access.PurposeInspection
	case who.Has(access.SocialWorker):
		return access.PurposeAllocated
	case who.Has(access.TeamManager):
		return access.PurposeAllocating
	}
	return access.PurposeScreening
}

// Open shows a child with one part of the record: "", chronology, family, waiting
// or looked-at. A reference of a record that is read as another shows nothing but
// where that one is.
func (d *Desk) Open(ctx context.Context, who access.Actor, ref, part string) (*Page, error) {
	var p *Page
	act := access.OpenChild
	if part == "looked-at" {
		act = access.SeeLooks
	}
	err := d.Record.Look(ctx, who, purpose(who), func(v *record.View) error {
		var err error
		if p, err = d.open(ctx, v, ref, act); err != nil {
			return err
		}
		if p.Moved {
			return nil
		}
		return p.read(ctx, v, part)
	})
	return p, err
}

func scanContact(r *sql.Rows, c *Contact) error {
	return r.Scan(&c.Ref, &c.Source, &c.At, &c.Outcome)
}

func scanWait(r *sql.Rows, w *Wait) error {
	return r.Scan(&w.Agency, &w.Owner, &w.What, &w.Step, &w.How, &w.Reason, &w.Since, &w.Due, &w.Warn, &w.Ended)
}

func (p *Page) read(ctx context.Context, v *record.View, part string) error {
	ids, at := db.List(p.members), v.Authority
	var err error
	p.Contacts, err = db.Collect(ctx, v, scanContact, contactsOf, ids, at)
	if err != nil {
		return err
	}
	if part == "" || part == "waiting" {
		p.Waits, err = db.Collect(ctx, v, scanWait, waitsOf, ids, at)
		if err != nil {
			return err
		}
	}
	if part == "" || part == "chronology" {
		p.Story, err = db.Collect(ctx, v, func(r *sql.Rows, l *Line) error {
			return r.Scan(&l.At, &l.Recorded, &l.Kind, &l.Source, &l.Text, &l.Ref, &l.id)
		}, storyOf, ids, at)
		if err != nil {
			return err
		}
		if err := significant(ctx, v, at, p.Story); err != nil {
			return err
		}
	}
	if part == "looked-at" {
		refs := []string{p.Child.Ref}
		for _, a := range p.Also {
			refs = append(refs, a.Ref)
		}
		for _, c := range p.Contacts {
			refs = append(refs, c.Ref)
		}
		p.Looks, err = db.Collect(ctx, v, func(r *sql.Rows, l *Look) error {
			err := r.Scan(&l.At, &l.Who, &l.Roles, &l.Why, &l.What)
			var names []string
			for _, role := range strings.Fields(l.Roles) {
				names = append(names, access.RoleName(access.Role(role)))
			}
			l.Roles, l.What = strings.Join(names, ", "), strings.TrimPrefix(l.What, "look: ")
			return err
		}, looksAt, db.List(refs), at)
	}
	return err
}
