package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// Hook is asked before every statement; an error stops it. Tests use it to count
// statements and to fail each in turn.
type Hook func(Query) error

type hookKey struct{}

// WithHook has every statement under ctx ask the hook first.
func WithHook(ctx context.Context, h Hook) context.Context {
	return context.WithValue(ctx, hookKey{}, h)
}

func ask(ctx context.Context, q Query) error {
	if h, ok := ctx.Value(hookKey{}).(Hook); ok {
		if err := h(q); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	return nil
}

// conn runs queries inside one transaction, or aside.
type conn struct {
	db *DB
	tx interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
		QueryContext(context.Context, string, ...any) (*sql.Rows, error)
		QueryRowContext(context.Context, string, ...any) *sql.Row
	}
}

func (c conn) ExecContext(ctx context.Context, q Query, args ...any) (sql.Result, error) {
	if err := ask(ctx, q); err != nil {
		return nil, err
	}
	return c.tx.ExecContext(ctx, q.Text(c.db.engine), args...)
}

func (c conn) QueryContext(ctx context.Context, q Query, args ...any) (*sql.Rows, error) {
	if err := ask(ctx, q); err != nil {
		return nil, err
	}
	return c.tx.QueryContext(ctx, q.Text(c.db.engine), args...)
}

func (c conn) QueryRowContext(ctx context.Context, q Query, args ...any) *sql.Row {
	if err := ask(ctx, q); err != nil {
		stopped, cancel := context.WithCancelCause(ctx)
		cancel(err)
		return c.tx.QueryRowContext(stopped, q.Text(c.db.engine), args...)
	}
	return c.tx.QueryRowContext(ctx, q.Text(c.db.engine), args...)
}

// tries is how often a write is begun again when the engine says two writers met.
const tries = 16

// Write runs fn in one transaction and commits it. On PostgreSQL it is
// SERIALIZABLE; when two writers meet, fn runs again, so it must touch nothing
// but the transaction.
func (d *DB) Write(ctx context.Context, fn func(Queryer) error) error {
	var err error
	for n := range tries {
		if err = d.writeOnce(ctx, fn); err == nil || !again(err) {
			return err
		}
		wait := time.Duration(1+rand.IntN(4<<min(n, 6))) * time.Millisecond
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(wait):
		}
	}
	return fmt.Errorf("write gave up after %d tries: %w", tries, err)
}

func (d *DB) writeOnce(ctx context.Context, fn func(Queryer) error) error {
	opts := &sql.TxOptions{}
	if d.engine == Postgres {
		opts.Isolation = sql.LevelSerializable
	}
	tx, err := d.write.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := fn(conn{d, tx}); err != nil {
		return errors.Join(err, rollback(tx))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Read runs fn on one unchanging view of the database.
func (d *DB) Read(ctx context.Context, fn func(Queryer) error) error {
	opts := &sql.TxOptions{}
	if d.engine == Postgres {
		opts.Isolation, opts.ReadOnly = sql.LevelRepeatableRead, true
	}
	tx, err := d.read.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin reading: %w", err)
	}
	return errors.Join(fn(conn{d, tx}), rollback(tx))
}

// Aside reads outside any transaction, for somebody who may be inside a Read or a
// Write already: it has connections of its own, so nobody waits for themselves. Each
// query sees what is committed when it is asked, and takes no part in what is being
// written.
func (d *DB) Aside() Queryer { return conn{d, aside{d.aside}} }

// aside refuses to write.
type aside struct{ *sql.DB }

func (aside) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, errors.New("nothing is written aside")
}

func rollback(tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

// again says that the engine asks for the whole transaction to be run again.
func again(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "40001", "40P01", "57P01", "08P01", "25006":
			return true
		}
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == 5 // SQLITE_BUSY
	}
	return false
}

// Unique says that a unique key already holds this value.
func Unique(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code() == 1555 || lite.Code() == 2067)
}
