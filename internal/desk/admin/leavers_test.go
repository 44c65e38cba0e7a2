package admin_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
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
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/feedback"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/pathway"
	described "frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// leavers is an authority that asked the school about one child by link, and invited a
// nurse by name to a discussion about her.
type leavers struct {
	t        *testing.T
	ctx      context.Context
	now      civil.Instant
	record   *record.Record
	admin    *admin.Desk
	contacts *contacts.Desk
	meetings *meetings.Desk
	server   *httptest.Server
	manager  access.Actor
	ref      string
	child    string
	question string // the word of the school's link
	seat     string // the word of the nurse's link
	meeting  string
}

func newLeavers(t *testing.T, d *db.DB) *leavers {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	l := &leavers{t: t, ctx: context.Background(), now: civil.DateOf(2026, 11, 24).AtTime(9, 0)}
	l.record = record.New(d, set, civil.England(), func() civil.Instant { return l.now })
	l.admin, l.contacts, l.meetings = admin.New(l.record), contacts.New(l.record), meetings.New(l.record)
	l.must(l.admin.AddAuthority(l.ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}))
	own := admin.Service("x")
	for _, o := range []admin.Organisation{{ID: "pol", Kind: "police", Name: "Police", Email: "desk@police.example"}, {ID: "hv", Kind: "health", Name: "Health visiting", Email: "hv@health.example"},
		{ID: "sch", Kind: "school", Name: "Hilltop Primary", Email: "J.Head@school.example"}} {
		_, err := l.admin.AddOrganisation(l.ctx, own, o)
		l.must(err)
	}
	banner := &web.Demo{Authority: "x"}
	for _, p := range []struct {
		id, org string
		role    access.Role
	}{{"manager", "", access.FrontDoorManager}, {"boss", "", access.Administrator}, {"second", "", access.Administrator}, {"nurse", "hv", access.Referring}} {
		_, err := l.admin.AddUser(l.ctx, own, admin.NewUser{ID: p.id, Email: p.id + "@health.example", Name: "N. " + p.id, OrganisationID: p.org, Roles: []admin.RoleIn{{Role: p.role, Team: admin.DutyTeam}}})
		l.must(err)
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.id, Name: p.id})
	}
	l.manager, err = l.record.FindActor(l.ctx, "x", "manager")
	l.must(err)
	force := access.Actor{ID: "force", Name: "Police", Authority: "x", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}
	got, err := l.contacts.Receive(l.ctx, force, contacts.Arrival{Channel: "police", SourceKind: "police", SourceName: "Police", OrganisationID: "pol", Grade: "high", Words: "Canary-words",
		IncidentAt: l.now.Add(-3 * time.Hour), Children: []described.Described{{Given: "Ana", Family: "Zebedee", Born: civil.DateOf(2019, 3, 1), AgeStated: -1}}})
	l.must(err)
	p, err := l.contacts.Open(l.ctx, l.manager, got.Ref)
	l.must(err)
	l.ref, l.child = got.Ref, p.Contact.Kids[0].ID
	l.must(l.contacts.Decide(l.ctx, l.manager, l.ref, []contacts.ForChild{{Child: l.child, Decision: pathway.Decision{Outcome: pathway.ReferralStrategy, Rationale: "A bruise that nobody can explain",
		HistoryRead: true, HistorySentence: "First contact", Level: "4", UnansweredWhy: "It is urgent"}}}))
	link, err := l.contacts.Ask(l.ctx, l.manager, l.ref, contacts.Asked{Child: l.child, Organisation: "sch", Question: "Canary-question?", Why: "To decide", Basis: pathway.BasisHarm})
	l.must(err)
	l.question = strings.TrimPrefix(link, "/requests/")
	l.meeting, err = l.meetings.Begin(l.ctx, l.manager, l.ref)
	l.must(err)
	m, _, err := l.meetings.Open(l.ctx, l.manager, l.meeting)
	l.must(err)
	c := meetings.Convening{Slots: []civil.Instant{l.now.Add(3 * time.Hour)}, Version: m.Version}
	for _, s := range m.Invited {
		switch s.Part {
		case pathway.PartPolice:
			c.Invite = append(c.Invite, meetings.Invitation{Seat: s.ID, Part: s.Part, Organisation: "pol"})
		case pathway.PartHealth:
			c.Invite = append(c.Invite, meetings.Invitation{Seat: s.ID, Part: s.Part, Organisation: "hv", Name: "N. Nurse", Email: "Nurse@Health.example", DeputyName: "D. Deputy", DeputyEmail: "Deputy@health.example"})
		}
	}
	links, err := l.meetings.Convene(l.ctx, l.manager, l.meeting, c)
	l.must(err)
	for _, x := range c.Invite {
		if x.Organisation == "hv" {
			l.seat = strings.TrimPrefix(links[x.Seat], "/invitations/")
		}
	}
	srv := web.NewServer(l.record, web.Settings{Version: "test", Demo: banner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	l.admin.Routes(srv)
	l.contacts.Routes(srv)
	l.meetings.Routes(srv)
	l.server = httptest.NewServer(srv.Handler())
	t.Cleanup(l.server.Close)
	return l
}

func (l *leavers) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// read is what a page answers to whoever is not signed in.
func (l *leavers) read(path string) (int, string) {
	l.t.Helper()
	res, err := http.Get(l.server.URL + path)
	l.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	l.must(err)
	return res.StatusCode, string(b)
}

// leaver is the preview for an address at an agency.
func (l *leavers) leaver(organisation, address string) admin.Leaver {
	l.t.Helper()
	boss := administrator("boss")
	p, err := l.admin.Participants(l.ctx, boss, organisation)
	l.must(err)
	for _, x := range p.People {
		if x.Address == address {
			out, err := l.admin.Leaver(l.ctx, boss, organisation, x.Key)
			l.must(err)
			return out
		}
	}
	l.t.Fatalf("%s is not at %s: %+v", address, organisation, p.People)
	return admin.Leaver{}
}

func administrator(id string) access.Actor {
	who := person(id, access.Administrator)
	who.Name = "N. " + id
	return who
}

func confirmed(p admin.Leaver) admin.Leave {
	return admin.Leave{Organisation: p.Organisation, Key: p.Key, Why: "The school said so on the telephone", Typed: strconv.Itoa(p.Links), Digest: p.Digest}
}

var (
	dues      = db.SQL("admin_test.dues", `SELECT w.due_at FROM wait w WHERE w.authority_id = $1 AND w.ended_at IS NULL ORDER BY w.timescale, w.agency, w.due_at`)
	sentTo    = db.SQL("admin_test.sent-to", `SELECT link FROM outbox WHERE authority_id = $1 AND kind = $2 AND address = $3 ORDER BY created_at DESC, id DESC`)
	waiting   = db.SQL("admin_test.waiting", `SELECT kind FROM outbox WHERE authority_id = $1 AND lower(address) = $2 AND sent_at IS NULL AND failed_at IS NULL`)
	codeText  = db.SQL("admin_test.code-text", `SELECT safe_text FROM outbox WHERE authority_id = $1 AND kind = 'code' ORDER BY created_at DESC, id DESC`)
	toldOf    = db.SQL("admin_test.told-of", `SELECT kind FROM outbox WHERE authority_id = $1 AND address = 'user:manager' AND kind LIKE 'link-%' ORDER BY kind`)
	trailSays = db.SQL("admin_test.trail-says", `SELECT summary FROM trail WHERE authority_id = $1 AND summary LIKE 'somebody has left%' ORDER BY seq`)
)

func (l *leavers) texts(q db.Query, args ...any) (out []string) {
	l.t.Helper()
	l.must(l.record.DB.Read(l.ctx, func(x db.Queryer) error {
		rows, err := x.QueryContext(l.ctx, q, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err
			}
			out = append(out, s)
		}
		return rows.Err()
	}))
	return out
}

// dead says that a link is answered as one that never was, to the byte.
func (l *leavers) dead(path, never string) {
	l.t.Helper()
	code, body := l.read(path)
	other, unknown := l.read(never)
	if code != other || body != unknown || code == http.StatusOK {
		l.t.Errorf("an ended link is answered %d and one that never was %d, the same: %v", code, other, body == unknown)
	}
}

// TestSomebodyWhoLeftHoldsNoLink ends what a school's head and a nurse were sent: their
// links are answered as if they had never been, what they were asked goes to the agency by
// a new link with its limit as it was, and whoever asked is told (finding 139).
func TestSomebodyWhoLeftHoldsNoLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLeavers(t, d)
		boss := administrator("boss")
		if code, body := l.read("/invitations/" + l.seat); code != http.StatusOK || !strings.Contains(body, l.meeting) {
			t.Fatalf("the nurse's link: %d", code)
		}
		l.now = l.now.Add(20 * time.Minute)
		due, waits := l.texts(dues, "x"), len(l.texts(dues, "x"))

		// The nurse has an account and an invitation. Both end; the invitation goes to the mailbox.
		p := l.leaver("hv", "nurse@health.example")
		if p.Account != "nurse" || p.Links != 1 || p.Waits != 1 || len(p.Goes) != 1 || p.Goes[0].To != "hv@health.example" || p.Last.IsZero() {
			t.Fatalf("what would end: %+v", p)
		}
		c := confirmed(p)
		for _, wrong := range []admin.Leave{{Organisation: c.Organisation, Key: c.Key, Typed: c.Typed, Digest: c.Digest}, {Organisation: c.Organisation, Key: c.Key, Why: c.Why, Typed: "2", Digest: c.Digest}} {
			if err := l.admin.PersonLeft(l.ctx, boss, wrong); refusal.KindOf(err) != refusal.Invalid {
				t.Errorf("without a reason or with another number: %v", err)
			}
		}
		if err := l.admin.PersonLeft(l.ctx, person("manager", access.FrontDoorManager), c); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("a manager ends links: %v", err)
		}
		l.must(l.admin.PersonLeft(l.ctx, boss, c))
		l.must(l.admin.PersonLeft(l.ctx, boss, c)) // sent twice
		if err := l.admin.PersonLeft(l.ctx, administrator("second"), c); refusal.KindOf(err) != refusal.Conflict || !strings.Contains(err.Error(), "N. boss") {
			t.Errorf("the second administrator: %v", err)
		}
		l.dead("/invitations/"+l.seat, "/invitations/nevernevernevernevernevernevernevernever1")
		l.dead("/invitations/"+l.seat+"/calendar.ics", "/invitations/nevernevernevernevernevernevernevernever1/calendar.ics")
		if _, err := l.record.FindActor(l.ctx, "x", "nurse"); err == nil {
			t.Error("the nurse's account goes on")
		}
		again := l.texts(sentTo, "x", "meeting-invited", "hv@health.example")
		if len(again) != 1 {
			t.Fatalf("the mailbox was sent %v", again)
		}
		if code, body := l.read(again[0]); code != http.StatusOK || !strings.Contains(body, l.meeting) {
			t.Errorf("the new link of the invitation: %d", code)
		}

		// The head's own address is the school's: the school needs another.
		p = l.leaver("sch", "j.head@school.example")
		if !p.Mailbox || p.Links != 1 || len(p.Goes) != 1 || !p.Goes[0].New {
			t.Fatalf("what would end of the head's: %+v", p)
		}
		c = confirmed(p)
		for _, mail := range []string{"", "J.HEAD@school.example", "office"} {
			c.Mailbox = mail
			if err := l.admin.PersonLeft(l.ctx, boss, c); refusal.KindOf(err) != refusal.Invalid {
				t.Errorf("with %q as the school's new address: %v", mail, err)
			}
		}
		c.Mailbox = "Office@school.example"
		l.must(l.admin.PersonLeft(l.ctx, boss, c))
		l.dead("/requests/"+l.question, "/requests/nevernevernevernevernevernevernevernever1")
		again = l.texts(sentTo, "x", "question", "office@school.example")
		if len(again) != 1 {
			t.Fatalf("the school's new address was sent %v", again)
		}
		word := strings.TrimPrefix(again[0], "/requests/")
		if q, err := l.contacts.OpenLink(l.ctx, word, "n1"); err != nil || q.Question != "Canary-question?" {
			t.Errorf("the new link of the question: %+v, %v", q, err)
		}
		if now := l.texts(dues, "x"); strings.Join(now, " ") != strings.Join(due, " ") {
			t.Errorf("the limits were %v and are %v", due, now)
		}
		if got := l.texts(toldOf, "x"); strings.Join(got, " ") != "link-moved link-moved" {
			t.Errorf("whoever asked was told %v", got)
		}
		if got := l.texts(trailSays, "x"); len(got) != 2 {
			t.Errorf("the trail says %v", got)
		}
		l.must(l.contacts.AnswerByLink(l.ctx, word, contacts.Reply{State: "answered", Answer: "Tired since February", By: "The office", AsOf: l.now.Date()}))
		if now := l.texts(dues, "x"); len(now) != waits-1 {
			t.Errorf("%d waits after the answer, want one less than %d", len(now), waits)
		}
		after, err := l.admin.Participants(l.ctx, boss, "sch")
		l.must(err)
		for _, x := range after.People {
			want := admin.Participant{Key: x.Key, Address: "j.head@school.example", Ended: 1}
			if x.Mailbox {
				want = admin.Participant{Key: x.Key, Address: "office@school.example", Used: 1, Mailbox: true, Last: x.Last}
			}
			if x != want {
				t.Errorf("after: %+v, want %+v", x, want)
			}
		}
		if len(after.People) != 2 || len(after.Left) != 1 || after.Left[0].Moved != 1 || after.Left[0].By != "N. boss" {
			t.Errorf("after: %+v", after)
		}
		proofs, err := l.record.Verify(l.ctx)
		l.must(err)
		for _, x := range proofs {
			if !x.OK() {
				t.Errorf("verify: %v", x.Faults)
			}
		}
	})
}

// TestASensitiveQuestionOutlivesWhoHeldItsCode: when whoever codes go to has left and
// nobody else is named, the question cannot be sent anew: whoever asked is told. With
// another named first it goes on, and the new code goes to them.
func TestASensitiveQuestionOutlivesWhoHeldItsCode(t *testing.T) {
	for _, named := range []bool{false, true} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			l := newLeavers(t, d)
			_, err := l.admin.AddContact(l.ctx, admin.Service("x"), admin.NamedContact{Organisation: "pol", Name: "Insp. Hale", Address: "hale@home.example"})
			l.must(err)
			link, err := l.contacts.Ask(l.ctx, l.manager, l.ref, contacts.Asked{Child: l.child, Organisation: "pol", Question: "Canary-guarded?", Why: "To decide", Basis: pathway.BasisHarm, Sensitive: true})
			l.must(err)
			token := strings.TrimPrefix(link, "/requests/")
			l.must(l.contacts.SendCode(l.ctx, token, "n1"))
			id, _, _ := strings.Cut(l.texts(codeText, "x")[0], " ")
			pass, err := l.contacts.TryCode(l.ctx, token, l.record.Code(id), "n1")
			l.must(err)
			if q, err := l.contacts.OpenLink(l.ctx, pass, "n1"); err != nil || q.Question != "Canary-guarded?" {
				t.Fatalf("with the code: %+v, %v", q, err)
			}
			p := l.leaver("pol", "hale@home.example")
			if named {
				_, err := l.admin.AddContact(l.ctx, admin.Service("x"), admin.NamedContact{Organisation: "pol", Name: "Insp. Reed", Address: "reed@home.example"})
				l.must(err)
				p = l.leaver("pol", "hale@home.example")
			}
			l.must(l.admin.PersonLeft(l.ctx, administrator("boss"), confirmed(p)))
			l.dead("/requests/"+token, "/requests/nevernevernevernevernevernevernevernever1")
			if _, err := l.contacts.OpenLink(l.ctx, pass, "n1"); refusal.KindOf(err) != refusal.NotFound {
				t.Errorf("the page that a right code opened before: %v", err)
			}
			again := l.texts(sentTo, "x", "question", "desk@police.example")
			if !named {
				if got := l.texts(toldOf, "x"); len(again) != 1 || strings.Join(got, " ") != "link-lost" {
					t.Errorf("nobody is named: sent %v, told %v", again, got)
				}
				return
			}
			word := strings.TrimPrefix(again[0], "/requests/")
			q, err := l.contacts.OpenLink(l.ctx, word, "n1")
			if err != nil || q.Guard == nil || q.Guard.Name != "Insp. Reed" || q.Question != "" {
				t.Errorf("the new link: %+v, %v", q, err)
			}
			l.must(l.contacts.SendCode(l.ctx, word, "n1"))
			if got := l.texts(sentTo, "x", "code", "reed@home.example"); len(got) != 1 {
				t.Errorf("the code went nowhere: %v", got)
			}
		})
	}
}

// TestALinkNeverGoesWhereItsCodeGoes: the agency's new address is neither its contact's nor
// takes the link of a question whose code goes there.
func TestALinkNeverGoesWhereItsCodeGoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLeavers(t, d)
		name := func(address string) {
			t.Helper()
			_, err := l.admin.AddContact(l.ctx, admin.Service("x"), admin.NamedContact{Organisation: "sch", Name: "N. Contact", Address: address})
			l.must(err)
		}
		name("first@home.example")
		_, err := l.contacts.Ask(l.ctx, l.manager, l.ref, contacts.Asked{Child: l.child, Organisation: "sch", Question: "Canary-guarded?", Why: "To decide", Basis: pathway.BasisHarm, Sensitive: true})
		l.must(err)
		name("second@home.example")
		l.now = l.now.Add(time.Minute)
		c := confirmed(l.leaver("sch", "j.head@school.example"))
		c.Mailbox = "second@home.example"
		if err := l.admin.PersonLeft(l.ctx, administrator("boss"), c); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("the contact's address as the school's own: %v", err)
		}
		c.Mailbox = "first@home.example"
		l.must(l.admin.PersonLeft(l.ctx, administrator("boss"), c))
		open, guarded := l.texts(sentTo, "x", "question", "first@home.example"), l.texts(sentTo, "x", "question", "second@home.example")
		if len(open) != 1 || len(guarded) != 1 {
			t.Fatalf("sent %v and %v, want the guarded one away from its code", open, guarded)
		}
		if q, err := l.contacts.OpenLink(l.ctx, strings.TrimPrefix(guarded[0], "/requests/"), "n1"); err != nil || q.Guard == nil {
			t.Errorf("the guarded one: %+v, %v", q, err)
		}
	})
}

// TestWhatChangedMeanwhileIsReadAgain: the question is answered between the page and the
// confirmation.
func TestWhatChangedMeanwhileIsReadAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLeavers(t, d)
		c := confirmed(l.leaver("sch", "j.head@school.example"))
		c.Mailbox = "office@school.example"
		l.must(l.contacts.AnswerByLink(l.ctx, l.question, contacts.Reply{State: "nothing_known", By: "The head"}))
		if err := l.admin.PersonLeft(l.ctx, administrator("boss"), c); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("after the answer: %v, want the page read again", err)
		}
	})
}

// TestWordOfADecisionGoesOn: a link to what was decided that nobody has read goes to the
// agency's new address; one that was read ends.
func TestWordOfADecisionGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLeavers(t, d)
		boss, told := administrator("boss"), feedback.New(l.record)
		sent := func(to string) string {
			t.Helper()
			all := l.texts(sentTo, "x", "outcome-link", to)
			if len(all) == 0 {
				t.Fatalf("%s was sent no word of the decision", to)
			}
			return strings.TrimPrefix(all[0], "/outcome/")
		}
		leaves := func(from, to string) admin.Leaver {
			t.Helper()
			p := l.leaver("hv", from)
			c := confirmed(p)
			c.Mailbox = to
			l.must(l.admin.PersonLeft(l.ctx, boss, c))
			return p
		}
		l.now = l.now.Add(time.Minute)
		l.must(l.contacts.SendOutcome(l.ctx, l.manager, l.ref, "hv"))
		first := sent("hv@health.example")
		l.now = l.now.Add(time.Hour)
		leaves("hv@health.example", "one@health.example")
		if _, err := told.Outcome(l.ctx, first, "n1"); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("the ended link: %v", err)
		}
		second := sent("one@health.example")
		if o, err := told.Outcome(l.ctx, second, "n1"); err != nil || o.Ref != l.ref {
			t.Errorf("the new link: %+v, %v", o, err)
		}
		l.now = l.now.Add(time.Hour)
		if p := leaves("one@health.example", "two@health.example"); p.Links != 1 || p.Spent != 1 || p.Last.IsZero() {
			t.Errorf("once it was read: %+v", p)
		}
		if _, err := told.Outcome(l.ctx, second, "n1"); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("the link that was read: %v", err)
		}
		if again := l.texts(sentTo, "x", "outcome-link", "two@health.example"); len(again) != 0 {
			t.Errorf("what was read was sent anew: %v", again)
		}
	})
}

// TestNothingGoesToWhoeverLeft: what had not gone to them yet does not go, and the reminder
// has the new link.
func TestNothingGoesToWhoeverLeft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLeavers(t, d)
		boss := administrator("boss")
		l.now = l.now.Add(time.Minute)
		l.must(l.admin.PersonLeft(l.ctx, boss, confirmed(l.leaver("hv", "nurse@health.example"))))
		if got := l.texts(waiting, "x", "nurse@health.example"); len(got) != 0 {
			t.Errorf("still to go to the nurse: %v", got)
		}
		if v, err := l.admin.Notices(l.ctx, boss); err != nil || len(v.Rows) != 0 {
			t.Errorf("said to have reached nobody: %+v, %v", v.Rows, err)
		}
		link := l.texts(sentTo, "x", "meeting-invited", "hv@health.example")[0]
		l.now = l.now.Add(3*time.Hour + 30*time.Minute)
		if _, err := l.meetings.Remind(l.ctx); err != nil {
			t.Fatal(err)
		}
		if got := l.texts(sentTo, "x", "meeting-answer-soon", "hv@health.example"); len(got) != 1 || got[0] != link {
			t.Errorf("reminded with %v, want %s", got, link)
		}
		if got := l.texts(sentTo, "x", "meeting-answer-soon", "nurse@health.example"); len(got) != 0 {
			t.Errorf("the nurse is reminded: %v", got)
		}
	})
}

// TestADeputyWhoLeftIsNotAsked: their agency is asked instead when the nurse is silent.
func TestADeputyWhoLeftIsNotAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLeavers(t, d)
		p := l.leaver("hv", "deputy@health.example")
		if !p.Deputy || p.Links != 0 || p.Name != "D. Deputy" {
			t.Fatalf("the deputy: %+v", p)
		}
		l.must(l.admin.PersonLeft(l.ctx, administrator("boss"), confirmed(p)))
		l.now = l.now.Add(5 * time.Hour)
		if n, err := l.meetings.AskDeputies(l.ctx); err != nil || n != 1 {
			t.Fatalf("deputies asked: %d, %v", n, err)
		}
		if got := l.texts(waiting, "x", "deputy@health.example"); len(got) != 0 {
			t.Errorf("the deputy was sent %v", got)
		}
		if got := l.texts(sentTo, "x", "meeting-invited", "hv@health.example"); len(got) != 1 {
			t.Errorf("the agency was sent %v", got)
		}
	})
}

// TestTwoAdministratorsEndOnePersonsLinksAtOnce: one does, the other hears it, and one new
// link goes.
func TestTwoAdministratorsEndOnePersonsLinksAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLeavers(t, d)
		c := confirmed(l.leaver("hv", "nurse@health.example"))
		errs := make([]error, 2)
		var both sync.WaitGroup
		for i, id := range []string{"boss", "second"} {
			both.Go(func() { errs[i] = l.admin.PersonLeft(l.ctx, administrator(id), c) })
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both: %v, %v", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil && refusal.KindOf(err) != refusal.Conflict {
				t.Errorf("the other hears: %v", err)
			}
		}
		if again := l.texts(sentTo, "x", "meeting-invited", "hv@health.example"); len(again) != 1 {
			t.Errorf("new links: %v", again)
		}
	})
}

// TestTheAdministratorSeesNoChildAmongLinks reads the pages and files of every agency as
// the administrator: no name, reference, word of a link or question of a child.
func TestTheAdministratorSeesNoChildAmongLinks(t *testing.T) {
	l := newLeavers(t, dbtest.SQLite(t))
	c := signedInAs(t, l.server, "boss")
	pages := 0
	see := func(path string) string {
		t.Helper()
		res, err := c.Get(l.server.URL + path)
		l.must(err)
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		l.must(err)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		for _, of := range []string{"Ana", "Zebedee", "Canary", l.ref, l.meeting, l.question, l.seat, l.child} {
			if strings.Contains(string(b), of) {
				t.Errorf("%s says %q", path, of)
			}
		}
		pages++
		return string(b)
	}
	for _, organisation := range []string{"pol", "hv", "sch"} {
		path := web.PartnerPath(organisation)
		see(path)
		see(path + ".csv")
		see(path + ".json")
		p, err := l.admin.Participants(l.ctx, administrator("boss"), organisation)
		l.must(err)
		for _, x := range p.People {
			see(path + "/left/" + x.Key)
		}
	}
	if pages < 12 {
		t.Errorf("only %d pages", pages)
	}
	p := l.leaver("hv", "nurse@health.example")
	path := l.server.URL + web.PartnerPath("hv") + "/left/" + p.Key
	res, err := c.PostForm(path, url.Values{"digest": {p.Digest}, "why": {"Typed-reason"}, "typed": {"7"}})
	l.must(err)
	b, err := io.ReadAll(res.Body)
	l.must(err)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(b), "Typed-reason") || !strings.Contains(string(b), "Enter how many links end") {
		t.Errorf("a wrong number: %d, want that said and what was typed kept", res.StatusCode)
	}
	res, err = c.PostForm(path, url.Values{"digest": {p.Digest}, "why": {"Typed-reason"}, "typed": {"1"}})
	l.must(err)
	_ = res.Body.Close()
	if res.Request.URL.Path != web.PartnerPath("hv") {
		t.Errorf("confirmed, the page is %s", res.Request.URL.Path)
	}
	if body := see(web.PartnerPath("hv")); !strings.Contains(body, "Typed-reason") || !strings.Contains(body, "1 link ended, 1 sent anew") {
		t.Error("who has left is not on the page")
	}
}

func signedInAs(t *testing.T, ts *httptest.Server, id string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	res, err := c.PostForm(ts.URL+"/demo/sign-in", url.Values{"as": {id}})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return c
}
