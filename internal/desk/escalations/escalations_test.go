package escalations_test

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/escalations"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/escalation"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// town is an authority with police and health, and children about whom a manager asks
// for strategy discussions: each waits for both.
type town struct {
	t      *testing.T
	now    civil.Instant
	record *record.Record
	desk   *escalations.Desk
	front  *contacts.Desk
	admin  *admin.Desk
	who    map[string]access.Actor
	server *httptest.Server
}

const step = timescale.StrategyDiscussion

var ctx = context.Background()

// monday is when the children are decided about; their discussions are due a day later.
var monday = civil.DateOf(2026, 11, 16).AtTime(9, 0)

func build(t *testing.T, d *db.DB) *town {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, now: monday, who: map[string]access.Actor{}}
	w.record = record.New(d, set, civil.England(), func() civil.Instant { return w.now })
	w.desk, w.front, w.admin = escalations.New(w.record), contacts.New(w.record), admin.New(w.record)
	w.must(w.admin.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}))
	service := admin.Service("x")
	for _, o := range []admin.Organisation{{ID: "pol", Kind: "police", Name: "Police", Email: "desk@police.example"}, {ID: "hv", Kind: "health", Name: "Health visiting", Email: "hv@health.example"}} {
		_, err := w.admin.AddOrganisation(ctx, service, o)
		w.must(err)
	}
	banner := &web.Demo{Authority: "x"}
	for _, p := range []struct {
		id   string
		role access.Role
		org  string
	}{{"manager", access.FrontDoorManager, ""}, {"named", access.FrontDoorManager, ""}, {"director", access.Director, ""}, {"officer", access.PoliceReferral, "pol"}, {"nurse", access.Referring, "hv"}, {"worker", access.SocialWorker, ""}, {"team", access.TeamManager, ""}, {"inspector", access.Inspector, ""}} {
		u := admin.NewUser{ID: p.id, Email: p.id + "@x.example", Name: "The " + p.id, OrganisationID: p.org, Roles: []admin.RoleIn{{Role: p.role, Team: admin.DutyTeam}}}
		if p.role == access.Inspector {
			u.ExpiresAt = monday.Date().AddDays(90).EndOfDay()
		}
		_, err := w.admin.AddUser(ctx, service, u)
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

// child has a discussion asked for about a child, now.
func (w *town) child(given string) string {
	w.t.Helper()
	force := access.Actor{ID: "force", Name: "Police", Authority: "x", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}
	got, err := w.front.Receive(ctx, force, contacts.Arrival{Channel: "police", SourceKind: "police", SourceName: "Police", OrganisationID: "pol", Grade: "high", Words: given + " was hurt", SenderRef: "REF-" + given,
		IncidentAt: w.now.Add(-time.Hour), Children: []person.Described{{Given: given, Family: "Canary", Born: civil.DateOf(2019, 3, 1), AgeStated: -1}}})
	w.must(err)
	p, err := w.front.Open(ctx, w.who["manager"], got.Ref)
	w.must(err)
	w.must(w.front.Decide(ctx, w.who["manager"], got.Ref, []contacts.ForChild{{Child: p.Contact.Kids[0].ID, Decision: pathway.Decision{Outcome: pathway.ReferralStrategy,
		Rationale: "A bruise that nobody can explain", HistoryRead: true, HistorySentence: "First contact", Level: "4"}}}))
	return got.Ref
}

func (w *town) open(who, owner string) *escalations.One {
	w.t.Helper()
	o, err := w.desk.Open(ctx, w.who[who], owner, step)
	w.must(err)
	return o
}

// rows are the questions that somebody sees, in one word each.
func (w *town) rows(who string) string {
	w.t.Helper()
	l, err := w.desk.List(ctx, w.who[who])
	w.must(err)
	var out []string
	for _, r := range l.Rows(escalations.Filter{}) {
		out = append(out, strings.Join([]string{r.PartnerID, string(rune('0' + r.Level)), string(r.State), string(rune('0' + r.Children))}, "/"))
	}
	return strings.Join(out, " ")
}

func (w *town) wants(who, want string) {
	w.t.Helper()
	if got := w.rows(who); got != want {
		w.t.Errorf("at %s the %s sees %q, want %q", w.now.Words(), who, got, want)
	}
}

func (w *town) refused(err error, kind refusal.Kind, says string) {
	w.t.Helper()
	if refusal.KindOf(err) != kind || !strings.Contains(err.Error(), says) {
		w.t.Errorf("%v, want a refusal that says %q", err, says)
	}
}

// met ends a wait by hand, as a discussion that is held does.
var met = db.SQL("escalations_test.met", `
	UPDATE wait SET ended_at = $3, ended_happened_at = $3, ended_how = 'met' WHERE id = $1 AND authority_id = $2 AND ended_at IS NULL`)

func (w *town) met(wait string) {
	w.t.Helper()
	w.must(w.record.DB.Write(ctx, func(q db.Queryer) error {
		_, err := q.ExecContext(ctx, met, wait, "x", w.now)
		return err
	}))
}

// TestAWaitClimbsByItself follows two children through the levels with nobody and
// nothing running, an answer, a raise, a recovery and an override.
func TestAWaitClimbsByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		w.child("Ana")
		w.now = monday.Add(2 * time.Hour)
		w.child("Ben")
		w.wants("manager", "")
		due := w.open("manager", "pol").Waits[0].Due
		w.now = due
		w.wants("manager", "pol/1/asked/1 hv/1/asked/1")
		w.wants("officer", "pol/1/asked/1")
		w.wants("nurse", "hv/1/asked/1")
		w.wants("worker", "")
		w.now = due.Add(24 * time.Hour)
		w.wants("manager", "pol/2/asked/1 pol/1/asked/1 hv/2/asked/1 hv/1/asked/1")
		w.now = due.Add(26 * time.Hour)
		w.wants("director", "pol/2/asked/2 hv/2/asked/2")

		// The police answer with a day; for health nobody answers.
		w.refused(w.desk.Answer(ctx, w.who["nurse"], "pol", step, escalation.Given{Level: 2, By: "Nurse", Words: "Not ours"}), refusal.NotFound, "no record")
		w.refused(w.desk.Answer(ctx, w.who["officer"], "pol", step, escalation.Given{Level: 1, By: "Sgt", Words: "Soon"}), refusal.Conflict, "Nothing at this level")
		w.must(w.desk.Answer(ctx, w.who["officer"], "pol", step, escalation.Given{Level: 2, By: "DI Stone", Words: "An officer by Friday", Promise: due.Add(72 * time.Hour)}))
		w.wants("officer", "pol/2/answered/2")
		w.refused(w.desk.Answer(ctx, w.who["officer"], "pol", step, escalation.Given{Level: 2, By: "DI Stone", Words: "Again"}), refusal.Conflict, "Nothing at this level")
		w.now = due.Add(74 * time.Hour)
		w.wants("director", "pol/3/asked/2 hv/3/asked/2")

		// It ends with the measure and not before.
		w.refused(w.desk.Close(ctx, w.who["manager"], "pol", step, "We have been assured"), refusal.Conflict, "2 children still wait. It ends when they have what they wait for")
		w.refused(w.desk.Override(ctx, w.who["manager"], "pol", step, "Assured"), refusal.Denied, "director")
		o := w.open("manager", "pol")
		w.met(o.Waits[0].Wait)
		w.refused(w.desk.Close(ctx, w.who["manager"], "pol", step, "We have been assured"), refusal.Conflict, "1 child still waits")
		w.wants("director", "pol/3/asked/1 hv/3/asked/2")

		// A manager raises; nothing is asked twice at one level.
		left := []string{w.open("manager", "pol").Waits[0].Wait}
		w.refused(w.desk.Raise(ctx, w.who["manager"], "pol", step, 3, left, "Worse"), refusal.Invalid, "already asked at level 3")
		w.must(w.desk.Raise(ctx, w.who["manager"], "pol", step, 4, left, "Worse"))
		w.wants("director", "pol/4/asked/1 hv/3/asked/2")
		w.now = due.Add(24 * 14 * time.Hour)
		w.wants("director", "pol/4/unanswered/1 hv/4/asked/2")

		// The director ends it for health, by name; the children go on waiting.
		w.refused(w.desk.Override(ctx, w.who["director"], "hv", step, " "), refusal.Invalid, "Enter why")
		w.must(w.desk.Override(ctx, w.who["director"], "hv", step, "The service was moved; agreed with its chief nurse"))
		w.wants("director", "pol/4/unanswered/1")
		l, err := w.desk.List(ctx, w.who["director"])
		w.must(err)
		if len(l.Overrides) != 1 || l.Overrides[0].By != "The director" || l.Overrides[0].Waiting != 2 {
			t.Errorf("overrides: %+v", l.Overrides)
		}
		waits, err := waiting.New(w.record).List(ctx, w.who["director"], waiting.Filter{Agency: "health", Late: true}, waiting.Cursor{}, 0)
		w.must(err)
		if len(waits.Rows) != 2 {
			t.Errorf("%d wait for health on the waiting page, want 2", len(waits.Rows))
		}
		w.now = due.Add(24 * 60 * time.Hour)
		w.wants("director", "pol/4/unanswered/1")
		again := w.open("manager", "hv").Waits[0].Wait
		w.must(w.desk.Raise(ctx, w.who["manager"], "hv", step, 3, []string{again}, "The service is back, the child still waits"))
		w.wants("director", "pol/4/unanswered/1 hv/3/asked/1")
		w.refused(w.desk.Close(ctx, w.who["manager"], "hv", step, "done"), refusal.Conflict, "1 child still waits")

		w.met(left[0])
		w.wants("officer", "")
		over := func(want int) {
			t.Helper()
			l, err := w.desk.List(ctx, w.who["manager"])
			w.must(err)
			if len(l.Unsaid) != want || len(l.Closed) != 1-want {
				t.Errorf("over and unsaid: %+v, closed: %+v", l.Unsaid, l.Closed)
			}
		}
		over(1)
		w.refused(w.desk.Close(ctx, w.who["manager"], "pol", step, ""), refusal.Invalid, "Enter what came of it")
		w.must(w.desk.Close(ctx, w.who["manager"], "pol", step, "An officer meets every morning now"))
		over(0)
		proofs, err := w.record.Verify(ctx)
		w.must(err)
		for _, p := range proofs {
			if !p.OK() {
				t.Errorf("verify: %v", p.Faults)
			}
		}
	})
}

// TestTwoAnswerAtOnce: one answer is kept, and the other is told that nothing waits for it.
func TestTwoAnswerAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		w.child("Ana")
		w.now = monday.Add(36 * time.Hour)
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i, who := range []string{"officer", "manager"} {
			wg.Go(func() {
				errs[i] = w.desk.Answer(ctx, w.who[who], "pol", step, escalation.Given{Level: 1, By: who, Words: "Tomorrow"})
			})
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both or neither was kept: %v, %v", errs[0], errs[1])
		}
		w.refused(cmp.Or(errs[0], errs[1]), refusal.Conflict, "Nothing at this level")
		if n := len(w.open("manager", "pol").Notes); n != 1 {
			t.Errorf("%d answers are kept", n)
		}
	})
}

// TestTheClockOfARestrictedChildRuns: whoever may not know of a child sees no name, no
// row and no number of theirs; who receives contacts sees that somebody waits.
func TestTheClockOfARestrictedChildRuns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ref := w.child("Ana")
		p, err := w.front.Open(ctx, w.who["manager"], ref)
		w.must(err)
		kid := p.Contact.Kids[0]
		if kid.PersonID == "" {
			w.must(w.front.Link(ctx, w.who["manager"], ref, contacts.Choice{Child: kid.ID, As: "new"}))
			p, err = w.front.Open(ctx, w.who["manager"], ref)
			w.must(err)
			kid = p.Contact.Kids[0]
		}
		w.must(w.admin.Restrict(ctx, w.who["manager"], kid.PersonID, access.Restricted, "The named", "works for us", []string{"named"}))
		w.now = monday.Add(36 * time.Hour)
		w.wants("named", "pol/1/asked/1 hv/1/asked/1")
		w.wants("manager", "pol/1/asked/1 hv/1/asked/1")
		w.wants("director", "")
		w.wants("officer", "")
		if o := w.open("manager", "pol"); o.Children()[0].Child != "Restricted record" || o.Children()[0].Reference != "" {
			t.Errorf("a manager who is not named sees %+v", o.Children()[0])
		}
		_, err = w.desk.Open(ctx, w.who["director"], "pol", step)
		w.refused(err, refusal.NotFound, "no record")
		w.refused(w.desk.Raise(ctx, w.who["manager"], "pol", step, 4, []string{w.open("manager", "pol").Waits[0].Wait}, "Worse"), refusal.Conflict, "no longer waits")
		w.must(w.desk.Raise(ctx, w.who["named"], "pol", step, 4, []string{w.open("named", "pol").Waits[0].Wait}, "Worse"))
		w.wants("named", "pol/4/asked/1 hv/1/asked/1")
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

func (w *town) get(c *http.Client, path string) (int, string) {
	w.t.Helper()
	res, err := c.Get(w.server.URL + path)
	w.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	w.must(err)
	return res.StatusCode, string(b)
}

func (w *town) post(c *http.Client, path string, form url.Values) (int, string) {
	w.t.Helper()
	res, err := c.PostForm(w.server.URL+path, form)
	w.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	w.must(err)
	return res.StatusCode, string(b)
}

// TestThePages reads and fills in the pages as people do.
func TestThePages(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	w.child("Ana")
	w.child("Ben")
	w.now = monday.Add(24 * 40 * time.Hour)
	director, officer, manager, inspector := w.signIn("director"), w.signIn("officer"), w.signIn("manager"), w.signIn("inspector")
	says := func(page string, words ...string) {
		t.Helper()
		for _, x := range words {
			if !strings.Contains(page, x) {
				t.Errorf("the page does not say %q: %.1500s", x, page[max(0, strings.Index(page, "<main")):])
			}
		}
	}
	_, page := w.get(director, "/escalations")
	says(page, "2 not answered in time", "Police: strategy discussion", "Chief constable", "Nothing was ended that way")
	path := web.EscalationPath("pol", string(step), "")
	_, page = w.get(director, path)
	says(page, "Ana Canary", "Ben Canary", "Not answered at the highest level: Chief constable", "End it while children still wait", "these 2 children have")
	_, page = w.get(officer, "/escalations")
	says(page, "What is asked of us", "Not answered in time")
	if strings.Contains(page, "Health visiting") {
		t.Error("the police see what is asked of health")
	}
	if code, _ := w.get(officer, web.EscalationPath("hv", string(step), "")); code != http.StatusNotFound {
		t.Errorf("the police open health's: %d", code)
	}
	_, page = w.get(inspector, path)
	if strings.Contains(page, "Next step") {
		t.Error("an inspector is offered something to do")
	}

	// Wrong answers are said beside the question, and what was typed is kept.
	code, page := w.post(officer, path+"/answer", url.Values{"form-id": {"f1"}, "level": {"4"}, "words": {"We are recruiting"}, "by": {""}})
	if code != http.StatusUnprocessableEntity {
		t.Errorf("an answer by nobody: %d", code)
	}
	says(page, "Enter who answers", "We are recruiting", "Error: ")
	code, page = w.post(manager, path+"/close", url.Values{"form-id": {"f2"}, "outcome": {"They assured us"}})
	if code != http.StatusUnprocessableEntity {
		t.Errorf("closing while two wait: %d", code)
	}
	says(page, "2 children still wait. It ends when they have what they wait for", "They assured us")
	code, page = w.post(officer, path+"/answer", url.Values{"form-id": {"f3"}, "level": {"4"}, "words": {"A second officer from Monday"}, "by": {"ACC Reed"},
		"promise-day": {"4"}, "promise-month": {"1"}, "promise-year": {"2027"}, "promise-time": {"12:00"}})
	if code != http.StatusOK {
		t.Fatalf("an answer: %d %.900s", code, page)
	}
	says(page, "Answered at level 4 by ACC Reed. Promised by Mon 4 Jan 2027, 12:00 (2 children): A second officer from Monday")

	// The files have the rows of the page.
	_, body := w.get(director, "/escalations.json?agency=police")
	var list struct {
		Questions []escalations.Row `json:"questions"`
	}
	w.must(json.Unmarshal([]byte(body), &list))
	if len(list.Questions) != 1 || list.Questions[0].Children != 2 || list.Questions[0].State != escalation.Answered {
		t.Errorf("as JSON: %+v", list)
	}
	_, body = w.get(director, "/escalations.csv")
	if n := strings.Count(strings.TrimSpace(body), "\n"); n != 2 {
		t.Errorf("%d rows as CSV: %s", n, body)
	}
	_, body = w.get(director, path+".csv")
	says(body, "Ana Canary", "answered")

	// A person is named for a level, and stands beside the role.
	code, page = w.post(director, "/escalations/ladder", url.Values{"form-id": {"f4"}, "partner": {"pol"}, "level": {"4"}, "person": {"C. Stone"}})
	if code != http.StatusOK {
		t.Fatalf("naming: %d", code)
	}
	says(page, "Level 4: C. Stone")
	_, page = w.get(director, path)
	says(page, "Chief constable: C. Stone")
	_, page = w.post(director, "/escalations/ladder", url.Values{"form-id": {"f5"}})
	says(page, "Select for whom", "Enter the person", "Select the level")

	// Raising takes chosen children.
	wait := w.open("manager", "hv").Waits[0].Wait
	code, page = w.post(director, web.EscalationPath("hv", string(step), "raise"), url.Values{"form-id": {"f6"}, "level": {"4"}, "waits": {wait}, "why": {"x"}})
	if code != http.StatusForbidden {
		t.Errorf("the director does casework: %d %.200s", code, page)
	}
}
