package teams_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/allocations"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/teams"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// town is an authority with two duty teams and people of every role.
type town struct {
	t      *testing.T
	now    civil.Instant
	record *record.Record
	desk   *teams.Desk
	front  *contacts.Desk
	work   *allocations.Desk
	waits  *waiting.Desk
	admin  *admin.Desk
	server *httptest.Server
	n      int
}

var ctx = context.Background()

var monday = civil.DateOf(2026, 9, 7).AtTime(9, 0)

func build(t *testing.T, d *db.DB) *town {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, now: monday}
	w.record = record.New(d, set, civil.England(), func() civil.Instant { return w.now })
	w.desk, w.front, w.work, w.waits, w.admin = teams.New(w.record), contacts.New(w.record), allocations.New(w.record), waiting.New(w.record), admin.New(w.record)
	w.must(w.admin.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}))
	banner := &web.Demo{Authority: "x"}
	for _, p := range []struct {
		id   string
		role access.Role
		team string
	}{{"manager", access.FrontDoorManager, ""}, {"named", access.FrontDoorManager, ""}, {"team", access.TeamManager, admin.DutyTeam}, {"director", access.Director, ""}, {"analyst", access.Analyst, ""},
		{"administrator", access.Administrator, ""}, {"inspector", access.Inspector, ""}, {"ann", access.SocialWorker, admin.DutyTeam}, {"ben", access.SocialWorker, admin.DutyTeam}, {"cat", access.SocialWorker, admin.SecondDutyTeam}} {
		u := admin.NewUser{ID: p.id, Email: p.id + "@x.example", Name: "The " + p.id, Roles: []admin.RoleIn{{Role: p.role, Team: p.team}}}
		if p.role == access.Inspector {
			u.ExpiresAt = monday.Date().AddDays(365).EndOfDay()
		}
		_, err := w.admin.AddUser(ctx, admin.Service("x"), u)
		w.must(err)
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.id, Name: p.id})
	}
	srv := web.NewServer(w.record, web.Settings{Version: "test", Demo: banner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	w.desk.Routes(srv)
	w.server = httptest.NewServer(srv.Handler())
	t.Cleanup(w.server.Close)
	w.later(24 * time.Hour)
	return w
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) later(d time.Duration) { w.now = w.now.Add(d) }

// who is somebody with the rights of this moment, as each request reads them.
func (w *town) who(id string) access.Actor {
	w.t.Helper()
	a, err := w.record.FindActor(ctx, "x", id)
	w.must(err)
	return a
}

func (w *town) refused(err error, kind refusal.Kind, says string) {
	w.t.Helper()
	if refusal.KindOf(err) != kind || !strings.Contains(fmt.Sprint(err), says) {
		w.t.Fatalf("got %v, want a refusal with %q", err, says)
	}
}

// child has an assessment decided for a child, who then waits for a worker. It gives the
// contact's reference and the child's record.
func (w *town) child(given string) (ref, personID string) {
	w.t.Helper()
	w.n++
	got, err := w.front.Receive(ctx, access.Actor{ID: "public", Authority: "x", Roles: []access.Role{access.Public}}, contacts.Arrival{Channel: string(pathway.ByForm), SourceKind: "school", SourceName: "A school",
		Words: given + " was tired", SenderRef: "REF-" + strconv.Itoa(w.n), Children: []person.Described{{Given: given, Family: "Canary" + strconv.Itoa(w.n), Born: civil.DateOf(2016, 3, 1+w.n%27), AgeStated: -1}}})
	w.must(err)
	p, err := w.front.Open(ctx, w.who("manager"), got.Ref)
	w.must(err)
	w.must(w.front.Link(ctx, w.who("manager"), got.Ref, contacts.Choice{Child: p.Contact.Kids[0].ID, As: "new"}))
	p, err = w.front.Open(ctx, w.who("manager"), got.Ref)
	w.must(err)
	w.must(w.front.Screen(ctx, w.who("manager"), got.Ref, pathway.Screen{Danger: "no", RAG: "amber", RAGReason: "Tired at school"}, p.Contact.Version))
	w.must(w.front.ReadHistory(ctx, w.who("manager"), got.Ref, "Nothing before today"))
	w.must(w.front.Decide(ctx, w.who("manager"), got.Ref, []contacts.ForChild{{Child: p.Contact.Kids[0].ID, Decision: pathway.Decision{Outcome: pathway.ReferralAssessment,
		Rationale: "An assessment is needed", HistoryRead: true, HistorySentence: "First contact", Level: "3"}}}))
	p, err = w.front.Open(ctx, w.who("manager"), got.Ref)
	w.must(err)
	return got.Ref, p.Contact.Kids[0].PersonID
}

func from(day civil.Date) pathway.From {
	return pathway.From{Day: day, Why: "Children in need wait behind enquiries"}
}

// need sets up the children in need team, today.
func (w *town) need(workers ...string) {
	w.t.Helper()
	_, err := w.desk.SetUp(ctx, w.who("administrator"), teams.NewTeam{ID: "need", Manager: "team", Workers: workers,
		TeamSetUp: pathway.TeamSetUp{Name: "Children in need team", Kind: pathway.ChildrenInNeedTeam, Takes: []pathway.Outcome{pathway.ReferralAssessment}, From: from(w.now.Date())}})
	w.must(err)
}

// queue is the queue of each team at the moment, as the director sees it.
func (w *town) queue() string {
	w.t.Helper()
	q, err := w.desk.Queues(ctx, w.who("director"), teams.Filter{})
	w.must(err)
	var out []string
	for _, r := range q.Rows {
		if r.Kind == "now" {
			out = append(out, fmt.Sprintf("%s %d+%d", r.TeamID, r.Waiting, r.Held))
		}
	}
	return strings.Join(out, ", ")
}

func (w *town) wants(want string) {
	w.t.Helper()
	if got := w.queue(); got != want {
		w.t.Fatalf("the queues are %q, want %q", got, want)
	}
}

// allocate proposes and accepts the first child of a team's queue.
func (w *town) allocate(worker string) {
	w.t.Helper()
	q, err := w.work.Waiting(ctx, w.who("manager"))
	w.must(err)
	if len(q.Rows) == 0 {
		w.t.Fatal("nobody waits")
	}
	w.must(w.work.Propose(ctx, w.who("manager"), q.Rows[0].ID, worker, 0))
	w.must(w.work.Accept(ctx, w.who(worker), q.Rows[0].ID))
}

// confirm is a move as somebody confirms it who has just looked.
func (w *town) confirm(who, from, to string, which teams.Which) teams.Confirmed {
	w.t.Helper()
	s := teams.Selection{From: from, To: to, Which: which}
	p, err := w.desk.Preview(ctx, w.who(who), s)
	w.must(err)
	return teams.Confirmed{Selection: s, Why: "The new team takes them", Typed: strconv.Itoa(p.N()), Digest: p.Digest}
}

// openWaits are who answers for each open wait, in words.
func (w *town) openWaits(at civil.Instant) string {
	w.t.Helper()
	x, err := w.waits.List(ctx, w.who("manager"), waiting.Filter{AsAt: at}, waiting.Cursor{}, -1)
	w.must(err)
	var out []string
	for _, r := range x.Rows {
		out = append(out, fmt.Sprint(r.Contact, " ", r.Step, " ", r.Owner, " since ", r.Since, " until ", r.Due, " by ", r.Rule))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func TestMoveAndUndo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		first, _ := w.child("Ada")
		w.child("Bo")
		w.later(48 * time.Hour)
		w.need("cat")
		w.wants("need 0+0, duty-1 2+0, duty-2 0+0")
		before, beforeAt := w.openWaits(civil.Instant{}), w.now
		w.later(time.Hour)

		p, err := w.desk.Preview(ctx, w.who("team"), teams.Selection{From: "duty-1", To: "need", Which: teams.Unheld})
		w.must(err)
		if p.Children != 2 || p.Waits != 4 || p.N() != 6 || p.Rows[0].Child != "Ada Canary1" || p.Rows[0].Contact != first || len(p.Rows[0].Waits) != 2 {
			t.Fatalf("the list before the move is %+v", p)
		}
		c := w.confirm("team", "duty-1", "need", teams.Unheld)
		wrong := c
		wrong.Typed = "2"
		_, err = w.desk.Move(ctx, w.who("team"), wrong)
		w.refused(err, refusal.Invalid, "Enter how many move, as the list above says: 6")
		_, err = w.desk.Move(ctx, w.who("ann"), c)
		w.refused(err, refusal.Denied, "You need to be")
		other := c
		other.To = "duty-1"
		_, err = w.desk.Move(ctx, w.who("team"), other)
		w.refused(err, refusal.Invalid, "Select another team")
		w.wants("need 0+0, duty-1 2+0, duty-2 0+0")

		id, err := w.desk.Move(ctx, w.who("team"), c)
		w.must(err)
		w.wants("need 2+0, duty-1 0+0, duty-2 0+0")
		// Each wait goes on with the same start, rule and limit, for another team.
		if got, want := w.openWaits(civil.Instant{}), strings.ReplaceAll(before, "Duty and assessment team 1", "Children in need team"); got != want {
			t.Fatalf("the waits are\n%s\nwant\n%s", got, want)
		}
		if got := w.openWaits(beforeAt); got != before {
			t.Fatalf("the waits were\n%s\nand before they were moved\n%s", got, before)
		}
		_, err = w.desk.Move(ctx, w.who("team"), c)
		w.refused(err, refusal.Conflict, "What stands on the team has changed since you looked")

		// One child gets a worker: that stays when the move is taken back.
		w.later(time.Hour)
		w.allocate("cat")
		m, err := w.desk.Undo(ctx, w.who("team"), id)
		w.must(err)
		if m.Stayed == 0 {
			t.Error("nothing is said to have stayed, although a child has a worker since")
		}
		w.wants("need 0+1, duty-1 1+0, duty-2 0+0")
		_, err = w.desk.Undo(ctx, w.who("team"), id)
		w.refused(err, refusal.Conflict, "undone already")

		id, err = w.desk.Move(ctx, w.who("manager"), w.confirm("manager", "duty-1", "need", teams.Everything))
		w.must(err)
		w.later(24*time.Hour + time.Minute)
		_, err = w.desk.Undo(ctx, w.who("manager"), id)
		w.refused(err, refusal.Conflict, "more than 24 hours old")
		w.whole()
	})
}

// whole checks that the record proves itself: no child waits silently.
func (w *town) whole() {
	w.t.Helper()
	proofs, err := w.record.Verify(ctx)
	w.must(err)
	for _, p := range proofs {
		if !p.OK() {
			w.t.Errorf("verify: %v", p.Faults)
		}
	}
}

func TestTwoPeopleMoveTheSameChildren(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		w.child("Ada")
		w.child("Bo")
		w.need()
		one, two := w.confirm("manager", "duty-1", "need", teams.Unheld), w.confirm("team", "duty-1", "duty-2", teams.Unheld)
		var wg sync.WaitGroup
		errs := make([]error, 2)
		people := []access.Actor{w.who("manager"), w.who("team")}
		for i, c := range []teams.Confirmed{one, two} {
			wg.Go(func() { _, errs[i] = w.desk.Move(ctx, people[i], c) })
		}
		wg.Wait()
		won := slices.Index(errs, nil)
		if won < 0 || refusal.KindOf(errs[1-won]) != refusal.Conflict {
			t.Fatalf("the two moves gave %v, want one to be done and one told that it has changed", errs)
		}
		w.wants([]string{"need 2+0, duty-1 0+0, duty-2 0+0", "need 0+0, duty-1 0+0, duty-2 2+0"}[won])
		w.whole()
	})
}

func TestATeamEndsOnlyWhenNothingStandsOnIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		w.need("cat")
		w.later(time.Hour)
		w.child("Ada")
		w.allocate("cat")
		w.child("Bo")
		w.wants("need 1+1, duty-1 0+0, duty-2 0+0")
		today := w.now.Date()
		w.refused(w.desk.End(ctx, w.who("administrator"), "need", "duty-2", from(today)), refusal.Conflict, "2 children’s work belongs to it")
		w.refused(w.desk.End(ctx, w.who("administrator"), "duty-1", "need", from(today)), refusal.Conflict, "2 kinds of agency are answered for by it")
		w.refused(w.desk.End(ctx, w.who("team"), "need", "duty-2", from(today)), refusal.Denied, "You need to be")
		_, err := w.desk.Move(ctx, w.who("manager"), w.confirm("manager", "need", "duty-2", teams.Everything))
		w.must(err)
		w.refused(w.desk.End(ctx, w.who("administrator"), "need", "", from(today)), refusal.Invalid, "Select the team that its work")
		w.refused(w.desk.End(ctx, w.who("administrator"), "need", "need", from(today)), refusal.Invalid, "Select another team")
		w.refused(w.desk.End(ctx, w.who("administrator"), "need", "front-door", from(today)), refusal.Invalid, "not a team of social workers")
		w.must(w.desk.End(ctx, w.who("administrator"), "need", "duty-2", from(today.AddDays(3))))
		// It has three days left, and nothing new comes to it: not a referral, and not the
		// child whom somebody accepts who is still in it.
		w.later(time.Hour)
		w.child("Cy")
		w.wants("need 0+0, duty-1 0+0, duty-2 2+1")
		w.allocate("cat")
		w.wants("need 0+0, duty-1 0+0, duty-2 1+2")
		w.later(7 * 24 * time.Hour)
		w.wants("duty-1 0+0, duty-2 1+2")
		if who := w.who("cat"); len(who.Teams) != 0 || !who.Has(access.SocialWorker) {
			t.Errorf("cat is in %v as %v, want no team and still a social worker", who.Teams, who.Roles)
		}
		if mine, err := w.work.Mine(ctx, w.who("cat")); err != nil || len(mine.Rows) != 2 {
			t.Errorf("cat sees %v of her own children (%v), want both", mine.Rows, err)
		}
		w.refused(w.desk.Join(ctx, w.who("administrator"), "need", teams.Member{User: "ann", Role: access.SocialWorker, From: from(w.now.Date())}), refusal.Conflict, "has an end")
		w.refused(w.waits.Move(ctx, w.who("manager"), w.aWait(), "need", "a mistake"), refusal.Invalid, "has an end")
		w.whole()
	})
}

// aWait is an open wait of the second duty team.
func (w *town) aWait() string {
	w.t.Helper()
	x, err := w.waits.List(ctx, w.who("manager"), waiting.Filter{Owner: "duty-2"}, waiting.Cursor{}, -1)
	w.must(err)
	if len(x.Rows) == 0 {
		w.t.Fatal("nothing is on the second duty team")
	}
	return x.Rows[0].ID
}

func TestARestrictedChildIsMovedOnlyByWhoIsNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		_, closed := w.child("Ada")
		w.child("Bo")
		w.must(w.admin.Restrict(ctx, w.who("named"), closed, access.Restricted, "The named", "a parent works for us", []string{"named"}))
		w.need()
		for _, who := range []string{"manager", "team"} {
			p, err := w.desk.Preview(ctx, w.who(who), teams.Selection{From: "duty-1", To: "need", Which: teams.Unheld})
			w.must(err)
			if p.Children != 1 || p.Stays != 1 || strings.Contains(fmt.Sprint(p.Rows), "Ada") {
				t.Errorf("%s would move %d and %d stay: %+v", who, p.Children, p.Stays, p.Rows)
			}
		}
		_, err := w.desk.Move(ctx, w.who("team"), w.confirm("team", "duty-1", "need", teams.Unheld))
		w.must(err)
		id, err := w.desk.Move(ctx, w.who("named"), w.confirm("named", "duty-1", "need", teams.Unheld))
		w.must(err)
		_, err = w.desk.Undo(ctx, w.who("team"), id)
		w.refused(err, refusal.Denied, "The named moved it and can undo it")
		// The list names her to nobody who may not know of her, and the number is the list.
		for who, want := range map[string]string{"manager": "Bo Canary2, Restricted record", "named": "Ada Canary1, Bo Canary2", "director": "Bo Canary2", "team": "Bo Canary2"} {
			list, err := w.desk.Children(ctx, w.who(who), teams.Filter{Team: "need", What: teams.Waiting})
			w.must(err)
			var names []string
			for _, k := range list.Rows {
				names = append(names, k.Child)
			}
			slices.Sort(names)
			if got := strings.Join(names, ", "); got != want {
				t.Errorf("%s sees %q, want %q", who, got, want)
			}
			q, err := w.desk.Queues(ctx, w.who(who), teams.Filter{Team: "need"})
			w.must(err)
			if q.Rows[0].Waiting != len(names) {
				t.Errorf("%s sees the number %d and a list of %d", who, q.Rows[0].Waiting, len(names))
			}
		}
		q, err := w.desk.Queues(ctx, w.who("analyst"), teams.Filter{Team: "need"})
		w.must(err)
		if q.Rows[0].Waiting != 2 {
			t.Errorf("the analyst counts %d, want 2", q.Rows[0].Waiting)
		}
		_, err = w.desk.Children(ctx, w.who("analyst"), teams.Filter{Team: "need"})
		w.refused(err, refusal.Denied, "You need to be")
	})
}

func TestATeamGivesNobodyARight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		w.need()
		today := w.now.Date()
		join := func(user string, role access.Role) error {
			return w.desk.Join(ctx, w.who("manager"), "need", teams.Member{User: user, Role: role, From: from(today)})
		}
		w.refused(join("ann", access.TeamManager), refusal.Invalid, "An administrator gives people their roles")
		w.refused(join("analyst", access.SocialWorker), refusal.Invalid, "An administrator gives people their roles")
		w.refused(join("ann", access.Administrator), refusal.Invalid, "Select whether they manage the team or work in it")
		w.refused(join("team", access.TeamManager), refusal.Invalid, "is in this team then already")
		late := from(today.AddDays(-9))
		w.refused(w.desk.Join(ctx, w.who("manager"), "need", teams.Member{User: "ann", Role: access.SocialWorker, From: late}), refusal.Invalid, "Enter why it holds from a day that is over")
		// A membership from a day to come is not there before it, and then the other ends.
		w.must(w.desk.Join(ctx, w.who("manager"), "need", teams.Member{User: "ann", Role: access.SocialWorker, From: from(today.AddDays(2)), Until: today.AddDays(5)}))
		for _, x := range []struct {
			days int
			want string
		}{{0, "duty-1"}, {2, "need"}, {5, "need"}, {6, ""}} {
			w.now = today.AddDays(x.days).AtTime(12, 0)
			if got := strings.Join(w.who("ann").Teams, " "); got != x.want || !w.who("ann").Has(access.SocialWorker) {
				t.Errorf("after %d days ann is in %q as %v, want %q and a social worker", x.days, got, w.who("ann").Roles, x.want)
			}
		}
		w.must(w.desk.Leave(ctx, w.who("manager"), "duty-1", teams.Member{User: "ben", Role: access.SocialWorker, From: from(w.now.Date())}))
		if who := w.who("ben"); len(who.Teams) != 0 || !who.Has(access.SocialWorker) {
			t.Errorf("ben is in %v as %v, want no team and still a social worker", who.Teams, who.Roles)
		}
	})
}

// TestNothingThatIsDoneWithTeamsChangesAPastDay does things with teams at random, from
// days that are over and days to come, and after each asks again for every past moment:
// every figure, every list behind it and who answered for every wait are as they were.
func TestNothingThatIsDoneWithTeamsChangesAPastDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		rng := rand.New(rand.NewPCG(76, 1))
		for range 3 {
			w.child("Kim")
		}
		past := []picture{w.picture()}
		done := map[string]int{}
		for i := range 80 {
			w.later(time.Duration(1+rng.IntN(22)) * time.Hour)
			what, err := w.something(rng, i)
			if _, ok := refusal.As(err); err != nil && !ok {
				t.Fatalf("%s: %v", what, err)
			}
			if err == nil {
				done[what]++
			}
			for _, k := range []int{len(past) - 1, rng.IntN(len(past)), 0} {
				w.same(past[k], what)
			}
			past = append(past, w.picture())
		}
		for _, what := range []string{"child", "allocate", "set up", "rename", "join", "leave", "move", "undo", "end"} {
			if done[what] == 0 {
				t.Errorf("%s was never done: %v", what, done)
			}
		}
		for _, p := range past {
			w.same(p, "everything")
		}
		w.adds(past[len(past)-1].rows)
		w.whole()
	})
}

// picture is what the record says at a moment.
type picture struct {
	at    civil.Instant
	rows  []teams.Row
	waits string
}

func (w *town) picture() picture {
	w.t.Helper()
	p := picture{at: w.now, waits: w.openWaits(w.now)}
	p.rows = w.rowsAt(w.now)
	return p
}

func (w *town) rowsAt(at civil.Instant) []teams.Row {
	w.t.Helper()
	q, err := w.desk.Queues(ctx, w.who("director"), teams.Filter{From: monday.Date(), At: at})
	w.must(err)
	return q.Rows
}

// same checks that a past moment is as it was.
func (w *town) same(p picture, after string) {
	w.t.Helper()
	if now := w.rowsAt(p.at); !slices.Equal(now, p.rows) {
		for i := range now {
			if i >= len(p.rows) || now[i] != p.rows[i] {
				w.t.Fatalf("after %s at %s, the past at %s says\n%+v\nand it said\n%+v", after, w.now, p.at, now[i], p.rows[min(i, len(p.rows)-1)])
			}
		}
		w.t.Fatalf("after %s the past at %s has %d rows and had %d", after, p.at, len(now), len(p.rows))
	}
	if now := w.openWaits(p.at); now != p.waits {
		w.t.Fatalf("after %s the waits at %s are\n%s\nand were\n%s", after, p.at, now, p.waits)
	}
}

// adds checks that what waited at the end of a week is what waited at its start, and what
// came, less what left; and that each number is its list.
func (w *town) adds(rows []teams.Row) {
	w.t.Helper()
	at := map[string]int{}
	for _, r := range slices.Backward(rows) {
		if r.Kind != "week" {
			continue
		}
		if want := at[r.TeamID] + r.New + r.In - r.Out - r.Taken - r.Closed; r.Waiting != want {
			w.t.Errorf("%s, week of %s: %d wait, and what came and went gives %d", r.TeamID, r.Week, r.Waiting, want)
		}
		at[r.TeamID] = r.Waiting
		for what, n := range map[teams.What]int{teams.Waiting: r.Waiting, teams.Allocated: r.Taken, teams.MovedIn: r.In, teams.MovedOut: r.Out, teams.Held: r.Held, teams.Came: r.New} {
			list, err := w.desk.Children(ctx, w.who("director"), teams.Filter{Team: r.TeamID, Week: r.Week, What: what})
			w.must(err)
			if len(list.Rows) != n {
				w.t.Errorf("%s, week of %s: %s is %d and its list has %d", r.TeamID, r.Week, what, n, len(list.Rows))
			}
		}
	}
}

// something does one thing at random, and says what.
func (w *town) something(rng *rand.Rand, i int) (string, error) {
	manager := w.who("manager")
	pick := func(all []string) string { return all[rng.IntN(len(all))] }
	ids := []string{"duty-1", "duty-2"}
	last, err := w.desk.Team(ctx, manager, "duty-1")
	w.must(err)
	for _, o := range last.Others {
		if !slices.Contains(ids, o.ID) {
			ids = append(ids, o.ID)
		}
	}
	f := pathway.From{Day: w.now.Date().AddDays(rng.IntN(25) - 18), Why: "It is needed", WhyEarlier: "It was agreed then"}
	switch rng.IntN(13) {
	case 0, 1:
		w.child("Lee")
		return "child", nil
	case 2, 3:
		q, err := w.work.Waiting(ctx, manager)
		w.must(err)
		if len(q.Rows) == 0 {
			return "allocate", refusal.Hidden()
		}
		worker := pick([]string{"ann", "ben", "cat"})
		x := q.Rows[rng.IntN(len(q.Rows))]
		if err := w.work.Propose(ctx, manager, x.ID, worker, 0); err != nil {
			return "allocate", err
		}
		return "allocate", w.work.Accept(ctx, w.who(worker), x.ID)
	case 4:
		n := teams.NewTeam{ID: fmt.Sprint("t", i), Workers: []string{pick([]string{"ann", "ben", "cat"})}, Manager: "team", Stay: rng.IntN(2) == 0,
			TeamSetUp: pathway.TeamSetUp{Name: fmt.Sprint("Team ", i), Kind: pathway.ChildrenInNeedTeam, From: f}}
		if rng.IntN(2) == 0 {
			n.Takes = []pathway.Outcome{pathway.ReferralAssessment}
		}
		_, err := w.desk.SetUp(ctx, manager, n)
		return "set up", err
	case 5:
		return "rename", w.desk.Change(ctx, manager, pick(ids), teams.Changes{Name: fmt.Sprint("Renamed ", i), From: f})
	case 6:
		return "join", w.desk.Join(ctx, manager, pick(ids), teams.Member{User: pick([]string{"ann", "ben", "cat"}), Role: access.SocialWorker, Stay: rng.IntN(2) == 0, From: f})
	case 7:
		return "leave", w.desk.Leave(ctx, manager, pick(ids), teams.Member{User: pick([]string{"ann", "ben", "cat"}), Role: access.SocialWorker, From: f})
	case 8, 9:
		s := teams.Selection{From: pick(ids), To: pick(ids), Which: []teams.Which{teams.Everything, teams.Unheld}[rng.IntN(2)]}
		p, err := w.desk.Preview(ctx, manager, s)
		if err != nil {
			return "move", err
		}
		_, err = w.desk.Move(ctx, manager, teams.Confirmed{Selection: s, Why: "It is needed", Typed: strconv.Itoa(p.N()), Digest: p.Digest})
		return "move", err
	case 10, 11:
		for _, id := range ids {
			p, err := w.desk.Team(ctx, manager, id)
			w.must(err)
			for _, m := range p.Moves {
				if m.Undo {
					_, err := w.desk.Undo(ctx, manager, m.ID)
					return "undo", err
				}
			}
		}
		return "undo", refusal.Hidden()
	}
	for _, id := range slices.Backward(ids) {
		if err := w.desk.End(ctx, manager, id, "duty-1", f); err == nil {
			return "end", nil
		} else if _, ok := refusal.As(err); !ok {
			return "end", err
		}
	}
	return "end", refusal.Hidden()
}

func (w *town) signIn(who string) *http.Client {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	w.must(err)
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(w.server.URL+"/demo/sign-in", url.Values{"as": {who}})
	w.must(errors.Join(err, res.Body.Close()))
	return c
}

func (w *town) ask(res *http.Response, err error) (int, string) {
	w.t.Helper()
	w.must(err)
	b, err := io.ReadAll(res.Body)
	w.must(errors.Join(err, res.Body.Close()))
	return res.StatusCode, string(b)
}

func (w *town) contains(page string, all ...string) {
	w.t.Helper()
	for _, s := range all {
		if !strings.Contains(page, s) {
			w.t.Errorf("the page has no %q:\n%s", s, page)
		}
	}
}

func TestThePages(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	w.child("Ada")
	admin, team := w.signIn("administrator"), w.signIn("team")
	get := func(c *http.Client, path string) (int, string) { return w.ask(c.Get(w.server.URL + path)) }
	post := func(c *http.Client, path string, f url.Values) (int, string) {
		return w.ask(c.PostForm(w.server.URL+path, f))
	}
	code, page := post(admin, "/allocations/teams/new", url.Values{"name": {"Children in need team"}, "why": {"They wait behind enquiries"}, "from-day": {"1"}, "from-month": {"2"}, "from-year": {"2026"}, "workers": {"cat"}})
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a set-up without its kind gave %d", code)
	}
	w.contains(page, "Select the kind of work", "Enter why it holds from a day that is over", `value="Children in need team"`, "They wait behind enquiries", `value="cat" checked`)
	today := w.now.Date()
	day := url.Values{"from-day": {strconv.Itoa(today.Day)}, "from-month": {strconv.Itoa(int(today.Month))}, "from-year": {strconv.Itoa(today.Year)}, "why": {"They wait behind enquiries"}}
	set := url.Values{"name": {"Children in need team"}, "kind": {"children_in_need"}, "takes": {"referral_assessment"}, "manager": {"team"}, "workers": {"cat"}, "stay": {"no"}}
	for k, v := range day {
		set[k] = v
	}
	res, err := admin.PostForm(w.server.URL+"/allocations/teams/new", set)
	w.must(err)
	w.must(res.Body.Close())
	at := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/allocations/teams/") {
		t.Fatalf("the set-up gave %d and led to %q", res.StatusCode, at)
	}
	id := strings.TrimPrefix(at, "/allocations/teams/")
	_, page = get(admin, at)
	w.contains(page, "Children in need team", "They wait behind enquiries", "The cat", "Referral: assessment")
	if strings.Contains(page, "Ada") || strings.Contains(page, at+"/move") {
		t.Error("the administrator sees a child, or a way to move one")
	}
	code, _ = get(admin, "/allocations/teams/duty-1/move?to="+id)
	if code != http.StatusForbidden {
		t.Errorf("the administrator opens the children of a team: %d", code)
	}
	// What was typed is kept when the move is refused, and the list is shown again.
	_, page = get(team, "/allocations/teams/duty-1/move?which=waiting&to="+id)
	w.contains(page, "Ada Canary1", "<strong>3</strong> in all: 1 child and 2 waits", "a named social worker")
	digest := page[strings.Index(page, `name="digest" value="`)+len(`name="digest" value="`):]
	digest = digest[:strings.Index(digest, `"`)]
	move := url.Values{"to": {id}, "which": {"waiting"}, "digest": {digest}, "why": {"The new team takes them"}, "typed": {"1"}}
	code, page = post(team, "/allocations/teams/duty-1/move", move)
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a wrong number gave %d", code)
	}
	w.contains(page, "Enter how many move, as the list above says: 3", "The new team takes them", "Ada Canary1")
	move.Set("digest", "another")
	code, page = post(team, "/allocations/teams/duty-1/move", move)
	if code != http.StatusUnprocessableEntity {
		t.Errorf("another list gave %d", code)
	}
	w.contains(page, "What stands on the team has changed since you looked", "The new team takes them")
	move.Set("digest", digest)
	move.Set("typed", "3")
	if code, _ = post(team, "/allocations/teams/duty-1/move", move); code != http.StatusSeeOther {
		t.Errorf("the move gave %d", code)
	}
	_, page = get(team, at)
	w.contains(page, "1 child and 2 waits from Duty and assessment team 1 to Children in need team", "Undo this move")
	end := url.Values{"to": {"duty-1"}}
	for k, v := range day {
		end[k] = v
	}
	code, page = post(admin, at+"/end", end)
	if code != http.StatusUnprocessableEntity {
		t.Errorf("the end of a team with children gave %d", code)
	}
	w.contains(page, "The team cannot end while 1 child", "They wait behind enquiries")
	move = url.Values{"move": {page}}
	_, page = get(team, at)
	i := strings.Index(page, `name="move" value="`) + len(`name="move" value="`)
	move.Set("move", page[i:i+strings.Index(page[i:], `"`)])
	if code, _ = post(team, at+"/undo", move); code != http.StatusSeeOther {
		t.Errorf("the undo gave %d", code)
	}
	code, page = post(team, at+"/undo", move)
	if code != http.StatusConflict {
		t.Errorf("the second undo gave %d", code)
	}
	w.contains(page, "This move was undone already")
	for path, says := range map[string]string{"?at=2030-01-01": "Enter a day or a moment that is not to come", "?from=never": "Enter a day such as", "?at=never": "Enter a day such as"} {
		code, page = get(team, "/allocations/teams"+path)
		if code != http.StatusUnprocessableEntity {
			t.Errorf("%s gave %d", path, code)
		}
		w.contains(page, says)
	}
	// The number above the table leads to its list only for who may see all of it.
	_, page = get(team, "/allocations/teams?team=duty-1")
	w.contains(page, `what=waiting"><b>1</b> without a worker</a>`)
	if _, page = get(admin, "/allocations/teams"); strings.Contains(page, "/allocations/teams/children") {
		t.Error("the administrator is led to children")
	}
	if _, page = get(team, "/allocations/teams"); strings.Contains(page, `</b> without a worker</a>`) {
		t.Error("a team manager is led from a number of all teams to a list of their own")
	}
	if code, _ = get(team, "/allocations/teams/children?team=duty-2"); code != http.StatusNotFound {
		t.Errorf("a team manager opens the children of another team: %d", code)
	}
}

// TestWorkFromBeforeHasItsTeamsDerived runs what the migration derives for work that was
// there before teams were kept by date, and compares it with what was written as it
// happened.
func TestWorkFromBeforeHasItsTeamsDerived(t *testing.T) {
	text, err := os.ReadFile("../../db/migrations/0036_teams.sql")
	if err != nil {
		t.Fatal(err)
	}
	var derive []db.Query
	for _, s := range strings.Split(string(text), ";") {
		if i := strings.Index(s, "INSERT INTO episode_team"); i >= 0 {
			derive = append(derive, db.SQL("teams_test.derive-"+strconv.Itoa(len(derive)), strings.Replace(s[i:], "INSERT INTO episode_team", "INSERT INTO derived", 1)))
		}
	}
	if len(derive) != 2 {
		t.Fatalf("the migration has %d statements that derive teams, want two", len(derive))
	}
	empty := db.SQL("teams_test.copy", `CREATE TABLE derived AS SELECT episode_id, n, authority_id, team_id, begun_at, why, recorded_by FROM episode_team WHERE n < 0`)
	kept := db.SQL("teams_test.kept", `SELECT episode_id, n, team_id, begun_at, why FROM episode_team ORDER BY episode_id, n`)
	worked := db.SQL("teams_test.worked", `SELECT episode_id, n, team_id, begun_at, why FROM derived ORDER BY episode_id, n`)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		for _, worker := range []string{"", "ann", "cat", "cat"} {
			w.child("Kim")
			w.later(time.Hour)
			if worker != "" {
				w.allocate(worker)
			}
		}
		read := func(q db.Queryer, which db.Query) (out []string, err error) {
			return db.Collect(ctx, q, func(r *sql.Rows, s *string) error {
				var id, team, why string
				var n int
				var at civil.Instant
				err := r.Scan(&id, &n, &team, &at, &why)
				*s = fmt.Sprint(id, " ", n, " ", team, " ", at, " ", why)
				return err
			}, which)
		}
		err := d.Write(ctx, func(q db.Queryer) error {
			for _, x := range append([]db.Query{empty}, derive...) {
				if _, err := q.ExecContext(ctx, x); err != nil {
					return fmt.Errorf("%s: %w", x.Name(), err)
				}
			}
			was, err := read(q, kept)
			if err != nil {
				return err
			}
			now, err := read(q, worked)
			if len(was) != 6 || !slices.Equal(was, now) {
				t.Errorf("derived\n%s\nand kept\n%s", strings.Join(now, "\n"), strings.Join(was, "\n"))
			}
			return err
		})
		w.must(err)
	})
}
