package contacts

import (
	"context"
	"database/sql"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// linkLength is how many characters the word of a link has.
const linkLength = 40

// referring is who brought the contact, as far as it matters for telling them.
func (r *Row) referring() record.Referring {
	return record.Referring{User: r.Referrer.ID, Organisation: r.Organisation, Name: r.Referrer.Name, Email: r.Referrer.Email, Phone: r.Referrer.Phone}
}

// FedBack records that a person told the referrer what was decided.
func (d *Desk) FedBack(ctx context.Context, who access.Actor, id string, by pathway.ToldBy) error {
	return d.simple(ctx, who, id, access.SendFeedback, "referrer told", func(r *Row, now civil.Instant) (pathway.Consequences, error) {
		return r.Contact.FedBack(by, now)
	})
}

// NotTold records why the referrer is not told what is decided.
func (d *Desk) NotTold(ctx context.Context, who access.Actor, id string, why pathway.NotTold, words string) error {
	return d.simple(ctx, who, id, access.SendFeedback, "referrer not told: "+string(why), func(r *Row, _ civil.Instant) (pathway.Consequences, error) {
		return r.Contact.NotToldBecause(why, words)
	})
}

// ToReferrer is where the link goes by which a referrer reads what was decided: the
// mailbox of an agency on the register by its id, or "given" for the address they gave
// when it belongs to an agency that we know.
type ToReferrer string

// TheirAddress is the address that the referrer gave.
const TheirAddress ToReferrer = "given"

// SendOutcome sends the referrer's agency a link to what was decided. It goes to an
// address of the register and never to one that somebody only said is theirs (T07).
func (d *Desk) SendOutcome(ctx context.Context, who access.Actor, id string, to ToReferrer) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.SendFeedback)
		if err != nil {
			return err
		}
		address, err := addressOf(ctx, tx, tx.Authority, r, to)
		if err != nil {
			return err
		}
		next, err := r.Contact.SendOutcome(pathway.Reach{Address: address, Word: record.NewSecret(linkLength)}, tx.Now)
		if err != nil {
			return err
		}
		return tx.Apply(ctx, r.subject(), "send the referrer's agency what was decided", next)
	})
}

func addressOf(ctx context.Context, q db.Queryer, authority string, r *Row, to ToReferrer) (string, error) {
	if to == "" {
		return "", nil
	}
	if to != TheirAddress {
		return record.AgencyAddress(ctx, q, authority, string(to))
	}
	known, err := record.KnownAddress(ctx, q, authority, r.Referrer.Email)
	if err == nil && !known {
		err = refusal.Field("agency", "The address they gave is not of an agency we know. Select the agency, or tell them by telephone on a number you found yourself")
	}
	return r.Referrer.Email, err
}

// Given is one telling of the referrer, or a reason why there is none, as it is on record.
type Given struct {
	Way                 pathway.Way
	Reason              pathway.NotTold
	Words, Sentence, By string
	Made, Done, Read    civil.Instant
	Undelivered         string // what is wrong with its notice
}

// FeedbackPage is what the page of the referrer shows beside the contact.
type FeedbackPage struct {
	*Page
	Reach    pathway.Reach
	Known    bool // the address they gave is of an agency on the register
	Given    []Given
	Owes     string // who owes the telling; "" nobody
	Due      civil.Instant
	Warn     civil.Instant
	Postbox  []Partner // agencies with a mailbox
	Calls    string    // our own number, for a letter
	Ours     string
	Arriving bool // a notice of it is on its way
}

var (
	givenOf = db.SQL("contacts.feedback-given", `
		SELECT f.way, f.reason, f.words, f.sentence, f.by_name, f.made_at, f.done_at, f.read_at,
			COALESCE((SELECT CASE WHEN o.failed_at IS NOT NULL THEN o.last_error WHEN o.sent_at IS NULL AND o.attempts > 0 THEN o.last_error ELSE '' END FROM outbox o
				WHERE o.contact_id = f.contact_id AND o.authority_id = f.authority_id AND o.created_at = f.made_at AND o.kind IN ('outcome-link', 'outcome-account') ORDER BY o.id LIMIT 1), '')
		FROM feedback f WHERE f.contact_id = $1 AND f.authority_id = $2 ORDER BY COALESCE(f.known_at, f.made_at) DESC, f.id DESC`)
	postboxes  = db.SQL("contacts.postboxes", `SELECT id, kind, name FROM organisation WHERE authority_id = $1 AND email <> '' ORDER BY name, id LIMIT 500`)
	ourDetails = db.SQL("contacts.our-details", `SELECT name, phone FROM authority WHERE authority_id = $1`)
)

// Feedback shows how the referrer of a contact is told, to somebody who may open it.
func (d *Desk) Feedback(ctx context.Context, who access.Actor, id string) (*FeedbackPage, error) {
	p := &FeedbackPage{}
	err := d.Record.Look(ctx, who, purposeOf(who), func(v *record.View) error {
		*p = FeedbackPage{Page: &Page{}}
		if err := p.open(ctx, v, id); err != nil {
			return err
		}
		c, err := p.Contact, error(nil)
		if p.Reach, err = record.ReachOf(ctx, v, v.Authority, c.ID, c.referring(), ""); err != nil {
			return err
		}
		if c.Referrer.Email != "" {
			if p.Known, err = record.KnownAddress(ctx, v, v.Authority, c.Referrer.Email); err != nil {
				return err
			}
		}
		p.Given, err = db.Collect(ctx, v, func(r *sql.Rows, g *Given) error {
			return r.Scan(&g.Way, &g.Reason, &g.Words, &g.Sentence, &g.By, &g.Made, &g.Done, &g.Read, &g.Undelivered)
		}, givenOf, c.ID, v.Authority)
		if err != nil {
			return err
		}
		for _, g := range p.Given {
			p.Arriving = p.Arriving || g.Done.IsZero() && g.Undelivered == ""
		}
		for _, w := range p.Waits {
			if w.Ended.IsZero() && w.Step == "contact.feedback" && (p.Owes == "" || w.Due.Before(p.Due)) {
				p.Owes, p.Due, p.Warn = w.Owner, w.Due, w.Warn
			}
		}
		if p.Postbox, err = db.Collect(ctx, v, func(r *sql.Rows, x *Partner) error { return r.Scan(&x.ID, &x.Kind, &x.Name) }, postboxes, v.Authority); err != nil {
			return err
		}
		if err := v.QueryRowContext(ctx, ourDetails, v.Authority).Scan(&p.Ours, &p.Calls); err != nil {
			return fmt.Errorf("read the authority: %w", err)
		}
		return nil
	})
	return p, err
}
