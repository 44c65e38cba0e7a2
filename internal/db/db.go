// Package db opens either engine, migrates it, runs transactions and collects
// rows. One SQL text serves both: see Query for the two things that differ.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the PostgreSQL driver
)

// Engine is which database this is.
type Engine int

// The two engines.
const (
	SQLite Engine = iota
	Postgres
)

// String names the engine for people.
func (e Engine) String() string {
	if e == Postgres {
		return "PostgreSQL"
	}
	return "SQLite"
}

// Options are choices that only tests and the demo's builder need.
type Options struct {
	// Fast gives up durability while a database is being built from nothing and
	// can be thrown away. It is never used for a record that anybody relies on.
	Fast bool
	// Partitioned creates every record table of a PostgreSQL database partitioned
	// by authority, which fails at once if a key lacks the authority. For tests.
	Partitioned bool
	// ReadOnly refuses every write.
	ReadOnly bool
}

// DB is an open database of either engine.
type DB struct {
	engine      Engine
	write       *sql.DB
	read        *sql.DB // a pool of readers on SQLite; the same as write on PostgreSQL
	aside       *sql.DB // a few readers more, for those who read while they hold another
	partitioned bool
}

// Open opens a PostgreSQL database ("postgres://…") or an SQLite file ("sqlite:PATH"
// or a path). It refuses a database that would acknowledge what it has not kept.
func Open(ctx context.Context, target string, opts Options) (*DB, error) {
	if strings.HasPrefix(target, "postgres://") || strings.HasPrefix(target, "postgresql://") {
		return openPostgres(ctx, target, opts)
	}
	return openSQLite(ctx, strings.TrimPrefix(target, "sqlite:"), opts)
}

func openSQLite(ctx context.Context, path string, opts Options) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	synchronous, want := "FULL", int64(2)
	if opts.Fast {
		synchronous, want = "OFF", 0
	}
	dsn := func(extra ...string) string {
		v := url.Values{}
		for _, p := range []string{
			"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(" + synchronous + ")",
			"foreign_keys(1)", "cache_size(-16000)", "journal_size_limit(67108864)", "temp_store(MEMORY)",
		} {
			v.Add("_pragma", p)
		}
		for _, e := range extra {
			name, value, _ := strings.Cut(e, "=")
			v.Add(name, value)
		}
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
	}
	w := openLite(dsn("_txlock=immediate"))
	w.SetMaxOpenConns(1)
	w.SetMaxIdleConns(1)
	var got int64
	if err := w.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&got); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), w.Close())
	}
	if got != want {
		return nil, errors.Join(fmt.Errorf("open %s: synchronous is %d, want %d: refusing to run without durable writes", path, got, want), w.Close())
	}
	r := openLite(dsn("_pragma=query_only(1)"))
	n := max(4, runtime.NumCPU())
	r.SetMaxOpenConns(n)
	r.SetMaxIdleConns(n)
	a := openLite(dsn("_pragma=query_only(1)"))
	a.SetMaxOpenConns(asideConns)
	a.SetMaxIdleConns(asideConns)
	return &DB{engine: SQLite, write: w, read: r, aside: a}, nil
}

func openPostgres(ctx context.Context, target string, opts Options) (*DB, error) {
	p, err := sql.Open("pgx", target)
	if err != nil {
		return nil, fmt.Errorf("open the PostgreSQL database: %w", err)
	}
	p.SetMaxOpenConns(32)
	p.SetMaxIdleConns(16)
	var sync string
	if err := p.QueryRowContext(ctx, "SHOW synchronous_commit").Scan(&sync); err != nil {
		return nil, errors.Join(fmt.Errorf("reach the PostgreSQL database: %w", err), p.Close())
	}
	if sync == "off" {
		return nil, errors.Join(errors.New("synchronous_commit is off: refusing to run without durable writes"), p.Close())
	}
	a, err := sql.Open("pgx", target)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the PostgreSQL database: %w", err), p.Close())
	}
	a.SetMaxOpenConns(asideConns)
	a.SetMaxIdleConns(asideConns)
	return &DB{engine: Postgres, write: p, read: p, aside: a, partitioned: opts.Partitioned}, nil
}

// asideConns is how many may read aside at once.
const asideConns = 3

// Engine says which engine this is.
func (d *DB) Engine() Engine { return d.engine }

// Close lets SQLite tidy its statistics, then closes both pools.
func (d *DB) Close() error {
	if d.engine == Postgres {
		return errors.Join(d.aside.Close(), d.write.Close())
	}
	_, err := d.write.ExecContext(context.Background(), "PRAGMA optimize")
	return errors.Join(err, d.aside.Close(), d.read.Close(), d.write.Close())
}

// Analyze refreshes the planner's statistics; worth doing after a bulk load.
func (d *DB) Analyze(ctx context.Context) error {
	_, err := d.write.ExecContext(ctx, "ANALYZE")
	return err
}

// Checkpoint folds SQLite's write-ahead log into its file, so that the file
// alone is the whole database. It does nothing on PostgreSQL.
func (d *DB) Checkpoint(ctx context.Context) error {
	if d.engine == Postgres {
		return nil
	}
	_, err := d.write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// Ping asks whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	return d.read.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}
