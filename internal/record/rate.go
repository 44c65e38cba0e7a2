package record

import (
	"context"
	"fmt"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/refusal"
)

// Failures that are free before tries have to wait, and the longest wait.
const (
	freeTries        = 5
	freeNetworkTries = 50
	longestWait      = 300 * time.Second
	forgetAfter      = 24 * time.Hour
)

var (
	findRate = db.SQL("record.find-rate", `SELECT n, since, until_at FROM rate WHERE name = $1`)
	setRate  = db.SQL("record.set-rate", `
		INSERT INTO rate (name, n, since, last_at, until_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (name) DO UPDATE SET n = excluded.n, since = excluded.since, last_at = excluded.last_at, until_at = excluded.until_at`)
	clearRate = db.SQL("record.clear-rate", `DELETE FROM rate WHERE name = $1`)
)

type rate struct {
	n            int64
	since, until civil.Instant
}

func rateOf(ctx context.Context, q db.Queryer, name string) (rate, error) {
	var x rate
	err := q.QueryRowContext(ctx, findRate, name).Scan(&x.n, &x.since, &x.until)
	if db.NotFound(err) {
		return rate{}, nil
	}
	return x, err
}

// Held refuses while a name has to wait after failures.
func (r *Record) Held(ctx context.Context, name string) error {
	var x rate
	err := r.DB.Read(ctx, func(q db.Queryer) error {
		var err error
		x, err = rateOf(ctx, q, name)
		return err
	})
	if err != nil {
		return err
	}
	return tooMany(x.until, r.Now())
}

func tooMany(until, now civil.Instant) error {
	if until.After(now) {
		return refusal.New(refusal.TooMany, fmt.Sprintf("There were too many tries. Wait %d seconds and try again", int(until.Sub(now)/time.Second)+1))
	}
	return nil
}

// Failed counts a failure. After the free ones each next try waits twice as long,
// to five minutes.
func (r *Record) Failed(ctx context.Context, name string, free int) error {
	return r.DB.Write(ctx, func(q db.Queryer) error {
		now := r.Now()
		x, err := rateOf(ctx, q, name)
		if err != nil {
			return err
		}
		if x.since.IsZero() || now.Sub(x.since) > forgetAfter {
			x = rate{since: now}
		}
		x.n++
		until := civil.Instant{}
		if over := int(x.n) - free; over > 0 {
			until = now.Add(min(time.Second<<min(over, 9), longestWait))
		}
		_, err = q.ExecContext(ctx, setRate, name, x.n, x.since, now, until)
		return err
	})
}

// Clear forgets the failures of a name.
func (r *Record) Clear(ctx context.Context, name string) error {
	return r.DB.Write(ctx, func(q db.Queryer) error {
		_, err := q.ExecContext(ctx, clearRate, name)
		return err
	})
}

// Within lets a name do something at most this often in a window, counting this
// time. It refuses with how long to wait.
func (r *Record) Within(ctx context.Context, name string, most int64, window time.Duration) error {
	return r.DB.Write(ctx, func(q db.Queryer) error {
		now := r.Now()
		x, err := rateOf(ctx, q, name)
		if err != nil {
			return err
		}
		if x.since.IsZero() || now.Sub(x.since) >= window {
			x = rate{since: now}
		}
		if x.n >= most {
			return tooMany(x.since.Add(window), now)
		}
		_, err = q.ExecContext(ctx, setRate, name, x.n+1, x.since, now, x.until)
		return err
	})
}
