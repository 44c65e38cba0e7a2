package contacts

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var (
	addDecision = db.InsertInto("contacts.add-decision", "decision", `id, authority_id, contact_id, child_id, outcome, rationale, changed,
		level, threshold_version, consent, told, evidence, unanswered_why, freshness, lead, decided_by, decided_by_name, decided_at, second_by, cites`, "")
	setOutcome = db.SQL("contacts.set-outcome", `
		UPDATE contact_child SET outcome = $3, decision_id = $4, decided_at = $5, state = 'open', closed_at = NULL, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND decision_id = $6`)
	setReplaced = db.SQL("contacts.set-replaced", `
		UPDATE decision SET replaced_by = $3 WHERE id = $1 AND authority_id = $2 AND replaced_by = ''`)
	setDecided = db.SQL("contacts.set-decided", `
		UPDATE contact SET decided_at = $3, state = 'decided', version = version + 1
		WHERE id = $1 AND authority_id = $2 AND decided_at IS NULL AND NOT EXISTS (
			SELECT 1 FROM contact_child cc WHERE cc.contact_id = $1 AND cc.authority_id = $2 AND cc.outcome = '')`)
	addEpisode = db.InsertInto("contacts.add-episode", "episode", `id, authority_id, contact_id, child_id, person_id, kind, outcome,
		opened_at, decided_at, risk, team_id, interim_owner_id, interim_owner_name, state`, "")
	closeEpisode = db.SQL("contacts.close-episode", `
		UPDATE episode SET state = 'closed', closed_at = $3, closed_why = $4, version = version + 1
		WHERE child_id = $1 AND authority_id = $2 AND state = 'open'`)
	openEpisode = db.SQL("contacts.open-episode", `
		SELECT id FROM episode WHERE person_id IN (:list($1)) AND authority_id = $2 AND kind = $3 AND state = 'open' AND child_id <> $4 LIMIT 1`)
	requestsOf = db.SQL("contacts.requests-of-child", `
		SELECT agency, organisation_name, state, asked_at, answered_at, as_of FROM information_request
		WHERE child_id = $1 AND authority_id = $2 ORDER BY asked_at`)
	withdrawRequests = db.SQL("contacts.withdraw-requests", `
		UPDATE information_request SET state = 'withdrawn', withdrawn_at = $3
		WHERE child_id = $1 AND authority_id = $2 AND answered_at IS NULL AND state IN ('sent', 'acknowledged')`)
	secondViews = db.SQL("contacts.second-views", `
		SELECT agrees, by_id, by_name FROM second_view
		WHERE child_id = $1 AND authority_id = $2 ORDER BY at DESC LIMIT 1`)
	secondAsked = db.SQL("contacts.second-asked", `
		SELECT begun_at FROM wait WHERE child_id = $1 AND authority_id = $2 AND timescale = 'decision.second' AND ended_at IS NULL`)
	dangerOpen = db.SQL("contacts.danger-open", `
		SELECT count(*) FROM wait WHERE child_id = $1 AND authority_id = $2 AND timescale = 'contact.danger' AND ended_at IS NULL`)
	discussionAsked = db.SQL("contacts.discussion-asked", `
		SELECT count(*) FROM wait WHERE child_id = $1 AND authority_id = $2 AND timescale = 'strategy.discussion' AND ended_at IS NULL`)
	thresholdAt = db.SQL("contacts.threshold-in-force", `
		SELECT version, name, levels FROM threshold_document
		WHERE authority_id = $1 AND from_date <= $2 ORDER BY from_date DESC, version DESC LIMIT 1`)
	deskOwnerOf = db.SQL("contacts.desk-owner", `
		SELECT owner_id, owner_name FROM desk_owner WHERE agency = $1 AND authority_id = $2`)
	pastOf = db.SQL("contacts.past-of-persons", `
		SELECT cc.person_id, c.id, c.ref, c.received_at, c.channel, c.source_name, c.grade, cc.outcome, cc.decided_at, COALESCE(n.rationale, '')
		FROM contact_child cc
		JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
		LEFT JOIN decision n ON n.id = cc.decision_id AND n.authority_id = cc.authority_id
		WHERE cc.person_id IN (:list($1)) AND cc.person_id <> '' AND cc.authority_id = $2
		ORDER BY c.received_at DESC, c.id`)
)

// ForChild is a decision for one child of a contact.
type ForChild struct {
	Child string
	pathway.Decision
}

// Decide records a manager's decision for one child or several, each with its own
// reasons, and everything that follows. A late decision is never refused. version
// is the contact's as the manager saw it when there is one; 0 takes it as it is.
func (d *Desk) Decide(ctx context.Context, who access.Actor, id string, all []ForChild) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.DecideContact)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return refusal.New(refusal.Invalid, "Select what should happen next for at least one child")
		}
		histories, err := r.histories(ctx, tx, tx.Authority)
		if err != nil {
			return err
		}
		if r.reach, err = record.ReachOf(ctx, tx, tx.Authority, r.ID, r.referring(), record.NewSecret(linkLength)); err != nil {
			return err
		}
		var next pathway.Consequences
		var problems []refusal.Problem
		summary := "decide contact:"
		for _, one := range all {
			c, err := r.decide(ctx, tx, one, histories[one.Child])
			if f, ok := refusal.As(err); ok && f.Kind == refusal.Invalid {
				for _, p := range f.Problems {
					problems = append(problems, refusal.Problem{Field: one.Child + "-" + p.Field, Message: p.Message})
				}
				continue
			}
			if err != nil {
				return err
			}
			next = next.And(c)
			summary += " " + string(one.Outcome)
		}
		if err := refusal.Fields(problems); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, setDecided, r.ID, tx.Authority, tx.Now); err != nil {
			return err
		}
		if err := r.feedChanged(ctx, tx); err != nil {
			return err
		}
		return tx.Apply(ctx, r.subject(), summary, next)
	})
}

// decide is the decision for one child: the facts, the rule, the rows.
func (r *Row) decide(ctx context.Context, tx *record.Tx, one ForChild, h pathway.History) (pathway.Consequences, error) {
	var none pathway.Consequences
	k, ok := r.Kid(one.Child)
	if !ok {
		return none, refusal.Hidden()
	}
	facts, fresh, err := r.facts(ctx, tx, k, h)
	if err != nil {
		return none, err
	}
	dec := one.Decision
	dec.Manager = isManager(tx.Who)
	second, err := secondView(ctx, tx, k.ID)
	if err != nil {
		return none, err
	}
	dec.SecondAgrees = second.agrees && second.by != tx.Who.ID
	if dec.ThresholdVersion == "" {
		t, err := ThresholdAt(ctx, tx, tx.Authority, tx.Now.Date())
		if err != nil {
			return none, err
		}
		dec.ThresholdVersion = t.Version
	}
	asking, err := record.FindAsking(ctx, tx, tx.Authority, r.ID)
	if err != nil {
		return none, err
	}
	asking = asking.Of(k.ID)
	facts.Triggers = asking.Names()
	next, err := r.Contact.Decide(k.ID, dec, facts)
	if err != nil {
		return none, err
	}
	if answer, reason := dec.Answer(); len(facts.Triggers) > 0 {
		if err := tx.Considered(ctx, r.ID, k.ID, answer, reason, asking); err != nil {
			return none, err
		}
	}
	decision := tx.NewID()
	n, err := db.Changed(tx.ExecContext(ctx, setOutcome, k.ID, tx.Authority, dec.Outcome, decision, tx.Now, dec.Cites))
	if err != nil {
		return none, err
	}
	if n == 0 {
		return none, refusal.New(refusal.Conflict, "Somebody else has decided for this child. Read their decision before going on")
	}
	secondBy := ""
	if dec.SecondAgrees {
		secondBy = second.by
	}
	err = addDecision.Exec(ctx, tx, []any{decision, tx.Authority, r.ID, k.ID, dec.Outcome, dec.Rationale, dec.Changed, dec.Level,
		dec.ThresholdVersion, r.Consent, dec.Told, dec.Evidence, dec.UnansweredWhy, fresh, dec.Lead, tx.Who.ID, tx.Who.Name, tx.Now, secondBy, dec.Cites})
	if err != nil {
		return none, err
	}
	team, err := takes(ctx, tx, dec.Outcome)
	if err != nil {
		return none, err
	}
	return team.own(next), r.after(ctx, tx, k, dec, decision, team)
}

// facts are what the record knows that bears on the decision, and how fresh each
// partner's answer is.
func (r *Row) facts(ctx context.Context, tx *record.Tx, k *Kid, h pathway.History) (pathway.Facts, string, error) {
	f := pathway.Facts{History: h, Consent: r.Consent, InForce: k.DecisionID, DecidedAt: k.DecidedAt, Now: tx.Now, Reach: r.reach}
	type answer struct {
		Agency   string        `json:"agency"`
		State    string        `json:"state"`
		Asked    civil.Instant `json:"asked"`
		Answered civil.Instant `json:"answered"`
		AsOf     civil.Date    `json:"as_of"`
	}
	var fresh []answer
	type row struct {
		answer
		name string
	}
	rows, err := db.Collect(ctx, tx, func(s *sql.Rows, a *row) error {
		return s.Scan(&a.Agency, &a.name, &a.State, &a.Asked, &a.Answered, &a.AsOf)
	}, requestsOf, k.ID, tx.Authority)
	if err != nil {
		return f, "", err
	}
	for _, a := range rows {
		if a.State == "sent" || a.State == "acknowledged" {
			f.Unanswered++
		}
		fresh = append(fresh, a.answer)
	}
	var open int
	if err := tx.QueryRowContext(ctx, dangerOpen, k.ID, tx.Authority).Scan(&open); err != nil {
		return f, "", fmt.Errorf("find open danger: %w", err)
	}
	f.DangerOpen = open > 0
	if err := tx.QueryRowContext(ctx, discussionAsked, k.ID, tx.Authority).Scan(&open); err != nil {
		return f, "", fmt.Errorf("find a discussion that is waited for: %w", err)
	}
	f.DiscussionAsked = open > 0
	b, err := json.Marshal(fresh)
	return f, string(b), err
}

type second struct {
	agrees   bool
	by, name string
}

func secondView(ctx context.Context, q db.Queryer, authorityAndChild string) (second, error) {
	tx, ok := q.(*record.Tx)
	if !ok {
		return second{}, errors.New("second view outside a command")
	}
	s, err := db.One(ctx, tx, func(r *sql.Rows, s *second) error { return r.Scan(&s.agrees, &s.by, &s.name) }, secondViews, authorityAndChild, tx.Authority)
	if db.NotFound(err) {
		return second{}, nil
	}
	return s, err
}

// after writes what a decision changes beside the waits: the old decision gives
// way, unanswered questions are withdrawn, work opens or closes.
func (r *Row) after(ctx context.Context, tx *record.Tx, k *Kid, dec pathway.Decision, decision string, team taker) error {
	if dec.Cites != "" {
		if _, err := tx.ExecContext(ctx, setReplaced, dec.Cites, tx.Authority, decision); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, closeEpisode, k.ID, tx.Authority, tx.Now, "the decision was replaced"); err != nil {
			return err
		}
	}
	if dec.UnansweredWhy != "" {
		if _, err := tx.ExecContext(ctx, withdrawRequests, k.ID, tx.Authority, tx.Now); err != nil {
			return err
		}
	}
	info, _ := pathway.OutcomeOf(dec.Outcome)
	if info.Episode == "" {
		return nil
	}
	if info.Episode == "referral" && k.PersonID != "" {
		var other string
		err := tx.QueryRowContext(ctx, openEpisode, db.List(r.clusters.All(k.PersonID)), tx.Authority, info.Episode, k.ID).Scan(&other)
		if err == nil {
			return refusal.Field("outcome", "This child already has an open referral. Choose “Already open: to the social worker”")
		}
		if !db.NotFound(err) {
			return err
		}
	}
	episode := tx.NewID()
	err := addEpisode.Exec(ctx, tx, []any{episode, tx.Authority, r.ID, k.ID, k.PersonID, info.Episode, dec.Outcome,
		r.ReceivedAt, tx.Now, r.Rank(), team.id, team.id, team.name, "open"})
	if err != nil {
		return err
	}
	return tx.Place(ctx, episode, team.id, record.PlacedDecided)
}

// taker is who new work goes to: the team that was set up for it, or the desk that
// answers for such work.
type taker struct {
	id, name string
	setUp    bool
}

func takes(ctx context.Context, tx *record.Tx, o pathway.Outcome) (t taker, err error) {
	info, _ := pathway.OutcomeOf(o)
	desk := pathway.Allocations
	switch info.Episode {
	case "":
		return t, nil
	case "early_help":
		desk = pathway.EarlyHelp
	default:
		if t.id, t.name, t.setUp, err = tx.Takes(ctx, o); err != nil || t.setUp {
			return t, err
		}
	}
	if err := tx.QueryRowContext(ctx, deskOwnerOf, desk, tx.Authority).Scan(&t.id, &t.name); err != nil {
		return t, fmt.Errorf("find who answers for %s: %w", desk, err)
	}
	return t, nil
}

// own has the team answer for what the child waits for from social care, where the rule
// named nobody.
func (t taker) own(next pathway.Consequences) pathway.Consequences {
	for i := range next.Begins {
		if w := &next.Begins[i]; t.setUp && w.Owner == "" && (w.On == pathway.Allocations || w.On == pathway.SocialWork) {
			w.Owner = t.id
		}
	}
	return next
}

// AskSecond asks for a second manager's view on a child.
func (d *Desk) AskSecond(ctx context.Context, who access.Actor, id, child string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.DecideContact)
		if err != nil {
			return err
		}
		if _, ok := r.Kid(child); !ok {
			return refusal.Hidden()
		}
		var at civil.Instant
		err = tx.QueryRowContext(ctx, secondAsked, child, tx.Authority).Scan(&at)
		if err == nil {
			return refusal.New(refusal.Conflict, "A second manager was already asked about this child")
		}
		if !db.NotFound(err) {
			return err
		}
		return tx.Apply(ctx, r.subject(), "ask for a second view", r.Contact.AskSecond(child))
	})
}

// SecondView records a second manager's view.
func (d *Desk) SecondView(ctx context.Context, who access.Actor, id, child string, agrees bool, reason string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.SecondManager)
		if err != nil {
			return err
		}
		if _, ok := r.Kid(child); !ok {
			return refusal.Hidden()
		}
		next, err := r.Contact.SecondView(child, agrees, reason, r.WorkingOn == who.ID)
		if err != nil {
			return err
		}
		if err := addSecondView.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, child, "nfa", agrees, reason, who.ID, who.Name, tx.Now}); err != nil {
			return err
		}
		return tx.Apply(ctx, r.subject(), "second view", next)
	})
}

// Threshold is the version of the threshold document in force, with its levels.
type Threshold struct {
	Version, Name string
	Levels        []struct{ Level, Name string }
}

// ThresholdAt finds the document in force on a day.
func ThresholdAt(ctx context.Context, q db.Queryer, authority string, on civil.Date) (Threshold, error) {
	var t Threshold
	var levels string
	if err := q.QueryRowContext(ctx, thresholdAt, authority, on).Scan(&t.Version, &t.Name, &levels); err != nil {
		return t, fmt.Errorf("find the threshold document: %w", err)
	}
	if err := json.Unmarshal([]byte(levels), &t.Levels); err != nil {
		return t, fmt.Errorf("read the levels of need: %w", err)
	}
	return t, nil
}

// pastRow is an earlier contact of a child or of somebody in their household.
type pastRow struct {
	person, contact, Ref, Source string
	pathway.Past
	channel string
}

// past finds the contacts of persons, the newest first.
func past(ctx context.Context, q db.Queryer, authority string, persons []string) ([]pastRow, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	return db.Collect(ctx, q, func(r *sql.Rows, p *pastRow) error {
		err := r.Scan(&p.person, &p.contact, &p.Ref, &p.ReceivedAt, &p.channel, &p.Source, &p.Grade, &p.Outcome, &p.DecidedAt, &p.Rationale)
		p.Police = p.channel == string(pathway.ByPolice)
		return err
	}, pastOf, db.List(persons), authority)
}

// histories adds up what is known of each child and of their brothers and sisters
// before this contact, by contact_child id.
func (r *Row) histories(ctx context.Context, q db.Queryer, authority string) (map[string]pathway.History, error) {
	var persons []string
	for _, k := range r.Kids {
		if k.PersonID != "" {
			persons = append(persons, k.PersonID)
		}
	}
	all, err := historiesOf(ctx, q, authority, persons)
	if err != nil {
		return nil, err
	}
	out := map[string]pathway.History{}
	for _, k := range r.Kids {
		if k.PersonID != "" {
			out[k.ID] = pathway.Summarise(all.before(k.PersonID, r.ID), r.ReceivedAt)
		}
	}
	return out, nil
}

// pasts are the contacts of persons and of their brothers and sisters. Both are named
// by the record they are read as, so that a child recorded twice has one history.
type pasts struct {
	rows     []pastRow
	siblings map[string][]string
	clusters record.Clusters
}

func historiesOf(ctx context.Context, q db.Queryer, authority string, persons []string) (pasts, error) {
	var p pasts
	own, err := record.FindClusters(ctx, q, authority, persons)
	if err != nil {
		return p, err
	}
	everybody := own.All(persons...)
	related, err := record.FindSiblings(ctx, q, authority, everybody)
	if err != nil {
		return p, err
	}
	for _, s := range related {
		everybody = append(everybody, s...)
	}
	if p.clusters, err = record.FindClusters(ctx, q, authority, everybody); err != nil {
		return p, err
	}
	p.siblings = map[string][]string{}
	for id, all := range related {
		head := p.clusters.Head(id)
		p.siblings[head] = append(p.siblings[head], slices.DeleteFunc(p.clusters.Heads(all...), func(s string) bool { return s == head })...)
	}
	everybody = p.clusters.All(everybody...)
	slices.Sort(everybody)
	if p.rows, err = past(ctx, q, authority, slices.Compact(everybody)); err != nil {
		return p, err
	}
	for i := range p.rows {
		p.rows[i].person = p.clusters.Head(p.rows[i].person)
	}
	return p, nil
}

// before lists what came before a contact for one person; a contact that names
// both the child and a sibling counts for the child alone.
func (p pasts) before(personID, contact string) []pathway.Past {
	personID = p.clusters.Head(personID)
	own := map[string]bool{contact: true}
	var out []pathway.Past
	for _, row := range p.rows {
		if row.person == personID && !own[row.contact] {
			own[row.contact] = true
			out = append(out, row.Past)
		}
	}
	for _, row := range p.rows {
		if !own[row.contact] && slices.Contains(p.siblings[personID], row.person) {
			own[row.contact] = true
			sib := row.Past
			sib.Sibling = true
			out = append(out, sib)
		}
	}
	return out
}
