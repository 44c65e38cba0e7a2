package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
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
	"frontdoor/internal/desk/enquiries"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/notice"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/service"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// guests is an authority that works with two police forces. Of each force there is one
// child, known by its family name, about whom everything that a force can be asked is
// under way: a notification, a question, a discussion, an enquiry with an action, a
// message, a worry, an escalation, a list that was held against what came.
type guests struct {
	t      *testing.T
	ctx    context.Context
	now    civil.Instant
	record *record.Record
	who    map[string]access.Actor
	server *web.Server
	ts     *httptest.Server
	forces map[string]map[string]string // by force, what stands for each parameter of a path
}

// familyOf is the family name of a force's child.
var familyOf = map[string]string{"pol": "Ownby", "north": "Othersby"}

func newGuests(t *testing.T) *guests {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	g := &guests{t: t, ctx: t.Context(), now: civil.DateOf(2026, 11, 20).AtTime(9, 0), who: map[string]access.Actor{}, forces: map[string]map[string]string{}}
	g.record = record.New(dbtest.SQLite(t), set, civil.England(), func() civil.Instant { return g.now })
	a, own := admin.New(g.record), admin.Service("x")
	g.must(a.AddAuthority(g.ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}))
	for _, o := range []admin.Organisation{{ID: "pol", Kind: "police", Name: "Vale Police", Email: "desk@vale.example"}, {ID: "north", Kind: "police", Name: "North Constabulary", Email: "desk@north.example"}, {ID: "hv", Kind: "health", Name: "Health visiting", Email: "hv@health.example"}} {
		_, err := a.AddOrganisation(g.ctx, own, o)
		g.must(err)
	}
	banner := &web.Demo{Authority: "x"}
	for _, p := range []struct {
		id   string
		role access.Role
		org  string
	}{{"manager", access.FrontDoorManager, ""}, {"admin", access.Administrator, ""},
		{"triage", access.PoliceTriage, "pol"}, {"officer", access.PoliceOfficer, "pol"}, {"senior", access.PoliceSenior, "pol"}, {"both", access.PoliceReferral, "pol"}, {"stranger", access.PoliceReferral, "north"}} {
		_, err := a.AddUser(g.ctx, own, admin.NewUser{ID: p.id, Email: p.id + "@x.example", Name: p.id, OrganisationID: p.org, Roles: []admin.RoleIn{{Role: p.role}}})
		g.must(err)
		g.who[p.id], err = g.record.FindActor(g.ctx, "x", p.id)
		g.must(err)
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.id, Name: p.id})
	}
	for force, family := range familyOf {
		g.plant(force, family)
	}
	g.now = g.now.Date().AddDays(4).AtTime(9, 0)
	g.server, err = service.New(g.record, web.Settings{Version: "test", Demo: banner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, notice.Post{})
	g.must(err)
	g.ts = httptest.NewServer(g.server.Handler())
	t.Cleanup(g.ts.Close)
	return g
}

func (g *guests) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

// plant begins everything that concerns one force and its child.
func (g *guests) plant(force, family string) {
	g.t.Helper()
	front, meet, inquire, desk := contacts.New(g.record), meetings.New(g.record), enquiries.New(g.record), partners.New(g.record)
	manager := g.who["manager"]
	door := access.Actor{ID: "key-" + force, Name: force, Authority: "x", AgencyID: force, AgencyKind: "police", Roles: []access.Role{access.Door}}
	got, err := front.Receive(g.ctx, door, contacts.Arrival{Channel: "police", SourceKind: "police", SourceName: force, OrganisationID: force, Grade: "high", Words: "A child was hurt", SenderRef: "REF-" + force,
		IncidentAt: g.now.Add(-time.Hour), Children: []person.Described{{Given: "Ana", Family: family, Born: civil.DateOf(2018, 3, 1), AgeStated: -1}}})
	g.must(err)
	p, err := front.Open(g.ctx, manager, got.Ref)
	g.must(err)
	child := p.Contact.Kids[0].ID
	g.must(front.Link(g.ctx, manager, got.Ref, contacts.Choice{Child: child, As: "new"}))
	_, err = front.Ask(g.ctx, manager, got.Ref, contacts.Asked{Child: child, Organisation: force, Question: "Who lives there?", Why: "To decide", Basis: pathway.BasisHarm})
	g.must(err)
	thread, err := desk.Write(g.ctx, manager, got.Ref, child, force, "Please call")
	g.must(err)
	g.must(front.Decide(g.ctx, manager, got.Ref, []contacts.ForChild{{Child: child, Decision: pathway.Decision{Outcome: pathway.ReferralStrategy, Rationale: "A bruise that nobody can explain", HistoryRead: true,
		HistorySentence: "First contact", Level: "4", UnansweredWhy: "It is urgent"}}}))
	p, err = front.Open(g.ctx, manager, got.Ref)
	g.must(err)
	childRef := p.Persons[p.Contact.Kids[0].PersonID].Ref
	sender := g.who["both"]
	if force != "pol" {
		sender = g.who["stranger"]
	}
	worry, err := desk.StillWorried(g.ctx, sender, got.Ref, partners.Disagreed{Why: "He is out again", Wants: "A visit"})
	g.must(err)
	meeting, err := meet.Begin(g.ctx, manager, got.Ref)
	g.must(err)
	m, _, err := meet.Open(g.ctx, manager, meeting)
	g.must(err)
	c := meetings.Convening{Slots: []civil.Instant{g.now.Add(2 * time.Hour)}, Version: m.Version}
	for _, s := range m.Invited {
		switch s.Agency {
		case pathway.Police:
			c.Invite = append(c.Invite, meetings.Invitation{Seat: s.ID, Part: s.Part, Organisation: force, Name: "Duty", Email: "duty@" + force + ".example"})
		case pathway.Health:
			c.Invite = append(c.Invite, meetings.Invitation{Seat: s.ID, Part: s.Part, Organisation: "hv"})
		}
	}
	_, err = meet.Convene(g.ctx, manager, meeting, c)
	g.must(err)
	enquiry, err := inquire.StartEarly(g.ctx, manager, childRef, "A baby with a fracture")
	g.must(err)
	g.must(inquire.Together(g.ctx, manager, enquiry, pathway.JointView{Agency: pathway.SocialWork, By: "manager", View: "joint", Criteria: []string{"injury"}}))
	g.must(inquire.Agree(g.ctx, manager, enquiry, pathway.EnquiryAction{Kind: pathway.SuspectSpoken, On: pathway.Police, Owner: force, By: g.now.Add(24 * time.Hour)}))
	list, _, err := feeds.New(g.record).Reconcile(g.ctx, manager, force, force+".csv", []byte("reference,incident_at,grade,district,sent_at\nNEVER-"+force+",2026-11-19T04:00:00Z,high,North,2026-11-19T10:00:00Z\n"))
	g.must(err)
	one := func(q db.Query, args ...any) (id string) {
		if err := g.record.DB.Read(g.ctx, func(x db.Queryer) error { return x.QueryRowContext(g.ctx, q, args...).Scan(&id) }); err != nil {
			g.t.Fatalf("%s: %v", q.Name(), err)
		}
		return id
	}
	g.forces[force] = map[string]string{"contact": got.Ref, "child": childRef, "kid": child, "question": one(guestQuestion, force), "wait": one(guestWait, force), "thread": thread, "worry": worry,
		"meeting": meeting, "enquiry": enquiry, "list": list, "force": force, "line": one(guestLine, list)}
}

var (
	guestQuestion = db.SQL("main_test.guest-question", `SELECT id FROM information_request WHERE organisation_id = $1`)
	guestWait     = db.SQL("main_test.guest-wait", `SELECT id FROM wait WHERE owner_id = $1 AND ended_at IS NULL ORDER BY id LIMIT 1`)
	guestLine     = db.SQL("main_test.guest-line", `SELECT id FROM reconciliation_line WHERE reconciliation_id = $1`)
)

// absent stands for what is not there, in the forms of what is.
var absent = map[string]string{"contact": "FD-26-NONE22", "child": "C-26-NONE22", "kid": "019ab3c4-0000-7000-8000-00000000000a", "question": "019ab3c4-0000-7000-8000-00000000000b",
	"wait": "019ab3c4-0000-7000-8000-00000000000c", "thread": "019ab3c4-0000-7000-8000-00000000000d", "worry": "PW-26-NONE22", "meeting": "SD-26-NONE22", "enquiry": "SE-26-NONE22",
	"list": "019ab3c4-0000-7000-8000-00000000000e", "force": "nowhere", "line": "019ab3c4-0000-7000-8000-00000000000f"}

// fills says what the parameter of a route is, by the beginning of its path.
var fills = []struct{ begins, param, is string }{
	{"/contacts/", "{id}", "contact"}, {"/partner/questions/", "{id}", "question"}, {"/partner/referrals/", "{ref}", "contact"}, {"/messages/", "{id}", "thread"}, {"/worries/", "{ref}", "worry"},
	{"/meetings/", "{ref}", "meeting"}, {"/enquiries/", "{ref}", "enquiry"}, {"/children/", "{ref}", "child"}, {"/waiting/", "{id}", "wait"}, {"/escalations/", "{id}", "force"},
	{"/leadership/partners/", "{agency}", "force"}, {"/feeds/reconciliations/", "{id}", "list"}, {"/triggers/", "{id}", "kid"}, {"/links/", "{ref}", "contact"}, {"/telling/", "{ref}", "contact"},
}

// path fills a route from what stands for its parameters; ok is false for a route of
// something that no force has.
func path(pattern string, of map[string]string) (method, to, value string, ok bool) {
	method, to, _ = strings.Cut(pattern, " ")
	to = strings.NewReplacer("{list}", "due", "{step}", string(timescale.StrategyDiscussion), "{line}", of["line"], "{$}", "").Replace(to)
	for _, f := range fills {
		if strings.HasPrefix(to, f.begins) && strings.Contains(to, f.param) {
			return method, strings.Replace(to, f.param, url.PathEscape(of[f.is]), 1), of[f.is], !strings.Contains(strings.Replace(to, f.param, "", 1), "{")
		}
	}
	return method, to, "", !strings.Contains(to, "{")
}

func (g *guests) as(who string) *http.Client {
	g.t.Helper()
	c := client(&jar{})
	res, err := c.PostForm(g.ts.URL+"/demo/sign-in", url.Values{"as": {who}})
	g.must(err)
	_ = res.Body.Close()
	return c
}

func (g *guests) ask(c *http.Client, method, to string) (int, string) {
	g.t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("form-id=guest")
	}
	req, err := http.NewRequestWithContext(g.ctx, method, g.ts.URL+to, body)
	g.must(err)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.Do(req)
	g.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	g.must(err)
	return res.StatusCode, string(b)
}

// guest walks every route of the server as one person of a force and holds it to three
// things. What is of the other force answers with the same bytes as what does not exist,
// to be read or to be changed. No page says anything of the other force's child. And what
// the policy does not grant, which is every page of the council, is refused. It gives back
// the pages of the own force's things that opened, and which of them name the child.
func (g *guests) guest(id string) (opened, names []string) {
	g.t.Helper()
	c, who := g.as(id), g.who[id]
	own, other := g.forces["pol"], g.forces["north"]
	foreign := []string{familyOf["north"], other["contact"], other["child"], other["meeting"], other["enquiry"], other["worry"], other["question"], "NEVER-north"}
	walked := 0
	for _, r := range g.server.Routes() {
		if p := strings.TrimPrefix(strings.TrimPrefix(r.Pattern, "GET "), "POST "); r.Public || p == web.PathSignOut || p == web.PathDemoSignIn || p == web.PathAccount {
			continue
		}
		method, to, value, ok := path(r.Pattern, own)
		if !ok {
			continue
		}
		walked++
		granted := access.ScopeOf(who, r.Action).Allowed
		if value != "" {
			_, theirs, theirValue, _ := path(r.Pattern, other)
			_, nothing, noValue, _ := path(r.Pattern, absent)
			code, body := g.ask(c, method, theirs)
			noCode, noBody := g.ask(c, method, nothing)
			if code != noCode || strings.ReplaceAll(body, theirValue, "X") != strings.ReplaceAll(noBody, noValue, "X") || code == http.StatusOK {
				g.t.Errorf("%s as %s: what is of the other force answers %d, what does not exist %d", r.Pattern, id, code, noCode)
			}
		}
		if method != http.MethodGet {
			continue
		}
		code, body := g.ask(c, method, to)
		if !granted && code != http.StatusForbidden && code != http.StatusNotFound {
			g.t.Errorf("%s as %s: %d, and the policy does not grant %s", r.Pattern, id, code, r.Action)
		}
		for _, word := range foreign {
			if strings.Contains(body, word) {
				g.t.Errorf("%s as %s says %q of the other force", to, id, word)
			}
		}
		if code == http.StatusOK && value != "" {
			opened = append(opened, r.Pattern)
		}
		if strings.Contains(body, familyOf["pol"]) {
			names = append(names, r.Pattern)
		}
	}
	if walked < 150 {
		g.t.Errorf("only %d routes were walked", walked)
	}
	slices.Sort(opened)
	slices.Sort(names)
	return opened, names
}

// TestGuestPoliceTriage holds what somebody in a force's triage sees: the force's own
// notifications, lists and figures, and no child by name.
func TestGuestPoliceTriage(t *testing.T) {
	g := newGuests(t)
	opened, names := g.guest("triage")
	for _, want := range []string{"GET /feeds/reconciliations/{id}", "GET /partner/referrals/{ref}/worry", "GET /worries/{ref}"} {
		if !slices.Contains(opened, want) {
			t.Errorf("triage cannot open %s of their own force", want)
		}
	}
	for _, not := range []string{"GET /meetings/{ref}", "GET /enquiries/{ref}", "GET /partner/questions/{id}", "GET /messages/{id}", "GET /escalations/{id}/{step}", "GET /children/{ref}", "GET /contacts/{id}"} {
		if slices.Contains(opened, not) {
			t.Errorf("triage opens %s", not)
		}
	}
	if len(names) > 0 {
		t.Errorf("a child is named to triage on %v", names)
	}
}

// TestGuestPoliceOfficer holds what an officer of a force sees: the questions, discussions
// and enquiries that the force is part of, with the child they are about.
func TestGuestPoliceOfficer(t *testing.T) {
	g := newGuests(t)
	opened, names := g.guest("officer")
	for _, want := range []string{"GET /meetings/{ref}", "GET /enquiries/{ref}", "GET /partner/questions/{id}", "GET /escalations/{id}/{step}", "GET /messages/{id}"} {
		if !slices.Contains(opened, want) {
			t.Errorf("an officer cannot open %s of their own force", want)
		}
	}
	for _, want := range []string{"GET /meetings/{ref}", "GET /enquiries/{ref}", "GET /partner/questions/{id}", "GET /partner/owed"} {
		if !slices.Contains(names, want) {
			t.Errorf("the child is not named to an officer on %s", want)
		}
	}
	for _, not := range []string{"GET /feeds/reconciliations/{id}", "GET /partner/referrals/{ref}/worry", "GET /worries/{ref}", "GET /children/{ref}", "GET /contacts/{id}"} {
		if slices.Contains(opened, not) {
			t.Errorf("an officer opens %s", not)
		}
	}
}

// TestGuestPoliceSenior holds what a senior officer of a force sees: everything the force
// owes, by reference, and no name of a child on any page of the service, until they are
// invited to a discussion themselves.
func TestGuestPoliceSenior(t *testing.T) {
	g := newGuests(t)
	opened, names := g.guest("senior")
	for _, want := range []string{"GET /escalations/{id}/{step}", "GET /escalations/{id}/{step}/answer", "GET /leadership/partners/{agency}", "GET /leadership/partners/{agency}/{list}"} {
		if !slices.Contains(opened, want) {
			t.Errorf("a senior officer cannot open %s of their own force", want)
		}
	}
	for _, not := range []string{"GET /meetings/{ref}", "GET /enquiries/{ref}", "GET /partner/questions/{id}", "GET /messages/{id}", "GET /feeds/reconciliations/{id}", "GET /children/{ref}", "GET /waiting/{id}"} {
		if slices.Contains(opened, not) {
			t.Errorf("a senior officer opens %s", not)
		}
	}
	if len(names) > 0 {
		t.Errorf("a child is named to a senior officer on %v", names)
	}
	c := g.as("senior")
	_, body := g.ask(c, http.MethodGet, "/partner/owed")
	for _, want := range []string{g.forces["pol"]["child"], g.forces["pol"]["contact"], "Invitations not answered", "Ask an officer to take it"} {
		if !strings.Contains(strings.ToLower(body), strings.ToLower(want)) {
			t.Errorf("what the force owes does not say %q", want)
		}
	}
	// Invited by name, at the address of their account, they open that discussion.
	meet := meetings.New(g.record)
	m, _, err := meet.Open(g.ctx, g.who["manager"], g.forces["pol"]["meeting"])
	g.must(err)
	_, err = meet.Convene(g.ctx, g.who["manager"], m.Ref, meetings.Convening{Slots: []civil.Instant{g.now.Add(time.Hour)}, Version: m.Version,
		Invite: []meetings.Invitation{{Part: pathway.PartPolice, Organisation: "pol", Name: "The senior officer", Email: "Senior@x.example"}}})
	g.must(err)
	opened, names = g.guest("senior")
	if !slices.Contains(opened, "GET /meetings/{ref}") || slices.Contains(opened, "GET /enquiries/{ref}") || !slices.Contains(names, "GET /meetings/{ref}") {
		t.Errorf("invited by name a senior officer opens %v and is told the name on %v", opened, names)
	}
}

// TestGuestReferralOfficerIsBoth holds that the role which was there before the ranks opens
// what triage and an officer open, and nothing else.
func TestGuestReferralOfficerIsBoth(t *testing.T) {
	g := newGuests(t)
	both, _ := g.guest("both")
	triage, _ := g.guest("triage")
	officer, _ := g.guest("officer")
	want := append(triage, officer...)
	slices.Sort(want)
	if want = slices.Compact(want); !slices.Equal(both, want) {
		t.Errorf("a referral officer opens %v\nwant %v", both, want)
	}
}
