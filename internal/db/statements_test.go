package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"

	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
)

var (
	countAll   = db.SQL("dbtest.numbers", `SELECT authority_id FROM authority WHERE authority_id >= $1 ORDER BY authority_id`)
	addOne     = db.InsertInto("dbtest.add-authority", "authority", "authority_id, code, name, phone, phone_out_of_hours, created_at", "")
	renameOne  = db.SQL("dbtest.rename", `UPDATE authority SET name = $1 WHERE authority_id = $2`)
	nameOfOne  = db.SQL("dbtest.name", `SELECT name FROM authority WHERE authority_id = $1`)
	brokenText = db.SQL("dbtest.rename-to-nothing", `UPDATE authority SET name = NULL WHERE authority_id = $1`)
)

// A query that is asked again while its own rows are read, one that fails, and more
// texts than a connection keeps: each gives its own answer.
func TestStatementsAreKeptAndNeverShared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		err := d.Write(ctx, func(q db.Queryer) error {
			var rows [][]any
			for _, id := range []string{"a", "b", "c"} {
				rows = append(rows, []any{id, "9" + id, "Name of " + id, "1", "", "2026-01-01T00:00:00.000000Z"})
			}
			return addOne.Exec(ctx, q, rows...)
		})
		if err != nil {
			t.Fatal(err)
		}
		ids := func(q db.Queryer, from string) []string {
			got, err := db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, countAll, from)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if d.Engine() == db.SQLite { // the other engine reads one result at a time
			err = d.Read(ctx, func(q db.Queryer) error {
				outer, err := q.QueryContext(ctx, countAll, "a")
				if err != nil {
					return err
				}
				defer outer.Close()
				n := 0
				for outer.Next() {
					var id string
					if err := outer.Scan(&id); err != nil {
						return err
					}
					if got := ids(q, id); len(got) != 3-n || got[0] != id {
						t.Errorf("from %s: %v", id, got)
					}
					n++
				}
				if n != 3 {
					t.Errorf("the outer rows ended after %d", n)
				}
				return outer.Err()
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			err := d.Write(ctx, func(q db.Queryer) error {
				_, err := q.ExecContext(ctx, brokenText, "a")
				return err
			})
			if err == nil {
				t.Fatal("a name was set to nothing")
			}
			err = d.Write(ctx, func(q db.Queryer) error {
				_, err := q.ExecContext(ctx, renameOne, "New name", "a")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for i := range 600 {
			text := db.SQL(fmt.Sprintf("dbtest.many-%d", i), fmt.Sprintf(`SELECT name FROM authority WHERE authority_id = $1 AND %d = %d`, i, i))
			err := d.Read(ctx, func(q db.Queryer) error {
				var name string
				if err := q.QueryRowContext(ctx, text, "a").Scan(&name); err != nil {
					return err
				}
				if name != "New name" {
					t.Errorf("text %d: %q", i, name)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for range 50 {
					id := string(rune('a' + w%3))
					err := d.Read(ctx, func(q db.Queryer) error {
						var name string
						if err := q.QueryRowContext(ctx, nameOfOne, id).Scan(&name); err != nil {
							return err
						}
						if want := map[string]string{"a": "New name", "b": "Name of b", "c": "Name of c"}[id]; name != want {
							t.Errorf("%s is %q, want %q", id, name, want)
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	})
}
