package notice

import (
	"context"
	"database/sql"

	"frontdoor/internal/db"
	"frontdoor/internal/queue"
	"frontdoor/internal/record"
)

// The telling of how much waits at the front door. The board says it while it is so; this
// sends word of it to the front door's managers, once a day at most, and before a contact
// has passed its time. If it dies the board still says it.
var loadUntold = db.SQL("notice.managers-untold-of-load", `
	SELECT DISTINCT u.id FROM user_account u JOIN user_role r ON r.user_id = u.id AND r.authority_id = u.authority_id
	WHERE r.role = 'front_door_manager' AND r.authority_id = $1 AND r.begun_at <= $2 AND (r.ended_at IS NULL OR r.ended_at > $2) AND u.disabled_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.authority_id = u.authority_id AND o.dedupe_key = $3 || u.id)
	ORDER BY u.id`)

// TellOfLoad queues word of each front door at which a contact is expected to pass its
// time, or a limit is passed, to those of its managers who were not told today.
func (n *Notices) TellOfLoad(ctx context.Context) error {
	return n.eachAuthority(ctx, n.tellOfLoad)
}

func (n *Notices) tellOfLoad(ctx context.Context, authority string) error {
	now := n.record.Now()
	key := "load " + now.Date().String() + " "
	var managers []string
	var a record.LoadAlarm
	find := func(q db.Queryer) (err error) {
		managers, err = db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, loadUntold, authority, now, key)
		return err
	}
	err := n.record.DB.Read(ctx, func(q db.Queryer) error {
		if err := find(q); err != nil || len(managers) == 0 {
			return err
		}
		var err error
		a, err = n.record.LoadAlarm(ctx, q, authority)
		return err
	})
	if err != nil || len(managers) == 0 || !a.Rings() {
		return err
	}
	return n.record.DB.Write(ctx, func(q db.Queryer) error {
		if err := find(q); err != nil {
			return err
		}
		for _, id := range managers {
			if err := addTold.Exec(ctx, q, []any{n.record.NewID(), authority, "load-alarm", "user:" + id, "front-door", "/contacts/load", loadText(a.Alarm), key + id, now, now, "service"}); err != nil {
				return err
			}
		}
		return nil
	})
}

// loadText says what is expected, with no number of what waits: it could tell of a sealed
// record.
func loadText(a queue.Alarm) string {
	if !a.First.Due.IsZero() {
		return "The first is expected to pass its time on " + a.First.Due.Words() + "."
	}
	return "A limit of how much is in hand is passed."
}
