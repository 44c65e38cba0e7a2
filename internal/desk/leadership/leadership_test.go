package leadership_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/escalations"
	"frontdoor/internal/desk/leadership"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/escalation"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

type town struct {
	t      *testing.T
	now    civil.Instant
	record *record.Record
	desk   *leadership.Desk
	front  *contacts.Desk
	who    map[string]access.Actor
	server *httptest.Server
}

var ctx = context.Background()

var monday = civil.DateOf(2026, 11, 2).AtTime(9, 0)

func build(t *testing.T, d *db.DB) *town {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, now: monday, who: map[string]access.Actor{}}
	w.record = record.New(d, set, civil.England(), func() civil.Instant { return w.now })
	w.desk, w.front = leadership.New(w.record), contacts.New(w.record)
	a, service, banner := admin.New(w.record), admin.Service("x"), &web.Demo{Authority: "x"}
	w.must(a.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}))
	for _, o := range []admin.Organisation{{ID: "pol", Kind: "police", Name: "Police"}, {ID: "hv", Kind: "health", Name: "Health visiting"}} {
		_, err := a.AddOrganisation(ctx, service, o)
		w.must(err)
	}
	for _, p := range []struct {
		id   string
		role access.Role
		org  string
	}{{"manager", access.FrontDoorManager, ""}, {"director", access.Director, ""}, {"officer", access.PoliceReferral, "pol"}, {"nurse", access.Referring, "hv"}} {
		_, err := a.AddUser(ctx, service, admin.NewUser{ID: p.id, Email: p.id + "@x.example", Name: "The " + p.id, OrganisationID: p.org, Roles: []admin.RoleIn{{Role: p.role, Team: admin.DutyTeam}}})
		w.must(err)
		w.who[p.id], err = w.record.FindActor(ctx, "x", p.id)
		w.must(err)
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.id, Name: p.id})
	}
	srv := web.NewServer(w.record, web.Settings{Version: "test", Demo: banner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	w.desk.Routes(srv)
	w.server = httptest.NewServer(srv.Handler())
	t.Cleanup(w.server.Close)
	return w
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// notify receives a notification of an incident so many hours ago.
func (w *town) notify(name, grade string, hours float64) string {
	w.t.Helper()
	force := access.Actor{ID: "force", Name: "Police", Authority: "x", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}
	got, err := w.front.Receive(ctx, force, contacts.Arrival{Channel: "police", SourceKind: "police", SourceName: "Police", OrganisationID: "pol", Grade: grade, Words: "x", SenderRef: "REF-" + name,
		IncidentAt: w.now.Add(-time.Duration(hours * float64(time.Hour))), Children: []person.Described{{Given: name, Family: "Canary", Born: civil.DateOf(2019, 3, 1), AgeStated: -1}}})
	w.must(err)
	return got.Ref
}

// discuss has a strategy discussion asked for: the child waits for police and health.
func (w *town) discuss(ref string) {
	w.t.Helper()
	p, err := w.front.Open(ctx, w.who["manager"], ref)
	w.must(err)
	w.must(w.front.Decide(ctx, w.who["manager"], ref, []contacts.ForChild{{Child: p.Contact.Kids[0].ID, Decision: pathway.Decision{Outcome: pathway.ReferralStrategy,
		Rationale: "A bruise that nobody can explain", HistoryRead: true, HistorySentence: "First contact", Level: "4"}}}))
}

func (w *town) promise(measure, grade string, target float64, due civil.Date) string {
	w.t.Helper()
	ref, err := w.desk.Promise(ctx, w.who["director"], escalation.Promised{Action: "Show it by " + measure, Partner: "pol", Who: "Superintendent Hale", Measure: measure, Grade: grade, Target: target, Due: due})
	w.must(err)
	return ref
}

func (w *town) scores(who string) string {
	w.t.Helper()
	p, err := w.desk.Improvements(ctx, w.who[who])
	w.must(err)
	var out []string
	for _, l := range p.Lines {
		out = append(out, l.Measure+" "+string(l.Score))
	}
	return strings.Join(out, ", ")
}

// TestAPromiseMissedTurnsByItself: on the morning after its day a line is achieved or not,
// with nobody and nothing having run, and what comes later does not change it.
func TestAPromiseMissedTurnsByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		due := monday.Date().AddDays(11) // a Friday
		w.promise(escalation.LagMedian, "medium", 24, due)
		w.promise(escalation.LagNinetyFive, "medium", 48, due.AddDays(1))
		w.promise(escalation.WaitsBreached, "medium", 0, due.AddDays(2)) // a grade is left out where none belongs
		w.promise(escalation.OpenQuestions, "", 1, due.AddDays(3))
		w.promise(escalation.StrategyInTime, "", 50, due.AddDays(4))
		w.promise(escalation.Quorate, "", 90, due.AddDays(5))
		w.promise(escalation.LagMedian, "high", 24, due.AddDays(6))
		want := "lag-median not_yet, lag-95 not_yet, waits-breached met_so_far, escalations-open met_so_far, strategy-in-time not_yet, strategy-quorate not_yet, lag-median not_yet"
		if got := w.scores("director"); got != want {
			t.Errorf("before anything: %s", got)
		}
		for name, hours := range map[string]float64{"Ana": 10, "Ben": 20, "Cal": 60} {
			w.notify(name, "medium", hours)
		}
		w.now = monday.Add(time.Hour)
		w.discuss(w.notify("Dan", "medium", 22))
		// 10, 20, 22, 60: half within 20, 95 in 100 within 60.
		want = "lag-median met_so_far, lag-95 not_yet, waits-breached met_so_far, escalations-open met_so_far, strategy-in-time not_yet, strategy-quorate not_yet, lag-median not_yet"
		if got := w.scores("director"); got != want {
			t.Errorf("after four notifications: %s", got)
		}
		w.now = due.EndOfDay()
		if got := w.scores("director"); !strings.HasPrefix(got, "lag-median met_so_far") {
			t.Errorf("in the last second of its day: %s", got)
		}
		w.now = due.AddDays(6).EndOfDay().Add(time.Second)
		want = "lag-median achieved, lag-95 not_achieved, waits-breached not_achieved, escalations-open achieved, strategy-in-time not_achieved, strategy-quorate not_achieved, lag-median not_achieved"
		if got := w.scores("director"); got != want {
			t.Errorf("when all days have passed: %s", got)
		}
		// What is received later does not touch what was scored.
		w.notify("Eve", "medium", 500)
		w.now = w.now.Add(24 * time.Hour)
		if got := w.scores("officer"); got != want {
			t.Errorf("the police see %s", got)
		}
		if got := w.scores("nurse"); got != "" {
			t.Errorf("health sees the police's lines: %s", got)
		}
		_, err := w.desk.Promise(ctx, w.who["officer"], escalation.Promised{})
		if refusal.KindOf(err) != refusal.Denied {
			t.Errorf("the police write into the plan: %v", err)
		}
	})
}

func TestALineIsWithdrawnByNameAndOnlyBeforeItsDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		due := monday.Date().AddDays(2)
		ref, kept := w.promise(escalation.WaitsBreached, "", 0, due), w.promise(escalation.WaitsBreached, "", 0, due)
		if err := w.desk.Withdraw(ctx, w.who["manager"], ref, ""); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		w.must(w.desk.Withdraw(ctx, w.who["manager"], ref, "The desk was closed"))
		if err := w.desk.Withdraw(ctx, w.who["manager"], ref, "Again"); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("twice: %v", err)
		}
		l, _, _, err := w.desk.Improvement(ctx, w.who["director"], ref)
		w.must(err)
		if l.Score != escalation.Withdrawn || l.WithdrawnBy != "The manager" || l.Why != "The desk was closed" {
			t.Errorf("%+v", l)
		}
		w.now = due.AddDays(1).Start()
		if err := w.desk.Withdraw(ctx, w.who["manager"], kept, "It missed"); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("after its day: %v", err)
		}
	})
}

// TestTheDirectorsFirstPage: what is unanswered at the top stands on it (finding 8), and
// its numbers are those of the pages they lead to.
func TestTheDirectorsFirstPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		w.discuss(w.notify("Ana", "medium", 30))
		w.now = monday.Add(5 * 24 * time.Hour)
		w.discuss(w.notify("Ben", "high", 3))
		w.now = monday.Add(24 * 21 * time.Hour)
		w.notify("Cal", "high", 3)
		f, err := w.desk.First(ctx, w.who["director"])
		w.must(err)
		top := f.AtTheTop()
		if len(top) != 2 || top[0].Question.Level != escalation.Top || len(top[0].At) != 2 || top[0].State != escalation.Unanswered {
			t.Fatalf("at the top: %+v", top)
		}
		// It is answered with a day: then it is not there until that day passes.
		w.must(escalations.New(w.record).Answer(ctx, w.who["officer"], "pol", timescale.StrategyDiscussion, escalation.Given{Level: 4, By: "The chief constable", Words: "Next week", Promise: w.now.Add(24 * time.Hour)}))
		f, err = w.desk.First(ctx, w.who["director"])
		w.must(err)
		if top = f.AtTheTop(); len(top) != 1 || top[0].OwnerID != "hv" || len(f.Mine) != 2 {
			t.Errorf("answered with a day: %+v", top)
		}
		w.now = w.now.Add(25 * time.Hour)
		f, err = w.desk.First(ctx, w.who["director"])
		w.must(err)
		if top = f.AtTheTop(); len(top) != 2 || top[1].State != escalation.NotKept {
			t.Errorf("after the day that was promised: %+v", top)
		}
		for _, x := range f.Waiting {
			list, err := waiting.New(w.record).List(ctx, w.who["director"], waiting.Filter{Agency: x.Agency}, waiting.Cursor{}, 0)
			w.must(err)
			if all, late := list.Total(); all != x.Waits || late != x.Late {
				t.Errorf("%s: %d of %d on the first page, %d of %d on the list", x.Agency, x.Late, x.Waits, late, all)
			}
		}
		if len(f.Partners) != 2 || f.Partners[1].Name != "Police" || f.Partners[1].Waits != 2 || f.Partners[1].Level != 4 || len(f.Partners[1].Lags) != 2 || f.Partners[1].Last.IsZero() {
			t.Errorf("partners: %+v", f.Partners)
		}
		if _, err := w.desk.First(ctx, w.who["manager"]); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("a manager opens the director's page: %v", err)
		}
	})
}

func (w *town) signIn(who string) *http.Client {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	w.must(err)
	c := &http.Client{Jar: jar}
	res, err := c.PostForm(w.server.URL+"/demo/sign-in", url.Values{"as": {who}})
	w.must(err)
	_ = res.Body.Close()
	return c
}

func (w *town) ask(c *http.Client, path string, form url.Values) (int, string) {
	w.t.Helper()
	var res *http.Response
	var err error
	if form == nil {
		res, err = c.Get(w.server.URL + path)
	} else {
		res, err = c.PostForm(w.server.URL+path, form)
	}
	w.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	w.must(err)
	return res.StatusCode, string(b)
}

func TestThePages(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	w.discuss(w.notify("Ana", "medium", 30))
	w.now = monday.Add(24 * 21 * time.Hour)
	director := w.signIn("director")
	says := func(page string, words ...string) {
		t.Helper()
		for _, x := range words {
			if !strings.Contains(page, x) {
				t.Errorf("the page does not say %q: %.1500s", x, page[max(0, strings.Index(page, "<main")):])
			}
		}
	}
	_, page := w.ask(director, "/leadership", nil)
	says(page, "Children waiting too long", "Police: strategy discussion", "Chief constable, asked", "The last notification came Mon 2 Nov 2026, 09:00", "Nothing is promised yet", "Worked out from the record Mon 23 Nov 2026, 09:00")
	form := url.Values{"form-id": {"f1"}, "action": {"A second officer at the desk"}, "partner": {"pol"}, "who": {"Superintendent Hale"}, "measure": {"waits-breached"}, "target": {"lots"}, "due-day": {"30"}, "due-month": {"11"}, "due-year": {"2026"}}
	code, page := w.ask(director, "/improvement/new", form)
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a target that is no number: %d", code)
	}
	says(page, "The target must be a number", "A second officer at the desk")
	form.Set("form-id", "f2")
	form.Set("target", "0")
	code, page = w.ask(director, "/improvement/new", form)
	if code != http.StatusOK {
		t.Fatalf("a line: %d", code)
	}
	says(page, "A second officer at the desk", "at most 0 children", "Not met yet", "1 child")
	w.now = civil.DateOf(2026, 12, 1).Start()
	director = w.signIn("director")
	officer := w.signIn("officer")
	_, page = w.ask(officer, "/improvement", nil)
	says(page, "Not achieved", "Joint improvement plan: 1 not achieved")
	_, body := w.ask(officer, "/improvement.csv", nil)
	says(body, "not_achieved", "A second officer at the desk")
	p, err := w.desk.Improvements(ctx, w.who["director"])
	w.must(err)
	_, page = w.ask(officer, "/improvement/"+p.Lines[0].Ref, nil)
	says(page, "The measure at the end of each week", "not met", "1 child")
	_, page = w.ask(director, "/leadership", nil)
	says(page, "<b>1</b> of 1 promises not achieved")
}
