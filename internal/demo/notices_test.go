package demo_test

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/notice"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
)

var (
	// A wait is ended once and never changed: here a week of them is played again.
	unlock   = db.SQL("demo_test.unlock", `DROP TRIGGER wait_ends_once`)
	unpost   = db.SQL("demo_test.unpost", `UPDATE outbox SET sent_at = NULL, failed_at = NULL, via = '', last_error = '', attempts = 0 WHERE created_at >= $1`)
	waitEnds = db.SQL("demo_test.wait-ends", `SELECT id, begun_at, ended_at FROM wait WHERE ended_at IS NULL OR ended_at >= $1`)
	setEnd   = db.SQL("demo_test.set-end", `UPDATE wait SET ended_at = $2 WHERE id = $1`)
	// One row for each message that somebody got.
	messages = db.SQL("demo_test.messages", `
		SELECT address, sent_at FROM outbox
		WHERE sent_at >= $1 AND via = 'folder' AND (bundle = '' OR bundle = id) AND created_at >= $1`)
	names = db.SQL("demo_test.names", `
		SELECT given FROM person UNION SELECT family FROM person UNION SELECT known_as FROM person UNION SELECT postcode FROM person_address
		UNION SELECT address FROM person_address UNION SELECT address FROM contact_child UNION SELECT postcode FROM contact_child UNION SELECT school FROM contact_child
		UNION SELECT given FROM contact_child UNION SELECT family FROM contact_child UNION SELECT name FROM organisation WHERE kind = 'school'`)
	meetingRefs = db.SQL("demo_test.meeting-refs", `SELECT ref FROM discussion`)
)

// TestAWeekOfNotices plays a week of the demo again with the post going out: what every
// command queued, each wait as it came near its limit and passed it, escalations and
// digests. Nobody gets more than five messages a day on average (screens, section 8),
// and no message says a name, an age, an address, a school or what it is about.
func TestAWeekOfNotices(t *testing.T) {
	d := dbtest.SQLite(t)
	built, _ := build(t, d, demo.Options{Number: 1, Weeks: 6, Children: 600})
	ctx := context.Background()
	begin := now.Date().AddDays(-7).Start()
	at := begin
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	r := record.New(d, set, civil.England(), func() civil.Instant { return at })
	folder := t.TempDir()
	p, err := notice.Open(notice.Settings{Mail: "file:" + folder, Public: "https://frontdoor.example"})
	if err != nil {
		t.Fatal(err)
	}
	n := notice.New(r, p, slog.New(slog.NewTextHandler(io.Discard, nil)))
	replay := weekOf(t, d, begin)
	for ; at.Before(now); at = at.Add(20 * time.Minute) {
		replay(at)
		if err := n.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if at.London().Minute() == 0 {
			if err := n.Escalate(ctx); err != nil {
				t.Fatal(err)
			}
		}
		for {
			sent, err := n.Deliver(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if sent == 0 {
				break
			}
		}
	}
	loadOf(t, d, begin)
	saysNothing(t, built, d, folder)
}

// weekOf has each wait begin and end again when it did.
func weekOf(t *testing.T, d *db.DB, begin civil.Instant) func(civil.Instant) {
	t.Helper()
	ctx := context.Background()
	type change struct {
		at, end civil.Instant
		id      string
	}
	var changes []change
	err := d.Write(ctx, func(q db.Queryer) error {
		if _, err := q.ExecContext(ctx, unlock); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, unpost, begin); err != nil {
			return err
		}
		type wait struct {
			id         string
			begun, end civil.Instant
		}
		all, err := db.Collect(ctx, q, func(r *sql.Rows, w *wait) error { return r.Scan(&w.id, &w.begun, &w.end) }, waitEnds, begin)
		if err != nil {
			return err
		}
		for _, w := range all {
			var first any
			if !w.begun.Before(begin) {
				first = w.begun // not there yet
				changes = append(changes, change{w.begun, civil.Instant{}, w.id})
			}
			if !w.end.IsZero() {
				changes = append(changes, change{w.end, w.end, w.id})
			}
			if _, err := q.ExecContext(ctx, setEnd, w.id, first); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(changes, func(a, b change) int { return a.at.Compare(b.at) })
	return func(at civil.Instant) {
		err := d.Write(ctx, func(q db.Queryer) error {
			for len(changes) > 0 && !changes[0].at.After(at) {
				if _, err := q.ExecContext(ctx, setEnd, changes[0].id, changes[0].end); err != nil {
					return err
				}
				changes = changes[1:]
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// loadOf counts the messages that each person got on each day.
func loadOf(t *testing.T, d *db.DB, begin civil.Instant) {
	t.Helper()
	type got struct {
		to string
		at civil.Instant
	}
	var all []got
	err := d.Read(context.Background(), func(q db.Queryer) (err error) {
		all, err = db.Collect(context.Background(), q, func(r *sql.Rows, g *got) error { return r.Scan(&g.to, &g.at) }, messages, begin)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	days := map[string]map[civil.Date]int{}
	for _, g := range all {
		if days[g.to] == nil {
			days[g.to] = map[civil.Date]int{}
		}
		days[g.to][g.at.Date()]++
	}
	most, people, theirs, worst := 0, 0, 0, 0.0
	for to, byDay := range days {
		n := 0
		for _, k := range byDay {
			n += k
			most = max(most, k)
		}
		if strings.HasPrefix(to, "user:") {
			people++
			theirs += n
			worst = max(worst, float64(n)/7)
		}
	}
	t.Logf("%d messages to %d addresses; %d people got %.1f a day on average, the busiest of them %.1f; the most that an address got on one day was %d",
		len(all), len(days), people, float64(theirs)/float64(people)/7, worst, most)
	if len(all) < 50 {
		t.Errorf("only %d messages in a week: too few to judge by", len(all))
	}
	if worst > 5 {
		t.Errorf("the busiest person got %.1f messages a day, want at most 5", worst)
	}
}

var letters = regexp.MustCompile(`[^\pL'’-]+`)

// saysNothing reads every message as it went.
func saysNothing(t *testing.T, built *demo.Built, d *db.DB, folder string) {
	t.Helper()
	ctx := context.Background()
	vocabulary := map[string]bool{} // words of our own that are also names
	for _, f := range []string{"../notice/words.go", "../pathway/feedback.go", "../pathway/outcome.go"} {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range letters.Split(string(b), -1) {
			vocabulary[w] = true
		}
	}
	var secret, refs []string
	err := d.Read(ctx, func(q db.Queryer) (err error) {
		one := func(r *sql.Rows, s *string) error { return r.Scan(s) }
		if secret, err = db.Collect(ctx, q, one, names); err != nil {
			return err
		}
		refs, err = db.Collect(ctx, q, one, meetingRefs)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	words, phrases := map[string]bool{}, []string{}
	for _, s := range secret {
		switch {
		case len(s) < 3 || vocabulary[s]:
		case strings.ContainsAny(s, " 0123456789"):
			phrases = append(phrases, s)
		default:
			words[s] = true
		}
	}
	if len(words) < 100 || len(phrases) < 100 {
		t.Fatalf("only %d names and %d addresses to look for", len(words), len(phrases))
	}
	about := regexp.MustCompile(`(?i)child protection|section 47|abuse|neglect|school|\baged?\b|\b\d+ years\b|born`)
	check := func(what, text string) {
		if m := about.FindString(text); m != "" {
			t.Errorf("%s says %q:\n%s", what, m, text)
		}
		for _, w := range letters.Split(text, -1) {
			if words[w] {
				t.Errorf("%s says the name %q:\n%s", what, w, text)
			}
		}
		for _, p := range phrases {
			if strings.Contains(text, p) {
				t.Errorf("%s says %q:\n%s", what, p, text)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d messages, %v", len(files), err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(string(b), "\n") // without the line that says to whom
		// Ids of organisations are random; only the demo calls its schools school-1 and school-2.
		text = strings.ReplaceAll(text, "/escalations/school-", "/escalations/ID-")
		check(filepath.Base(f), filepath.Base(f)+"\n"+text)
	}
	r := recordAt(t, d, now)
	desk := meetings.New(r)
	manager := persona(t, built, r, access.FrontDoorManager)
	for _, ref := range refs {
		m, _, err := desk.Open(ctx, manager, ref)
		if err != nil {
			continue // a restricted child's: nobody is invited by this person
		}
		b, err := m.Calendar(now)
		if err != nil {
			t.Fatal(err)
		}
		check("the calendar entry of "+ref, string(b))
	}
}
