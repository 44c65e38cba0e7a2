// Package towntest is a town for the tests of the desks: an authority with police, health
// and two schools, somebody in each role, and children for whom discussions, enquiries and
// conferences are asked, all by the desks' own commands on a real database. Its clock
// stands until a test moves it.
package towntest

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

// Authority is the town's id.
const Authority = "x"

// Town is one authority on a database of its own.
type Town struct {
	T         testing.TB
	Record    *record.Record
	Front     *contacts.Desk
	Meetings  *meetings.Desk
	Enquiries *enquiries.Desk
	Admin     *admin.Desk
	Who       map[string]access.Actor // by the names in People
	Server    *httptest.Server        // after Serve

	mu     sync.Mutex
	now    civil.Instant
	banner *web.Demo
}

// worker is somebody who works in the town.
type worker struct {
	id   string
	role access.Role
	org  string
}

// people are somebody in each role. The manager and other do the same work; named is a
// manager who may be named on a restricted record.
var people = []worker{
	{"screener", access.Screener, ""}, {"manager", access.FrontDoorManager, ""}, {"other", access.FrontDoorManager, ""}, {"named", access.FrontDoorManager, ""},
	{"team", access.TeamManager, ""}, {"worker", access.SocialWorker, ""}, {"colleague", access.SocialWorker, ""}, {"chair", access.Chair, ""},
	{"director", access.Director, ""}, {"analyst", access.Analyst, ""}, {"administrator", access.Administrator, ""},
	{"officer", access.PoliceReferral, "pol"}, {"nurse", access.Referring, "hv"}, {"teacher", access.Referring, "sch"}, {"stranger", access.Referring, "sch2"},
}

// Build makes the town at a moment.
func Build(t testing.TB, d *db.DB, now civil.Instant) *Town {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	w := &Town{T: t, now: now, Who: map[string]access.Actor{}, banner: &web.Demo{Authority: Authority}}
	w.Record = record.New(d, set, civil.England(), w.Now)
	w.Front, w.Meetings, w.Enquiries, w.Admin = contacts.New(w.Record), meetings.New(w.Record), enquiries.New(w.Record), admin.New(w.Record)
	ctx, service := context.Background(), admin.Service(Authority)
	w.Must(w.Admin.AddAuthority(ctx, admin.Authority{ID: Authority, Code: "990", Name: "Testham", Phone: "01632 960000"}))
	for _, o := range []admin.Organisation{
		{ID: "pol", Kind: "police", Name: "Police", Email: "desk@police.example"}, {ID: "hv", Kind: "health", Name: "Health visiting", Email: "hv@health.example"},
		{ID: "sch", Kind: "school", Name: "Hilltop Primary", Email: "dsl@school.example"}, {ID: "sch2", Kind: "school", Name: "Northgate High", Email: "dsl@northgate.example"},
	} {
		_, err := w.Admin.AddOrganisation(ctx, service, o)
		w.Must(err)
	}
	for _, p := range people {
		_, err := w.Admin.AddUser(ctx, service, admin.NewUser{ID: p.id, Email: p.id + "@x.example", Name: "The " + p.id, OrganisationID: p.org, Roles: []admin.RoleIn{{Role: p.role, Team: admin.DutyTeam}}})
		w.Must(err)
		w.Who[p.id], err = w.Record.FindActor(ctx, Authority, p.id)
		w.Must(err)
		w.banner.Personas = append(w.banner.Personas, web.Persona{UserID: p.id, Name: p.id, Role: access.RoleName(p.role)})
	}
	return w
}

// Now is the town's clock.
func (w *Town) Now() civil.Instant {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Later moves the clock on.
func (w *Town) Later(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(by)
}

// Must stops the test at an error.
func (w *Town) Must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Refused stops the test unless something was refused, as this kind.
func (w *Town) Refused(err error, as refusal.Kind) {
	w.T.Helper()
	if err == nil || refusal.KindOf(err) != as {
		w.T.Errorf("it was not refused as %v: %v", as, err)
	}
}

// Case is a child of whom the police told.
type Case struct {
	Contact string // reference
	Child   string // id of the child in the contact
	Person  string // id of the record
}

// Notified has the police tell of a child, who is linked to a new record and decided upon:
// a strategy discussion is asked for.
func (w *Town) Notified(given string) Case {
	w.T.Helper()
	ctx, manager := context.Background(), w.Who["manager"]
	force := access.Actor{ID: "force", Name: "Police", Authority: Authority, AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}
	got, err := w.Front.Receive(ctx, force, contacts.Arrival{Channel: "police", SourceKind: "police", SourceName: "Police", OrganisationID: "pol", Grade: "high",
		Words: given + "-canary was hurt", SenderRef: "REF-" + given, IncidentAt: w.Now().Add(-time.Hour),
		Children: []person.Described{{Given: given, Family: "Canary", Born: civil.DateOf(2019, 3, 1), AgeStated: -1}}})
	w.Must(err)
	p, err := w.Front.Open(ctx, manager, got.Ref)
	w.Must(err)
	kid := p.Contact.Kids[0]
	w.Must(w.Front.Link(ctx, manager, got.Ref, contacts.Choice{Child: kid.ID, As: "new"}))
	w.Must(w.Front.Decide(ctx, manager, got.Ref, []contacts.ForChild{{Child: kid.ID, Decision: pathway.Decision{Outcome: pathway.ReferralStrategy,
		Rationale: "A bruise that nobody can explain", HistoryRead: true, HistorySentence: "First contact", Level: "4"}}}))
	p, err = w.Front.Open(ctx, manager, got.Ref)
	w.Must(err)
	return Case{got.Ref, kid.ID, p.Contact.Kids[0].PersonID}
}

// Discussed has the discussion of a contact held with everybody and decided: enquiries
// are made. It gives its reference.
func (w *Town) Discussed(contact string) string {
	w.T.Helper()
	ctx, manager := context.Background(), w.Who["manager"]
	ref, err := w.Meetings.Begin(ctx, manager, contact)
	w.Must(err)
	open := func() *meetings.Meeting {
		m, _, err := w.Meetings.Open(ctx, manager, ref)
		w.Must(err)
		return m
	}
	m := open()
	c := meetings.Convening{Slots: []civil.Instant{w.Now().Add(time.Hour)}, Version: m.Version}
	for _, s := range m.Invited {
		if s.Agency != pathway.SocialWork {
			c.Invite = append(c.Invite, meetings.Invitation{Seat: s.ID, Part: s.Part, Organisation: s.Owner, Email: s.Email})
		}
	}
	_, err = w.Meetings.Convene(ctx, manager, ref, c)
	w.Must(err)
	w.Later(time.Hour)
	m = open()
	h := meetings.Holding{At: w.Now(), Mode: "video", Version: m.Version}
	for _, s := range m.Invited {
		h.There = append(h.There, meetings.There{Seat: s.ID, Attendance: pathway.Attended, Name: "Somebody", Decides: true})
	}
	w.Must(w.Meetings.Hold(ctx, manager, ref, h))
	m = open()
	d := pathway.Settled{Points: map[string]string{}, Why: map[string]string{}}
	for _, p := range pathway.AgendaFor(m.Kind) {
		d.Points[p.Key], d.Why[p.Key] = "Talked through", "On what is known"
		if len(p.Options) > 0 {
			d.Points[p.Key] = p.Options[0].Value
		}
	}
	w.Must(w.Meetings.Decide(ctx, manager, ref, d, m.Version))
	return ref
}

// Enquired has the enquiry about a child worked on until its outcome is recorded: a
// conference is needed. It gives its reference.
func (w *Town) Enquired(child string) string {
	w.T.Helper()
	ctx, manager := context.Background(), w.Who["manager"]
	ref, err := w.Enquiries.Begin(ctx, manager, child)
	w.Must(err)
	for _, a := range []pathway.Agency{pathway.SocialWork, pathway.Police} {
		w.Must(w.Enquiries.Together(ctx, manager, ref, pathway.JointView{Agency: a, View: "joint", By: "Somebody", Why: "On what is known", Criteria: []string{"injury"}}))
	}
	w.Must(w.Enquiries.Agree(ctx, manager, ref, pathway.EnquiryAction{Kind: "child_seen", On: pathway.SocialWork, By: w.Now().Add(4 * time.Hour)}))
	e, _, err := w.Enquiries.Open(ctx, manager, ref)
	w.Must(err)
	w.Later(time.Hour)
	for _, a := range e.Deeds {
		w.Must(w.Enquiries.Do(ctx, manager, ref, pathway.Deed{Action: a.ID, At: w.Now(), By: "Somebody", How: "Alone, at school"}))
	}
	e, _, err = w.Enquiries.Open(ctx, manager, ref)
	w.Must(err)
	w.Must(w.Enquiries.Found(ctx, manager, ref, Finding(), e.Version))
	return ref
}

// Finding is that a conference is needed.
func Finding() pathway.Finding {
	return pathway.Finding{Outcome: "conference", Analysis: "What was seen and what was known fit together", Siblings: "None"}
}

// Agreed is the authority for it, with which both agencies agree.
func Agreed() pathway.Authority {
	return pathway.Authority{Agencies: map[pathway.Agency]string{pathway.Police: "agrees", pathway.Health: "agrees"}, Why: map[pathway.Agency]string{}}
}

// Close restricts a record to the named manager.
func (w *Town) Close(person string) {
	w.T.Helper()
	w.Must(w.Admin.Restrict(context.Background(), w.Who["manager"], person, access.Restricted, "named", "Works for us", []string{"named"}))
}

// Served are a desk's pages.
type Served interface{ Routes(*web.Server) }

// Serve has the pages of some desks served.
func (w *Town) Serve(desks ...Served) {
	w.T.Helper()
	srv := web.NewServer(w.Record, web.Settings{Version: "test", Demo: w.banner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	for _, d := range desks {
		d.Routes(srv)
	}
	w.Server = httptest.NewServer(srv.Handler())
	w.T.Cleanup(w.Server.Close)
}

// Client is a browser in which somebody is signed in.
func (w *Town) Client(id string) *http.Client {
	w.T.Helper()
	jar, err := cookiejar.New(nil)
	w.Must(err)
	c := &http.Client{Jar: jar}
	res, err := c.PostForm(w.Server.URL+"/demo/sign-in", url.Values{"as": {id}})
	w.Must(err)
	w.Must(res.Body.Close())
	return c
}

// Get asks for a page as somebody.
func (w *Town) Get(id, path string) (code int, body string) {
	w.T.Helper()
	res, err := w.Client(id).Get(w.Server.URL + path)
	w.Must(err)
	defer res.Body.Close()
	var b strings.Builder
	_, err = io.Copy(&b, res.Body)
	w.Must(err)
	return res.StatusCode, b.String()
}

// Race runs the same thing for each of some people at once, and gives who was not refused.
// A fault stops the test.
func (w *Town) Race(ids []string, do func(who access.Actor) error) (won []string) {
	w.T.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	var faults []error
	for _, id := range ids {
		wg.Go(func() {
			err := do(w.Who[id])
			mu.Lock()
			defer mu.Unlock()
			if _, refused := refusal.As(err); err == nil {
				won = append(won, id)
			} else if !refused {
				faults = append(faults, err)
			}
		})
	}
	wg.Wait()
	for _, err := range faults {
		w.T.Error(err)
	}
	return won
}

// Count runs a query that counts.
func (w *Town) Count(q db.Query, args ...any) (n int) {
	w.T.Helper()
	w.Must(w.Record.DB.Read(context.Background(), func(x db.Queryer) error {
		return x.QueryRowContext(context.Background(), q, args...).Scan(&n)
	}))
	return n
}

var openWaits = db.SQL("towntest.open-waits", `SELECT count(*) FROM wait WHERE authority_id = $1 AND timescale = $2 AND ended_at IS NULL`)

// Waits are how many children wait for a step now.
func (w *Town) Waits(step string) int {
	w.T.Helper()
	return w.Count(openWaits, Authority, step)
}
