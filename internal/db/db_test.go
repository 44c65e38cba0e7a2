package db_test

import (
	"context"
	"errors"
	"testing"

	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
)

var (
	addTeam   = db.InsertInto("db_test.add-team", "team", "id, authority_id, name, kind", "")
	teamCount = db.SQL("db_test.count", `SELECT count(*) FROM team WHERE authority_id = $1`)
	teamsOf   = db.SQL("db_test.teams", `SELECT count(*) FROM team WHERE authority_id = $1 AND id IN (:list($2))`)
)

func TestListsAndRowsWorkOnBothEngines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		err := d.Write(ctx, func(q db.Queryer) error {
			return addTeam.Exec(ctx, q, []any{"a", "X", "A", "k"}, []any{"b", "X", "B", "k"}, []any{"c", "X", "C", "k"})
		})
		if err != nil {
			t.Fatal(err)
		}
		var n int
		err = d.Read(ctx, func(q db.Queryer) error {
			return q.QueryRowContext(ctx, teamsOf, "X", db.List([]string{"a", "c", "zz"})).Scan(&n)
		})
		if err != nil || n != 2 {
			t.Fatalf("got %d, %v; want 2", n, err)
		}
		err = d.Write(ctx, func(q db.Queryer) error { return addTeam.Exec(ctx, q, []any{"a", "X", "again", "k"}) })
		if !db.Unique(err) {
			t.Fatalf("a second row with the same key: %v, want a unique violation", err)
		}
	})
}

func TestNothingStaysWhenAWriteFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		broken := errors.New("broken")
		err := d.Write(ctx, func(q db.Queryer) error {
			if err := addTeam.Exec(ctx, q, []any{"a", "X", "A", "k"}); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatalf("got %v, want broken", err)
		}
		var n int
		if err := d.Read(ctx, func(q db.Queryer) error { return q.QueryRowContext(ctx, teamCount, "X").Scan(&n) }); err != nil || n != 0 {
			t.Fatalf("%d rows stayed (%v), want none", n, err)
		}
	})
}

func TestAViewCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		err := d.Read(ctx, func(q db.Queryer) error { return addTeam.Exec(ctx, q, []any{"a", "X", "A", "k"}) })
		if err == nil {
			t.Fatal("a view wrote a row, want a refusal by the engine")
		}
	})
}

func TestEveryRecordTableCanBePartitionedByAuthority(t *testing.T) {
	dbtest.Postgres(t, db.Options{Partitioned: true})
}

func TestMigratingTwiceChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}
