package enquiries

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var (
	addEnquiry = db.InsertInto("enquiries.add", "enquiry",
		"id, authority_id, ref, contact_id, child_id, discussion_ref, started_at, early_why, begun_by, begun_by_name, begun_at, state", "")
	addView   = db.InsertInto("enquiries.add-view", "enquiry_view", "id, authority_id, enquiry_id, agency, view, criteria, reason, why, by_name, at", "")
	addAction = db.InsertInto("enquiries.add-action", "enquiry_action", "id, authority_id, enquiry_id, kind, what, agency, owner_id, due_at, agreed_at", "")
	addEvent  = db.InsertInto("enquiries.use-event", "enquiry_event", "enquiry_id, event_id, authority_id, how, reason, by_id, by_name, at",
		"ON CONFLICT (enquiry_id, event_id, authority_id) DO UPDATE SET how = excluded.how, reason = excluded.reason, by_id = excluded.by_id, by_name = excluded.by_name, at = excluded.at")
	// A child whose discussion decided on an enquiry that nobody has opened yet.
	toOpen = db.SQL("enquiries.child-to-open", `
		SELECT w.contact_id, c.ref, w.since, COALESCE((SELECT min(d.ref) FROM discussion d JOIN discussion_child x ON x.discussion_id = d.id AND x.authority_id = d.authority_id
			WHERE x.child_id = w.child_id AND x.authority_id = w.authority_id AND d.id = w.about_id), '')
		FROM wait w JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE w.child_id = $1 AND w.authority_id = $2 AND w.timescale = 'enquiry' AND w.ended_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM enquiry e WHERE e.child_id = w.child_id AND e.authority_id = w.authority_id AND e.state <> 'authorised')`)
	childFacts = db.SQL("enquiries.child-facts", `
		SELECT cc.person_id, cc.may_be, cc.conceal FROM contact_child cc WHERE cc.id = $1 AND cc.authority_id = $2`)
	askedChild = db.SQL("enquiries.child-asked-for", `
		SELECT cc.id, cc.contact_id, c.ref,
			EXISTS (SELECT 1 FROM wait w WHERE w.child_id = cc.id AND w.authority_id = cc.authority_id AND w.timescale = 'strategy.discussion' AND w.ended_at IS NULL) AS asked,
			EXISTS (SELECT 1 FROM wait w WHERE w.child_id = cc.id AND w.authority_id = cc.authority_id AND w.timescale = 'enquiry' AND w.ended_at IS NULL)
		FROM contact_child cc
		JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id
		JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
		WHERE p.ref = $1 AND cc.authority_id = $2 AND cc.state = 'open' ORDER BY asked DESC, c.received_at DESC LIMIT 1`)
	setDone = db.SQL("enquiries.set-action-done", `
		UPDATE enquiry_action SET done_at = $3, done_by = $4, how = $5, let_why = $6, recorded_at = $7
		WHERE id = $1 AND authority_id = $2 AND done_at IS NULL AND let_why = ''`)
	setOutcome = db.SQL("enquiries.set-outcome", `
		UPDATE enquiry SET state = 'outcome_recorded', outcome = $3, analysis = $4, siblings = $5, open_why = $6, recorded_at = $7, recorded_by = $8, recorded_by_name = $9, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $10`)
	setAuthorised = db.SQL("enquiries.set-authorised", `
		UPDATE enquiry SET state = 'authorised', authorised_at = $3, authorised_by = $4, authorised_by_name = $5, police_view = $6, police_why = $7, health_view = $8, health_why = $9, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $10`)
	touch   = db.SQL("enquiries.touch", `UPDATE enquiry SET version = version + 1 WHERE id = $1 AND authority_id = $2`)
	forceIn = db.SQL("enquiries.force", `
		SELECT o.id FROM enquiry e JOIN organisation o ON o.authority_id = e.authority_id AND o.kind = 'police' AND `+record.OfForce("o.id")+`
		WHERE e.id = $1 AND e.authority_id = $2 ORDER BY o.id LIMIT 1`)
	deskOf = db.SQL("enquiries.desk-of-agency", `
		SELECT o.id FROM organisation o WHERE o.authority_id = $1 AND o.kind = $2
		ORDER BY CASE WHEN o.id = (SELECT k.owner_id FROM desk_owner k WHERE k.agency = $2 AND k.authority_id = $1) THEN 0 ELSE 1 END, o.name LIMIT 1`)
	closeEpisode = db.SQL("enquiries.close-work", `
		UPDATE episode SET state = 'closed', closed_at = $3, closed_why = $4, version = version + 1 WHERE child_id = $1 AND authority_id = $2 AND state = 'open'`)
)

// Begin opens the enquiry that a strategy discussion decided for a child. Its clock has
// been running since the discussion.
func (d *Desk) Begin(ctx context.Context, who access.Actor, child string) (ref string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		e := &Enquiry{Enquiry: pathway.Enquiry{Child: child}}
		err := tx.QueryRowContext(ctx, toOpen, child, tx.Authority).Scan(&e.ContactID, &e.Contact, &e.StartedAt, &e.DiscussionRef)
		if db.NotFound(err) {
			if denied := tx.Allow(access.WorkEnquiry, access.About{}); denied != nil {
				return denied
			}
			return refusal.New(refusal.Conflict, "No enquiry waits to be opened for this child. Look in the list for the one that is under way")
		}
		if err != nil {
			return err
		}
		if err := e.create(ctx, tx, access.WorkEnquiry); err != nil {
			return err
		}
		ref = e.Ref
		return tx.Apply(ctx, e.subject(), "open enquiry", pathway.Consequences{})
	})
	return ref, err
}

// StartEarly starts an enquiry before the discussion is held.
func (d *Desk) StartEarly(ctx context.Context, who access.Actor, childRef, why string) (ref string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		e := &Enquiry{EarlyWhy: why}
		var asked, running bool
		err := tx.QueryRowContext(ctx, askedChild, childRef, tx.Authority).Scan(&e.Child, &e.ContactID, &e.Contact, &asked, &running)
		if db.NotFound(err) {
			if denied := tx.Allow(access.AuthoriseEnquiry, access.About{}); denied != nil {
				return denied
			}
			return refusal.Field("child", "Enter the reference of a child with whom somebody works now")
		}
		if err != nil {
			return err
		}
		e.ID, e.StartedAt = tx.NewID(), tx.Now
		next, err := e.Enquiry.StartEarly(why, who.LeadsWork(), asked, running)
		if err != nil {
			if denied := e.allow(ctx, tx, access.AuthoriseEnquiry); denied != nil {
				return denied
			}
			return err
		}
		if err := e.create(ctx, tx, access.AuthoriseEnquiry); err != nil {
			return err
		}
		ref = e.Ref
		return tx.Apply(ctx, e.subject(), "start enquiry before the discussion", next)
	})
	return ref, err
}

// allow asks for permission with the facts of the child.
func (e *Enquiry) allow(ctx context.Context, tx *record.Tx, act access.Action) error {
	var mayBe string
	if err := tx.QueryRowContext(ctx, childFacts, e.Child, tx.Authority).Scan(&e.Kid.person, &mayBe, &e.Kid.conceal); err != nil {
		return err
	}
	e.Kid.person = cmp.Or(e.Kid.person, mayBe)
	about, err := e.about(ctx, tx, tx.Authority, tx.Who)
	if err != nil {
		return err
	}
	return tx.Allow(act, about)
}

func (e *Enquiry) create(ctx context.Context, tx *record.Tx, act access.Action) error {
	e.ID, e.Ref, e.State = cmp.Or(e.ID, tx.NewID()), tx.NewRef("SE"), pathway.EnquiryOpen
	if err := e.allow(ctx, tx, act); err != nil {
		return err
	}
	return addEnquiry.Exec(ctx, tx, []any{e.ID, tx.Authority, e.Ref, e.ContactID, e.Child, e.DiscussionRef, e.StartedAt, e.EarlyWhy, tx.Who.ID, tx.Who.Name, tx.Now, e.State})
}

// change is a command on one enquiry.
func (d *Desk) change(ctx context.Context, who access.Actor, ref string, act access.Action, summary string, do func(*record.Tx, *Enquiry) (pathway.Consequences, error)) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		e, err := open(ctx, tx, ref, act)
		if err != nil {
			return err
		}
		next, err := do(tx, e)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, touch, e.ID, tx.Authority); err != nil {
			return err
		}
		return tx.Apply(ctx, e.subject(), summary, next)
	})
}

func changed() error {
	return refusal.New(refusal.Conflict, "This enquiry has changed since you opened it. Read what changed, then save again")
}

// Together records what an agency says of investigating together: police for
// themselves, social care for social care, or for police on the phone.
func (d *Desk) Together(ctx context.Context, who access.Actor, ref string, v pathway.JointView) error {
	if who.AgencyID != "" {
		v.Agency = pathway.Agency(who.AgencyKind)
	}
	return d.change(ctx, who, ref, access.ActInEnquiry, "joint or single: "+string(v.Agency), func(tx *record.Tx, e *Enquiry) (pathway.Consequences, error) {
		if v.Agency == "" {
			return pathway.Consequences{}, refusal.Field("agency", "Select who says so")
		}
		other := pathway.Police
		if v.Agency == pathway.Police {
			other = pathway.SocialWork
		}
		v.Criteria = slices.DeleteFunc(slices.Clone(v.Criteria), func(k string) bool {
			return !slices.ContainsFunc(pathway.Criteria(), func(c pathway.Criterion) bool { return c.Key == k })
		})
		if v.View != "single" {
			v.Reason = ""
		}
		next, err := e.Enquiry.Together(v, e.view(other))
		if err != nil {
			return next, err
		}
		return next, addView.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, e.ID, v.Agency, v.View, strings.Join(v.Criteria, " "), v.Reason, v.Why, v.By, tx.Now})
	})
}

// Agree adds an action with its date.
func (d *Desk) Agree(ctx context.Context, who access.Actor, ref string, a pathway.EnquiryAction) error {
	return d.change(ctx, who, ref, access.WorkEnquiry, "agree an action", func(tx *record.Tx, e *Enquiry) (pathway.Consequences, error) {
		a.ID = tx.NewID()
		if a.On != pathway.SocialWork && a.On != "" {
			err := tx.QueryRowContext(ctx, deskOf, tx.Authority, string(a.On)).Scan(&a.Owner)
			if a.On == pathway.Police { // of several forces, the one it is investigated with
				if err = tx.QueryRowContext(ctx, forceIn, e.ID, tx.Authority).Scan(&a.Owner); db.NotFound(err) {
					err = tx.QueryRowContext(ctx, deskOf, tx.Authority, string(a.On)).Scan(&a.Owner)
				}
			}
			if err != nil && !db.NotFound(err) {
				return pathway.Consequences{}, err
			}
		}
		next, err := e.Enquiry.Agree(a, tx.Now)
		if err != nil {
			return next, err
		}
		return next, addAction.Exec(ctx, tx, []any{a.ID, tx.Authority, e.ID, a.Kind, a.What, a.On, a.Owner, a.By, tx.Now})
	})
}

// Do records that an action was done, or is not needed. A partner records its own.
func (d *Desk) Do(ctx context.Context, who access.Actor, ref string, x pathway.Deed) error {
	return d.change(ctx, who, ref, access.ActInEnquiry, "action done", func(tx *record.Tx, e *Enquiry) (pathway.Consequences, error) {
		if who.AgencyID != "" && !slices.ContainsFunc(e.Deeds, func(a Deed) bool { return a.ID == x.Action && a.Owner == who.AgencyID }) {
			return pathway.Consequences{}, refusal.Hidden()
		}
		next, err := e.Enquiry.Do(x, tx.Now)
		if err != nil {
			return next, err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setDone, x.Action, tx.Authority, x.At, x.By, x.How, x.Let, tx.Now))
		if err == nil && n == 0 {
			err = refusal.New(refusal.Conflict, "Somebody has already recorded this action")
		}
		return next, err
	})
}

// Use says of an earlier event that it was used, or sets it aside with a reason.
func (d *Desk) Use(ctx context.Context, who access.Actor, ref, event, how, reason string) error {
	return d.change(ctx, who, ref, access.WorkEnquiry, "use an earlier event: "+how, func(tx *record.Tx, e *Enquiry) (pathway.Consequences, error) {
		var none pathway.Consequences
		switch {
		case !slices.ContainsFunc(e.Events, func(v Event) bool { return v.ID == event }):
			return none, refusal.Hidden()
		case e.State == pathway.EnquiryAuthorised:
			return none, refusal.New(refusal.Conflict, "The outcome of this enquiry is authorised")
		case how != "cited" && how != "set_aside":
			return none, refusal.Field("how", "Select whether you use this event or set it aside")
		case strings.TrimSpace(reason) == "":
			return none, refusal.Field("reason", "Enter what the event means for this enquiry, or why it is set aside")
		}
		return none, addEvent.Exec(ctx, tx, []any{e.ID, event, tx.Authority, how, reason, who.ID, who.Name, tx.Now})
	})
}

// Found records what the enquiry found.
func (d *Desk) Found(ctx context.Context, who access.Actor, ref string, f pathway.Finding, version int64) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		e, err := open(ctx, tx, ref, access.WorkEnquiry)
		if err != nil {
			return err
		}
		next, err := e.Record(f)
		if err != nil {
			return err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setOutcome, e.ID, tx.Authority, f.Outcome, f.Analysis, f.Siblings, f.OpenWhy, tx.Now, who.ID, who.Name, version))
		switch {
		case err != nil:
			return err
		case n == 0:
			return changed()
		}
		return tx.Apply(ctx, e.subject(), "record outcome: "+string(f.Outcome), next)
	})
}

// Authorise ends the enquiry with a second person's word.
func (d *Desk) Authorise(ctx context.Context, who access.Actor, ref string, a pathway.Authority, version int64) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		e, err := open(ctx, tx, ref, access.AuthoriseEnquiry)
		if err != nil {
			return err
		}
		a.Manager, a.Self = who.LeadsWork(), e.RecordedBy == who.ID
		next, err := e.Enquiry.Authorise(a)
		if err != nil {
			return err
		}
		for _, child := range next.Closes {
			if _, err := tx.ExecContext(ctx, closeEpisode, child, tx.Authority, tx.Now, "the enquiry found that nothing more follows"); err != nil {
				return err
			}
		}
		n, err := db.Changed(tx.ExecContext(ctx, setAuthorised, e.ID, tx.Authority, tx.Now, who.ID, who.Name,
			a.Agencies[pathway.Police], a.Why[pathway.Police], a.Agencies[pathway.Health], a.Why[pathway.Health], version))
		switch {
		case err != nil:
			return err
		case n == 0:
			return changed()
		}
		return tx.Apply(ctx, e.subject(), "authorise outcome: "+string(e.Outcome), next)
	})
}

// List is the enquiries that somebody sees.
type List struct {
	Now    civil.Instant
	ToOpen []Waiting
	Open   []Entry
	Done   []Entry
	More   bool
	// The figures, each with the list that it opens.
	Undecided []Overdue // the facts ask for a joint investigation, and the two agencies have not both said
	Suspects  []Overdue // people alleged to be responsible, not spoken to by the promised date
	Victims   []Overdue // children not spoken to by the promised date
}

// Overdue is an enquiry in which something promised has not happened.
type Overdue struct {
	Ref, Name, Agency string
	Since             civil.Instant // the promised date, or the start of the enquiry
	Done              civil.Instant // when it was done after all
	kind              string
}

// Waiting is a child whose enquiry nobody has opened yet.
type Waiting struct {
	Child, Name, Contact string
	Since, Due, Warn     civil.Instant
	Masked               bool
}

// Entry is one enquiry in the list.
type Entry struct {
	Ref, Name, ChildRef, Contact string
	State                        pathway.EnquiryState
	Outcome                      pathway.EnquiryOutcome
	Joint                        string
	Started, Due, Authorised     civil.Instant
	OpenActions, LateActions     int
	Early                        bool
	Masked                       bool
	conceal                      access.Concealment
	named                        bool
	police, social               string
}

// mostListed is how many enquiries a list shows of each kind.
const mostListed = 100

const mayKnow = `
		(cc.conceal = '' OR (CAST($3 AS boolean) AND cc.conceal = 'restricted') OR EXISTS (
			SELECT 1 FROM restriction_named n WHERE n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id AND n.user_id = $2 AND n.ended_at IS NULL))`

const theirs = `
		AND ($4 = '' OR EXISTS (SELECT 1 FROM episode w WHERE w.child_id = cc.id AND w.authority_id = cc.authority_id AND w.state = 'open' AND w.worker_id = $4))
		AND ($5 = '[]' OR EXISTS (SELECT 1 FROM episode w WHERE w.child_id = cc.id AND w.authority_id = cc.authority_id AND w.state = 'open'
			AND (w.team_id IN (:list($5)) OR w.interim_owner_id IN (:list($5)))))`

const namedHere = `
			EXISTS (SELECT 1 FROM restriction_named n WHERE n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id AND n.user_id = $2 AND n.ended_at IS NULL)`

var entryColumns = `
		SELECT e.ref, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), COALESCE(p.ref, ''), c.ref, e.state, e.outcome, e.started_at, e.authorised_at, e.early_why <> '',
			(SELECT min(w.due_at) FROM wait w WHERE w.child_id = e.child_id AND w.authority_id = e.authority_id AND w.timescale = 'enquiry' AND w.ended_at IS NULL),
			(SELECT count(*) FROM enquiry_action a WHERE a.enquiry_id = e.id AND a.authority_id = e.authority_id AND a.done_at IS NULL AND a.let_why = ''),
			(SELECT count(*) FROM enquiry_action a WHERE a.enquiry_id = e.id AND a.authority_id = e.authority_id AND a.done_at IS NULL AND a.let_why = '' AND a.due_at < $7),
			COALESCE((SELECT v.view FROM enquiry_view v WHERE v.enquiry_id = e.id AND v.authority_id = e.authority_id AND v.agency = 'police' ORDER BY v.at DESC, v.id DESC LIMIT 1), ''),
			COALESCE((SELECT v.view FROM enquiry_view v WHERE v.enquiry_id = e.id AND v.authority_id = e.authority_id AND v.agency = 'social_work' ORDER BY v.at DESC, v.id DESC LIMIT 1), ''),
			cc.conceal, ` + namedHere + `
		FROM enquiry e
		JOIN contact c ON c.id = e.contact_id AND c.authority_id = e.authority_id
		JOIN contact_child cc ON cc.id = e.child_id AND cc.authority_id = e.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE e.authority_id = $1 AND ` + mayKnow + theirs + `
			AND ($6 = '' OR EXISTS (SELECT 1 FROM enquiry_action a WHERE a.enquiry_id = e.id AND a.authority_id = e.authority_id AND a.owner_id = $6)
				OR (CAST($9 AS boolean) AND EXISTS (SELECT 1 FROM enquiry_view v WHERE v.enquiry_id = e.id AND v.authority_id = e.authority_id AND v.agency = 'social_work' AND v.view = 'joint') AND ` + ofForce + `))`

// ofForce says that the reader's force ($6) is the one an enquiry is investigated with.
var ofForce = record.OfForce("$6")

var (
	openEnquiries = db.SQL("enquiries.list-open", entryColumns+` AND e.state <> 'authorised' ORDER BY e.started_at, e.ref LIMIT $8`)
	doneEnquiries = db.SQL("enquiries.list-authorised", entryColumns+` AND e.state = 'authorised' ORDER BY e.authorised_at DESC, e.ref LIMIT $8`)
	// What was promised of speaking to people and has not happened, and enquiries of
	// which the facts ask for both agencies and one has not said.
	overdue = db.SQL("enquiries.overdue", `
		SELECT e.ref, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), a.kind, a.agency, a.due_at, a.done_at
		FROM enquiry_action a
		JOIN enquiry e ON e.id = a.enquiry_id AND e.authority_id = a.authority_id
		JOIN contact_child cc ON cc.id = e.child_id AND cc.authority_id = e.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE a.authority_id = $1 AND a.kind IN ('suspect_spoken', 'child_spoken') AND a.let_why = '' AND (a.done_at IS NULL AND a.due_at < $7 OR a.done_at > a.due_at)
			AND (cc.conceal = '' OR `+namedHere+`) AND CAST($3 AS boolean) IS NOT NULL`+theirs+`
			AND ($6 = '' OR a.owner_id = $6 OR (CAST($8 AS boolean) AND EXISTS (
				SELECT 1 FROM enquiry_view v WHERE v.enquiry_id = e.id AND v.authority_id = e.authority_id AND v.agency = 'social_work' AND v.view = 'joint') AND `+ofForce+`))
		ORDER BY a.due_at, a.id LIMIT 1000`)
	undecided = db.SQL("enquiries.not-decided-together", `
		SELECT e.ref, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), e.started_at
		FROM enquiry e
		JOIN contact_child cc ON cc.id = e.child_id AND cc.authority_id = e.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE e.authority_id = $1 AND (cc.conceal = '' OR `+namedHere+`) AND CAST($3 AS boolean) IS NOT NULL`+theirs+`
			AND EXISTS (SELECT 1 FROM enquiry_view v WHERE v.enquiry_id = e.id AND v.authority_id = e.authority_id AND v.criteria <> '')
			AND (SELECT count(DISTINCT v.agency) FROM enquiry_view v WHERE v.enquiry_id = e.id AND v.authority_id = e.authority_id) < 2
			AND e.started_at < $6
		ORDER BY e.started_at, e.ref LIMIT 1000`)
	listToOpen = db.SQL("enquiries.list-to-open", `
		SELECT cc.id, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), c.ref, w.since, w.due_at, w.warn_at, cc.conceal, `+namedHere+`
		FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE w.authority_id = $1 AND w.timescale = 'enquiry' AND w.ended_at IS NULL AND `+mayKnow+theirs+`
			AND NOT EXISTS (SELECT 1 FROM enquiry e WHERE e.child_id = w.child_id AND e.authority_id = w.authority_id AND e.state <> 'authorised')
		ORDER BY w.due_at, w.id LIMIT $6`)
)

// Enquiries lists the enquiries that somebody may see.
func (d *Desk) Enquiries(ctx context.Context, who access.Actor) (*List, error) {
	out := &List{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		*out = List{Now: v.Now}
		s, err := v.Scope(access.ListEnquiries)
		if err != nil {
			return err
		}
		mask, teams := s.Restricted == access.Mask, db.List(s.Teams)
		var seen []string
		for _, x := range []struct {
			query db.Query
			into  *[]Entry
		}{{openEnquiries, &out.Open}, {doneEnquiries, &out.Done}} {
			rows, err := db.Collect(ctx, v, scanEntry, x.query, v.Authority, who.ID, mask, s.WorkerID, teams, s.AgencyID, v.Now, mostListed+1, who.AgencyKind == string(pathway.Police))
			if err != nil {
				return err
			}
			out.More = out.More || len(rows) > mostListed
			for _, e := range rows[:min(len(rows), mostListed)] {
				if e.conceal != access.Unrestricted && !e.named {
					e = Entry{Ref: e.Ref, State: e.State, Started: e.Started, Due: e.Due, Masked: true}
				} else if e.ChildRef != "" {
					seen = append(seen, e.ChildRef)
				}
				*x.into = append(*x.into, e)
			}
		}
		v.Saw("enquiries", seen...)
		if err := out.figures(ctx, v, s, mask); err != nil {
			return err
		}
		if s.AgencyID != "" {
			return nil
		}
		out.ToOpen, err = db.Collect(ctx, v, func(r *sql.Rows, w *Waiting) error {
			var given, family string
			var conceal access.Concealment
			var named bool
			err := r.Scan(&w.Child, &given, &family, &w.Contact, &w.Since, &w.Due, &w.Warn, &conceal, &named)
			w.Name = record.ChildName(given, family, "")
			if conceal != access.Unrestricted && !named {
				*w = Waiting{Contact: w.Contact, Since: w.Since, Due: w.Due, Warn: w.Warn, Masked: true}
			}
			return err
		}, listToOpen, v.Authority, who.ID, mask, s.WorkerID, teams, mostListed)
		return err
	})
	return out, err
}

func scanEntry(r *sql.Rows, e *Entry) error {
	var given, family string
	err := r.Scan(&e.Ref, &given, &family, &e.ChildRef, &e.Contact, &e.State, &e.Outcome, &e.Started, &e.Authorised, &e.Early, &e.Due, &e.OpenActions, &e.LateActions,
		&e.police, &e.social, &e.conceal, &e.named)
	e.Name = record.ChildName(given, family, "")
	switch {
	case e.police == "" && e.social == "":
		e.Joint = "nobody has said yet"
	case e.police == e.social:
		e.Joint = map[string]string{"joint": "joint", "single": "social care alone"}[e.police]
	case e.police == "":
		e.Joint = "police have not said yet"
	case e.social == "":
		e.Joint = "social care has not said yet"
	default:
		e.Joint = "not agreed"
	}
	return err
}

// saidWithin is how many hours two agencies have to say whether to investigate together
// before an enquiry is listed as not decided.
const saidWithin = 24

func (l *List) figures(ctx context.Context, v *record.View, s access.Scope, mask bool) error {
	teams := db.List(s.Teams)
	name := func(given, family string) string {
		return record.ChildName(given, family, "")
	}
	rows, err := db.Collect(ctx, v, func(r *sql.Rows, o *Overdue) error {
		var given, family string
		err := r.Scan(&o.Ref, &given, &family, &o.kind, &o.Agency, &o.Since, &o.Done)
		o.Name = name(given, family)
		return err
	}, overdue, v.Authority, v.Who.ID, mask, s.WorkerID, teams, s.AgencyID, v.Now, v.Who.AgencyKind == string(pathway.Police))
	if err != nil {
		return err
	}
	for _, o := range rows {
		if o.kind == string(pathway.SuspectSpoken) {
			l.Suspects = append(l.Suspects, o)
		} else {
			l.Victims = append(l.Victims, o)
		}
	}
	if s.AgencyID != "" {
		return nil
	}
	l.Undecided, err = db.Collect(ctx, v, func(r *sql.Rows, o *Overdue) error {
		var given, family string
		err := r.Scan(&o.Ref, &given, &family, &o.Since)
		o.Name = name(given, family)
		return err
	}, undecided, v.Authority, v.Who.ID, mask, s.WorkerID, teams, v.Now.Add(-saidWithin*time.Hour))
	return err
}
