package record

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/refusal"
)

// formKey is the idempotency key of the form or message a request carries.
type formKey struct {
	mu   sync.Mutex
	key  string
	body string
	used int
}

type formKeyCtx struct{}

// WithKey has the commands of this request happen once for this key. The body's
// hash is kept, so that the same key with another body is a conflict.
func WithKey(ctx context.Context, key, bodyHash string) context.Context {
	return context.WithValue(ctx, formKeyCtx{}, &formKey{key: key, body: bodyHash})
}

// BodyHash is the hash kept beside a key.
func BodyHash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

type onceKey struct{ key, body string }

// takeKey gives the key for the next command of this request. A request with two
// commands has two keys.
func takeKey(ctx context.Context) onceKey {
	k, ok := ctx.Value(formKeyCtx{}).(*formKey)
	if !ok {
		return onceKey{}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.used++
	if k.used == 1 {
		return onceKey{k.key, k.body}
	}
	return onceKey{fmt.Sprintf("%s#%d", k.key, k.used), k.body}
}

var (
	findAnswered = db.SQL("record.find-answered", `
		SELECT actor, body_hash, location FROM answered WHERE form_key = $1 AND authority_id = $2`)
	addAnswered = db.SQL("record.add-answered", `
		INSERT INTO answered (form_key, authority_id, actor, body_hash, answered_at) VALUES ($1, $2, $3, $4, $5)`)
	setLocation = db.SQL("record.set-answered-location", `
		UPDATE answered SET location = $3 WHERE form_key = $1 AND authority_id = $2`)
)

// errAlready is what a repeat gets inside Do; web turns it into the first answer.
var errAlready = refusal.New(refusal.Conflict, "This has already been saved")

// once claims the key inside the transaction: the same form cannot have two effects.
func (tx *Tx) once(ctx context.Context, k onceKey) error {
	if k.key == "" {
		return nil
	}
	a, err := answeredBy(ctx, tx, tx.Authority, k.key)
	if err == nil && (a.actor != tx.Who.ID || a.body != k.body) {
		return refusal.New(refusal.Conflict, "This form was already sent with other answers. Open the page again before you change them")
	}
	if err == nil {
		return errAlready
	}
	if !db.NotFound(err) {
		return err
	}
	if _, err := tx.ExecContext(ctx, addAnswered, k.key, tx.Authority, tx.Who.ID, k.body, tx.Now); err != nil {
		if db.Unique(err) {
			return errAlready
		}
		return fmt.Errorf("keep the form's key: %w", err)
	}
	return nil
}

type answered struct{ actor, body, location string }

func answeredBy(ctx context.Context, q db.Queryer, authority, key string) (answered, error) {
	var a answered
	err := q.QueryRowContext(ctx, findAnswered, key, authority).Scan(&a.actor, &a.body, &a.location)
	return a, err
}

// Answered says where a form that was already answered led, and whether it was.
// Another person's key answers as if it had never been used.
func (r *Record) Answered(ctx context.Context, who access.Actor, key, bodyHash string) (location string, yes bool, err error) {
	err = r.DB.Read(ctx, func(q db.Queryer) error {
		a, err := answeredBy(ctx, q, who.Authority, key)
		switch {
		case db.NotFound(err):
			return nil
		case err != nil:
			return err
		case a.actor != who.ID:
			return refusal.Hidden()
		case a.body != bodyHash:
			return refusal.New(refusal.Conflict, "This form was already sent with other answers. Open the page again before you change them")
		}
		location, yes = a.location, true
		return nil
	})
	return location, yes, err
}

// SetLocation keeps where the first answer led, to lead a repeat there too.
func (r *Record) SetLocation(ctx context.Context, who access.Actor, key, location string) error {
	return r.DB.Write(ctx, func(q db.Queryer) error {
		_, err := q.ExecContext(ctx, setLocation, key, who.Authority, location)
		return err
	})
}
