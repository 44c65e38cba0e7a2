package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrate brings the schema up to date, forward only. On PostgreSQL the migration
// library's own lock keeps two processes from migrating at once.
func (d *DB) Migrate(ctx context.Context) error {
	migrations, err := d.migrations()
	if err != nil {
		return err
	}
	dialect := goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithGoMigrations(migrations...), goose.WithDisableGlobalRegistry(true)}
	if d.engine == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("prepare the migration lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, d.write, nil, options...)
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// migrations turns each embedded file into a migration for this engine. A file
// named *.sqlite.sql or *.postgres.sql is for that engine alone.
func (d *DB) migrations() ([]*goose.Migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var out []*goose.Migration
	for _, name := range names {
		other := ".postgres.sql"
		if d.engine == Postgres {
			other = ".sqlite.sql"
		}
		if strings.HasSuffix(name, other) {
			continue
		}
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migration %s has no number: %w", name, err)
		}
		statements := d.statements(string(text))
		up := func(ctx context.Context, tx *sql.Tx) error {
			for _, s := range statements {
				if _, err := tx.ExecContext(ctx, s); err != nil {
					return fmt.Errorf("%s: %w in %q", name, err, firstLine(s))
				}
			}
			return nil
		}
		out = append(out, goose.NewGoMigration(version, &goose.GoFunc{RunTx: up}, nil))
	}
	return out, nil
}

var createTable = regexp.MustCompile(`CREATE TABLE (\w+)`)

// secondsToken is the whole seconds from the second instant to the first.
var secondsToken = regexp.MustCompile(`:seconds\((\w+), (\w+)\)`)

// seconds renders the one sum of times that a migration needs and the engines write
// differently.
func (d *DB) seconds(text string) string {
	if d.engine == Postgres {
		return secondsToken.ReplaceAllString(text, `CAST(round(extract(epoch FROM ($1 - $2))) AS bigint)`)
	}
	return secondsToken.ReplaceAllString(text, `CAST(round((julianday($1) - julianday($2)) * 86400) AS bigint)`)
}

// statements splits a migration at blank lines that follow a semicolon, and
// renders the partition mark that closes each record table.
func (d *DB) statements(text string) []string {
	var out []string
	text = d.seconds(text)
	for _, s := range regexp.MustCompile(`;\s*\n\s*\n`).Split(text, -1) {
		s = strings.TrimSuffix(strings.TrimSpace(s), ";")
		if s == "" {
			continue
		}
		if !strings.Contains(s, "/*P*/") {
			out = append(out, withEnd(s))
			continue
		}
		if !d.partitioned {
			out = append(out, strings.Replace(s, "/*P*/", "", 1))
			continue
		}
		name := createTable.FindStringSubmatch(s)[1]
		out = append(out, strings.Replace(s, "/*P*/", " PARTITION BY HASH (authority_id)", 1))
		for part := range 2 {
			out = append(out, fmt.Sprintf("CREATE TABLE %s_%d PARTITION OF %s FOR VALUES WITH (MODULUS 2, REMAINDER %d)", name, part, name, part))
		}
	}
	return out
}

// withEnd gives a trigger's body back the semicolon that closes it.
func withEnd(s string) string {
	if strings.HasSuffix(s, "END") && strings.Contains(s, "CREATE TRIGGER") {
		return s + ";"
	}
	return s
}

func firstLine(s string) string {
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "--") {
			return line
		}
	}
	return s
}
