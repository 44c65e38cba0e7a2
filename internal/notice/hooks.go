package notice

import (
	"context"
	"database/sql"

	"frontdoor/internal/db"
)

// hookOf is the webhook that a notice goes to: the one at its address, or the one that
// stands for the mailbox or the organisation it is addressed to.
var hookOf = db.SQL("notice.webhook", `
	SELECT w.authority_id, w.id, w.url, w.number, w.rotated_at FROM webhook w
	WHERE w.authority_id = $1 AND w.ended_at IS NULL AND (w.url = $2 OR w.instead_of = lower($2) OR 'organisation:' || w.organisation_id = $2)
	ORDER BY w.created_at, w.id LIMIT 1`)

// hookBy sends to one agency's system.
type hookBy struct {
	n    *Notices
	head queued
}

func (hookBy) Name() string { return "webhook" }

// Open finds the webhook, with the secrets in force.
func (b hookBy) Open(ctx context.Context) (Line, error) {
	if b.n.post.hooks == nil {
		return nil, &trouble{why: "Webhooks are not set up", down: true}
	}
	var to hook
	err := b.n.record.DB.Read(ctx, func(q db.Queryer) error {
		var err error
		to, err = db.One(ctx, q, func(r *sql.Rows, h *hook) error { return r.Scan(&h.authority, &h.id, &h.url, &h.number, &h.rotated) }, hookOf, b.head.authority, b.head.address)
		return err
	})
	if db.NotFound(err) {
		return nil, &trouble{why: "No agency has a webhook at this address", final: true}
	}
	if err != nil {
		return nil, err
	}
	return hookLine{b.n.post.hooks, to}, nil
}

type hookLine struct {
	hooks *hooks
	to    hook
}

func (l hookLine) Send(ctx context.Context, m Message) (string, error) {
	return "", l.hooks.send(ctx, l.to, m)
}

func (hookLine) Close() error { return nil }
