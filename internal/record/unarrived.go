package record

import (
	"context"
	"database/sql"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
)

// Undelivered is a notice that has reached nobody: given up, or a quarter of an hour
// after it was due. It stays with whoever sent it until it goes or they say that they
// told the person another way.
type Undelivered struct {
	ID, Kind, Ref, Why string
	To                 string        // whom it is addressed to; "" for those who may not open contacts and did not send it
	Made, Next         civil.Instant // Next is zero when it was given up
	Addressed          bool          // there is somewhere to send it again
	Tries              int
}

// UndeliveredAfter is how long a notice may take before it counts as not delivered
// (screens, section 8).
const UndeliveredAfter = 15 * time.Minute

const unarrivedWhere = `
		WHERE authority_id = $1 AND sent_at IS NULL AND told_at IS NULL
			AND (failed_at IS NOT NULL OR (created_at < $2 AND (created_at < $3 OR kind NOT IN (:list($4)))))
			AND ($5 = '' OR made_by = $5) AND created_at >= $6`

var (
	unarrived = db.SQL("record.undelivered", `
		SELECT id, kind, reference, last_error, address, created_at, CASE WHEN failed_at IS NULL THEN not_before END, address <> '', attempts
		FROM outbox`+unarrivedWhere+` ORDER BY created_at DESC, id DESC LIMIT $7`)
	countUnarrived = db.SQL("record.count-undelivered", `SELECT count(*) FROM outbox`+unarrivedWhere)
)

// sentBy is whose notices this person is shown: everybody's, or their own.
func sentBy(who access.Actor) string {
	s := access.ScopeOf(who, access.ListUndelivered)
	if s.WorkerID == "" && s.ReferrerID == "" {
		return ""
	}
	return who.ID
}

func (v *View) unarrivedArgs(since civil.Instant) []any {
	late := v.Now.Add(-UndeliveredAfter)
	return []any{v.Authority, late, pathway.LastDigest(late), db.List(pathway.DigestKinds()), sentBy(v.Who), since}
}

// Undelivered lists the notices that have reached nobody, the newest first, at most so
// many, and says how many there are: all of them, or those that this person sent.
func (v *View) Undelivered(ctx context.Context, limit int) (out []Undelivered, n int, err error) {
	if err := v.Allow(access.ListUndelivered, access.About{}); err != nil {
		return nil, 0, err
	}
	args := v.unarrivedArgs(civil.DateOf(2000, 1, 1).Start())
	if err := v.QueryRowContext(ctx, countUnarrived, args...).Scan(&n); err != nil {
		return nil, 0, err
	}
	out, err = db.Collect(ctx, v, func(r *sql.Rows, u *Undelivered) error {
		err := r.Scan(&u.ID, &u.Kind, &u.Ref, &u.Why, &u.To, &u.Made, &u.Next, &u.Addressed, &u.Tries)
		if sentBy(v.Who) == "" && !access.ScopeOf(v.Who, access.OpenContact).Allowed {
			u.To = "" // an administrator sees settings, and of people who told us nothing
		}
		return err
	}, unarrived, append(args, limit)...)
	return out, n, err
}

// undeliveredDays is how far back a page that is not the list itself counts.
const undeliveredDays = 7

// UndeliveredLately is how many notices of this person have reached nobody in the last
// week: none for somebody who may not see them.
func (v *View) UndeliveredLately(ctx context.Context) (n int, err error) {
	if !access.ScopeOf(v.Who, access.ListUndelivered).Allowed {
		return 0, nil
	}
	err = v.QueryRowContext(ctx, countUnarrived, v.unarrivedArgs(v.Now.Date().AddDays(-undeliveredDays).Start())...).Scan(&n)
	return n, err
}

var (
	sendAgain = db.SQL("record.send-again", `
		UPDATE outbox SET failed_at = NULL, attempts = 0, not_before = $3, last_error = '', bundle = '', claimed_until = NULL
		WHERE id = $1 AND authority_id = $2 AND sent_at IS NULL AND told_at IS NULL AND address <> '' AND ($4 = '' OR made_by = $4)`)
	toldAnotherWay = db.SQL("record.told-another-way", `
		UPDATE outbox SET told_at = $3, told_by = $4, failed_at = COALESCE(failed_at, $3), claimed_until = NULL
		WHERE id = $1 AND authority_id = $2 AND sent_at IS NULL AND told_at IS NULL AND ($5 = '' OR made_by = $5)`)
)

// SendAgain puts an undelivered notice back in the outbox, and says whether it could.
// It goes with the same id.
func (tx *Tx) SendAgain(ctx context.Context, id string) (bool, error) {
	n, err := db.Changed(tx.ExecContext(ctx, sendAgain, id, tx.Authority, tx.Now, sentBy(tx.Who)))
	return n > 0, err
}

// ToldAnotherWay ends a notice that was not delivered: somebody told the person by
// telephone or face to face. It says whether there was such a notice.
func (tx *Tx) ToldAnotherWay(ctx context.Context, id string) (bool, error) {
	n, err := db.Changed(tx.ExecContext(ctx, toldAnotherWay, id, tx.Authority, tx.Now, tx.Who.ID, sentBy(tx.Who)))
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.toldOfNotice(ctx, id)
}
