package notice

import (
	"context"
	"database/sql"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/timescale"
)

// A wait that comes near its limit, passes it, and passes it twice over is told of
// once for each, to those whom its rule names. If the sweep dies the pages are
// still red: late is a question asked of the record.
var (
	near = db.SQL("notice.waits-to-tell", `
		SELECT w.id, w.authority_id, w.timescale, w.what, w.since, w.due_at, w.warn_at, c.ref
		FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE w.ended_at IS NULL AND w.warn_at <= $1
			AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.dedupe_key = $3 || w.id AND o.authority_id = w.authority_id)
			AND ($3 = 'warn ' OR w.due_at <= $1)
		ORDER BY w.due_at, w.id LIMIT $2`)
	addTold = db.InsertInto("notice.add-told", "outbox",
		"id, authority_id, kind, address, reference, safe_text, dedupe_key, created_at, not_before",
		"ON CONFLICT (dedupe_key, authority_id) DO NOTHING")
)

// sweepSize bounds one sweep.
const sweepSize = 50

type toTell struct {
	id, authority, what, ref string
	step                     timescale.Key
	since, due, warn         civil.Instant
}

// Sweep queues a notice for each wait and level that nobody has been told of.
func (n *Notices) Sweep(ctx context.Context) error {
	if n.post.sender == nil {
		return nil
	}
	now := n.record.Now()
	return n.record.DB.Write(ctx, func(q db.Queryer) error {
		for _, level := range []string{"warn ", "breach "} {
			waits, err := db.Collect(ctx, q, func(r *sql.Rows, w *toTell) error {
				return r.Scan(&w.id, &w.authority, &w.step, &w.what, &w.since, &w.due, &w.warn, &w.ref)
			}, near, now, sweepSize, level)
			if err != nil {
				return err
			}
			for _, w := range waits {
				if err := n.tell(ctx, q, w, level, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (n *Notices) tell(ctx context.Context, q db.Queryer, w toTell, level string, now civil.Instant) error {
	rule, ok := n.record.Timescales.Rule(w.step, w.since)
	if !ok {
		return nil
	}
	who, kind := rule.Tell.Warn, "wait-warn"
	if level == "breach " {
		who, kind = rule.Tell.Breach, "wait-breach"
	}
	for i, desk := range who {
		key := level + w.id
		if i > 0 {
			key += " " + desk
		}
		text := strings.ToUpper(w.what[:1]) + w.what[1:] + ": due " + w.due.Words() + "."
		if err := addTold.Exec(ctx, q, []any{n.record.NewID(), w.authority, kind, "desk:" + desk, w.ref, text, key, now, now}); err != nil {
			return err
		}
	}
	return nil
}
