package contacts

import (
	"context"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Linked is what a one-time link shows: the question, who the child is, and
// nothing else of the record.
type Linked struct {
	Authority, Child, Ref, Question, Why, Basis string
	Born                                        civil.Date
	Due                                         civil.Instant
}

var linkedQuestion = db.SQL("contacts.linked-question", `
	SELECT q.contact_id, q.child_id, q.question, q.why, q.basis, q.due_at, c.ref, t.name, q.id
	FROM information_request q
	JOIN contact c ON c.id = q.contact_id AND c.authority_id = q.authority_id
	JOIN authority t ON t.authority_id = q.authority_id
	WHERE q.token_hash = $1 AND q.authority_id = $2 AND q.token_hash <> '' AND q.expires_at > $3`)

// OpenLink shows the question behind a one-time link, and notes that it was opened.
func (d *Desk) OpenLink(ctx context.Context, token string) (Linked, error) {
	who, err := d.linkActor(ctx, token)
	if err != nil {
		return Linked{}, err
	}
	var out Linked
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		out = Linked{}
		var contact, child, id string
		err := tx.QueryRowContext(ctx, linkedQuestion, hashOf([]byte(token)), tx.Authority, tx.Now).
			Scan(&contact, &child, &out.Question, &out.Why, &out.Basis, &out.Due, &out.Ref, &out.Authority, &id)
		if db.NotFound(err) {
			return refusal.Hidden()
		}
		if err != nil {
			return err
		}
		if err := tx.Allow(access.AnswerRequest, access.About{Kind: "request", ID: id, Authority: tx.Authority, AgencyID: who.AgencyID}); err != nil {
			return err
		}
		r, err := load(ctx, tx, tx.Authority, contact, tx.Now)
		if err != nil {
			return err
		}
		if k, ok := r.Kid(child); ok {
			out.Child, out.Born = k.Name(), k.Described.Born
		}
		if _, err := tx.ExecContext(ctx, setRequestOpened, id, tx.Authority, tx.Now); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "request", Ref: r.Ref, Contact: r.ID}, "open a question by link", pathway.Consequences{})
	})
	return out, err
}
