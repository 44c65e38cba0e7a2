// Package meetings is the desk of strategy discussions: who asked for one, who is
// invited, who came, what was decided, who signed it, and what was done for the child
// while it was waited for.
package meetings

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// Desk is the meetings desk.
type Desk struct {
	Record  *record.Record
	printer *web.Printer
}

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Meeting is a strategy discussion with everything its page shows.
type Meeting struct {
	pathway.Strategy
	ContactID, Suspected, Category string
	RequestedBy, Place, Mode       string
	HeldRecordedAt, DecidedAt      civil.Instant
	DecidedBy, Enquiry, Follows    string
	Recorded                       pathway.Quoracy // as it was worked out when it was recorded
	Sequence, Version              int64
	Kids                           []Kid
	Invited                        []Seat
	Slots                          []Slot
	Points                         []Settled
	Actions                        []Action
	Visits                         []Visit
	Holdings                       []Held
	Waits                          []Wait
}

// Kid is a child whom a discussion is about.
type Kid struct {
	ID, Ref, Name string
	Born          civil.Date
	Unborn        bool
	NHS, School   string
	person        string
	conceal       access.Concealment
}

// Seat is a place at the discussion as the desk keeps it.
type Seat struct {
	pathway.Seat
	Position                                   int
	OwnerName, DeputyFor, DeputyName           string
	DeputyEmail, Comes, Prefers, Reason, How   string
	SignedBy, Agrees, DisagreesWhy             string
	InvitedAt, AnswerDue, AnsweredAt, SignedAt civil.Instant
	RemindedAt, RemindedOf                     civil.Instant // to answer; of which time of the discussion
}

// Slot is a time that is offered.
type Slot struct {
	ID string
	At civil.Instant
}

// offered are the times that are still to come.
func (m *Meeting) offered(now civil.Instant) []Slot {
	var out []Slot
	for _, s := range m.Slots {
		if !s.At.Before(now) {
			out = append(out, s)
		}
	}
	return out
}

// Settled is one point of the agenda with what was settled.
type Settled struct{ Key, Answer, Why string }

// Action is something an agency undertook, with how its wait stands.
type Action struct {
	ID, Child, What, Agency, Owner string
	Due, Ended                     civil.Instant
}

// Held is one time that people met, whoever was there.
type Held struct {
	At      civil.Instant
	Quoracy pathway.Quoracy
	Missing []pathway.Part
	There   string
}

// Visit is a visit made while the discussion was waited for.
type Visit struct {
	Child, By, Seen, Alone, Words string
	At, Next                      civil.Instant
}

// Wait is somebody who is waited for.
type Wait struct {
	Child, Agency, Owner, What, Step string
	Since, Due, Warn, Ended          civil.Instant
}

var (
	findMeeting = db.SQL("meetings.find", `
		SELECT d.id, d.ref, d.contact_id, c.ref, d.kind, d.state, d.immediate, d.needs, d.suspected, d.category, d.requested_at, d.requested_by_name,
			d.scheduled_at, d.place, d.sequence, d.held_at, d.held_recorded_at, d.mode, d.quoracy, d.decided_at, d.decided_by_name, d.enquiry, d.follows, d.version
		FROM discussion d
		JOIN contact c ON c.id = d.contact_id AND c.authority_id = d.authority_id
		WHERE d.ref = $1 AND d.authority_id = $2`)
	kidsOf = db.SQL("meetings.children", `
		SELECT cc.id, COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described, COALESCE(p.born, cc.born), cc.unborn,
			COALESCE(p.nhs, cc.nhs), COALESCE(p.school, cc.school), cc.person_id, cc.may_be, cc.conceal
		FROM discussion_child x
		JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE x.discussion_id = $1 AND x.authority_id = $2 ORDER BY cc.position`)
	seatsOf = db.SQL("meetings.seats", `
		SELECT id, position, part, agency, owner_id, owner_name, name, email, deputy_for, deputy_name, deputy_email, invited_at, answer_due,
			comes, prefers, reason, answered_at, answered_how, attendance, absent_why, decides, signed_at, signed_by, agrees, disagrees_why,
			reminded_at, reminded_of
		FROM discussion_seat WHERE discussion_id = $1 AND authority_id = $2 ORDER BY position, id`)
	slotsOf = db.SQL("meetings.slots", `
		SELECT id, starts_at FROM discussion_slot WHERE discussion_id = $1 AND authority_id = $2 ORDER BY starts_at, id`)
	pointsOf = db.SQL("meetings.points", `
		SELECT key, answer, why FROM discussion_point WHERE discussion_id = $1 AND authority_id = $2`)
	actionsOf = db.SQL("meetings.actions", `
		SELECT a.id, a.child_id, a.what, a.agency, COALESCE(w.owner_name, ''), a.due_at, w.ended_at FROM discussion_action a
		LEFT JOIN wait w ON w.about_id = a.id AND w.authority_id = a.authority_id AND w.contact_id = $3 AND w.ended_how <> 'moved'
		WHERE a.discussion_id = $1 AND a.authority_id = $2 ORDER BY a.position, w.begun_at`)
	visitsOf = db.SQL("meetings.visits", `
		SELECT child_id, by_whom, seen, alone, words, happened_at, next_at FROM meanwhile_visit
		WHERE discussion_id = $1 AND authority_id = $2 ORDER BY happened_at, id`)
	holdingsOf = db.SQL("meetings.holdings", `
		SELECT held_at, quoracy, missing, there FROM discussion_holding WHERE discussion_id = $1 AND authority_id = $2 ORDER BY held_at, id`)
	waitsOf = db.SQL("meetings.waits", `
		SELECT w.child_id, w.agency, w.owner_name, w.what, w.timescale, w.since, w.due_at, w.warn_at, w.ended_at FROM discussion_child x
		CROSS JOIN wait w -- so that SQLite begins with the few children of the discussion
		WHERE w.child_id = x.child_id AND w.authority_id = x.authority_id AND x.discussion_id = $1 AND w.authority_id = $2 AND (w.timescale IN ('strategy.discussion', 'strategy.convened', 'strategy.answer', 'strategy.follow-up', 'strategy.decided',
			'strategy.signed', 'action.agreed', 'enquiry', 'enquiry.child-seen', 'disagreement'))
		ORDER BY w.ended_at IS NOT NULL, w.due_at, w.id`)
	workOf = db.SQL("meetings.work-of-children", `
		SELECT e.worker_id, COALESCE(v.worker_id, ''), e.team_id, e.interim_owner_id FROM episode e
		JOIN discussion_child x ON x.child_id = e.child_id AND x.authority_id = e.authority_id AND x.discussion_id = $1
		LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
		WHERE e.authority_id = $2 AND e.state = 'open'`)
)

func scanMeeting(r *sql.Rows, m *Meeting) error {
	var needs string
	err := r.Scan(&m.ID, &m.Ref, &m.ContactID, &m.Contact, &m.Kind, &m.State, &m.Immediate, &needs, &m.Suspected, &m.Category, &m.RequestedAt, &m.RequestedBy,
		&m.ScheduledAt, &m.Place, &m.Sequence, &m.HeldAt, &m.HeldRecordedAt, &m.Mode, &m.Recorded, &m.DecidedAt, &m.DecidedBy, &m.Enquiry, &m.Follows, &m.Version)
	m.Needs = needsOf(strings.Fields(needs))
	return err
}

func needsOf(words []string) pathway.Needs {
	has := func(w string) bool { return slices.Contains(words, w) }
	return pathway.Needs{Medical: has("medical"), Unborn: has("unborn"), LookedAfter: has("looked_after"), InSchool: has("in_school")}
}

func needsWords(n pathway.Needs) string {
	var out []string
	for _, x := range []struct {
		yes  bool
		word string
	}{{n.Medical, "medical"}, {n.Unborn, "unborn"}, {n.LookedAfter, "looked_after"}, {n.InSchool, "in_school"}} {
		if x.yes {
			out = append(out, x.word)
		}
	}
	return strings.Join(out, " ")
}

func scanSeat(r *sql.Rows, s *Seat) error {
	err := r.Scan(&s.ID, &s.Position, &s.Part, &s.Agency, &s.Owner, &s.OwnerName, &s.Name, &s.Email, &s.DeputyFor, &s.DeputyName, &s.DeputyEmail, &s.InvitedAt, &s.AnswerDue,
		&s.Comes, &s.Prefers, &s.Reason, &s.AnsweredAt, &s.How, &s.Attendance, &s.Why, &s.Decides, &s.SignedAt, &s.SignedBy, &s.Agrees, &s.DisagreesWhy, &s.RemindedAt, &s.RemindedOf)
	s.Answered = !s.AnsweredAt.IsZero()
	return err
}

func scanKid(r *sql.Rows, k *Kid) error {
	var given, family, described, mayBe string
	err := r.Scan(&k.ID, &k.Ref, &given, &family, &described, &k.Born, &k.Unborn, &k.NHS, &k.School, &k.person, &mayBe, &k.conceal)
	k.Name = record.ChildNameUnborn(given, family, described, k.Unborn)
	if k.person == "" {
		k.person = mayBe
	}
	return err
}

// load reads a discussion by reference, with its children and seats.
func load(ctx context.Context, q db.Queryer, authority, ref string) (*Meeting, error) {
	m, err := db.One(ctx, q, scanMeeting, findMeeting, ref, authority)
	if db.NotFound(err) {
		return nil, refusal.Hidden()
	}
	if err != nil {
		return nil, err
	}
	if m.Kids, err = db.Collect(ctx, q, scanKid, kidsOf, m.ID, authority); err != nil {
		return nil, err
	}
	if m.Invited, err = db.Collect(ctx, q, scanSeat, seatsOf, m.ID, authority); err != nil {
		return nil, err
	}
	for _, k := range m.Kids {
		m.Children = append(m.Children, k.ID)
	}
	for _, s := range m.Invited {
		m.Seats = append(m.Seats, s.Seat)
	}
	return &m, nil
}

// about says what a discussion is about: its children's restrictions and workers, and
// for a partner whether that agency has a seat.
func (m *Meeting) about(ctx context.Context, q db.Queryer, authority string, who access.Actor) (access.About, error) {
	a := access.About{Kind: "meeting", ID: m.Ref, Authority: authority, Live: m.State != pathway.StrategyDecided}
	if who.AgencyID != "" && slices.ContainsFunc(m.Invited, func(s Seat) bool { return s.Owner == who.AgencyID }) {
		a.AgencyID = who.AgencyID
		seats, err := record.Seats(ctx, q, authority, who.ID)
		if err != nil {
			return a, err
		}
		if slices.Contains(seats, m.Ref) {
			a.Seated = []string{who.ID}
		}
	}
	for _, k := range m.Kids {
		if k.person != "" {
			a.Persons = append(a.Persons, k.person)
		}
		if k.conceal != access.Unrestricted {
			a.Conceal = k.conceal
		}
	}
	type work struct{ worker, offered, team, interim string }
	all, err := db.Collect(ctx, q, func(r *sql.Rows, w *work) error { return r.Scan(&w.worker, &w.offered, &w.team, &w.interim) }, workOf, m.ID, authority)
	if err != nil {
		return a, err
	}
	for _, w := range all {
		a.Workers, a.Teams = append(a.Workers, w.worker, w.offered), append(a.Teams, w.team, w.interim)
	}
	return record.Concealing(ctx, q, a)
}

// open loads a discussion for a change and asks for permission.
func open(ctx context.Context, tx *record.Tx, ref string, act access.Action) (*Meeting, error) {
	m, err := load(ctx, tx, tx.Authority, ref)
	if err != nil {
		if refusal.KindOf(err) == refusal.NotFound {
			if denied := tx.Allow(act, access.About{}); denied != nil {
				return nil, denied
			}
		}
		return nil, err
	}
	about, err := m.about(ctx, tx, tx.Authority, tx.Who)
	if err != nil {
		return nil, err
	}
	return m, tx.Allow(act, about)
}

func (m *Meeting) subject() record.Subject {
	return record.Subject{Kind: "meeting", Ref: m.Ref, Contact: m.ContactID}
}

func hashOf(word string) string {
	sum := sha256.Sum256([]byte(word))
	return hex.EncodeToString(sum[:])
}

// Open shows a discussion to somebody who may see it, and logs that they looked.
func (d *Desk) Open(ctx context.Context, who access.Actor, ref string) (*Meeting, civil.Instant, error) {
	var m *Meeting
	var now civil.Instant
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		now = v.Now
		var err error
		if m, err = load(ctx, v, v.Authority, ref); err != nil {
			if denied := v.Allow(access.OpenMeeting, access.About{}); denied != nil {
				return denied
			}
			return err
		}
		about, err := m.about(ctx, v, v.Authority, who)
		if err != nil {
			return err
		}
		if err := v.Allow(access.OpenMeeting, about); err != nil {
			return err
		}
		v.Saw("meeting", append([]string{m.Ref}, m.refs()...)...)
		return m.read(ctx, v)
	})
	return m, now, err
}

func (m *Meeting) refs() []string {
	var out []string
	for _, k := range m.Kids {
		if k.Ref != "" {
			out = append(out, k.Ref)
		}
	}
	return out
}

func (m *Meeting) read(ctx context.Context, v *record.View) error {
	var err error
	if m.Slots, err = db.Collect(ctx, v, func(r *sql.Rows, s *Slot) error { return r.Scan(&s.ID, &s.At) }, slotsOf, m.ID, v.Authority); err != nil {
		return err
	}
	if m.Points, err = db.Collect(ctx, v, func(r *sql.Rows, p *Settled) error { return r.Scan(&p.Key, &p.Answer, &p.Why) }, pointsOf, m.ID, v.Authority); err != nil {
		return err
	}
	m.Actions, err = db.Collect(ctx, v, func(r *sql.Rows, a *Action) error {
		return r.Scan(&a.ID, &a.Child, &a.What, &a.Agency, &a.Owner, &a.Due, &a.Ended)
	}, actionsOf, m.ID, v.Authority, m.ContactID)
	if err != nil {
		return err
	}
	m.Visits, err = db.Collect(ctx, v, func(r *sql.Rows, x *Visit) error {
		return r.Scan(&x.Child, &x.By, &x.Seen, &x.Alone, &x.Words, &x.At, &x.Next)
	}, visitsOf, m.ID, v.Authority)
	if err != nil {
		return err
	}
	m.Holdings, err = db.Collect(ctx, v, func(r *sql.Rows, h *Held) error {
		var missing string
		err := r.Scan(&h.At, &h.Quoracy, &missing, &h.There)
		for _, p := range strings.Fields(missing) {
			h.Missing = append(h.Missing, pathway.Part(p))
		}
		return err
	}, holdingsOf, m.ID, v.Authority)
	if err != nil {
		return err
	}
	m.Waits, err = db.Collect(ctx, v, func(r *sql.Rows, w *Wait) error {
		return r.Scan(&w.Child, &w.Agency, &w.Owner, &w.What, &w.Step, &w.Since, &w.Due, &w.Warn, &w.Ended)
	}, waitsOf, m.ID, v.Authority)
	return err
}

// Kid finds one of the children.
func (m *Meeting) Kid(id string) Kid {
	for _, k := range m.Kids {
		if k.ID == id {
			return k
		}
	}
	return Kid{}
}
