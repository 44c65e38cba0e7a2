// Package enquiries is the desk of section 47 enquiries: who investigates, what each
// agency does and by when, which earlier events were used, what was found and who
// authorised it.
package enquiries

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

// Desk is the enquiries desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Enquiry is a section 47 enquiry with everything its page shows.
type Enquiry struct {
	pathway.Enquiry
	ContactID, Contact, DiscussionRef, EarlyWhy  string
	BegunBy, Analysis, Siblings                  string
	RecordedBy, RecordedByName                   string
	AuthorisedByName                             string
	RecordedAt, AuthorisedAt                     civil.Instant
	PoliceView, PoliceWhy, HealthView, HealthWhy string
	Version                                      int64
	Kid                                          Kid
	Views                                        []View
	Deeds                                        []Deed
	Events                                       []Event
	Waits                                        []Wait
}

// Kid is the child an enquiry is about.
type Kid struct {
	Ref, Name string
	Born      civil.Date
	Unborn    bool
	person    string
	conceal   access.Concealment
}

// View is what an agency said of investigating together.
type View struct {
	Agency, View, Reason, Why, By string
	Criteria                      []string
	At                            civil.Instant
}

// Deed is an action with how it was done.
type Deed struct {
	pathway.EnquiryAction
	DoneBy, How, OwnerName string
	AgreedAt               civil.Instant
}

// Event is an earlier contact about the child, or about a brother or sister, with what
// was made of it in this enquiry.
type Event struct {
	ID, Contact, Source, Grade, Words, Child string
	At                                       civil.Instant
	Outcome                                  pathway.Outcome
	Sibling                                  bool
	Use, Reason, By                          string // "" has not been read
	Significant                              string // why somebody marked it as significant in the story
}

// Wait is somebody who is waited for.
type Wait struct {
	Agency, Owner, What, Step string
	Due, Warn                 civil.Instant
}

var (
	findEnquiry = db.SQL("enquiries.find", `
		SELECT e.id, e.ref, e.contact_id, c.ref, e.child_id, e.discussion_ref, e.started_at, e.early_why, e.begun_by_name, e.state, e.outcome, e.analysis, e.siblings, e.open_why,
			e.recorded_at, e.recorded_by, e.recorded_by_name, e.authorised_at, e.authorised_by_name, e.police_view, e.police_why, e.health_view, e.health_why, e.version,
			COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described, COALESCE(p.born, cc.born), cc.unborn, cc.person_id, cc.may_be, cc.conceal
		FROM enquiry e
		JOIN contact c ON c.id = e.contact_id AND c.authority_id = e.authority_id
		JOIN contact_child cc ON cc.id = e.child_id AND cc.authority_id = e.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE e.ref = $1 AND e.authority_id = $2`)
	viewsOf = db.SQL("enquiries.views", `
		SELECT agency, view, criteria, reason, why, by_name, at FROM enquiry_view WHERE enquiry_id = $1 AND authority_id = $2 ORDER BY at, id`)
	actionsOf = db.SQL("enquiries.actions", `
		SELECT a.id, a.kind, a.what, a.agency, a.owner_id, COALESCE(o.name, ''), a.due_at, a.agreed_at, a.done_at, a.done_by, a.how, a.let_why FROM enquiry_action a
		LEFT JOIN organisation o ON o.id = a.owner_id AND o.authority_id = a.authority_id
		WHERE a.enquiry_id = $1 AND a.authority_id = $2 ORDER BY a.due_at, a.id`)
	// Earlier contacts about the child, and about whoever is recorded as a brother or
	// sister, up to the contact the enquiry follows.
	eventsOf = db.SQL("enquiries.earlier-events", `
		SELECT cc.id, c.ref, c.source_name, c.grade, c.words, c.received_at, cc.outcome, COALESCE(p.ref, ''), cc.person_id NOT IN (:list($1)),
			COALESCE(v.how, ''), COALESCE(v.reason, ''), COALESCE(v.by_name, ''),
			COALESCE((SELECT min(s.why) FROM significance s WHERE s.contact_id = c.id AND s.authority_id = c.authority_id AND s.ended_at IS NULL), '')
		FROM contact_child cc
		CROSS JOIN contact c -- so that SQLite begins with the children, who are few
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id
		LEFT JOIN enquiry_event v ON v.event_id = cc.id AND v.authority_id = cc.authority_id AND v.enquiry_id = $3
		WHERE c.id = cc.contact_id AND c.authority_id = cc.authority_id AND cc.authority_id = $2 AND $1 <> '[]' AND c.id <> $4 AND c.received_at < $5 AND c.conceal = ''
			AND cc.person_id <> '' AND cc.person_id IN (
				SELECT o.id FROM person o WHERE o.id IN (:list($1)) AND o.authority_id = $2
				UNION
				SELECT r.other_id FROM relationship r CROSS JOIN person s
				WHERE s.id = r.other_id AND s.authority_id = r.authority_id AND s.conceal = '' AND r.person_id IN (:list($1)) AND r.authority_id = $2 AND r.until IS NULL AND r.kind IN ('sibling', 'half_sibling', 'step_sibling'))
		ORDER BY c.received_at, cc.id`)
	waitsOf = db.SQL("enquiries.waits", `
		SELECT agency, owner_name, what, timescale, due_at, warn_at FROM wait
		WHERE child_id = $1 AND authority_id = $2 AND ended_at IS NULL
			AND timescale IN ('enquiry', 'enquiry.child-seen', 'action.agreed', 'disagreement', 'strategy.discussion', 'conference.initial')
		ORDER BY due_at, id`)
	workOf = db.SQL("enquiries.work-of-child", `
		SELECT e.worker_id, COALESCE(v.worker_id, ''), e.team_id, e.interim_owner_id FROM episode e
		LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
		WHERE e.child_id = $1 AND e.authority_id = $2 AND e.state = 'open'`)
)

func scanEnquiry(r *sql.Rows, e *Enquiry) error {
	var given, family, described, mayBe string
	k := &e.Kid
	err := r.Scan(&e.ID, &e.Ref, &e.ContactID, &e.Contact, &e.Child, &e.DiscussionRef, &e.StartedAt, &e.EarlyWhy, &e.BegunBy, &e.State, &e.Outcome, &e.Analysis, &e.Siblings, &e.OpenWhy,
		&e.RecordedAt, &e.RecordedBy, &e.RecordedByName, &e.AuthorisedAt, &e.AuthorisedByName, &e.PoliceView, &e.PoliceWhy, &e.HealthView, &e.HealthWhy, &e.Version,
		&k.Ref, &given, &family, &described, &k.Born, &k.Unborn, &k.person, &mayBe, &k.conceal)
	e.Discussion = e.DiscussionRef != ""
	k.Name = record.ChildNameUnborn(given, family, described, k.Unborn)
	if k.person == "" {
		k.person = mayBe
	}
	return err
}

func load(ctx context.Context, q db.Queryer, authority, ref string) (*Enquiry, error) {
	e, err := db.One(ctx, q, scanEnquiry, findEnquiry, ref, authority)
	if db.NotFound(err) {
		return nil, refusal.Hidden()
	}
	if err != nil {
		return nil, err
	}
	e.Views, err = db.Collect(ctx, q, func(r *sql.Rows, v *View) error {
		var criteria string
		err := r.Scan(&v.Agency, &v.View, &criteria, &v.Reason, &v.Why, &v.By, &v.At)
		v.Criteria = strings.Fields(criteria)
		return err
	}, viewsOf, e.ID, authority)
	if err != nil {
		return nil, err
	}
	police, social := e.view(pathway.Police), e.view(pathway.SocialWork)
	if police == social {
		e.Joint = police
	}
	e.Deeds, err = db.Collect(ctx, q, func(r *sql.Rows, a *Deed) error {
		return r.Scan(&a.ID, &a.Kind, &a.What, &a.On, &a.Owner, &a.OwnerName, &a.By, &a.AgreedAt, &a.Done, &a.DoneBy, &a.How, &a.Let)
	}, actionsOf, e.ID, authority)
	if err != nil {
		return nil, err
	}
	for _, a := range e.Deeds {
		e.Actions = append(e.Actions, a.EnquiryAction)
	}
	own, err := record.FindClusters(ctx, q, authority, []string{e.Kid.person})
	if err != nil {
		return nil, err
	}
	var records []string // all that are read as the child's
	if e.Kid.person != "" {
		records = own.All(e.Kid.person)
	}
	e.Events, err = db.Collect(ctx, q, func(r *sql.Rows, v *Event) error {
		return r.Scan(&v.ID, &v.Contact, &v.Source, &v.Grade, &v.Words, &v.At, &v.Outcome, &v.Child, &v.Sibling, &v.Use, &v.Reason, &v.By, &v.Significant)
	}, eventsOf, db.List(records), authority, e.ID, e.ContactID, e.StartedAt)
	for _, v := range e.Events {
		if v.Use == "" {
			e.Unread++
		}
	}
	return &e, err
}

// view is an agency's last word on investigating together; "" when it has not said.
func (e *Enquiry) view(a pathway.Agency) string {
	last := ""
	for _, v := range e.Views {
		if v.Agency == string(a) {
			last = v.View
		}
	}
	return last
}

// about says what an enquiry is about. Police see those that they investigate too, or
// have been asked to.
func (e *Enquiry) about(ctx context.Context, q db.Queryer, authority string, who access.Actor) (access.About, error) {
	a := access.About{Kind: "enquiry", ID: e.Ref, Authority: authority, Conceal: e.Kid.conceal, Live: e.State != pathway.EnquiryAuthorised}
	if e.Kid.person != "" {
		a.Persons = []string{e.Kid.person}
	}
	if who.AgencyID != "" {
		in, err := e.concerns(ctx, q, authority, who)
		if err != nil {
			return a, err
		}
		if in {
			a.AgencyID = who.AgencyID
		}
	}
	type work struct{ worker, offered, team, interim string }
	all, err := db.Collect(ctx, q, func(r *sql.Rows, w *work) error { return r.Scan(&w.worker, &w.offered, &w.team, &w.interim) }, workOf, e.Child, authority)
	if err != nil {
		return a, err
	}
	for _, w := range all {
		a.Workers, a.Teams = append(a.Workers, w.worker, w.offered), append(a.Teams, w.team, w.interim)
	}
	return record.Concealing(ctx, q, a)
}

var isOfForce = db.SQL("enquiries.is-of-force", `SELECT count(*) FROM enquiry e WHERE e.id = $1 AND e.authority_id = $2 AND `+record.OfForce("$3"))

// concerns says that a partner is in an enquiry: it undertook an action, or it is the
// force with which it is investigated jointly.
func (e *Enquiry) concerns(ctx context.Context, q db.Queryer, authority string, who access.Actor) (bool, error) {
	for _, a := range e.Deeds {
		if a.Owner == who.AgencyID {
			return true, nil
		}
	}
	if who.AgencyKind != string(pathway.Police) || e.Joint != "joint" && e.view(pathway.SocialWork) != "joint" {
		return false, nil
	}
	var n int
	err := q.QueryRowContext(ctx, isOfForce, e.ID, authority, who.AgencyID).Scan(&n)
	return n > 0, err
}

func open(ctx context.Context, tx *record.Tx, ref string, act access.Action) (*Enquiry, error) {
	e, err := load(ctx, tx, tx.Authority, ref)
	if err != nil {
		if refusal.KindOf(err) == refusal.NotFound {
			if denied := tx.Allow(act, access.About{}); denied != nil {
				return nil, denied
			}
		}
		return nil, err
	}
	about, err := e.about(ctx, tx, tx.Authority, tx.Who)
	if err != nil {
		return nil, err
	}
	return e, tx.Allow(act, about)
}

func (e *Enquiry) subject() record.Subject {
	return record.Subject{Kind: "enquiry", Ref: e.Ref, Contact: e.ContactID}
}

// Open shows an enquiry to somebody who may see it, and logs that they looked.
func (d *Desk) Open(ctx context.Context, who access.Actor, ref string) (*Enquiry, civil.Instant, error) {
	var e *Enquiry
	var now civil.Instant
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		now = v.Now
		var err error
		if e, err = load(ctx, v, v.Authority, ref); err != nil {
			if denied := v.Allow(access.OpenEnquiry, access.About{}); denied != nil {
				return denied
			}
			return err
		}
		about, err := e.about(ctx, v, v.Authority, who)
		if err != nil {
			return err
		}
		if err := v.Allow(access.OpenEnquiry, about); err != nil {
			return err
		}
		seen := []string{e.Ref}
		if e.Kid.Ref != "" {
			seen = append(seen, e.Kid.Ref)
		}
		v.Saw("enquiry", seen...)
		e.Waits, err = db.Collect(ctx, v, func(r *sql.Rows, w *Wait) error {
			return r.Scan(&w.Agency, &w.Owner, &w.What, &w.Step, &w.Due, &w.Warn)
		}, waitsOf, e.Child, v.Authority)
		return err
	})
	return e, now, err
}
