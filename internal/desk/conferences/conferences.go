// Package conferences is the desk of child protection conferences: the initial one, booked
// within fifteen working days of the discussion that started the enquiry, and the reviews
// of the plan, the first within three months and then within six. Each is held with the
// agencies that know the family, and decided for each child.
package conferences

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Desk is the conferences desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Conference is a conference with everything its page shows.
type Conference struct {
	pathway.Conference
	ContactID, Contact, Chair, LateWhy string
	GoOnWhy, Parents, ChildPart        string
	HeldAt                             civil.Instant
	Quorate                            bool
	There                              []pathway.Member
	Version                            int64
	Kids                               []Kid
	Adjourned                          []Adjourned
}

// Kid is a child of a conference, with what was decided.
type Kid struct {
	pathway.ForPlan
	Ref, Name string
	Born      civil.Date
	Unborn    bool
	Due       civil.Instant // of the child's own clock while it runs
	person    string
	conceal   access.Concealment
}

// Adjourned is a time that a conference was put off.
type Adjourned struct {
	Why, Safety, By string
	To, At          civil.Instant
}

var (
	findConference = db.SQL("conferences.find", `
		SELECT f.id, f.ref, f.kind, f.contact_id, c.ref, f.state, f.due_at, f.booked_for, f.chair, f.late_why, f.held_at, f.quorate, f.go_on_why, f.there, f.parents, f.child_part, f.version
		FROM conference f JOIN contact c ON c.id = f.contact_id AND c.authority_id = f.authority_id
		WHERE f.ref = $1 AND f.authority_id = $2`)
	kidsOf = db.SQL("conferences.children", `
		SELECT x.child_id, x.plan, x.category, x.why, x.outline, x.lead, x.core_group, x.review, x.after, x.changed,
			COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), COALESCE(p.born, cc.born), cc.unborn, cc.person_id, cc.may_be, cc.conceal,
			(SELECT min(w.due_at) FROM wait w WHERE w.child_id = cc.id AND w.authority_id = cc.authority_id AND w.timescale IN ('conference.initial', 'conference.review', 'conference.later-review') AND w.ended_at IS NULL)
		FROM conference_child x
		JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE x.conference_id = $1 AND x.authority_id = $2 ORDER BY cc.position`)
	adjournedOf = db.SQL("conferences.adjourned", `
		SELECT why, safety, by_name, to_when, at FROM conference_adjourned WHERE conference_id = $1 AND authority_id = $2 ORDER BY at, id`)
	workOf = db.SQL("conferences.work-of-children", `
		SELECT e.worker_id, e.team_id, e.interim_owner_id FROM episode e
		JOIN conference_child x ON x.child_id = e.child_id AND x.authority_id = e.authority_id AND x.conference_id = $1
		WHERE e.authority_id = $2 AND e.state = 'open'`)
	toBegin = db.SQL("conferences.children-to-begin", `
		SELECT w.child_id, w.contact_id, w.due_at FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE c.ref = $1 AND w.authority_id = $2 AND w.timescale IN (:list($3)) AND w.ended_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM conference_child x JOIN conference f ON f.id = x.conference_id AND f.authority_id = x.authority_id
				WHERE x.child_id = w.child_id AND x.authority_id = w.authority_id AND f.state <> 'held')
		ORDER BY w.due_at, w.child_id`)
	addConference = db.InsertInto("conferences.add", "conference", "id, authority_id, ref, kind, contact_id, state, due_at, begun_at, begun_by", "")
	addKid        = db.InsertInto("conferences.add-child", "conference_child", "conference_id, child_id, authority_id", "")
	addAdjourned  = db.InsertInto("conferences.add-adjourned", "conference_adjourned", "id, authority_id, conference_id, why, safety, to_when, at, by_name", "")
	setBooked     = db.SQL("conferences.set-booked", `
		UPDATE conference SET state = 'booked', booked_for = $3, chair = $4, late_why = $5, version = version + 1 WHERE id = $1 AND authority_id = $2 AND version = $6`)
	setAdjourned = db.SQL("conferences.set-adjourned", `
		UPDATE conference SET state = 'adjourned', booked_for = $3, version = version + 1 WHERE id = $1 AND authority_id = $2 AND version = $4`)
	setHeld = db.SQL("conferences.set-held", `
		UPDATE conference SET state = 'held', held_at = $3, quorate = $4, go_on_why = $5, there = $6, parents = $7, child_part = $8, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $9`)
	setKid = db.SQL("conferences.set-child", `
		UPDATE conference_child SET plan = $4, category = $5, why = $6, outline = $7, lead = $8, core_group = $9, review = $10, after = $11, changed = $12
		WHERE conference_id = $1 AND child_id = $2 AND authority_id = $3`)
	closeEpisode = db.SQL("conferences.close-work", `
		UPDATE episode SET state = 'closed', closed_at = $3, closed_why = $4, version = version + 1 WHERE child_id = $1 AND authority_id = $2 AND state = 'open'`)
	contactChild = db.SQL("conferences.child-facts", `
		SELECT person_id, may_be, conceal FROM contact_child WHERE id = $1 AND authority_id = $2`)
)

func load(ctx context.Context, q db.Queryer, authority, ref string) (*Conference, error) {
	c, err := db.One(ctx, q, func(r *sql.Rows, c *Conference) error {
		var there string
		err := r.Scan(&c.ID, &c.Ref, &c.Kind, &c.ContactID, &c.Contact, &c.State, &c.Due, &c.BookedAt, &c.Chair, &c.LateWhy, &c.HeldAt, &c.Quorate, &c.GoOnWhy, &there, &c.Parents, &c.ChildPart, &c.Version)
		if err == nil && there != "" {
			err = json.Unmarshal([]byte(there), &c.There)
		}
		return err
	}, findConference, ref, authority)
	if db.NotFound(err) {
		return nil, refusal.Hidden()
	}
	if err != nil {
		return nil, err
	}
	c.Kids, err = db.Collect(ctx, q, func(r *sql.Rows, k *Kid) error {
		var given, family, mayBe string
		err := r.Scan(&k.Child, &k.Plan, &k.Category, &k.Why, &k.Outline, &k.Lead, &k.CoreGroup, &k.Review, &k.After, &k.Changed,
			&k.Ref, &given, &family, &k.Born, &k.Unborn, &k.person, &mayBe, &k.conceal, &k.Due)
		k.Name, k.person = record.ChildName(given, family, ""), cmp.Or(k.person, mayBe)
		return err
	}, kidsOf, c.ID, authority)
	for _, k := range c.Kids {
		c.Children = append(c.Children, k.Child)
	}
	return &c, err
}

func (c *Conference) about(ctx context.Context, q db.Queryer, authority string) (access.About, error) {
	a := access.About{Kind: "conference", ID: c.Ref, Authority: authority, Live: c.State != pathway.ConferenceHeld}
	for _, k := range c.Kids {
		if k.person != "" {
			a.Persons = append(a.Persons, k.person)
		}
		if k.conceal != access.Unrestricted {
			a.Conceal = k.conceal
		}
	}
	type work struct{ worker, team, interim string }
	all, err := db.Collect(ctx, q, func(r *sql.Rows, w *work) error { return r.Scan(&w.worker, &w.team, &w.interim) }, workOf, c.ID, authority)
	if err != nil {
		return a, err
	}
	for _, w := range all {
		a.Workers, a.Teams = append(a.Workers, w.worker), append(a.Teams, w.team, w.interim)
	}
	return record.Concealing(ctx, q, a)
}

func (c *Conference) subject() record.Subject {
	return record.Subject{Kind: "conference", Ref: c.Ref, Contact: c.ContactID}
}

// Open shows a conference to somebody who may see it, and logs that they looked.
func (d *Desk) Open(ctx context.Context, who access.Actor, ref string) (*Conference, civil.Instant, error) {
	var c *Conference
	var now civil.Instant
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		now = v.Now
		var err error
		if c, err = load(ctx, v, v.Authority, ref); err != nil {
			if denied := v.Allow(access.OpenConference, access.About{}); denied != nil {
				return denied
			}
			return err
		}
		about, err := c.about(ctx, v, v.Authority)
		if err != nil {
			return err
		}
		if err := v.Allow(access.OpenConference, about); err != nil {
			return err
		}
		seen := []string{c.Ref}
		for _, k := range c.Kids {
			if k.Ref != "" {
				seen = append(seen, k.Ref)
			}
		}
		v.Saw("conference", seen...)
		c.Adjourned, err = db.Collect(ctx, v, func(r *sql.Rows, x *Adjourned) error {
			return r.Scan(&x.Why, &x.Safety, &x.By, &x.To, &x.At)
		}, adjournedOf, c.ID, v.Authority)
		return err
	})
	return c, now, err
}

// Begin opens the conference of a family: every child of the contact who waits for one
// of that kind.
func (d *Desk) Begin(ctx context.Context, who access.Actor, contact string, kind pathway.ConferenceKind) (ref string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		c := &Conference{Contact: contact}
		type waiting struct {
			child, contact string
			due            civil.Instant
		}
		rows, err := db.Collect(ctx, tx, func(r *sql.Rows, w *waiting) error { return r.Scan(&w.child, &w.contact, &w.due) }, toBegin, contact, tx.Authority, db.List(pathway.ConferenceWaits(kind)))
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			if denied := tx.Allow(access.BookConference, access.About{}); denied != nil {
				return denied
			}
			return refusal.New(refusal.Conflict, "No child of this contact waits for a conference that is not booked yet")
		}
		c.ID, c.Ref, c.Kind, c.ContactID, c.Due = tx.NewID(), tx.NewRef("CC"), kind, rows[0].contact, rows[0].due
		var kids [][]any
		for _, w := range rows {
			k := Kid{ForPlan: pathway.ForPlan{Child: w.child}}
			var mayBe string
			if err := tx.QueryRowContext(ctx, contactChild, w.child, tx.Authority).Scan(&k.person, &mayBe, &k.conceal); err != nil {
				return err
			}
			k.person = cmp.Or(k.person, mayBe)
			c.Kids = append(c.Kids, k)
			kids = append(kids, []any{c.ID, w.child, tx.Authority})
		}
		if err := addConference.Exec(ctx, tx, []any{c.ID, tx.Authority, c.Ref, c.Kind, c.ContactID, pathway.ConferenceRequired, c.Due, tx.Now, who.ID}); err != nil {
			return err
		}
		if err := addKid.Exec(ctx, tx, kids...); err != nil {
			return err
		}
		about, err := c.about(ctx, tx, tx.Authority)
		if err != nil {
			return err
		}
		if err := tx.Allow(access.BookConference, about); err != nil {
			return err
		}
		ref = c.Ref
		return tx.Apply(ctx, c.subject(), "open conference", pathway.Consequences{})
	})
	return ref, err
}

// change is a command on one conference that somebody else may have changed meanwhile.
func (d *Desk) change(ctx context.Context, who access.Actor, ref string, act access.Action, summary string, do func(*record.Tx, *Conference) (pathway.Consequences, int64, error)) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		c, err := load(ctx, tx, tx.Authority, ref)
		if err != nil {
			if refusal.KindOf(err) == refusal.NotFound {
				if denied := tx.Allow(act, access.About{}); denied != nil {
					return denied
				}
			}
			return err
		}
		about, err := c.about(ctx, tx, tx.Authority)
		if err != nil {
			return err
		}
		if err := tx.Allow(act, about); err != nil {
			return err
		}
		next, n, err := do(tx, c)
		switch {
		case err != nil:
			return err
		case n == 0:
			return refusal.New(refusal.Conflict, "This conference has changed since you opened it. Read what changed, then save again")
		}
		return tx.Apply(ctx, c.subject(), summary, next)
	})
}

// Book sets the day and the chair.
func (d *Desk) Book(ctx context.Context, who access.Actor, ref string, b pathway.Booking, version int64) error {
	return d.change(ctx, who, ref, access.BookConference, "book conference", func(tx *record.Tx, c *Conference) (pathway.Consequences, int64, error) {
		next, err := c.Conference.Book(b, tx.Now)
		if err != nil {
			return next, 0, err
		}
		if !b.At.After(c.Due) {
			b.LateWhy = "" // it is in time
		}
		n, err := db.Changed(tx.ExecContext(ctx, setBooked, c.ID, tx.Authority, b.At, b.Chair, b.LateWhy, version))
		return next, n, err
	})
}

// Adjourn puts a conference off.
func (d *Desk) Adjourn(ctx context.Context, who access.Actor, ref, why, safety string, to civil.Instant, version int64) error {
	return d.change(ctx, who, ref, access.HoldConference, "adjourn conference", func(tx *record.Tx, c *Conference) (pathway.Consequences, int64, error) {
		next, err := c.Conference.Adjourn(why, safety, to, tx.Now)
		if err != nil {
			return next, 0, err
		}
		if err := addAdjourned.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, c.ID, why, safety, to, tx.Now, who.Name}); err != nil {
			return next, 0, err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setAdjourned, c.ID, tx.Authority, to, version))
		return next, n, err
	})
}

// Hold records what a conference decided for each child.
func (d *Desk) Hold(ctx context.Context, who access.Actor, ref string, h pathway.Conferred, version int64) error {
	return d.change(ctx, who, ref, access.HoldConference, "hold conference", func(tx *record.Tx, c *Conference) (pathway.Consequences, int64, error) {
		next, err := c.Conference.Hold(h, tx.Now)
		if err != nil {
			return next, 0, err
		}
		there, err := json.Marshal(h.There)
		if err != nil {
			return next, 0, fmt.Errorf("write who was at %s: %w", c.Ref, err)
		}
		for _, k := range h.Decisions {
			k.Why = k.Reasons()
			if _, err := tx.ExecContext(ctx, setKid, c.ID, k.Child, tx.Authority, k.Plan, k.Category, k.Why, k.Outline, k.Lead, k.CoreGroup, k.Review, k.After, k.Changed); err != nil {
				return next, 0, err
			}
		}
		for _, child := range next.Closes {
			if _, err := tx.ExecContext(ctx, closeEpisode, child, tx.Authority, tx.Now, "the conference decided that nothing more follows"); err != nil {
				return next, 0, err
			}
		}
		n, err := db.Changed(tx.ExecContext(ctx, setHeld, c.ID, tx.Authority, h.At, pathway.ConferenceQuorate(h.There), h.GoOnWhy, string(there), h.Parents, h.ChildPart, version))
		return next, n, err
	})
}

// List is the conferences that somebody sees.
type List struct {
	Now    civil.Instant
	ToBook []Waiting
	Open   []Entry
	Held   []Entry
	More   bool
}

// Waiting is a contact whose children wait for a conference that nobody has taken up.
type Waiting struct {
	Contact  string
	Kind     pathway.ConferenceKind
	Children int
	Due      civil.Instant
	Warn     civil.Instant
	Masked   bool
}

// Entry is one conference in the list.
type Entry struct {
	Ref, Contact, Chair string
	Kind                pathway.ConferenceKind
	State               pathway.ConferenceState
	Children, Plans     int
	Due, Booked, Held   civil.Instant
	Quorate, Masked     bool
	conceal             access.Concealment
	named               bool
}

// mostListed is how many conferences a list shows of each kind.
const mostListed = 200

const theirs = `
		AND ($3 = '' OR EXISTS (SELECT 1 FROM conference_child x JOIN episode e ON e.child_id = x.child_id AND e.authority_id = x.authority_id AND e.state = 'open'
			WHERE x.conference_id = f.id AND x.authority_id = f.authority_id AND e.worker_id = $3))
		AND ($4 = '[]' OR EXISTS (SELECT 1 FROM conference_child x JOIN episode e ON e.child_id = x.child_id AND e.authority_id = x.authority_id AND e.state = 'open'
			WHERE x.conference_id = f.id AND x.authority_id = f.authority_id AND (e.team_id IN (:list($4)) OR e.interim_owner_id IN (:list($4)))))`

const entryColumns = `
		SELECT f.ref, f.kind, c.ref, f.chair, f.state, f.due_at, f.booked_for, f.held_at, f.quorate,
			(SELECT count(*) FROM conference_child x WHERE x.conference_id = f.id AND x.authority_id = f.authority_id),
			(SELECT count(*) FROM conference_child x WHERE x.conference_id = f.id AND x.authority_id = f.authority_id AND x.plan = 'yes'),
			COALESCE((SELECT max(cc.conceal) FROM conference_child x JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id
				WHERE x.conference_id = f.id AND x.authority_id = f.authority_id), ''),
			EXISTS (SELECT 1 FROM conference_child x JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id
				JOIN restriction_named n ON n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id AND n.ended_at IS NULL
				WHERE x.conference_id = f.id AND x.authority_id = f.authority_id AND n.user_id = $2)
		FROM conference f JOIN contact c ON c.id = f.contact_id AND c.authority_id = f.authority_id
		WHERE f.authority_id = $1`

var (
	openConferences = db.SQL("conferences.list-open", entryColumns+` AND f.state <> 'held'`+theirs+` ORDER BY f.due_at, f.ref LIMIT $5`)
	heldConferences = db.SQL("conferences.list-held", entryColumns+` AND f.state = 'held'`+theirs+` ORDER BY f.held_at DESC, f.ref LIMIT $5`)
	listToBook      = db.SQL("conferences.list-to-book", `
		SELECT c.ref, CASE WHEN w.timescale = 'conference.initial' THEN 'initial' ELSE 'review' END, count(DISTINCT w.child_id), min(w.due_at), min(w.warn_at), max(w.conceal) FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE w.authority_id = $1 AND w.timescale IN ('conference.initial', 'conference.review', 'conference.later-review') AND w.ended_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM conference_child x JOIN conference f ON f.id = x.conference_id AND f.authority_id = x.authority_id
				WHERE x.child_id = w.child_id AND x.authority_id = w.authority_id AND f.state <> 'held')
			AND ($2 = '' OR EXISTS (SELECT 1 FROM episode e WHERE e.child_id = w.child_id AND e.authority_id = w.authority_id AND e.state = 'open' AND e.worker_id = $2))
			AND ($3 = '[]' OR EXISTS (SELECT 1 FROM episode e WHERE e.child_id = w.child_id AND e.authority_id = w.authority_id AND e.state = 'open'
				AND (e.team_id IN (:list($3)) OR e.interim_owner_id IN (:list($3)))))
		GROUP BY c.ref, 2 ORDER BY min(w.due_at), c.ref, 2 LIMIT $4`)
)

// Conferences lists the conferences that somebody may see.
func (d *Desk) Conferences(ctx context.Context, who access.Actor) (*List, error) {
	out := &List{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		*out = List{Now: v.Now}
		s, err := v.Scope(access.ListConferences)
		if err != nil {
			return err
		}
		v.Saw("conferences")
		teams := db.List(s.Teams)
		for _, x := range []struct {
			query db.Query
			into  *[]Entry
		}{{openConferences, &out.Open}, {heldConferences, &out.Held}} {
			rows, err := db.Collect(ctx, v, func(r *sql.Rows, e *Entry) error {
				return r.Scan(&e.Ref, &e.Kind, &e.Contact, &e.Chair, &e.State, &e.Due, &e.Booked, &e.Held, &e.Quorate, &e.Children, &e.Plans, &e.conceal, &e.named)
			}, x.query, v.Authority, who.ID, s.WorkerID, teams, mostListed+1)
			if err != nil {
				return err
			}
			out.More = out.More || len(rows) > mostListed
			for _, e := range rows[:min(len(rows), mostListed)] {
				switch {
				case e.conceal == access.Unrestricted || e.named:
					*x.into = append(*x.into, e)
				case e.conceal == access.Restricted && s.Restricted == access.Mask:
					*x.into = append(*x.into, Entry{Ref: e.Ref, Kind: e.Kind, State: e.State, Due: e.Due, Masked: true})
				}
			}
		}
		asked, err := db.Collect(ctx, v, func(r *sql.Rows, w *Waiting) error {
			var conceal access.Concealment
			err := r.Scan(&w.Contact, &w.Kind, &w.Children, &w.Due, &w.Warn, &conceal)
			w.Masked = conceal != access.Unrestricted
			return err
		}, listToBook, v.Authority, s.WorkerID, teams, mostListed)
		for _, w := range asked {
			if !w.Masked || s.Restricted == access.Mask {
				out.ToBook = append(out.ToBook, w)
			}
		}
		return err
	})
	return out, err
}
