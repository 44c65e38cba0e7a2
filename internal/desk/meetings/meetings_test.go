package meetings_test

import (
	"context"
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
	"frontdoor/internal/desk/enquiries"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// town is an authority with police, health and two schools, and one child for whom a
// manager has asked for a strategy discussion.
type town struct {
	banner  *web.Demo
	now     civil.Instant
	record  *record.Record
	desk    *meetings.Desk
	who     map[string]access.Actor
	contact string
	server  *httptest.Server
}

func build(t *testing.T, d *db.DB) *town {
	t.Helper()
	ctx := context.Background()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	w := &town{now: civil.DateOf(2026, 11, 24).AtTime(9, 0), who: map[string]access.Actor{}}
	w.record = record.New(d, set, civil.England(), func() civil.Instant { return w.now })
	w.desk = meetings.New(w.record)
	a := admin.New(w.record)
	if err := a.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}); err != nil {
		t.Fatal(err)
	}
	service := admin.Service("x")
	for _, o := range []admin.Organisation{{ID: "pol", Kind: "police", Name: "Police", Email: "desk@police.example"}, {ID: "hv", Kind: "health", Name: "Health visiting", Email: "hv@health.example"},
		{ID: "sch", Kind: "school", Name: "Hilltop Primary", Email: "dsl@school.example"}} {
		if _, err := a.AddOrganisation(ctx, service, o); err != nil {
			t.Fatal(err)
		}
	}
	banner := &web.Demo{Authority: "x"}
	for _, p := range []struct {
		id   string
		role access.Role
		org  string
	}{{"manager", access.FrontDoorManager, ""}, {"other", access.FrontDoorManager, ""}, {"officer", access.PoliceReferral, "pol"}, {"nurse", access.Referring, "hv"}, {"teacher", access.Referring, "sch"}, {"worker", access.SocialWorker, ""}} {
		if _, err := a.AddUser(ctx, service, admin.NewUser{ID: p.id, Email: p.id + "@x.example", Name: p.id, OrganisationID: p.org, Roles: []admin.RoleIn{{Role: p.role, Team: admin.DutyTeam}}}); err != nil {
			t.Fatal(err)
		}
		if w.who[p.id], err = w.record.FindActor(ctx, "x", p.id); err != nil {
			t.Fatal(err)
		}
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.id, Name: p.id})
	}
	front := contacts.New(w.record)
	force := access.Actor{ID: "force", Name: "Police", Authority: "x", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}
	got, err := front.Receive(ctx, force, contacts.Arrival{Channel: "police", SourceKind: "police", SourceName: "Police", OrganisationID: "pol", Grade: "high", Words: "Zebedee-canary was hurt",
		IncidentAt: w.now.Add(-3 * time.Hour), Children: []person.Described{{Given: "Ana", Family: "Zebedee", Born: civil.DateOf(2019, 3, 1), AgeStated: -1}}})
	if err != nil {
		t.Fatal(err)
	}
	w.contact = got.Ref
	p, err := front.Open(ctx, w.who["manager"], got.Ref)
	if err != nil {
		t.Fatal(err)
	}
	err = front.Decide(ctx, w.who["manager"], got.Ref, []contacts.ForChild{{Child: p.Contact.Kids[0].ID, Decision: pathway.Decision{Outcome: pathway.ReferralStrategy,
		Rationale: "A bruise that nobody can explain", HistoryRead: true, HistorySentence: "First contact", Level: "4"}}})
	if err != nil {
		t.Fatal(err)
	}
	w.banner = banner
	w.serve(t, nil)
	return w
}

// serve has the pages of the discussions served, with or without a printer.
func (w *town) serve(t *testing.T, p *web.Printer) {
	srv := web.NewServer(w.record, web.Settings{Version: "test", Demo: w.banner, Printer: p, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	w.desk.Routes(srv)
	enquiries.New(w.record).Routes(srv)
	w.server = httptest.NewServer(srv.Handler())
	t.Cleanup(w.server.Close)
}

// convened opens the discussion and invites police and health.
func (w *town) convened(t *testing.T) (ref string, links map[string]string) {
	t.Helper()
	ctx := context.Background()
	ref, err := w.desk.Begin(ctx, w.who["manager"], w.contact)
	if err != nil {
		t.Fatal(err)
	}
	m := w.open(t, ref)
	c := meetings.Convening{Slots: []civil.Instant{w.now.Add(2 * time.Hour)}, Version: m.Version}
	for _, s := range m.Invited {
		if s.Agency != pathway.SocialWork {
			c.Invite = append(c.Invite, meetings.Invitation{Seat: s.ID, Part: s.Part, Organisation: s.Owner, Email: s.Email})
		}
	}
	links, err = w.desk.Convene(ctx, w.who["manager"], ref, c)
	if err != nil {
		t.Fatal(err)
	}
	return ref, links
}

func (w *town) open(t *testing.T, ref string) *meetings.Meeting {
	t.Helper()
	m, _, err := w.desk.Open(context.Background(), w.who["manager"], ref)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (w *town) held(t *testing.T, ref string) {
	t.Helper()
	m := w.open(t, ref)
	h := meetings.Holding{At: w.now, Mode: "video", Version: m.Version}
	for _, s := range m.Invited {
		h.There = append(h.There, meetings.There{Seat: s.ID, Attendance: pathway.Attended, Name: "Somebody", Decides: true})
	}
	if err := w.desk.Hold(context.Background(), w.who["manager"], ref, h); err != nil {
		t.Fatal(err)
	}
}

func settled() pathway.Settled {
	d := pathway.Settled{Points: map[string]string{}, Why: map[string]string{}}
	for _, p := range pathway.Agenda() {
		d.Points[p.Key], d.Why[p.Key] = "Talked through", "On what is known"
		if len(p.Options) > 0 {
			d.Points[p.Key] = p.Options[0].Value
		}
	}
	return d
}

// client is a browser, signed in as somebody or not at all.
func (w *town) client(t *testing.T, id string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	if id != "" {
		res, err := c.PostForm(w.server.URL+"/demo/sign-in", url.Values{"as": {id}})
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	return c
}

func get(t *testing.T, c *http.Client, to string) (int, string) {
	t.Helper()
	res, err := c.Get(to)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func TestAPartnerSeesTheMeetingsItIsInvitedToAndNoOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ref, _ := w.convened(t)
		for who, want := range map[string]int{"manager": 200, "officer": 200, "nurse": 200, "teacher": 404, "worker": 404} {
			c := w.client(t, who)
			if got, body := get(t, c, w.server.URL+"/meetings/"+ref); got != want || want == 404 && strings.Contains(body, "Zebedee") {
				t.Errorf("%s opens the meeting: %d, want %d", who, got, want)
			}
			_, list := get(t, c, w.server.URL+"/meetings")
			if strings.Contains(list, ref) != (want == 200) {
				t.Errorf("%s finds the meeting in the list: %v", who, want != 200)
			}
		}
		// The nurse's pack has none of the force's words; the officer's has.
		_, nurse := get(t, w.client(t, "nurse"), w.server.URL+"/meetings/"+ref+"/pack")
		_, officer := get(t, w.client(t, "officer"), w.server.URL+"/meetings/"+ref+"/pack")
		if n := strings.Count(nurse, "Zebedee-canary"); n != 1 {
			t.Errorf("the nurse's pack says the force's words %d times, want once: what is suspected", n)
		}
		if n := strings.Count(officer, "Zebedee-canary"); n != 2 {
			t.Errorf("the officer's pack says the force's words %d times, want twice: what is suspected, and what they sent", n)
		}
		if strings.Contains(nurse, "Chronology") || strings.Contains(officer, "Chronology") {
			t.Error("a partner's pack has the chronology")
		}
		// A partner answers for its own seat and for no other.
		m := w.open(t, ref)
		for _, s := range m.Invited {
			err := w.desk.AnswerInvitation(context.Background(), w.who["officer"], ref, s.ID, meetings.Reply{Comes: "yes", Name: "DS Hill"})
			if own := s.Owner == "pol"; own != (err == nil) {
				t.Errorf("the officer answers for %s: %v", s.Part, err)
			}
		}
	})
}

func TestALinkAnswersForOneSeatAndNamesNoChild(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ref, links := w.convened(t)
		m := w.open(t, ref)
		seat := ""
		for _, s := range m.Invited {
			if s.Part == pathway.PartHealth {
				seat = s.ID
			}
		}
		c := w.client(t, "")
		code, body := get(t, c, w.server.URL+links[seat])
		if code != 200 || strings.Contains(body, "Zebedee") || strings.Contains(body, "Ana") || !strings.Contains(body, ref) {
			t.Errorf("the link shows %d, want the reference and no child", code)
		}
		res, err := c.PostForm(w.server.URL+links[seat], url.Values{"comes": {"yes"}, "name": {"Dr Rao, named doctor"}, "seat": {"another"}})
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("answer by link: %v", err)
		}
		_ = res.Body.Close()
		for _, s := range w.open(t, ref).Invited {
			if s.Answered != (s.ID == seat) {
				t.Errorf("%s answered: %v", s.Part, s.Answered)
			}
		}
		if code, _ := get(t, c, w.server.URL+"/invitations/"+strings.Repeat("A", 40)); code != 404 {
			t.Errorf("a guessed link: %d", code)
		}
		w.now = w.now.Add(40 * 24 * time.Hour)
		if code, _ := get(t, c, w.server.URL+links[seat]); code != 404 {
			t.Errorf("a link of forty days ago: %d", code)
		}
	})
}

func TestTheCalendarEntryUpdatesAndCancelsItself(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	ctx := context.Background()
	ref, _ := w.convened(t)
	at := w.now.Add(2 * time.Hour)
	if err := w.desk.Schedule(ctx, w.who["manager"], ref, at, "Room 4", w.open(t, ref).Version); err != nil {
		t.Fatal(err)
	}
	entry := func() string {
		_, body := get(t, w.client(t, "officer"), w.server.URL+"/meetings/"+ref+"/calendar.ics")
		return body
	}
	first := entry()
	for _, want := range []string{"METHOD:REQUEST", "SEQUENCE:1", "DTSTART:20261124T110000Z", "SUMMARY:Meeting " + ref} {
		if !strings.Contains(first, want) {
			t.Errorf("the entry lacks %q:\n%s", want, first)
		}
	}
	if strings.Contains(first, "Zebedee") || strings.Contains(first, "Ana") {
		t.Error("the entry names the child")
	}
	if err := w.desk.Cancel(ctx, w.who["manager"], ref, "The officer is ill", w.open(t, ref).Version); err != nil {
		t.Fatal(err)
	}
	last := entry()
	if !strings.Contains(last, "METHOD:CANCEL") || !strings.Contains(last, "SEQUENCE:2") || uid(first) != uid(last) {
		t.Errorf("the entry does not cancel the first:\n%s", last)
	}
}

func uid(s string) string {
	for line := range strings.Lines(s) {
		if strings.HasPrefix(line, "UID:") {
			return line
		}
	}
	return ""
}

// Two people on one meeting: one is first, the other is told, and nothing is done twice.
func TestTwoDecideAtOnceAndOneIsFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ref, _ := w.convened(t)
		w.now = w.now.Add(time.Hour)
		w.held(t, ref)
		version := w.open(t, ref).Version
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []string{"manager", "other"} {
			wg.Go(func() { errs[i] = w.desk.Decide(context.Background(), w.who[who], ref, settled(), version) })
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both or neither: %v, %v", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil && refusal.KindOf(err) != refusal.Conflict {
				t.Errorf("the second is told %v", err)
			}
		}
		enquiries := 0
		for _, x := range w.open(t, ref).Waits {
			if x.Step == string(timescale.Enquiry) {
				enquiries++
			}
		}
		if enquiries != 1 {
			t.Errorf("%d enquiries begin for one child", enquiries)
		}
		proofs, err := w.record.Verify(context.Background())
		if err != nil || !proofs[0].OK() {
			t.Errorf("verify: %v %v", proofs, err)
		}
	})
}

func TestAStaleFormIsToldAndNothingIsLost(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	ref, _ := w.convened(t)
	old := w.open(t, ref).Version
	ctx := context.Background()
	if err := w.desk.Schedule(ctx, w.who["other"], ref, w.now.Add(time.Hour), "", old); err != nil {
		t.Fatal(err)
	}
	if err := w.desk.Schedule(ctx, w.who["manager"], ref, w.now.Add(2*time.Hour), "", old); refusal.KindOf(err) != refusal.Conflict {
		t.Errorf("an old form sets another time: %v", err)
	}
	c := w.client(t, "manager")
	res, err := c.PostForm(w.server.URL+"/meetings/"+ref+"/convene", url.Values{"version": {"1"}, "place": {"The room I typed"}, "slot-1-day": {"32"}, "slot-1-month": {"13"}, "slot-1-year": {"2026"}, "slot-1-time": {"9"}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 422 || !strings.Contains(string(b), "The room I typed") || !strings.Contains(string(b), "real date") {
		t.Errorf("a wrong date: %d", res.StatusCode)
	}
}

// A child who becomes restricted after the meeting was asked for is concealed here too.
func TestARestrictedChildConcealsTheMeeting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ref, _ := w.convened(t)
		ctx := context.Background()
		front := contacts.New(w.record)
		p, err := front.Open(ctx, w.who["manager"], w.contact)
		if err != nil {
			t.Fatal(err)
		}
		if err := front.Link(ctx, w.who["manager"], w.contact, contacts.Choice{Child: p.Contact.Kids[0].ID, As: "new"}); err != nil {
			t.Fatal(err)
		}
		p, err = front.Open(ctx, w.who["manager"], w.contact)
		if err != nil {
			t.Fatal(err)
		}
		if err := admin.New(w.record).Restrict(ctx, w.who["manager"], p.Contact.Kids[0].PersonID, access.Restricted, "other", "works for us", []string{"other"}); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string]bool{"other": true, "manager": false, "officer": false, "nurse": false} {
			code, body := get(t, w.client(t, who), w.server.URL+"/meetings/"+ref)
			if (code == 200) != want || !want && strings.Contains(body, "Zebedee") {
				t.Errorf("%s opens the meeting of a restricted child: %d", who, code)
			}
			_, list := get(t, w.client(t, who), w.server.URL+"/meetings")
			if !want && strings.Contains(list, `href="/meetings/`+ref) {
				t.Errorf("%s finds a link to it", who)
			}
		}
	})
}

// The force sees the enquiries it investigates and the actions it undertook; health sees
// those in which it has an action; a school without one sees nothing. Each records its
// own action and no other's.
func TestPartnersSeeTheEnquiriesTheyAreIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ctx := context.Background()
		ref, _ := w.convened(t)
		w.now = w.now.Add(time.Hour)
		w.held(t, ref)
		if err := w.desk.Decide(ctx, w.who["manager"], ref, settled(), w.open(t, ref).Version); err != nil {
			t.Fatal(err)
		}
		desk := enquiries.New(w.record)
		manager := w.who["manager"]
		enquiry, err := desk.Begin(ctx, manager, w.open(t, ref).Kids[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		sees := func(who string) bool {
			code, body := get(t, w.client(t, who), w.server.URL+"/enquiries/"+enquiry)
			_, list := get(t, w.client(t, who), w.server.URL+"/enquiries")
			if strings.Contains(list, enquiry) != (code == 200) {
				t.Errorf("%s: the list and the page do not agree", who)
			}
			if code != 200 && strings.Contains(body+list, "Zebedee") {
				t.Errorf("%s is shown the child", who)
			}
			return code == 200
		}
		if sees("officer") || sees("nurse") || sees("teacher") || !sees("manager") {
			t.Error("before anything is said, only social care sees the enquiry")
		}
		if err := desk.Together(ctx, manager, enquiry, pathway.JointView{Agency: pathway.SocialWork, By: "S. Clarke", View: "joint"}); err != nil {
			t.Fatal(err)
		}
		if err := desk.Agree(ctx, manager, enquiry, pathway.EnquiryAction{Kind: pathway.Medical, On: pathway.Health, By: w.now.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if !sees("officer") || !sees("nurse") || sees("teacher") {
			t.Error("the force that is asked to investigate and health with its action see the enquiry, the school does not")
		}
		e, _, err := desk.Open(ctx, manager, enquiry)
		if err != nil {
			t.Fatal(err)
		}
		deed := pathway.Deed{Action: e.Deeds[0].ID, At: w.now, By: "Dr Rao", How: "No injury found"}
		if err := desk.Do(ctx, w.who["officer"], enquiry, deed); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("the officer records the medical: %v", err)
		}
		if err := desk.Do(ctx, w.who["nurse"], enquiry, deed); err != nil {
			t.Errorf("the nurse records the medical: %v", err)
		}
		if err := desk.Do(ctx, w.who["nurse"], enquiry, deed); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("the nurse records it again: %v", err)
		}
	})
}
