package meetings

import (
	"cmp"
	"context"
	"database/sql"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Unconsidered is a child about whom recorded facts ask for a yes or no to a strategy
// discussion, and nobody has said it.
type Unconsidered struct {
	Child, Name, ChildRef, Contact string
	Triggers                       []string // as people call them
	Version                        string   // of the rules
	Owner                          string
	Since, Due, Warn               civil.Instant
	Outcome                        pathway.Outcome // what the contact was decided to be, or ""
	Masked                         bool
}

const mayKnowChild = `
		(cc.conceal = '' OR (CAST($3 AS boolean) AND cc.conceal = 'restricted') OR EXISTS (
			SELECT 1 FROM restriction_named n WHERE n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id AND n.user_id = $2 AND n.ended_at IS NULL))
		AND (cc.person_id = '' OR NOT EXISTS (
			SELECT 1 FROM person_conflict f WHERE f.user_id = $2 AND f.person_id = cc.person_id AND f.authority_id = cc.authority_id))`

const ofTeams = `
		AND ($4 = '[]' OR EXISTS (SELECT 1 FROM episode e WHERE e.child_id = cc.id AND e.authority_id = cc.authority_id AND e.state = 'open'
			AND (e.team_id IN (:list($4)) OR e.interim_owner_id IN (:list($4)))))`

const childNamed = `EXISTS (
			SELECT 1 FROM restriction_named n WHERE n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id AND n.user_id = $2 AND n.ended_at IS NULL)`

var (
	unconsidered = db.SQL("meetings.unconsidered", `
		SELECT t.child_id, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described, COALESCE(p.ref, ''), c.ref, t.name, t.version, t.met_at,
			COALESCE(w.owner_name, ''), w.since, w.due_at, w.warn_at, cc.outcome, cc.conceal, `+childNamed+`
		FROM trigger_met t
		JOIN contact c ON c.id = t.contact_id AND c.authority_id = t.authority_id
		JOIN contact_child cc ON cc.id = t.child_id AND cc.authority_id = t.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		LEFT JOIN wait w ON w.child_id = t.child_id AND w.authority_id = t.authority_id AND w.timescale = 'strategy.considered' AND w.ended_at IS NULL
		WHERE t.authority_id = $1 AND t.consideration_id = '' AND t.gone_at IS NULL AND `+mayKnowChild+ofTeams+`
		ORDER BY w.due_at, t.child_id, t.met_at, t.id`)
	childToConsider = db.SQL("meetings.child-to-consider", `
		SELECT cc.id, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described, COALESCE(p.ref, ''), c.id, c.ref, c.words, c.danger, c.source_name, c.received_at,
			cc.person_id, cc.may_be, cc.conceal, cc.state, cc.outcome,
			EXISTS (SELECT 1 FROM wait w WHERE w.child_id = cc.id AND w.authority_id = cc.authority_id AND w.timescale = 'strategy.discussion' AND w.ended_at IS NULL)
		FROM contact_child cc
		JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE cc.id = $1 AND cc.authority_id = $2`)
	workOfChild = db.SQL("meetings.work-of-child", `
		SELECT e.worker_id, e.team_id, e.interim_owner_id FROM episode e WHERE e.child_id = $1 AND e.authority_id = $2 AND e.state = 'open'`)
	contactRefs = db.SQL("meetings.contact-refs", `
		SELECT id, ref, received_at FROM contact WHERE authority_id = $1 AND id IN (:list($2)) AND conceal = ''`)
)

// Unconsidered lists the children who stand on “trigger met, nothing considered”, the
// one who is due first first.
func (d *Desk) Unconsidered(ctx context.Context, who access.Actor) (all []Unconsidered, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		all, now = nil, v.Now
		s, err := v.Scope(access.ListTriggers)
		if err != nil {
			return err
		}
		type row struct {
			Unconsidered
			trigger string
			conceal access.Concealment
			named   bool
		}
		rows, err := db.Collect(ctx, v, func(r *sql.Rows, x *row) error {
			var given, family, described string
			var met civil.Instant
			err := r.Scan(&x.Child, &given, &family, &described, &x.ChildRef, &x.Contact, &x.trigger, &x.Version, &met, &x.Owner, &x.Since, &x.Due, &x.Warn, &x.Outcome, &x.conceal, &x.named)
			x.Name = record.ChildName(given, family, described)
			return err
		}, unconsidered, v.Authority, who.ID, s.Restricted == access.Mask, db.List(s.Teams))
		if err != nil {
			return err
		}
		var seen []string
		for _, x := range rows {
			if n := len(all); n > 0 && all[n-1].Child == x.Child {
				if !all[n-1].Masked {
					all[n-1].Triggers = append(all[n-1].Triggers, x.trigger)
				}
				continue
			}
			x.Triggers = []string{x.trigger}
			if x.conceal != access.Unrestricted && !x.named {
				x.Unconsidered = Unconsidered{Child: x.Child, Contact: x.Contact, Owner: x.Owner, Since: x.Since, Due: x.Due, Warn: x.Warn, Masked: true}
			} else if x.ChildRef != "" {
				seen = append(seen, x.ChildRef)
			}
			all = append(all, x.Unconsidered)
		}
		v.Saw("triggers met", seen...)
		return nil
	})
	return all, now, err
}

// ToConsider is a child with what asks for a strategy discussion.
type ToConsider struct {
	Meeting
	Child, Name, ChildRef, Source, Danger string
	ReceivedAt                            civil.Instant
	ChildState                            string
	Outcome                               pathway.Outcome
	Asked                                 bool // a discussion is waited for
	Asking                                record.Asking
	Incidents                             map[string]Incident // by contact id
}

// Incident is an earlier notification that counts.
type Incident struct {
	Ref string
	At  civil.Instant
}

func findToConsider(ctx context.Context, q db.Queryer, authority, child string) (*ToConsider, access.About, error) {
	x := &ToConsider{Incidents: map[string]Incident{}}
	var about access.About
	var given, family, described, person, mayBe string
	var conceal access.Concealment
	err := q.QueryRowContext(ctx, childToConsider, child, authority).Scan(&x.Child, &given, &family, &described, &x.ChildRef, &x.ContactID, &x.Contact, &x.Suspected, &x.Danger, &x.Source, &x.ReceivedAt,
		&person, &mayBe, &conceal, &x.ChildState, &x.Outcome, &x.Asked)
	if db.NotFound(err) {
		return nil, about, refusal.Hidden()
	}
	if err != nil {
		return nil, about, err
	}
	x.Name = record.ChildName(given, family, described)
	about = access.About{Kind: "contact", ID: x.Contact, Authority: authority, Conceal: conceal, Live: true}
	if id := cmp.Or(person, mayBe); id != "" {
		about.Persons = []string{id}
	}
	type work struct{ worker, team, interim string }
	all, err := db.Collect(ctx, q, func(r *sql.Rows, w *work) error { return r.Scan(&w.worker, &w.team, &w.interim) }, workOfChild, child, authority)
	if err != nil {
		return nil, about, err
	}
	for _, w := range all {
		about.Workers, about.Teams = append(about.Workers, w.worker), append(about.Teams, w.team, w.interim)
	}
	if about, err = record.Concealing(ctx, q, about); err != nil {
		return nil, about, err
	}
	asking, err := record.FindAsking(ctx, q, authority, x.ContactID)
	x.Asking = asking.Of(child)
	return x, about, err
}

// OpenConsideration shows what asks for a discussion about a child.
func (d *Desk) OpenConsideration(ctx context.Context, who access.Actor, child string) (x *ToConsider, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		now = v.Now
		var about access.About
		var err error
		if x, about, err = findToConsider(ctx, v, v.Authority, child); err != nil {
			if denied := v.Allow(access.ListTriggers, access.About{}); denied != nil {
				return denied
			}
			return err
		}
		if err := v.Allow(access.ListTriggers, about); err != nil {
			return err
		}
		v.Saw("triggers met", x.Contact)
		var ids []string
		for _, t := range x.Asking.Standing {
			for _, f := range pathway.IncidentsIn(t.Facts, now) {
				ids = append(ids, f.About)
			}
		}
		type row struct {
			id string
			Incident
		}
		rows, err := db.Collect(ctx, v, func(r *sql.Rows, c *row) error { return r.Scan(&c.id, &c.Ref, &c.At) }, contactRefs, v.Authority, db.List(ids))
		for _, c := range rows {
			x.Incidents[c.id] = c.Incident
		}
		return err
	})
	return x, now, err
}

// Thought is a manager's yes or no. A yes says which kind of harm is suspected.
type Thought struct{ Answer, Reason, Category string }

// Consider records a manager's yes or no to a strategy discussion about a child. A yes
// asks for the discussion, as anybody asks for one, unless it is waited for already; ref
// is that discussion.
func (d *Desk) Consider(ctx context.Context, who access.Actor, child string, t Thought) (ref string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		x, about, err := findToConsider(ctx, tx, tx.Authority, child)
		if err != nil {
			if denied := tx.Allow(access.ConsiderMeeting, access.About{}); denied != nil {
				return denied
			}
			return err
		}
		if err := tx.Allow(access.ConsiderMeeting, about); err != nil {
			return err
		}
		contact := pathway.Contact{ID: x.ContactID, Ref: x.Contact}
		next, err := contact.Consider(child, pathway.Consideration{Answer: t.Answer, Reason: t.Reason, Manager: who.LeadsWork(), Met: x.Asking.Names()})
		if err != nil {
			return err
		}
		if t.Answer == "yes" && !x.Asked {
			asks, err := x.ask(ctx, tx, t)
			if err != nil {
				return err
			}
			next, ref = next.And(asks), x.Ref
		}
		if err := tx.Considered(ctx, x.ContactID, child, t.Answer, t.Reason, x.Asking); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "contact", Ref: x.Contact, Contact: x.ContactID}, "consider a strategy discussion: "+t.Answer, next)
	})
	return ref, err
}

// ask asks for the discussion that a manager said yes to.
func (x *ToConsider) ask(ctx context.Context, tx *record.Tx, t Thought) (pathway.Consequences, error) {
	var none pathway.Consequences
	if x.ChildState == "closed" {
		return none, refusal.New(refusal.Conflict, "This child's part in the contact is closed. Decide the contact again and choose “Referral: strategy discussion”: that is your yes")
	}
	m := &x.Meeting
	m.Strategy = pathway.Strategy{Kind: pathway.InitialStrategy, Contact: x.Contact, Children: []string{x.Child}, RequestedAt: tx.Now, Immediate: x.Danger == "yes"}
	m.Suspected, m.Category = t.Reason, t.Category
	next, err := m.Strategy.Request(pathway.StrategyRequest{Suspected: t.Reason, Category: t.Category, Manager: true})
	if err != nil {
		return none, err
	}
	return next, m.create(ctx, tx, access.RequestMeeting)
}
