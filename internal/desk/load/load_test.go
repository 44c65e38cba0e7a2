package load_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/load"
	"frontdoor/internal/queue"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

var ctx = context.Background()

// Monday 2 March 2026, after eight weeks in which 2 an hour come and are decided.
var monday = civil.DateOf(2026, 3, 2)

var addContacts = db.InsertInto("load_test.contacts", "contact",
	"id, authority_id, ref, channel, source_kind, source_name, received_at, recorded_at, state, rank, risk_since, due_at, decided_at, conceal, working_on, working_on_name", "")

// door is a front door with a clock that the test sets.
type door struct {
	t      *testing.T
	now    civil.Instant
	record *record.Record
	desk   *load.Desk
	front  *contacts.Desk
	who    map[string]access.Actor
	server *httptest.Server
	serial int
}

func open(t *testing.T, d *db.DB) *door {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	x := &door{t: t, now: monday.AtTime(17, 0), who: map[string]access.Actor{}}
	x.record = record.New(d, set, civil.England(), func() civil.Instant { return x.now })
	x.desk, x.front = load.New(x.record), contacts.New(x.record)
	people := admin.New(x.record)
	x.must(people.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}))
	banner := &web.Demo{Authority: "x"}
	for _, p := range []struct {
		id   string
		role access.Role
		team string
	}{{"manager", access.FrontDoorManager, admin.FrontDoorTeam}, {"director", access.Director, ""}, {"screener", access.Screener, admin.FrontDoorTeam}, {"second", access.Screener, admin.FrontDoorTeam}, {"analyst", access.Analyst, ""}, {"team", access.TeamManager, admin.DutyTeam}, {"worker", access.SocialWorker, admin.DutyTeam}} {
		_, err := people.AddUser(ctx, admin.Service("x"), admin.NewUser{ID: p.id, Email: p.id + "@x.example", Name: "The " + p.id, Roles: []admin.RoleIn{{Role: p.role, Team: p.team}}})
		x.must(err)
		x.who[p.id], err = x.record.FindActor(ctx, "x", p.id)
		x.must(err)
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.id, Name: p.id})
	}
	srv := web.NewServer(x.record, web.Settings{Version: "test", Demo: banner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	x.desk.Routes(srv)
	x.front.Routes(srv)
	x.server = httptest.NewServer(srv.Handler())
	t.Cleanup(x.server.Close)
	return x
}

func (x *door) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

// one is a contact as a test describes it.
type one struct {
	received, decided civil.Instant
	rank              int
	conceal, on       string
}

func (x *door) add(all ...one) {
	x.t.Helper()
	var rows [][]any
	for _, c := range all {
		x.serial++
		state, name := "received", ""
		if !c.decided.IsZero() {
			state = "decided"
		}
		if c.on != "" {
			name = "The " + c.on
		}
		ref := fmt.Sprintf("FD-26-%06d", x.serial)
		rows = append(rows, []any{"c" + ref, "x", ref, "police", "police", "Police", c.received, c.received, state, c.rank, c.received, c.received.Add(24 * time.Hour), c.decided, c.conceal, c.on, name})
	}
	x.must(x.record.DB.Write(ctx, func(q db.Queryer) error { return addContacts.Exec(ctx, q, rows...) }))
}

// weeks has 2 come in each hour from 9 to 17 of the days before Monday, each decided
// within the hour.
func (x *door) weeks(n int) {
	var all []one
	for day := monday.AddDays(-7 * n); day.Before(monday); day = day.AddDays(1) {
		for h := 9; h < 17; h++ {
			for range 2 {
				all = append(all, one{received: day.AtTime(h, 10), decided: day.AtTime(h, 50), rank: 2})
			}
		}
	}
	x.add(all...)
}

// double has 4 come in each hour from 9 to 17 of Monday, of which 2 are decided: 16 wait
// that came from 13:00 on.
func (x *door) double() {
	var all []one
	for h := 9; h < 17; h++ {
		for range 4 {
			c := one{received: monday.AtTime(h, 10), rank: 2}
			if h < 13 {
				c.decided = monday.AtTime(h+4, 50)
				if len(all)%4 < 2 {
					c.decided = monday.AtTime(h, 50)
				}
			}
			all = append(all, c)
		}
	}
	x.add(all...)
}

func (x *door) state(who string, ask load.Ask) *load.State {
	x.t.Helper()
	s, err := x.desk.Load(ctx, x.who[who], ask)
	x.must(err)
	return s
}

func (x *door) board(who, only, working string) *contacts.Board {
	x.t.Helper()
	b, err := x.front.Board(ctx, x.who[who], contacts.Show{Only: only, Working: working})
	x.must(err)
	return b
}

// TestEveryNumberOpensItsList: the number of each band of age, of each person and of
// nobody is the length of the board's list, and each contact is in one band.
func TestEveryNumberOpensItsList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := open(t, d)
		ago := func(hours float64) civil.Instant { return x.now.Add(-time.Duration(hours * float64(time.Hour))) }
		x.add(one{received: ago(0.5)}, one{received: ago(3.99), on: "screener"}, one{received: ago(4)}, one{received: ago(11)}, one{received: ago(12), conceal: "restricted", on: "screener"}, one{received: ago(19)},
			one{received: ago(20)}, one{received: ago(23.9), on: "gone"}, one{received: ago(24)}, one{received: ago(24.1), on: "screener"}, one{received: ago(70)}, one{received: ago(1), conceal: "sealed"}, one{received: ago(2), decided: ago(1)})
		s := x.state("manager", load.Usually())
		want := map[string]int{"age-0-4": 2, "age-4-12": 2, "age-12-20": 2, "age-20-24": 3, "late": 2}
		total := 0
		for _, a := range s.AgeCounts {
			if total += a.N; a.N != want[a.Key] {
				t.Errorf("%s: %d, want %d", a.Key, a.N, want[a.Key])
			}
			if b := x.board("manager", a.Key, ""); len(b.Cards) != a.N {
				t.Errorf("%s: the list has %d and the number is %d", a.Key, len(b.Cards), a.N)
			}
		}
		if total != len(s.Waiting) || total != 11 || x.board("manager", "", "").Strip.Waiting != 11 {
			t.Errorf("%d in bands, %d wait: the sealed one is nobody's", total, len(s.Waiting))
		}
		hands := map[string]int{"": s.Nobody.N}
		for _, h := range s.Hands {
			hands[h.ID] = h.N
		}
		for id, n := range map[string]int{"": 7, "screener": 3, "second": 0, "manager": 0, "gone": 1} {
			if hands[id] != n {
				t.Errorf("%q works on %d, want %d", id, hands[id], n)
			}
			working := id
			if id == "" {
				working = "nobody"
			}
			if b := x.board("manager", "", working); len(b.Cards) != n {
				t.Errorf("%q: the list has %d and the number is %d", id, len(b.Cards), n)
			}
		}
		if s.Hands[0].ID != "screener" || !s.Hands[0].Next.Equal(ago(0.1)) {
			t.Errorf("first is %+v, whose first contact was due 6 minutes ago", s.Hands[0])
		}
		if s.Usual.Known() || s.Alarm.Rings() || len(s.Course.Points) != 1 {
			t.Errorf("nothing is usual yet, and it says %q", s.Alarm.Words())
		}
	})
}

// TestTheAlarmStandsBeforeTheFirstIsLate: referrals double, and on the evening before the
// board says when the first contact passes its time. What it says happens.
func TestTheAlarmStandsBeforeTheFirstIsLate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := open(t, d)
		x.weeks(8)
		x.now = monday.AtTime(8, 0)
		if s := x.state("manager", load.Usually()); s.Alarm.Rings() || s.Pace.Faster() || s.Course.Last().Waiting > 0.001 {
			t.Fatalf("before: %q, %v expected to wait", s.Alarm.Words(), s.Course.Last().Waiting)
		}
		x.double()
		x.now = monday.AtTime(17, 0)
		s := x.state("manager", load.Ask{Hours: 48, Times: 1})
		due := monday.AddDays(1).AtTime(16, 10)
		if s.Alarm.First.Due != due || s.Alarm.First.Ref == "" || !s.Pace.Faster() || s.Pace.Got != 32 {
			t.Errorf("%q; the first is %+v, want one due at %s", s.Alarm.Words(), s.Alarm.First, due.Words())
		}
		if s.Ages()["late"] != 0 {
			t.Error("one is late already: the alarm came too late")
		}
		b := x.board("manager", "", "")
		if !b.Load.Rings() || b.Load.First != s.Alarm.First {
			t.Errorf("the board says %+v, the page %+v", b.Load.First, s.Alarm.First)
		}
		if now, usual := s.Course.Last().Waiting, s.If.Last().Waiting; now <= usual || usual < 15.9 || usual > 16.1 {
			t.Errorf("in 48 hours %v wait as now and %v as usual, want 16 as usual and more as now", now, usual)
		}
		for i, p := range s.Course.Points {
			if p.Waiting < s.If.Points[i].Waiting-1e-9 {
				t.Errorf("%s: more come and fewer wait", p.At)
			}
		}
		// It is kept for a minute, and no longer.
		x.now = x.now.Add(2 * time.Minute)
		x.add(one{received: monday.AtTime(0, 30), rank: 0})
		if b := x.board("manager", "", ""); b.Load.Waiting != 17 {
			t.Errorf("the board's alarm counts %d two minutes later, want 17", b.Load.Waiting)
		}
	})
}

// TestPastDays: what waited at 9:00 is what is on the record of that day, held against the
// limit of that day and what was foreseen the day before.
func TestPastDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := open(t, d)
		x.weeks(9)
		x.add(one{received: monday.AddDays(-3).AtTime(20, 30), decided: monday.AddDays(-1).AtTime(10, 20)}, one{received: monday.AddDays(-2).AtTime(8, 59), decided: monday.AddDays(-2).AtTime(9, 1)})
		x.now = monday.AddDays(-2).AtTime(7, 0)
		x.must(x.desk.SetLimit(ctx, x.who["manager"], record.LoadLimit{Of: record.LimitOfDesk, Most: 1, From: x.now.Date(), Why: "To try it"}))
		x.now = monday.AtTime(12, 0)
		x.must(x.desk.SetLimit(ctx, x.who["manager"], record.LoadLimit{Of: record.LimitOfDesk, Most: 5, From: x.now.Date(), Why: "One was too few"}))
		got := []string{}
		for _, p := range x.state("manager", load.Usually()).Past {
			got = append(got, fmt.Sprintf("%s %d of %d, %v %.0f", p.At.Date(), p.Waited, p.Limit, p.Known, p.Foreseen))
		}
		// On Saturday at 9:00 one waited that came on Friday evening and one of a minute
		// before; on Sunday one. The day before nothing waited, or as many as then.
		want := []string{"2026-03-02 0 of 5, true 1", "2026-03-01 1 of 1, true 2", "2026-02-28 2 of 1, true 0", "2026-02-27 0 of 0, true 0", "2026-02-26 0 of 0, true 0", "2026-02-25 0 of 0, true 0", "2026-02-24 0 of 0, true 0"}
		if !slices.Equal(got, want) {
			t.Errorf("past days:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// TestLimits: who may set one, from when, and that it warns and hides nothing.
func TestLimits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := open(t, d)
		today := x.now.Date()
		set := func(who string, l record.LoadLimit) error { return x.desk.SetLimit(ctx, x.who[who], l) }
		for _, bad := range []struct {
			l    record.LoadLimit
			says string
		}{
			{record.LoadLimit{Of: "team", Most: 3, From: today, Why: "x"}, "Select whose limit it is"},
			{record.LoadLimit{Of: "desk", Most: -1, From: today, Why: "x"}, "Enter how many contacts"},
			{record.LoadLimit{Of: "desk", Most: 3, From: today.AddDays(-1), Why: "x"}, "past days keep the limit they had"},
			{record.LoadLimit{Of: "desk", Most: 3, Why: "x"}, "Enter from which day it holds"},
			{record.LoadLimit{Of: "desk", Most: 3, From: today}, "Enter why the limit is changed"},
		} {
			if err := set("manager", bad.l); refusal.KindOf(err) != refusal.Invalid || !strings.Contains(err.Error(), bad.says) {
				t.Errorf("%+v: %v, want %q", bad.l, err, bad.says)
			}
		}
		ok := record.LoadLimit{Of: record.LimitOfPerson, Most: 2, From: today, Why: "What one person can read in a morning"}
		for _, who := range []string{"screener", "director", "analyst", "team", "worker"} {
			if err := set(who, ok); refusal.KindOf(err) != refusal.Denied {
				t.Errorf("the %s sets a limit: %v", who, err)
			}
		}
		ago := func(hours int) civil.Instant { return x.now.Add(-time.Duration(hours) * time.Hour) }
		x.add(one{received: ago(1), on: "screener"}, one{received: ago(2), on: "screener"}, one{received: ago(3), on: "screener"}, one{received: ago(4), on: "second"}, one{received: ago(5)})
		if x.board("manager", "", "").Load.Rings() {
			t.Error("an alarm without a limit")
		}
		x.must(set("manager", ok))
		x.must(set("manager", record.LoadLimit{Of: record.LimitOfDesk, Most: 4, From: today.AddDays(7), Why: "From next week"}))
		b := x.board("manager", "", "") // in the same minute: the change is seen at once
		if words := strings.Join(b.Load.Words(), "; "); words != "1 person has more than the limit of 2 contacts in hand" || b.Load.OverWords() != "Over their limit: The screener (3 of 2)" {
			t.Errorf("the board says %q, %q", words, b.Load.OverWords())
		}
		if !strings.HasPrefix(b.Load.RoomWords(), "Under their limit: The manager (0 of 2), The second (1 of 2)") {
			t.Error(b.Load.RoomWords())
		}
		if len(b.Cards) != 5 {
			t.Errorf("a limit hides contacts: %d of 5 are shown", len(b.Cards))
		}
		x.must(x.front.Take(ctx, x.who["screener"], b.Cards[slices.IndexFunc(b.Cards, func(c contacts.Card) bool { return c.WorkingOn == "" })].Ref, "")) // over it, and not refused
		x.now = today.AddDays(7).AtTime(9, 0)
		if l := x.state("manager", load.Usually()).Limits; l != (queue.Limits{Person: 2, Desk: 4}) {
			t.Errorf("a week later: %+v", l)
		}
		if words := strings.Join(x.board("manager", "", "").Load.Words(), "; "); !strings.Contains(words, "5 contacts wait: 1 over the limit of 4 of the desk") {
			t.Error(words)
		}
		x.must(set("manager", record.LoadLimit{Of: record.LimitOfPerson, Most: 0, From: x.now.Date(), Why: "It was not read"}))
		if l := x.state("manager", load.Usually()).Limits; l != (queue.Limits{Desk: 4}) {
			t.Errorf("ended: %+v", l)
		}
	})
}

// signIn is somebody's browser.
func (x *door) signIn(id string) func(path string, form url.Values) (int, string) {
	x.t.Helper()
	jar, err := cookiejar.New(nil)
	x.must(err)
	c := &http.Client{Jar: jar}
	res, err := c.PostForm(x.server.URL+"/demo/sign-in", url.Values{"as": {id}})
	x.must(err)
	_ = res.Body.Close()
	return func(path string, form url.Values) (int, string) {
		x.t.Helper()
		res, err := c.Get(x.server.URL + path)
		if form != nil {
			_ = res.Body.Close()
			res, err = c.PostForm(x.server.URL+path, form)
		}
		x.must(err)
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		x.must(err)
		return res.StatusCode, string(b)
	}
}

var main = regexp.MustCompile(`(?s)<main.*</main>`)

// TestThePages: what each role is shown, the files, a wrong address, and a limit set on
// the page.
func TestThePages(t *testing.T) {
	x := open(t, dbtest.SQLite(t))
	x.weeks(8)
	x.double()
	x.add(one{received: monday.AtTime(16, 30), on: "screener", rank: 3}, one{received: monday.AtTime(16, 31), on: "second", rank: 3})
	x.now = monday.AtTime(17, 0)
	x.must(x.desk.SetLimit(ctx, x.who["manager"], record.LoadLimit{Of: record.LimitOfPerson, Most: 2, From: monday, Why: "To try it"}))
	page := func(who, path string, says, not []string) {
		t.Helper()
		code, body := x.signIn(who)(path, nil)
		body = main.FindString(body)
		if code != http.StatusOK {
			t.Errorf("%s for the %s: %d", path, who, code)
		}
		for _, w := range says {
			if !strings.Contains(body, w) {
				t.Errorf("%s for the %s does not say %q", path, who, w)
			}
		}
		for _, w := range not {
			if strings.Contains(body, w) {
				t.Errorf("%s for the %s says %q", path, who, w)
			}
		}
	}
	page("manager", "/contacts/load", []string{"Act before the front door is late", "Under their limit: The manager (0 of 2)", "Ask for more hands: The team (team manager", "The director (director)", "/contacts?only=age-0-4", "/contacts?working=nobody", "/contacts?working=second",
		"As contacts come now, the first passes its time on Tue 3 Mar 2026", "<svg", "Set or change a limit"}, nil)
	page("manager", "/contacts", []string{"Act before the front door is late", `href="/contacts/load"`}, nil)
	page("director", "/contacts/load", []string{"The screener", "Ask for more hands"}, []string{"/contacts?", "Set or change a limit", "FD-26-"})
	page("screener", "/contacts/load", []string{"The screener", "Tell a front door manager", "your own part"}, []string{"The second", "Under their limit", "Set or change a limit"})
	page("analyst", "/contacts/load", []string{"0 of 3 people have more than the limit of 2", "Nobody works on 16"}, []string{"The screener", "The second", "Ask for more hands", "/contacts?", "FD-26-"})
	page("manager", "/contacts?only=age-0-4", []string{"Only those that have waited up to 4 hours"}, nil)
	for _, who := range []string{"worker", "team"} {
		if code, _ := x.signIn(who)("/contacts/load", nil); code != http.StatusForbidden {
			t.Errorf("the %s opens the page: %d", who, code)
		}
	}
	manager := x.signIn("manager")
	code, body := manager("/contacts/load?times=7", nil)
	if code != http.StatusOK || !strings.Contains(body, "Enter how many times the usual come, from 0.5 to 4") || !strings.Contains(body, `value="7"`) {
		t.Errorf("a wrong number is not said, or lost: %d", code)
	}
	if code, _ := manager("/contacts/load.csv?times=7", nil); code != http.StatusUnprocessableEntity {
		t.Errorf("a file with a wrong number: %d", code)
	}
	_, body = manager("/contacts/load?times=0.5&hours=48", nil)
	if !strings.Contains(body, "If 0.5 times as many come as usual") || strings.Count(body, "0.5 times the usual: </span>") != 2*17 {
		t.Errorf("half as many over 48 hours: %d cells", strings.Count(body, "0.5 times the usual: </span>"))
	}
	_, text := manager("/contacts/load.json", nil)
	var doc struct {
		Rows []map[string]string `json:"rows"`
	}
	x.must(json.Unmarshal([]byte(text), &doc))
	parts := map[string]int{}
	for _, r := range doc.Rows {
		parts[r["part"]]++
	}
	if fmt.Sprint(parts) != "map[age:5 day:7 desk:1 hour:25 nobody:1 people:1 person:3]" {
		t.Errorf("the file has %v", parts)
	}
	_, text = x.signIn("analyst")("/contacts/load.csv", nil)
	if strings.Contains(text, "The s") || !strings.Contains(text, "over the limit") {
		t.Errorf("the analyst's file: %s", text)
	}

	// A limit with something wrong is refused beside its question, and what was typed kept.
	code, body = manager("/contacts/load/limits", url.Values{"form-id": {"f1"}, "of": {"desk"}, "most": {"many"}, "from-day": {"1"}, "from-month": {"3"}, "from-year": {"2026"}, "why": {"It is too much"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "Enter how many contacts") || !strings.Contains(body, "past days keep the limit they had") || !strings.Contains(body, "It is too much") {
		t.Errorf("a wrong limit: %d %s", code, main.FindString(body))
	}
	code, body = manager("/contacts/load/limits", url.Values{"form-id": {"f2"}, "of": {"desk"}, "most": {"10"}, "from-day": {"2"}, "from-month": {"3"}, "from-year": {"2026"}, "why": {"It is too much"}})
	if code != http.StatusOK || !strings.Contains(body, "18 contacts wait: 8 over the limit of 10 of the desk") {
		t.Errorf("a limit set: %d %s", code, main.FindString(body))
	}
	if _, body = manager("/contacts/load/limits", nil); !strings.Contains(body, "It is too much") || !strings.Contains(body, "source: local") {
		t.Error("the limits so far do not say why and from where")
	}
	if code, _ := x.signIn("screener")("/contacts/load/limits", nil); code != http.StatusForbidden {
		t.Errorf("a screener opens the limits: %d", code)
	}
}
