package record_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
)

// keep runs a keeper until the authority's index was saved or ought to have been.
func keep(t *testing.T, r *record.Record, folder string) {
	t.Helper()
	k, err := record.NewKeeper(r, folder, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); k.Run(ctx) }()
	ask(t, ctx, r, "A", slip())
	cancel()
	<-done
}

func TestASavedIndexIsTakenUpAndBroughtUpToDate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, folder := context.Background(), t.TempDir()
		r := newRecord(t, d)
		openAuthority(t, r, "A")
		first := add(t, r, "A", yusuf())[0]
		keep(t, r, folder)
		files, err := filepath.Glob(filepath.Join(folder, "*"))
		if err != nil || len(files) != 1 {
			t.Fatalf("files %v, %v, want one", files, err)
		}
		if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the index may be read by others: %v, %v", info.Mode(), err)
		}
		second := add(t, r, "A", person.Person{Given: "Tomasz", Family: "Nowak", Born: civil.DateOf(2011, 1, 30)})[0]
		again := record.New(d, r.Timescales, r.Calendar, r.Now)
		keep(t, again, folder)
		for _, want := range []struct {
			id   string
			said person.Described
		}{{first, slip()}, {second, person.Described{Given: "Tomasz", Family: "Nowak", Born: civil.DateOf(2011, 1, 30), AgeStated: -1}}} {
			if m := ask(t, ctx, again, "A", want.said); len(m.Hits) == 0 || m.Hits[0].ID != want.id || m.By != record.ByIndex {
				t.Errorf("after a warm start: %v by %s, want %s by the index", ids(m), m.By, want.id)
			}
		}
	})
}

func TestASavedIndexOfAnotherRecordOrSpoiltIsThrownAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, folder := context.Background(), t.TempDir()
		old := newRecord(t, dbtest.SQLite(t))
		openAuthority(t, old, "A")
		add(t, old, "A", yusuf())
		keep(t, old, folder)
		files, _ := filepath.Glob(filepath.Join(folder, "*"))
		for _, spoil := range []bool{false, true} {
			if spoil {
				if err := os.WriteFile(files[0], []byte("not an index"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			r := record.New(d, old.Timescales, old.Calendar, old.Now)
			if !spoil {
				openAuthority(t, r, "A")
				add(t, r, "A", person.Person{Given: "Tomasz", Family: "Nowak", Born: civil.DateOf(2011, 1, 30)})
			}
			keep(t, r, folder)
			if m := ask(t, ctx, r, "A", slip()); len(m.Hits) != 0 || m.By != record.ByIndex {
				t.Errorf("spoilt %v: %v by %s: a child of another record is found", spoil, ids(m), m.By)
			}
		}
	})
}

var (
	addSaidContact = db.InsertInto("record_test.add-contact", "contact", "id, authority_id, ref, channel, source_kind, source_name, received_at, recorded_at, state, rank, risk_since, due_at, words", "")
	addSaidChild   = db.InsertInto("record_test.add-said-child", "contact_child",
		"id, authority_id, contact_id, position, named, given, family, born, address, postcode, person_id", "")
	addDecision = db.InsertInto("record_test.add-decision", "child_link", "id, authority_id, child_id, person_id, choice, by_id, by_name, at, reasons", "")
)

// decide has people decide about many children of contacts, as they are.
func decide(t *testing.T, r *record.Record) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(7, 8))
	var people []person.Person
	for range 300 {
		people = append(people, invented(rnd))
	}
	known := add(t, r, "A", people...)
	ctx, at := context.Background(), r.Now()
	err := r.DB.Write(ctx, func(q db.Queryer) error {
		for n := range 200 {
			p := people[n]
			d := misheard(rnd, p)
			id := fmt.Sprintf("k%03d", n)
			if err := addSaidContact.Exec(ctx, q, []any{"c" + id, "A", "FD-" + id, "police", "police", "Police", at, at, "received", 0, at, at, "Words"}); err != nil {
				return err
			}
			if err := addSaidChild.Exec(ctx, q, []any{id, "A", "c" + id, 0, true, d.Given, d.Family, p.Born, d.Address, d.Postcode, known[n]}); err != nil {
				return err
			}
			if err := addDecision.Exec(ctx, q, []any{"l" + id, "A", id, known[n], "same", "u", "U", at, ""}); err != nil {
				return err
			}
			if err := addDecision.Exec(ctx, q, []any{"d" + id, "A", id, known[(n+100)%300], "different", "u", "U", at, ""}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var summaries = db.SQL("record_test.weights-trail", `SELECT summary FROM trail WHERE authority_id = 'A' AND kind = 'weights'`)

func TestWeightsAreLearnedAndBothSwitchAndRefusalAreTrailed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRecord(t, d)
		openAuthority(t, r, "A")
		first, err := r.Retrain(ctx, service("A"))
		if err != nil || first.Switched || !strings.Contains(first.Words, "too few") {
			t.Fatalf("with no decisions: %+v, %v, want the weights kept", first, err)
		}
		decide(t, r)
		other := record.New(d, r.Timescales, r.Calendar, r.Now)
		before := ask(t, ctx, other, "A", slip()).Model
		got, err := r.Retrain(ctx, service("A"))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("learned: %+v", got)
		if got.Decisions < 300 || got.Held < 10 {
			t.Errorf("learned from %d decisions, %d held back", got.Decisions, got.Held)
		}
		after := ask(t, ctx, other, "A", slip()).Model
		if got.Switched != (after == got.Version) || !got.Switched && after != before {
			t.Errorf("switched %v, another process works with %q, before with %q", got.Switched, after, before)
		}
		var trail []string
		err = d.Read(ctx, func(q db.Queryer) error {
			rows, err := q.QueryContext(ctx, summaries)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var s string
				if err := rows.Scan(&s); err != nil {
					return err
				}
				trail = append(trail, s)
			}
			return rows.Err()
		})
		if err != nil || len(trail) != 2 {
			t.Fatalf("the trail says %q, %v, want two lines about weights", trail, err)
		}
	})
}

func TestOnlyTheServiceLearns(t *testing.T) {
	r := newRecord(t, dbtest.SQLite(t), "A")
	who := access.Actor{ID: "u", Authority: "A", Roles: []access.Role{access.Screener}}
	if _, err := r.Retrain(context.Background(), who); err == nil {
		t.Error("a screener changed the weights")
	}
}

func TestWeightsAreLearnedAtNightOnce(t *testing.T) {
	d := dbtest.SQLite(t)
	r := newRecord(t, d)
	openAuthority(t, r, "A")
	decide(t, r)
	keep(t, r, "")
	k, err := record.NewKeeper(r, "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); k.Run(ctx) }()
	var n int
	for range 100 {
		time.Sleep(50 * time.Millisecond)
		err := d.Read(ctx, func(q db.Queryer) error { return q.QueryRowContext(ctx, countWeights).Scan(&n) })
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			break
		}
	}
	cancel()
	<-done
	if n != 1 {
		t.Errorf("learned %d times, want once", n)
	}
}

var countWeights = db.SQL("record_test.count-weights", `SELECT count(*) FROM match_model WHERE authority_id = 'A'`)

func TestTwoReportsOfAnUnknownChildFindEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRecord(t, d)
		openAuthority(t, r, "A")
		ask(t, ctx, r, "A", slip())
		decide(t, r) // children who are linked are no others
		if m := ask(t, ctx, r, "A", slip()); len(m.Unknown) != 0 {
			t.Fatalf("unknown before: %+v", m.Unknown)
		}
		y, at := yusuf(), r.Now()
		write(t, r, "A", func(ctx context.Context, tx *record.Tx) error {
			if err := addSaidContact.Exec(ctx, tx, []any{"c", "A", "FD-1", "police", "police", "Police", at, at, "received", 0, at, at, "Words"}); err != nil {
				return err
			}
			if err := addSaidChild.Exec(ctx, tx, []any{"k", "A", "c", 0, true, y.Given, y.Family, y.Born, y.Addresses[0].Line, y.Addresses[0].Postcode, ""}); err != nil {
				return err
			}
			return tx.TouchContact(ctx, "c")
		})
		for _, by := range []string{record.ByIndex, record.ByKeys} {
			m := ask(t, asking(ctx, by), r, "A", slip())
			if len(m.Unknown) != 1 || m.Unknown[0].ContactRef != "FD-1" || m.Unknown[0].ChildID != "k" || m.By != by {
				t.Errorf("by %s: %+v, want the child of the other contact", m.By, m.Unknown)
			}
		}
	})
}
