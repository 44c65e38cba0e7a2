package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Query is one SQL text with a name, written once for both engines. It uses $1
// placeholders, which SQLite reads as ?1, and may say IN (:list($1)) for a list
// bound as one JSON array with List, or IN (:numbers($1)) for one with Numbers.
type Query struct {
	name     string
	sqlite   string
	postgres string
}

// Name is how logs and tests call the query.
func (q Query) Name() string { return q.name }

// Text is the SQL for an engine.
func (q Query) Text(e Engine) string {
	if e == Postgres {
		return q.postgres
	}
	return q.sqlite
}

// registry is the list of every query in the program, filled as packages are
// loaded and only read by the test that prepares each on both engines.
var registry struct {
	sync.Mutex
	all []Query
}

// SQL names a query and keeps it for the test that prepares every query on both
// engines against the real schema.
func SQL(name, text string) Query {
	q := render(name, text)
	registry.Lock()
	defer registry.Unlock()
	registry.all = append(registry.all, q)
	return q
}

// Registered lists every named query of the packages that are linked in.
func Registered() []Query {
	registry.Lock()
	defer registry.Unlock()
	return slices.Clone(registry.all)
}

var (
	placeholder = regexp.MustCompile(`\$(\d+)`)
	listToken   = regexp.MustCompile(`:list\((\$\d+)\)`)
	numberToken = regexp.MustCompile(`:numbers\((\$\d+)\)`)
)

func render(name, text string) Query {
	lite := listToken.ReplaceAllString(text, `SELECT value FROM json_each($1)`)
	lite = numberToken.ReplaceAllString(lite, `SELECT value FROM json_each($1)`)
	// ReplaceAllString reads $1 in the replacement as the group: the placeholder itself.
	pg := listToken.ReplaceAllString(text, `SELECT listed.value FROM jsonb_array_elements_text(CAST(CAST($1 AS text) AS jsonb)) AS listed(value)`)
	pg = numberToken.ReplaceAllString(pg, `SELECT CAST(listed.value AS bigint) FROM jsonb_array_elements_text(CAST(CAST($1 AS text) AS jsonb)) AS listed(value)`)
	return Query{name: name, sqlite: placeholder.ReplaceAllString(lite, `?$1`), postgres: pg}
}

// List binds values for IN (:list($1)).
func List[T ~string](values []T) string {
	if len(values) == 0 {
		return "[]"
	}
	b, err := json.Marshal(values)
	if err != nil {
		panic(fmt.Sprintf("db.List: %v", err)) // strings always marshal
	}
	return string(b)
}

// Numbers binds whole numbers for IN (:numbers($1)).
func Numbers(values []int64) string {
	b := []byte{'['}
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, v, 10)
	}
	return string(append(b, ']'))
}

// Queryer runs queries: a transaction that may write, or a view that may not.
type Queryer interface {
	ExecContext(ctx context.Context, q Query, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, q Query, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, q Query, args ...any) *sql.Row
}

// Collect gathers every row of a query.
func Collect[T any](ctx context.Context, q Queryer, scan func(*sql.Rows, *T) error, query Query, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", query.name, err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var t T
		out = append(out, t) // and read into its place: one read into t would be made anew for each row
		if err := scan(rows, &out[len(out)-1]); err != nil {
			return nil, fmt.Errorf("%s: %w", query.name, err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", query.name, err)
	}
	return out, nil
}

// One gathers a single row; sql.ErrNoRows when there is none.
func One[T any](ctx context.Context, q Queryer, scan func(*sql.Rows, *T) error, query Query, args ...any) (T, error) {
	all, err := Collect(ctx, q, scan, query, args...)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s: %w", query.name, sql.ErrNoRows)
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return all[0], nil
}

// ErrNone is what a query that found no row gives.
var ErrNone = sql.ErrNoRows

// NotFound says that a query found no row.
func NotFound(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// Changed says how many rows a statement changed, as an error when it failed.
func Changed(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Insert is an INSERT whose rows are given at run time, so that several children
// cost one statement.
type Insert struct {
	name    string
	head    string
	columns int
	tail    string
	mu      *sync.Mutex
	byRows  map[int]Query
}

// InsertInto describes an INSERT into the named columns; tail may say ON CONFLICT.
func InsertInto(name, table, columns, tail string) Insert {
	n := strings.Count(columns, ",") + 1
	i := Insert{
		name: name, columns: n, tail: tail, mu: &sync.Mutex{}, byRows: map[int]Query{},
		head: "INSERT INTO " + table + " (" + columns + ") VALUES ",
	}
	SQL(name, i.text(1))
	return i
}

func (i Insert) text(rows int) string {
	var b strings.Builder
	b.WriteString(i.head)
	for r := range rows {
		if r > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for c := range i.columns {
			if c > 0 {
				b.WriteString(", ")
			}
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(r*i.columns + c + 1))
		}
		b.WriteByte(')')
	}
	b.WriteByte(' ')
	b.WriteString(i.tail)
	return b.String()
}

// insertRows bounds one statement, well under both engines' limits on placeholders.
const insertRows = 20

// Exec inserts the rows, each with one value a column.
func (i Insert) Exec(ctx context.Context, q Queryer, rows ...[]any) error {
	for part := range slices.Chunk(rows, insertRows) {
		args := make([]any, 0, len(part)*i.columns)
		for _, row := range part {
			if len(row) != i.columns {
				return fmt.Errorf("%s: %d values for %d columns", i.name, len(row), i.columns)
			}
			args = append(args, row...)
		}
		if _, err := q.ExecContext(ctx, i.query(len(part)), args...); err != nil {
			return fmt.Errorf("%s: %w", i.name, err)
		}
	}
	return nil
}

func (i Insert) query(rows int) Query {
	i.mu.Lock()
	defer i.mu.Unlock()
	q, ok := i.byRows[rows]
	if !ok {
		q = render(i.name, i.text(rows))
		i.byRows[rows] = q
	}
	return q
}

// Prepare asks the engine whether a query can be run against the schema.
func (d *DB) Prepare(ctx context.Context, q Query) error {
	stmt, err := d.write.PrepareContext(ctx, q.Text(d.engine))
	if err != nil {
		return err
	}
	return stmt.Close()
}
