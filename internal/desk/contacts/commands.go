package contacts

import (
	"context"
	"fmt"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var (
	setWorking = db.SQL("contacts.set-working-on", `
		UPDATE contact SET working_on = $3, working_on_name = $4, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND working_on = $5`)
	setOpened = db.SQL("contacts.set-opened", `
		UPDATE contact SET opened_at = $3 WHERE id = $1 AND authority_id = $2 AND opened_at IS NULL`)
	setScreened = db.SQL("contacts.set-screened", `
		UPDATE contact SET danger = $3, rag = $4, rag_reason = $5, screened_at = $6, screened_by = $7, rank = $8,
			state = CASE WHEN state = 'received' THEN 'screening' ELSE state END, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $9`)
	setHistoryRead = db.SQL("contacts.set-history-read", `
		UPDATE contact SET history_read_at = $3, history_read_by = $4, history_sentence = $5, version = version + 1
		WHERE id = $1 AND authority_id = $2`)
	setConsent = db.SQL("contacts.set-consent", `
		UPDATE contact SET consent = $3, version = version + 1 WHERE id = $1 AND authority_id = $2`)
	setLink = db.SQL("contacts.set-link", `
		UPDATE contact_child SET person_id = $3, link = $4, linked_by = $5, linked_at = $6, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $7`)
	addAttempt = db.InsertInto("contacts.add-attempt", "contact_attempt",
		"id, authority_id, contact_id, who, how, result, happened_at, recorded_by, recorded_by_name, recorded_at", "")
	addSecondView = db.InsertInto("contacts.add-second-view", "second_view",
		"id, authority_id, child_id, outcome, agrees, reason, by_id, by_name, at", "")
)

// Take says who is working on a contact. It refuses to take it from somebody
// unless their name is given, so that nobody is surprised.
func (d *Desk) Take(ctx context.Context, who access.Actor, id, from string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.TakeContact)
		if err != nil {
			return err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setWorking, r.ID, tx.Authority, who.ID, who.Name, from))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.New(refusal.Conflict, "Somebody else has taken this contact. Open it again to see who")
		}
		return tx.Apply(ctx, r.subject(), "take contact", pathway.Consequences{})
	})
}

// Screen records the first look. version is the contact's as the screener saw it.
func (d *Desk) Screen(ctx context.Context, who access.Actor, id string, s pathway.Screen, version int64) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.ScreenContact)
		if err != nil {
			return err
		}
		next, err := r.Contact.Screen(s)
		if err != nil {
			return err
		}
		if next, err = r.screenFacts(ctx, tx, s, next); err != nil {
			return err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setScreened, r.ID, tx.Authority, s.Danger, s.RAG, s.RAGReason, tx.Now, who.ID, r.Rank(), version))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.New(refusal.Conflict, "This contact has changed since you opened it. Read what changed, then save again")
		}
		return tx.Apply(ctx, r.subject(), "screen contact: "+s.RAG, next)
	})
}

// InHand records that a manager has an immediate danger in hand.
func (d *Desk) InHand(ctx context.Context, who access.Actor, id, what string) error {
	return d.simple(ctx, who, id, access.DecideContact, "danger in hand", func(r *Row, _ civil.Instant) (pathway.Consequences, error) {
		return r.Contact.InHand(isManager(who), what)
	})
}

// Confirm records that a caller confirmed what was written down.
func (d *Desk) Confirm(ctx context.Context, who access.Actor, id string) error {
	return d.simple(ctx, who, id, access.ScreenContact, "call confirmed", func(r *Row, _ civil.Instant) (pathway.Consequences, error) {
		return r.Contact.Confirm(), nil
	})
}

// Acknowledged records that somebody told the referrer that the contact arrived.
func (d *Desk) Acknowledged(ctx context.Context, who access.Actor, id, how string) error {
	return d.simple(ctx, who, id, access.SendFeedback, "referrer acknowledged", func(r *Row, _ civil.Instant) (pathway.Consequences, error) {
		return r.Contact.Acknowledged(how)
	})
}

// simple is a command that changes nothing but what its rule says must follow.
func (d *Desk) simple(ctx context.Context, who access.Actor, id string, act access.Action, summary string, rule func(*Row, civil.Instant) (pathway.Consequences, error)) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, act)
		if err != nil {
			return err
		}
		next, err := rule(r, tx.Now)
		if err != nil {
			return err
		}
		return tx.Apply(ctx, r.subject(), summary, next)
	})
}

// isManager says whether somebody decides thresholds.
func isManager(who access.Actor) bool { return who.Has(access.FrontDoorManager) }

// ReadHistory records that the history was read and what it means.
func (d *Desk) ReadHistory(ctx context.Context, who access.Actor, id, sentence string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.ScreenContact)
		if err != nil {
			return err
		}
		next, err := r.Contact.ReadHistory(sentence)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, setHistoryRead, r.ID, tx.Authority, tx.Now, who.ID, sentence); err != nil {
			return err
		}
		return tx.Apply(ctx, r.subject(), "read history", next)
	})
}

// RecordConsent records what the family agreed, or why they were not asked.
func (d *Desk) RecordConsent(ctx context.Context, who access.Actor, id string, c pathway.ConsentRecord) error {
	act := access.RecordAttempt
	if c.Status == pathway.ConsentDispensed {
		act = access.Dispense
	}
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, act)
		if err != nil {
			return err
		}
		c.Manager = isManager(who)
		next, err := r.Contact.RecordConsent(c, tx.Now)
		if err != nil {
			return err
		}
		err = addConsent.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, r.ID, c.Status, c.Who, c.How, c.ToWhat, c.At, c.Reason, c.Words, who.ID, who.Name, tx.Now})
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, setConsent, r.ID, tx.Authority, c.Status); err != nil {
			return err
		}
		return tx.Apply(ctx, r.subject(), "record agreement: "+string(c.Status), next)
	})
}

// Attempted records a try to reach the family.
func (d *Desk) Attempted(ctx context.Context, who access.Actor, id string, a pathway.Attempt) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.RecordAttempt)
		if err != nil {
			return err
		}
		next, err := r.Contact.Attempted(a, tx.Now)
		if err != nil {
			return err
		}
		if err := addAttempt.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, r.ID, a.Who, a.How, a.Result, a.At, who.ID, who.Name, tx.Now}); err != nil {
			return err
		}
		return tx.Apply(ctx, r.subject(), "record attempt to reach the family", next)
	})
}

// Choice is what a person says about who a child is.
type Choice struct {
	Child   string // contact_child
	As      string // same, different, sibling, new, not_sure, undone
	Ref     string // public reference of the person, for same, different and sibling
	Reasons string // what the person said
	Version int64  // of the child as the person saw it; 0 when they did not see a page
	seen    record.Match
}

// Link records who a child is: the same as a person we know, a brother or sister of
// one, a child not known before, not this person, or not settled yet. It links and
// never merges; every choice is kept with what stood beside it. It refuses when the
// child was changed since the person saw it.
func (d *Desk) Link(ctx context.Context, who access.Actor, id string, c Choice) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.LinkPerson)
		if err != nil {
			return err
		}
		k, ok := r.Kid(c.Child)
		if !ok {
			return refusal.Hidden()
		}
		if c.Version != 0 && c.Version != k.Version {
			return changedSince(ctx, tx, k)
		}
		if c.seen, err = tx.Match(ctx, r.described(*k)); err != nil {
			return err
		}
		was := k.PersonID
		next, err := r.link(ctx, tx, k, c)
		if err != nil {
			return err
		}
		if k.PersonID != was {
			asks, err := r.askAgain(ctx, tx, was)
			if err != nil {
				return err
			}
			next = next.And(asks)
		}
		return tx.Apply(ctx, r.subject(), "say who a child is: "+c.As, next)
	})
}

func (r *Row) link(ctx context.Context, tx *record.Tx, k *Kid, c Choice) (pathway.Consequences, error) {
	var none pathway.Consequences
	switch c.As {
	case "same":
		p, err := r.chosen(ctx, tx, c)
		if err != nil {
			return none, err
		}
		return r.attach(ctx, tx, k, c, link{person: p.ID, about: p.ID, state: pathway.LinkPerson, words: "Linked to a record we hold"})
	case "sibling":
		p, err := r.chosen(ctx, tx, c)
		if err != nil {
			return none, err
		}
		return r.addSibling(ctx, tx, k, p, c)
	case "new":
		return r.addNew(ctx, tx, k, c, link{state: pathway.LinkNew, words: "Not known before: a new record"})
	case "not_sure":
		next := r.Unsettled(k.Child)
		_, err := r.attach(ctx, tx, k, c, link{state: pathway.LinkUnresolved})
		return next, err
	case "different":
		p, err := r.chosen(ctx, tx, c)
		if err != nil {
			return none, err
		}
		return none, r.keepLink(ctx, tx, k, c, p.ID, p.ID)
	case "undone":
		if k.PersonID == "" {
			return none, refusal.New(refusal.Conflict, "This child is not linked to a record")
		}
		next := r.Unlinked(k.Child)
		_, err := r.attach(ctx, tx, k, c, link{about: k.PersonID, state: pathway.LinkOpen})
		return next, err
	}
	return none, refusal.Field("choice", "Select who the child is, or that you are not sure yet")
}

// addNew makes a record for a child not known before.
func (r *Row) addNew(ctx context.Context, tx *record.Tx, k *Kid, c Choice, to link) (pathway.Consequences, error) {
	if !k.Named && !k.Unborn {
		return pathway.Consequences{}, refusal.Field("choice", "Enter the child's name before making a new record")
	}
	p, err := tx.AddPerson(ctx, personOf(k.Described), true)
	if err != nil {
		return pathway.Consequences{}, err
	}
	to.person = p.ID
	return r.attach(ctx, tx, k, c, to)
}

// allowPerson asks whether the actor may reach the person they link to.
func (r *Row) allowPerson(ctx context.Context, tx *record.Tx, p record.Known) error {
	about := access.About{Kind: "contact", ID: p.Ref, Authority: tx.Authority, Persons: []string{p.ID}, Live: true}
	closed, err := record.Restrictions(ctx, tx, tx.Authority, about.Persons)
	if err != nil {
		return err
	}
	return tx.Allow(access.LinkPerson, record.Close(about, closed))
}

// link is what a choice makes of a child.
type link struct {
	person string // who the child is, or "" for nobody yet
	about  string // whom the choice was about, or "" for nobody we knew
	state  pathway.LinkState
	words  string // for the child's story
}

// attach links a child to a person, or to nobody yet, and gives what follows from it
// when it is settled who the child is.
func (r *Row) attach(ctx context.Context, tx *record.Tx, k *Kid, c Choice, to link) (pathway.Consequences, error) {
	var none pathway.Consequences
	n, err := db.Changed(tx.ExecContext(ctx, setLink, k.ID, tx.Authority, to.person, to.state, tx.Who.ID, tx.Now, k.Version))
	if err != nil {
		return none, err
	}
	if n == 0 {
		return none, changedSince(ctx, tx, k)
	}
	kept := to.person
	if kept == "" {
		kept = to.about
	}
	if err := r.keepLink(ctx, tx, k, c, kept, to.about); err != nil {
		return none, err
	}
	if err := r.relate(ctx, tx, k, to.person); err != nil {
		return none, err
	}
	k.PersonID = to.person
	if to.person == "" {
		return none, nil
	}
	return r.Identified(k.ID, to.words), nil
}

// keepLink keeps a choice with what the service itself knew about a person when it was
// made; nothing of that is taken from the page.
func (r *Row) keepLink(ctx context.Context, tx *record.Tx, k *Kid, c Choice, kept, about string) error {
	b := besideOf(c.seen, about)
	if c.Reasons != "" {
		b.Reasons = strings.TrimPrefix(b.Reasons+"\n"+c.Reasons, "\n")
	}
	return addLink.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, k.ID, kept, c.As, tx.Who.ID, tx.Who.Name, tx.Now, b.Reasons, b.Model, b.Band, ppm(b.Chance)})
}

func personOf(d person.Described) person.Person {
	p := person.Person{
		Given: d.Given, Middle: d.Middle, Family: d.Family, KnownAs: d.KnownAs, Sex: d.Sex, Born: d.Born, BornEstimated: d.BornEstimated,
		Expected: d.Expected, Unborn: d.Unborn, NHS: d.NHS, UPN: d.UPN, Phone: d.Phone, Parents: d.Parents, School: d.School, Ethnicity: d.Ethnicity,
	}
	if d.Address != "" || d.Postcode != "" {
		p.Addresses = []person.Address{{Line: d.Address, Postcode: d.Postcode}}
	}
	return p
}

// CannotIdentify ends the wait to identify a child, with a manager's reason.
func (d *Desk) CannotIdentify(ctx context.Context, who access.Actor, id, child, reason string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.DecideContact)
		if err != nil {
			return err
		}
		k, ok := r.Kid(child)
		if !ok {
			return refusal.Hidden()
		}
		next, err := r.Contact.CannotIdentify(child, isManager(who), reason)
		if err != nil {
			return err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setLink, child, tx.Authority, "", pathway.LinkUnresolved, who.ID, tx.Now, k.Version))
		if err != nil {
			return err
		}
		if n == 0 {
			return changedSince(ctx, tx, k)
		}
		return tx.Apply(ctx, r.subject(), "cannot identify a child", next)
	})
}

// requestLife is how long a one-time link opens after the answer is due.
const requestLife = 7 * 24 * time.Hour

var (
	addRequest = db.InsertInto("contacts.add-request", "information_request", `id, authority_id, contact_id, child_id, agency,
		organisation_id, organisation_name, email, question, why, basis, asked_by, asked_by_name, asked_at, due_at, token_hash, expires_at, state`, "")
	setAwaiting = db.SQL("contacts.set-awaiting", `
		UPDATE contact SET state = 'awaiting_information', version = version + 1
		WHERE id = $1 AND authority_id = $2 AND decided_at IS NULL`)
	findOrganisation = db.SQL("contacts.find-organisation", `
		SELECT kind, name, email FROM organisation WHERE id = $1 AND authority_id = $2`)
	requestByID = db.SQL("contacts.request-by-id", `
		SELECT contact_id, child_id, agency, organisation_id, state, due_at, expires_at, id FROM information_request
		WHERE id = $1 AND authority_id = $2`)
	setAnswer = db.SQL("contacts.set-answer", `
		UPDATE information_request SET state = $3, answer = $4, last_seen = $5, worries = $6, as_of = $7,
			answered_by = $8, answered_how = $9, answered_at = $10, token_hash = ''
		WHERE id = $1 AND authority_id = $2 AND answered_at IS NULL`)
	setRequestOpened = db.SQL("contacts.set-request-opened", `
		UPDATE information_request SET opened_at = $3, state = 'acknowledged'
		WHERE id = $1 AND authority_id = $2 AND opened_at IS NULL AND answered_at IS NULL`)
	openRequests = db.SQL("contacts.count-open-requests", `
		SELECT count(*) FROM information_request
		WHERE contact_id = $1 AND authority_id = $2 AND answered_at IS NULL AND state IN ('sent', 'acknowledged')`)
	setScreeningAgain = db.SQL("contacts.set-screening-again", `
		UPDATE contact SET state = 'screening', version = version + 1
		WHERE id = $1 AND authority_id = $2 AND state = 'awaiting_information'`)
)

// Asked is a question to a partner about one child.
type Asked struct {
	Child        string
	Agency       pathway.Agency
	Organisation string
	Question     string
	Why          string
	Basis        pathway.Basis
	Way          string // pathway.ByLink when empty
	Sensitive    bool   // a code is needed to open it
}

// Ask sends a question to a partner as a wait with its own clock, and a one-time
// link that opens this one child's question. The link's word is given back once.
func (d *Desk) Ask(ctx context.Context, who access.Actor, id string, a Asked) (link string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.AskPartner)
		if err != nil {
			return err
		}
		if _, ok := r.Kid(a.Child); !ok {
			return refusal.Field("child", "Select which child the question is about")
		}
		q := pathway.Question{ID: tx.NewID(), Child: a.Child, Agency: a.Agency, Text: a.Question, Why: a.Why, Basis: a.Basis,
			Manager: isManager(who), Way: a.Way, Sensitive: a.Sensitive}
		name := pathway.AgencyName(a.Agency)
		if a.Organisation != "" {
			if err := tx.QueryRowContext(ctx, findOrganisation, a.Organisation, tx.Authority).Scan(&q.Agency, &name, &q.Email); err != nil {
				return refusal.Field("organisation", "Select who to ask")
			}
			q.Owner = a.Organisation
		}
		second, hash, err := d.wayOf(ctx, tx, &q, name)
		if err != nil {
			return err
		}
		next, err := r.Contact.Ask(q)
		if err != nil {
			return err
		}
		due, err := tx.DueAt(next.Begins[0])
		if err != nil {
			return err
		}
		err = addRequest.Exec(ctx, tx, []any{q.ID, tx.Authority, r.ID, a.Child, q.Agency, a.Organisation, name, q.Email, a.Question, a.Why,
			a.Basis, who.ID, who.Name, tx.Now, due, hash, due.Add(requestLife), "sent"})
		if err != nil {
			return err
		}
		if r.Guarded(q) {
			why := "asker"
			if k, ok := r.Kid(a.Child); ok && k.Conceal {
				why = "record"
			}
			if err := addGuard.Exec(ctx, tx, []any{q.ID, tx.Authority, why, second, q.Second}); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, setAwaiting, r.ID, tx.Authority); err != nil {
			return err
		}
		if link = ""; q.Token != "" {
			link = "/requests/" + q.Token
		}
		return tx.Apply(ctx, r.subject(), "ask "+string(q.Agency), next)
	})
	return link, err
}

// wayOf completes how a question goes: with a link, whose hash is kept, and the second
// address of the organisation's named contact; or without one.
func (d *Desk) wayOf(ctx context.Context, tx *record.Tx, q *pathway.Question, organisation string) (name, hash string, err error) {
	if q.Way == pathway.ByTelephone {
		return "", "", nil
	}
	if q.Way == pathway.ByAccount {
		var n int
		if err := tx.QueryRowContext(ctx, accountsOf, q.Owner, tx.Authority).Scan(&n); err != nil {
			return "", "", err
		}
		if n == 0 || q.Owner == "" {
			return "", "", refusal.Field("way", "Nobody of "+organisation+" has an account here. Ask by link or by telephone")
		}
		return "", "", nil
	}
	q.Token = record.NewSecret(40)
	if err := tx.QueryRowContext(ctx, namedOf, q.Owner, tx.Authority).Scan(&name, &q.Second); err != nil && !db.NotFound(err) {
		return "", "", err
	}
	return name, hashOf([]byte(q.Token)), nil
}

// Reply is a partner's answer, by link or noted by the screener on the phone.
type Reply struct {
	State                     string // answered, nothing_known, declined
	Answer, LastSeen, Worries string
	AsOf                      civil.Date
	By                        string
	How                       string // link, phone, account
}

type requestRow struct {
	contact, child, agency, organisation, state string
	due, expires                                civil.Instant
	id                                          string
}

// Answer records a partner's answer: by id for the front door on the phone or the
// partner's own account. It refuses a second answer; a late one is welcome.
func (d *Desk) Answer(ctx context.Context, who access.Actor, request string, a Reply) error {
	return d.answer(ctx, who, a, func(tx *record.Tx) (requestRow, error) {
		q, err := findRequest(ctx, tx, requestByID, request)
		if err != nil {
			return q, err
		}
		return q, tx.Allow(access.AnswerRequest, access.About{Kind: "request", ID: q.id, Authority: tx.Authority, AgencyID: q.organisation})
	})
}

// AnswerByLink records an answer given through a one-time link. The link opens one
// question about one child, until it is answered or expires; a guarded one takes an
// answer on the page that a right code leads to and nowhere else.
func (d *Desk) AnswerByLink(ctx context.Context, token string, a Reply) error {
	who, request, err := d.linkActor(ctx, token)
	if err != nil {
		return err
	}
	a.How = "link"
	return d.answer(ctx, who, a, func(tx *record.Tx) (requestRow, error) {
		l, err := findLinked(ctx, tx, who, request, token, tx.Now, tx.Allow)
		if err == nil && l.closed() {
			err = refusal.New(refusal.Denied, "This question needs a code. Open the link again and ask for one")
		}
		return requestRow{contact: l.contact, child: l.child, agency: l.agency, organisation: l.organisation, state: l.state, due: l.due, expires: l.expires, id: l.id}, err
	})
}

func findRequest(ctx context.Context, q db.Queryer, query db.Query, key string) (requestRow, error) {
	var r requestRow
	var authority string
	switch tx := q.(type) {
	case *record.Tx:
		authority = tx.Authority
	case *record.View:
		authority = tx.Authority
	}
	err := q.QueryRowContext(ctx, query, key, authority).Scan(&r.contact, &r.child, &r.agency, &r.organisation, &r.state, &r.due, &r.expires, &r.id)
	if db.NotFound(err) {
		return r, refusal.Hidden()
	}
	return r, err
}

func (d *Desk) answer(ctx context.Context, who access.Actor, a Reply, find func(*record.Tx) (requestRow, error)) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		q, err := find(tx)
		if err != nil {
			return err
		}
		r, err := load(ctx, tx, tx.Authority, q.contact, tx.Now)
		if err != nil {
			return err
		}
		next, err := r.Contact.Answer(pathway.Reply{RequestID: q.id, Child: q.child, Agency: pathway.Agency(q.agency), State: a.State,
			Answer: a.Answer, By: a.By, AsOf: a.AsOf})
		if err != nil {
			return err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setAnswer, q.id, tx.Authority, a.State, a.Answer, a.LastSeen, a.Worries, a.AsOf, a.By, a.How, tx.Now))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.New(refusal.Conflict, "A colleague has already answered this question")
		}
		var left int
		if err := tx.QueryRowContext(ctx, openRequests, q.contact, tx.Authority).Scan(&left); err != nil {
			return fmt.Errorf("count open questions: %w", err)
		}
		if left == 0 {
			if _, err := tx.ExecContext(ctx, setScreeningAgain, q.contact, tx.Authority); err != nil {
				return err
			}
		}
		return tx.Apply(ctx, r.subject(), "answer by "+q.agency+": "+a.State, next)
	})
}
