package notice_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
)

var (
	loadContacts = db.InsertInto("notice_test.load-contacts", "contact", "id, authority_id, ref, channel, source_kind, source_name, received_at, recorded_at, state, rank, risk_since, due_at, decided_at", "")
	loadTold     = db.SQL("notice_test.load-told", `SELECT address || ' ' || safe_text || ' ' || link FROM outbox WHERE authority_id = $1 AND kind = 'load-alarm' ORDER BY created_at, address`)
	loadDecided  = db.SQL("notice_test.load-decided", `UPDATE contact SET decided_at = $2 WHERE authority_id = $1 AND decided_at IS NULL`)
)

// TestManagersAreToldOnceADay: when a contact is expected to pass its time each manager of
// the front door is told once that day, before it has, however often the sweep runs; the
// next day again while it is so; and nobody when it is not.
func TestManagersAreToldOnceADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		folder := t.TempDir()
		n, r, c := newNotices(t, d, "file:"+folder)
		a := admin.New(r)
		c.now = civil.DateOf(2026, 10, 1).AtTime(9, 0)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(a.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}))
		for id, role := range map[string]access.Role{"one": access.FrontDoorManager, "two": access.FrontDoorManager, "screener": access.Screener, "director": access.Director} {
			_, err := a.AddUser(ctx, admin.Service("x"), admin.NewUser{ID: id, Email: id + "@x.example", Name: id, Roles: []admin.RoleIn{{Role: role}}})
			must(err)
		}
		monday := civil.DateOf(2026, 11, 23)
		serial := 0
		add := func(received, decided civil.Instant) {
			t.Helper()
			serial++
			ref := fmt.Sprintf("FD-26-%06d", serial)
			must(r.DB.Write(ctx, func(q db.Queryer) error {
				return loadContacts.Exec(ctx, q, []any{"c" + ref, "x", ref, "police", "police", "Police", received, received, "received", 2, received, received.Add(24 * time.Hour), decided})
			}))
		}
		for day := monday.AddDays(-28); day.Before(monday); day = day.AddDays(1) {
			for h := 9; h < 17; h++ {
				add(day.AtTime(h, 10), day.AtTime(h, 50))
			}
		}
		told := func() (out []string) {
			t.Helper()
			for range 3 {
				must(n.TellOfLoad(ctx))
			}
			must(r.DB.Read(ctx, func(q db.Queryer) (err error) {
				out, err = db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, loadTold, "x")
				return err
			}))
			return out
		}
		c.now = monday.AtTime(8, 0)
		if got := told(); len(got) != 0 {
			t.Fatalf("nothing is wrong: %q", got)
		}
		for h := 9; h < 17; h++ { // four times as many, and nobody decides
			for range 4 {
				add(monday.AtTime(h, 10), civil.Instant{})
			}
		}
		c.now = monday.AtTime(17, 0)
		want := " The first is expected to pass its time on Tue 24 Nov 2026, 09:10. /contacts/load"
		if got := told(); !slices.Equal(got, []string{"user:one" + want, "user:two" + want}) {
			t.Fatalf("told %q, want each manager once", got)
		}
		_, err := n.Deliver(ctx)
		must(err)
		files, err := filepath.Glob(filepath.Join(folder, "*"))
		must(err)
		if len(files) != 2 {
			t.Fatalf("%d messages left at once, want 2", len(files))
		}
		body, err := os.ReadFile(files[0])
		must(err)
		if !strings.Contains(string(body), "Act before the front door is late") {
			t.Errorf("the message: %s", body)
		}
		c.now = monday.AtTime(23, 59)
		if got := told(); len(got) != 2 {
			t.Errorf("the same evening: %q", got)
		}
		c.now = monday.AddDays(1).AtTime(8, 0)
		if got := told(); len(got) != 4 {
			t.Errorf("the next day it is still so: %d told, want 4", len(got))
		}
		must(r.DB.Write(ctx, func(q db.Queryer) error {
			_, err := q.ExecContext(ctx, loadDecided, "x", c.at())
			return err
		}))
		c.now = monday.AddDays(2).AtTime(8, 0)
		if got := told(); len(got) != 4 {
			t.Errorf("all are decided, and it goes on: %q", got)
		}
	})
}
