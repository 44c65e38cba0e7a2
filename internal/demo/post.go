package demo

import (
	"frontdoor/internal/db"
)

// The demo's people have read their post, but for two invitations that came back.
var (
	posted = db.SQL("demo.posted", `
		UPDATE outbox SET sent_at = created_at, via = 'folder'
		WHERE authority_id = $1 AND sent_at IS NULL AND failed_at IS NULL AND kind NOT IN ('outcome-account', 'outcome-link')`)
	cameBack = db.SQL("demo.came-back", `
		UPDATE outbox SET sent_at = NULL, via = '', failed_at = created_at, attempts = 1, last_error = 'The mail server refused this address or message (code 550)'
		WHERE authority_id = $1 AND id IN (SELECT id FROM outbox WHERE authority_id = $1 AND kind = 'meeting-invited' ORDER BY created_at DESC, id DESC LIMIT $2)`)
)

// undelivered is how many invitations came back.
const undelivered = 2

func (b *builder) post() error {
	return b.record.DB.Write(b.ctx, func(q db.Queryer) error {
		if err := b.lost(q); err != nil {
			return err
		}
		if _, err := q.ExecContext(b.ctx, posted, authority); err != nil {
			return err
		}
		_, err := q.ExecContext(b.ctx, cameBack, authority, undelivered)
		return err
	})
}

// deliver sends what has been written so far.
func (b *builder) deliver() error {
	return b.record.DB.Write(b.ctx, func(q db.Queryer) error {
		_, err := q.ExecContext(b.ctx, posted, authority)
		return err
	})
}
