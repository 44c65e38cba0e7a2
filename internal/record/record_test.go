package record_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func newRecord(t *testing.T, d *db.DB, authorities ...string) *record.Record {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	now := civil.DateOf(2026, 11, 24).AtTime(9, 0)
	r := record.New(d, set, civil.England(), func() civil.Instant { return now })
	err = d.Write(context.Background(), func(q db.Queryer) error {
		for _, a := range authorities {
			if err := record.OpenTrail(context.Background(), q, a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func service(authority string) access.Actor {
	return access.Actor{ID: "service", Authority: authority, Roles: []access.Role{access.Installation}}
}

func act(t *testing.T, r *record.Record, who access.Actor) {
	t.Helper()
	err := r.Do(context.Background(), who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		return tx.Apply(context.Background(), record.Subject{Kind: "test", Ref: "R"}, "act", pathway.Consequences{})
	})
	if err != nil {
		t.Fatal(err)
	}
}

var (
	changeTrail = db.SQL("record_test.change", `UPDATE trail SET summary = 'nothing happened' WHERE seq = 2 AND authority_id = 'A'`)
	deleteTrail = db.SQL("record_test.delete", `DELETE FROM trail WHERE seq = 3 AND authority_id = 'A'`)
	dropGuard   = db.SQL("record_test.drop-sqlite", `DROP TRIGGER trail_no_update`)
	dropGuard2  = db.SQL("record_test.drop-sqlite-delete", `DROP TRIGGER trail_no_delete`)
	dropPG      = db.SQL("record_test.drop-postgres", `DROP TRIGGER trail_append_only ON trail`)
)

func TestTheTrailRefusesChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRecord(t, d, "A")
		act(t, r, service("A"))
		act(t, r, service("A"))
		act(t, r, service("A"))
		for _, q := range []db.Query{changeTrail, deleteTrail} {
			err := d.Write(context.Background(), func(x db.Queryer) error {
				_, err := x.ExecContext(context.Background(), q)
				return err
			})
			if err == nil {
				t.Errorf("%s went through, want it refused by the database", q.Name())
			}
		}
	})
}

func TestVerifyFindsOneChangedEntryAndOneMissing(t *testing.T) {
	tests := []struct {
		name  string
		query db.Query
		fault string
	}{
		{"changed", changeTrail, "entry 2 was changed"},
		{"missing", deleteTrail, "entry 3 is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				ctx := context.Background()
				r := newRecord(t, d, "A", "B")
				for range 4 {
					act(t, r, service("A"))
					act(t, r, service("B"))
				}
				guards := []db.Query{dropGuard, dropGuard2}
				if d.Engine() == db.Postgres {
					guards = []db.Query{dropPG}
				}
				err := d.Write(ctx, func(q db.Queryer) error {
					for _, g := range append(guards, tt.query) {
						if _, err := q.ExecContext(ctx, g); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				proofs, err := r.Verify(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(strings.Join(proofs[0].Faults, " "), tt.fault) {
					t.Errorf("authority A: %v, want %q", proofs[0].Faults, tt.fault)
				}
				if !proofs[1].OK() {
					t.Errorf("authority B: %v, want it whole", proofs[1].Faults)
				}
			})
		})
	}
}

func TestACommandAsksAndLeavesATrail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRecord(t, d, "A")
		if err := r.Do(ctx, service("A"), func(*record.Tx) error { return nil }); err == nil {
			t.Error("a command that asked nothing was committed")
		}
		err := r.Do(ctx, service("A"), func(tx *record.Tx) error { return tx.Allow(access.ManagePeople, access.About{}) })
		if err == nil {
			t.Error("a command without a trail entry was committed")
		}
		proofs, err := r.Verify(ctx)
		if err != nil || proofs[0].Entries != 0 {
			t.Errorf("%d entries (%v), want none", proofs[0].Entries, err)
		}
	})
}

func TestWhatIsRefusedIsTrailedAndAnotherAuthorityDoesNotExist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRecord(t, d, "A")
		nobody := access.Actor{ID: "u", Authority: "A", Roles: []access.Role{access.Analyst}}
		err := r.Look(ctx, nobody, access.PurposeSearch, func(v *record.View) error { return v.Allow(access.SearchChildren, access.About{}) })
		if refusal.KindOf(err) != refusal.Denied {
			t.Fatalf("the analyst searches: %v, want a refusal", err)
		}
		proofs, err := r.Verify(ctx)
		if err != nil || proofs[0].Entries != 1 {
			t.Errorf("%d entries (%v), want the refusal written down", proofs[0].Entries, err)
		}
		err = r.Do(ctx, service("ELSEWHERE"), func(*record.Tx) error { return nil })
		if refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("an authority that is not there: %v, want it not found", err)
		}
	})
}

func TestTheSameFormHasOneEffect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRecord(t, d, "A")
		do := func(key, body string, who access.Actor) error {
			ctx := record.WithKey(context.Background(), key, record.BodyHash([]byte(body)))
			return r.Do(ctx, who, func(tx *record.Tx) error {
				if err := tx.Allow(access.ManagePeople, access.About{}); err != nil {
					return err
				}
				return tx.Apply(ctx, record.Subject{Kind: "test", Ref: "R"}, "act", pathway.Consequences{})
			})
		}
		if err := do("k", "a", service("A")); err != nil {
			t.Fatal(err)
		}
		for _, again := range []error{do("k", "a", service("A")), do("k", "b", service("A"))} {
			if refusal.KindOf(again) != refusal.Conflict {
				t.Errorf("the same key again: %v, want a conflict", again)
			}
		}
		other := service("A")
		other.ID = "somebody else"
		if err := do("k", "a", other); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("another person's key: %v, want a conflict", err)
		}
		proofs, err := r.Verify(context.Background())
		if err != nil || proofs[0].Entries != 1 {
			t.Errorf("%d effects (%v), want one", proofs[0].Entries, err)
		}
	})
}

func TestSignInWaitsAfterFailuresAndTellsNobodyWhy(t *testing.T) {
	d := dbtest.SQLite(t)
	r := newRecord(t, d, "A")
	ctx := context.Background()
	var first error
	for n := range 5 {
		_, err := r.SignIn(ctx, "nobody@x.example", "wrong wrong wrong", "10.0.0.1")
		if first == nil {
			first = err
		}
		if err == nil || err.Error() != first.Error() {
			t.Fatalf("try %d: %v, want the same words as the first: %v", n, err, first)
		}
	}
	_, _ = r.SignIn(ctx, "nobody@x.example", "wrong wrong wrong", "10.0.0.1")
	if _, err := r.SignIn(ctx, "nobody@x.example", "wrong wrong wrong", "10.0.0.1"); refusal.KindOf(err) != refusal.TooMany {
		t.Errorf("after six failures: %v, want to be told to wait", err)
	}
	if _, err := r.SignIn(ctx, "other@x.example", "wrong wrong wrong", "10.0.0.1"); refusal.KindOf(err) == refusal.TooMany {
		t.Error("another account on the same network waits after six failures: people share networks")
	}
}

func TestWriteIsRunAgainWhenTwoMeetAndFailsWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRecord(t, d, "A")
		broken := errors.New("broken")
		err := r.Do(context.Background(), service("A"), func(tx *record.Tx) error {
			if err := tx.Allow(access.ManagePeople, access.About{}); err != nil {
				return err
			}
			if err := tx.Apply(context.Background(), record.Subject{Kind: "test", Ref: "R"}, "act", pathway.Consequences{}); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		proofs, err := r.Verify(context.Background())
		if err != nil || proofs[0].Entries != 0 {
			t.Errorf("%d entries stayed (%v), want none", proofs[0].Entries, err)
		}
	})
}
