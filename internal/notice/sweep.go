package notice

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/timescale"
)

// A wait that comes near its limit, and one that passes it, is told of once for each,
// to those whom its rule names. If the sweep dies the pages are still red: late is a
// question asked of the record.
var (
	near = db.SQL("notice.waits-to-tell", `
		SELECT w.id, w.authority_id, w.timescale, w.what, w.since, w.due_at, w.warn_at, w.owner_id, c.ref,
			CASE WHEN EXISTS (SELECT 1 FROM user_account u WHERE u.id = w.owner_id AND u.authority_id = w.authority_id) THEN 'user'
				WHEN EXISTS (SELECT 1 FROM organisation g WHERE g.id = w.owner_id AND g.authority_id = w.authority_id) THEN 'organisation'
				ELSE 'desk' END,
			COALESCE((SELECT min(r.team_id) FROM user_role r WHERE r.user_id = w.owner_id AND r.authority_id = w.authority_id AND r.begun_at <= $1 AND (r.ended_at IS NULL OR r.ended_at > $1) AND r.team_id <> ''), '')
		FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE w.ended_at IS NULL AND w.warn_at <= $1
			AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.dedupe_key = $3 || w.id AND o.authority_id = w.authority_id)
			AND ($3 = 'warn ' OR w.due_at <= $1)
		ORDER BY w.due_at, w.id LIMIT $2`)
	dangers = db.SQL("notice.dangers-to-text", `
		SELECT o.id, o.authority_id, o.reference, o.link, o.made_by, t.phone FROM outbox o
		JOIN team t ON t.authority_id = o.authority_id AND t.phone <> '' AND (o.address = 'desk:' || t.kind OR o.address = 'desk:' || t.id)
		WHERE o.kind = 'danger-alert' AND o.created_at > $1
			AND NOT EXISTS (SELECT 1 FROM outbox x WHERE x.authority_id = o.authority_id AND x.dedupe_key = 'text ' || o.id)
		ORDER BY o.id LIMIT $2`)
	addTold = db.InsertInto("notice.add-told", "outbox",
		"id, authority_id, kind, address, reference, link, safe_text, dedupe_key, created_at, not_before, made_by",
		"ON CONFLICT (dedupe_key, authority_id) DO NOTHING")
)

// sweepSize bounds one sweep; a danger older than stale is on the board and past a text.
const (
	sweepSize = 50
	stale     = 2 * time.Hour
)

type toTell struct {
	id, authority, what, ref  string
	owner, ownerKind, ownTeam string
	step                      timescale.Key
	since, due, warn          civil.Instant
}

// Sweep queues a notice for each wait and level that nobody has been told of, and a
// text to the duty phone for each danger.
func (n *Notices) Sweep(ctx context.Context) error {
	if !n.sends() {
		return nil
	}
	// Mostly there is nobody to tell: that is found out without a lock.
	var some bool
	err := n.record.DB.Read(ctx, func(q db.Queryer) error {
		for _, level := range levels {
			waits, err := n.untoldWaits(ctx, q, level)
			if err != nil {
				return err
			}
			some = some || len(waits) > 0
		}
		all, err := n.untexted(ctx, q)
		some = some || len(all) > 0
		return err
	})
	if err != nil || !some {
		return err
	}
	return n.record.DB.Write(ctx, func(q db.Queryer) error {
		for _, level := range levels {
			waits, err := n.untoldWaits(ctx, q, level)
			if err != nil {
				return err
			}
			for _, w := range waits {
				if err := n.tell(ctx, q, w, level, n.record.Now()); err != nil {
					return err
				}
			}
		}
		return n.textDangers(ctx, q)
	})
}

// levels begin the keys of what was told, each once for a wait.
var levels = []string{"warn ", "breach "}

func (n *Notices) untoldWaits(ctx context.Context, q db.Queryer, level string) ([]toTell, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, w *toTell) error {
		return r.Scan(&w.id, &w.authority, &w.step, &w.what, &w.since, &w.due, &w.warn, &w.owner, &w.ref, &w.ownerKind, &w.ownTeam)
	}, near, n.record.Now(), sweepSize, level)
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
	// Only danger cannot wait for the digest. Told at once of each limit that runs in
	// hours, the people of a front door got 28 messages a day, and would read none.
	if w.step == timescale.ImmediateDanger {
		kind += "-now"
	}
	for i, desk := range who {
		key := level + w.id
		if i > 0 {
			key += " " + desk
		}
		text := capital(discreet(w.what)) + ": due " + w.due.Words() + "."
		if err := addTold.Exec(ctx, q, []any{n.record.NewID(), w.authority, kind, w.address(desk), w.ref, "/waiting", text, key, now, now, "service"}); err != nil {
			return err
		}
	}
	return nil
}

// address is where somebody whom a rule names is found: whoever is waited for, their
// manager, or a desk.
func (w toTell) address(desk string) string {
	team := w.ownTeam
	if w.ownerKind == "desk" {
		team = w.owner
	}
	switch desk {
	case "partner", "social_worker":
		return w.ownerKind + ":" + w.owner
	case "team_manager":
		return "role:team_manager:" + team
	}
	return "desk:" + desk
}

// danger is an alert that was not texted to the duty phone yet.
type danger struct{ id, authority, ref, link, by, phone string }

func (n *Notices) untexted(ctx context.Context, q db.Queryer) ([]danger, error) {
	if n.post.text == nil {
		return nil, nil
	}
	return db.Collect(ctx, q, func(r *sql.Rows, d *danger) error {
		return r.Scan(&d.id, &d.authority, &d.ref, &d.link, &d.by, &d.phone)
	}, dangers, n.record.Now().Add(-stale), sweepSize)
}

func (n *Notices) textDangers(ctx context.Context, q db.Queryer) error {
	all, err := n.untexted(ctx, q)
	if err != nil {
		return err
	}
	now := n.record.Now()
	for _, d := range all {
		to := cmp.Or(Phone(d.phone), d.phone)
		if err := addTold.Exec(ctx, q, []any{n.record.NewID(), d.authority, "danger-alert", to, d.ref, d.link, "", "text " + d.id, now, now, d.by}); err != nil {
			return err
		}
	}
	return nil
}
