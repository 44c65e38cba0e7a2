package record

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/escalation"
	"frontdoor/internal/timescale"
)

// Escalated is one child's wait on a partner as it stands on the ladder. A masked one
// shows that a child waits and nothing of who the child is.
type Escalated struct {
	Wait, Contact   string // id of the wait, public reference of the contact
	Child, ChildRef string
	Masked          bool
	Agency          string
	OwnerID, Owner  string
	Measure         timescale.Key // the step the child waits for
	What            string
	Since, Due      civil.Instant
	Steps           []escalation.Step // the levels reached, the lowest first; empty when not on the ladder
	Told            bool              // the partner was sent notice of the highest level
	conceal         access.Concealment
	open            bool
	described       string
	given, family   string
}

// On says whether the child stands on the ladder.
func (e Escalated) On() bool { return len(e.Steps) > 0 }

// Step is the highest level reached; the zero Step when there is none.
func (e Escalated) Step() escalation.Step {
	if !e.On() {
		return escalation.Step{}
	}
	return e.Steps[len(e.Steps)-1]
}

// Concealed says whether the record is closed to all but named people.
func (e Escalated) Concealed() bool { return e.conceal != access.Unrestricted }

// EscalatedFilter narrows what is looked at: to one partner, to one step, and with All
// to every wait for it, also those that are not on the ladder.
type EscalatedFilter struct {
	Owner   string
	Measure timescale.Key
	All     bool
}

var (
	escalatedRows = db.SQL("record.escalated", `
		SELECT w.id, c.ref, COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described,
			w.agency, w.owner_id, w.owner_name, w.timescale, w.what, w.since, w.due_at, w.conceal,
			CASE WHEN w.conceal = '' THEN TRUE ELSE EXISTS (
				SELECT 1 FROM restriction_named n
				WHERE (n.person_id = cc.person_id OR n.person_id = cc.may_be) AND n.authority_id = cc.authority_id AND n.user_id = $11 AND n.ended_at IS NULL) END
		FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE w.authority_id = $1 AND w.ended_at IS NULL AND w.agency IN (:list($3))
			AND ($4 = '' OR w.owner_id = $4) AND ($5 = '' OR w.timescale = $5)
			AND (CAST($6 AS boolean) OR w.due_at <= $2 OR EXISTS (
				SELECT 1 FROM escalation_note_wait x WHERE x.wait_id = w.id AND x.authority_id = w.authority_id))
			AND (CAST($12 AS boolean) OR (TRUE`+TheirWaits(7)+`))
		ORDER BY w.due_at, w.id`)
	escalatedNotes = db.SQL("record.escalated-notes", `
		SELECT x.wait_id, n.kind, n.level, n.at, n.promise FROM escalation_note n
		JOIN escalation_note_wait x ON x.note_id = n.id AND x.authority_id = n.authority_id
		JOIN wait w ON w.id = x.wait_id AND w.authority_id = x.authority_id
		WHERE n.authority_id = $1 AND w.ended_at IS NULL AND ($2 = '' OR n.owner_id = $2) AND ($3 = '' OR n.timescale = $3)
		ORDER BY n.at, n.id`)
	escalatedTold = db.SQL("record.escalated-told", `
		SELECT a.wait_id, a.level, a.asked_at FROM escalation_ask a
		JOIN wait w ON w.id = a.wait_id AND w.authority_id = a.authority_id
		WHERE a.authority_id = $1 AND w.ended_at IS NULL AND ($2 = '' OR w.owner_id = $2) AND ($3 = '' OR w.timescale = $3)
		ORDER BY a.wait_id, a.asked_at`)
)

// The kinds of note.
const (
	NoteAnswer   = "answer"
	NoteRaise    = "raise"
	NoteOverride = "override"
	NoteOutcome  = "outcome"
)

// Escalated is every wait on a partner that stands on the ladder, as a reader may see it,
// the longest overdue first.
func (v *View) Escalated(ctx context.Context, s access.Scope, f EscalatedFilter) ([]Escalated, error) {
	return v.record.escalated(ctx, v, v.Authority, &s, f, v.Now)
}

// Escalated is the same inside a command.
func (tx *Tx) Escalated(ctx context.Context, s access.Scope, f EscalatedFilter) ([]Escalated, error) {
	return tx.record.escalated(ctx, tx, tx.Authority, &s, f, tx.Now)
}

// EveryEscalated is every wait on the ladder of one authority, also the concealed ones:
// for the telling, which names nobody. A restriction hides a record from people, never
// from the clock.
func (r *Record) EveryEscalated(ctx context.Context, q db.Queryer, authority string) ([]Escalated, error) {
	return r.escalated(ctx, q, authority, nil, EscalatedFilter{}, r.Now())
}

func (r *Record) escalated(ctx context.Context, q db.Queryer, authority string, s *access.Scope, f EscalatedFilter, now civil.Instant) ([]Escalated, error) {
	everybody := s == nil
	if everybody {
		s = &access.Scope{}
	}
	rows, err := db.Collect(ctx, q, func(r *sql.Rows, e *Escalated) error {
		return r.Scan(&e.Wait, &e.Contact, &e.ChildRef, &e.given, &e.family, &e.described, &e.Agency, &e.OwnerID, &e.Owner,
			&e.Measure, &e.What, &e.Since, &e.Due, &e.conceal, &e.open)
	}, escalatedRows, authority, now, db.List(r.Ladders.Agencies()), f.Owner, f.Measure, f.All,
		s.WorkerID, db.List(s.Teams), s.AgencyID, s.Restricted == access.Mask, s.UserID, everybody)
	if err != nil {
		return nil, err
	}
	parts, err := notesOf(ctx, q, authority, f)
	if err != nil {
		return nil, err
	}
	type asked struct {
		wait  string
		level int
		at    civil.Instant
	}
	told, err := db.Collect(ctx, q, func(r *sql.Rows, t *asked) error { return r.Scan(&t.wait, &t.level, &t.at) }, escalatedTold, authority, f.Owner, f.Measure)
	if err != nil {
		return nil, err
	}
	sent := map[string]bool{}
	for _, t := range told {
		sent[fmt.Sprint(t.wait, t.level, t.at)] = true
	}
	var out []Escalated
	for _, e := range rows {
		p := parts[e.Wait]
		p.Agency = e.Agency
		if !e.Due.After(now) {
			p.Breached = e.Due
		}
		if e.Steps, err = r.Ladders.Climb(p, now, r.Calendar); err != nil {
			return nil, fmt.Errorf("where the wait %s stands: %w", e.Wait, err)
		}
		if !e.On() && !f.All {
			continue
		}
		e.Told = sent[fmt.Sprint(e.Wait, e.Step().Level, e.Step().Asked)]
		e.show()
		if !everybody && !s.Named && !e.Masked {
			e.Child, e.What = "Child "+cmp.Or(e.ChildRef, "of "+e.Contact), r.StepName(e.Measure, now) // by reference alone
		}
		out = append(out, e)
	}
	return out, nil
}

// show fills in what the reader may see of the child.
func (e *Escalated) show() {
	if e.open {
		e.Child = ChildName(e.given, e.family, e.described)
		return
	}
	e.Masked, e.Child, e.ChildRef = true, "Restricted record", ""
}

func notesOf(ctx context.Context, q db.Queryer, authority string, f EscalatedFilter) (map[string]escalation.Part, error) {
	type note struct {
		wait, kind  string
		level       int
		at, promise civil.Instant
	}
	notes, err := db.Collect(ctx, q, func(r *sql.Rows, n *note) error {
		return r.Scan(&n.wait, &n.kind, &n.level, &n.at, &n.promise)
	}, escalatedNotes, authority, f.Owner, f.Measure)
	out := map[string]escalation.Part{}
	for _, n := range notes {
		p := out[n.wait]
		switch n.kind {
		case NoteAnswer:
			p.Answers = append(p.Answers, escalation.Reply{Level: n.level, At: n.at, Promise: n.promise})
		case NoteRaise:
			p.Raised = append(p.Raised, escalation.Raise{Level: n.level, At: n.at})
		case NoteOverride:
			p.Stops = append(p.Stops, n.at)
		}
		out[n.wait] = p
	}
	return out, err
}

// Escalation is what stands between us and one partner about one step: one escalation,
// however many children it names.
type Escalation struct {
	Agency, OwnerID, Owner string
	Measure                timescale.Key
	Name                   string // of the step
	Waits                  []Escalated
	Questions              []escalation.Question // the highest level first
}

// Level is the highest level at which anything is asked.
func (e Escalation) Level() int {
	if len(e.Questions) == 0 {
		return 0
	}
	return e.Questions[0].Level
}

// Standing is the escalation as its rules read it.
func (e Escalation) Standing() escalation.Matter {
	var m escalation.Matter
	for _, w := range e.Waits {
		m = append(m, escalation.Standing{Wait: w.Wait, Step: w.Step(), On: w.On()})
	}
	return m
}

// Gather puts waits on one partner for one step together: by agency, then the highest
// level, then the longest asked.
func (r *Record) Gather(all []Escalated, now civil.Instant) []Escalation {
	var out []Escalation
	at := map[[2]string]int{}
	for _, w := range all {
		k := [2]string{w.OwnerID, string(w.Measure)}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, Escalation{Agency: w.Agency, OwnerID: w.OwnerID, Owner: w.Owner, Measure: w.Measure, Name: r.StepName(w.Measure, now)})
		}
		out[i].Waits = append(out[i].Waits, w)
	}
	for i := range out {
		e := &out[i]
		e.Questions = questions(e.Waits, now)
	}
	agencies := r.Ladders.Agencies()
	slices.SortFunc(out, func(a, b Escalation) int {
		return cmp.Or(slices.Index(agencies, a.Agency)-slices.Index(agencies, b.Agency), b.Level()-a.Level(), compareAsked(a, b), strings.Compare(a.OwnerID+string(a.Measure), b.OwnerID+string(b.Measure)))
	})
	return out
}

func compareAsked(a, b Escalation) int {
	if len(a.Questions) == 0 || len(b.Questions) == 0 {
		return len(b.Questions) - len(a.Questions)
	}
	return a.Questions[0].Asked.Compare(b.Questions[0].Asked)
}

// questions are those of the waits that stand on the ladder. Their places are those in
// waits.
func questions(waits []Escalated, now civil.Instant) []escalation.Question {
	var steps []escalation.Step
	var places []int
	for i, w := range waits {
		if w.On() {
			steps, places = append(steps, w.Step()), append(places, i)
		}
	}
	out := escalation.Questions(steps, now)
	for i := range out {
		for j, k := range out[i].At {
			out[i].At[j] = places[k]
		}
	}
	return out
}

// StepName is what a step is called by the rule in force.
func (r *Record) StepName(k timescale.Key, now civil.Instant) string {
	if rule, ok := r.Timescales.Rule(k, now); ok {
		return rule.Name
	}
	return string(k)
}

// Addressee is the person behind a role of the ladder.
type Addressee struct {
	OwnerID string // the partner; "" for the council's own side
	Level   int
	Name    string
	Email   string
	From    civil.Date
	UserID  string // their account; "" when they have none
	ended   bool   // that account has
}

// Beside is a role of the ladder with the person who stands behind it, where one is named.
func (a Addressee) Beside(role string) string {
	if a.Name == "" {
		return role
	}
	return role + ": " + a.Name
}

var addressees = db.SQL("record.escalation-addressees", `
	SELECT a.owner_id, a.level, a.name, a.email, a.from_date, a.user_id,
		a.user_id <> '' AND NOT EXISTS (SELECT 1 FROM user_account u WHERE u.id = a.user_id AND u.authority_id = a.authority_id AND u.disabled_at IS NULL)
	FROM escalation_addressee a
	WHERE a.authority_id = $1 AND a.from_date <= $2
	ORDER BY a.owner_id, a.level, a.from_date, a.begun_at, a.id`)

// Addressees are the people named for each partner and level on a day. When the account of
// the one named has ended the role is asked, until somebody else is named.
func Addressees(ctx context.Context, q db.Queryer, authority string, on civil.Date) (map[string]map[int]Addressee, error) {
	all, err := db.Collect(ctx, q, func(r *sql.Rows, a *Addressee) error {
		return r.Scan(&a.OwnerID, &a.Level, &a.Name, &a.Email, &a.From, &a.UserID, &a.ended)
	}, addressees, authority, on)
	out := map[string]map[int]Addressee{}
	for _, a := range all {
		if out[a.OwnerID] == nil {
			out[a.OwnerID] = map[int]Addressee{}
		}
		if a.ended {
			a = Addressee{OwnerID: a.OwnerID, Level: a.Level}
		}
		out[a.OwnerID][a.Level] = a // the latest comes last
	}
	return out, err
}

var seatsOf = db.SQL("record.seats-of-user", `
	SELECT DISTINCT d.ref FROM user_account u
	JOIN discussion_seat s ON s.authority_id = u.authority_id AND s.owner_id = u.organisation_id AND lower(s.email) = u.email AND s.invited_at IS NOT NULL
	JOIN discussion d ON d.id = s.discussion_id AND d.authority_id = s.authority_id
	WHERE u.id = $1 AND u.authority_id = $2 AND u.organisation_id <> '' AND u.email <> ''`)

// Seats are the references of the discussions that somebody of a partner is invited to by
// name, at the e-mail address of their account.
func Seats(ctx context.Context, q db.Queryer, authority, user string) ([]string, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, seatsOf, user, authority)
}
