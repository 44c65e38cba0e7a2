package encompass_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
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
	"frontdoor/internal/desk/encompass"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

var ctx = context.Background()

const register = `name,urn,kind,bell,also_known_as,lead_name,lead_email,deputy_name,deputy_email,phone
Hilltop Primary,100001,school,08:50,Hilltop Primary School,E. Wright,lead@hilltop.example,A. Moss,deputy@hilltop.example,
Northgate High,100002,school,08:40,,N. Gate,lead@northgate.example,,,
The Yard,100003,alternative,09:15,,,,,,
Children educated at home,,home,08:30,home educated,O. Hart,home@x.example,,,
`

// The autumn of 2026: half term until 1 November, an inset day at Hilltop on Friday 27.
const calendar = `school,kind,from,until,title
all,term,2026-09-01,2026-12-18,Autumn
all,term,2027-01-04,2027-03-25,Spring
all,holiday,2026-10-26,2026-10-30,Half term
100001,inset,2026-11-27,,Training
`

// place is an authority with two forces, schools and a clock that the test sets.
type place struct {
	t        *testing.T
	record   *record.Record
	desk     *encompass.Desk
	contacts *contacts.Desk
	admin    *admin.Desk
	now      civil.Instant
	shah     access.Actor
	manager  access.Actor
	director access.Actor
	lead     access.Actor // of Hilltop
	gate     access.Actor // of Northgate
	hart     access.Actor // for children educated at home
	officer  access.Actor
	serial   int
}

func newPlace(t *testing.T, d *db.DB) *place {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, now: civil.DateOf(2026, 11, 23).AtTime(7, 0)}
	p.record = record.New(d, set, civil.England(), func() civil.Instant { return p.now })
	p.desk, p.contacts, p.admin = encompass.New(p.record), contacts.New(p.record), admin.New(p.record)
	service := admin.Service("x")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(p.admin.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}))
	for _, o := range []admin.Organisation{{ID: "pol", Kind: "police", Name: "Mercia Vale Police"}, {ID: "pol-2", Kind: "police", Name: "Transport police"},
		{ID: "hilltop", Kind: "school", Name: "Hilltop Primary"}, {ID: "northgate", Kind: "school", Name: "Northgate High"}, {ID: "home", Kind: "school", Name: "Children educated at home"}} {
		_, err := p.admin.AddOrganisation(ctx, service, o)
		must(err)
	}
	n, err := p.desk.LoadSchools(ctx, service, []byte(register))
	must(err)
	if n != 4 {
		t.Fatalf("%d schools were loaded, want 4", n)
	}
	_, err = p.desk.LoadCalendar(ctx, service, []byte(calendar))
	must(err)
	who := func(id, organisation string, role access.Role) access.Actor {
		_, err := p.admin.AddUser(ctx, service, admin.NewUser{ID: id, Email: id + "@x.example", Name: strings.ToUpper(id), OrganisationID: organisation, Roles: []admin.RoleIn{{Role: role, Team: admin.FrontDoorTeam}}})
		must(err)
		a, err := p.record.FindActor(ctx, "x", id)
		must(err)
		return a
	}
	p.shah, p.manager, p.director = who("shah", "", access.Screener), who("manager", "", access.FrontDoorManager), who("director", "", access.Director)
	p.lead, p.gate, p.hart, p.officer = who("lead", "hilltop", access.SchoolLead), who("gate", "northgate", access.SchoolLead), who("hart", "home", access.SchoolLead), who("officer", "pol", access.PoliceReferral)
	return p
}

func ana() person.Described {
	return person.Described{Given: "Ana", Family: "Bell", Born: civil.DateOf(2018, 5, 2), AgeStated: -1, School: "Hilltop Primary School", Postcode: "ZZ1 2AB", Address: "3 Mill Road"}
}

// send has a force tell us of an incident so many hours old.
func (p *place) send(force string, hours float64, schooling []record.Schooling, kids ...person.Described) contacts.Received {
	p.t.Helper()
	p.serial++
	got, err := p.contacts.Receive(ctx, access.Actor{ID: "key", Name: force, Authority: "x", AgencyID: force, AgencyKind: "police", Roles: []access.Role{access.Door}}, contacts.Arrival{
		Channel: "police", SourceKind: "police", SourceName: force, OrganisationID: force, SenderRef: fmt.Sprintf("R-%04d", p.serial), Grade: "medium",
		IncidentAt: p.now.Add(-time.Duration(hours * float64(time.Hour))), Children: kids, Circumstances: "Shouting heard by a neighbour", Schooling: schooling,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return got
}

func (p *place) of(got contacts.Received) *encompass.Contact {
	p.t.Helper()
	c, err := p.desk.OfContact(ctx, p.manager, got.Ref)
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

// open is one open wait of a contact: which, on whom, owned by whom, due when.
type open struct {
	key        timescale.Key
	on         string
	owner      string
	due, since civil.Instant
}

var (
	openWaits = db.SQL("encompass_test.waits", `
		SELECT timescale, agency, owner_name, due_at, since FROM wait WHERE contact_id = $1 AND authority_id = 'x' AND ended_at IS NULL AND timescale LIKE 'encompass.%' ORDER BY due_at, agency, id`)
	endedLate = db.SQL("encompass_test.ended-late", `
		SELECT count(*) FROM wait WHERE contact_id = $1 AND authority_id = 'x' AND timescale = 'encompass.told' AND ended_happened_at > due_at`)
	told      = db.SQL("encompass_test.outbox", `SELECT kind, address, reference, link, safe_text FROM outbox WHERE authority_id = 'x' AND kind LIKE 'school-%' ORDER BY created_at, id`)
	delivered = db.SQL("encompass_test.deliver", `UPDATE outbox SET sent_at = $1 WHERE authority_id = 'x' AND address = $2`)
	failed    = db.SQL("encompass_test.fail", `UPDATE outbox SET failed_at = $1, last_error = 'mailbox unknown' WHERE authority_id = 'x' AND address = $2`)
)

func (p *place) waits(contact string) (out []open) {
	p.t.Helper()
	err := p.record.DB.Read(ctx, func(q db.Queryer) (err error) {
		out, err = db.Collect(ctx, q, func(r *sql.Rows, o *open) error { return r.Scan(&o.key, &o.on, &o.owner, &o.due, &o.since) }, openWaits, contact)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

func (p *place) count(q db.Query, args ...any) (n int) {
	p.t.Helper()
	if err := p.record.DB.Read(ctx, func(x db.Queryer) error { return x.QueryRowContext(ctx, q, args...).Scan(&n) }); err != nil {
		p.t.Fatal(err)
	}
	return n
}

func (p *place) post(q db.Query, address string) {
	p.t.Helper()
	if err := p.record.DB.Write(ctx, func(x db.Queryer) error { _, err := x.ExecContext(ctx, q, p.now, address); return err }); err != nil {
		p.t.Fatal(err)
	}
}

type message struct{ kind, to, ref, link, text string }

func (p *place) messages() (out []message) {
	p.t.Helper()
	err := p.record.DB.Read(ctx, func(q db.Queryer) (err error) {
		out, err = db.Collect(ctx, q, func(r *sql.Rows, m *message) error { return r.Scan(&m.kind, &m.to, &m.ref, &m.link, &m.text) }, told)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

func (p *place) whole() {
	p.t.Helper()
	proofs, err := p.record.Verify(ctx)
	if err != nil || !proofs[0].OK() {
		p.t.Fatalf("verify: %v, %v", err, proofs)
	}
}

// A family of five: one at Hilltop, one at Northgate whose school the police told, one
// educated at home, one at no known school, a baby, and one who is not named.
func (p *place) family() contacts.Received {
	kid := func(given, born, school string) person.Described {
		d := ana()
		d.Given, d.School = given, school
		d.Born, _ = civil.ParseDate(born)
		return d
	}
	return p.send("pol", 8, []record.Schooling{{Said: "I hid under the stairs", Present: "was there"}, {Told: "Northgate High", ToldAt: p.now.Add(-time.Hour)}, {Home: true}},
		ana(), kid("Ben", "2012-03-01", "Northgate High"), kid("Cal", "2015-03-01", ""), kid("Dee", "2016-07-01", ""), kid("Ed", "2026-02-01", ""), person.Described{Words: "A boy, not named", AgeStated: -1})
}

func TestEachChildsSchoolIsToldOrSomebodyOwesIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		got := p.family() // at 23:00 on Sunday, received at 07:00 on Monday
		c := p.of(got)
		ways := map[string]pathway.Telling{}
		for _, n := range c.Notices {
			ways[n.Name()] = n.Way
		}
		want := map[string]pathway.Telling{"Ana Bell": pathway.TellLead, "Ben Bell": pathway.ToldByPolice, "Cal Bell": pathway.TellLead, "Dee Bell": pathway.TellByHand, "A boy, not named": pathway.TellByHand}
		if fmt.Sprint(ways) != fmt.Sprint(want) || fmt.Sprint(c.Others) != "[Ed Bell]" {
			t.Fatalf("got %v and nobody for %v; want %v and nobody for Ed Bell", ways, c.Others, want)
		}
		due := map[string]string{}
		for _, w := range p.waits(c.ID) {
			due[string(w.key)+" "+w.owner] += w.due.Words() + ";"
		}
		for key, words := range map[string]string{"encompass.told Hilltop Primary": "Mon 23 Nov 2026, 08:50;", "encompass.told Children educated at home": "Mon 23 Nov 2026, 08:30;",
			"encompass.by-hand Front door team": "Mon 23 Nov 2026, 08:30;Mon 23 Nov 2026, 08:30;"} {
			if due[key] != words {
				t.Errorf("%s is due %q, want %q; all are %v", key, due[key], words, due)
			}
		}
		if len(due) != 3 {
			t.Errorf("somebody else owes something: %v", due)
		}
		var to []string
		for _, m := range p.messages() {
			to = append(to, m.to)
			for _, word := range []string{"Ana", "Bell", "Cal", "Hilltop", "school"} {
				if strings.Contains(m.ref+strings.TrimPrefix(m.link, "/partner/notices/")+m.text, word) {
					t.Errorf("a message says %q: %+v", word, m)
				}
			}
		}
		if fmt.Sprint(to) != "[lead@hilltop.example home@x.example]" {
			t.Errorf("messages went to %v; the police had told Northgate, and nobody is told twice", to)
		}
		p.whole()
	})
}

func TestTheLeadReadsAndItIsOnRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		first := p.family()
		p.now = p.now.Add(10 * time.Minute)
		second := p.send("pol", 3, nil, ana())
		l, err := p.desk.Mine(ctx, p.lead, 10)
		if err != nil || len(l.Rows) != 2 || l.Unread != 2 || l.School != "Hilltop Primary" {
			t.Fatalf("%+v, %v; want two unread notices of Hilltop Primary", l, err)
		}
		ref := l.Rows[0].Ref
		if l.Rows[0].Contact != first.Ref || l.Rows[1].Contact != second.Ref {
			t.Error("the oldest is not first")
		}
		if _, err := p.desk.Open(ctx, p.gate, ref); refusal.KindOf(err) != refusal.NotFound {
			t.Fatalf("another school opens it: %v", err)
		}
		if _, err := p.desk.Open(ctx, p.officer, ref); refusal.KindOf(err) != refusal.Denied {
			t.Fatalf("the police open it: %v", err)
		}
		if p.of(first).Notices[0].Read != (civil.Instant{}) {
			t.Fatal("who may not open it has read it")
		}
		p.now = civil.DateOf(2026, 11, 23).AtTime(8, 20)
		p.post(delivered, "lead@hilltop.example")
		n, err := p.desk.Open(ctx, p.lead, ref)
		if err != nil || n.Said != "I hid under the stairs" || n.Circumstances == "" || n.Place != "3 Mill Road, ZZ1 2AB" {
			t.Fatalf("%+v, %v", n, err)
		}
		if !n.Read.Equal(p.now) || n.ReadBy != "LEAD" || n.Late(p.now) || !n.Delivered.Equal(p.now) {
			t.Errorf("read %s by %q, late %v", n.Read.Words(), n.ReadBy, n.Late(p.now))
		}
		read := p.now
		p.now = p.now.Add(2 * time.Hour)
		if n, err = p.desk.Open(ctx, p.lead, ref); err != nil || !n.Read.Equal(read) {
			t.Errorf("the second look changes when it was read: %s, %v", n.Read.Words(), err)
		}
		for _, w := range p.waits(n.ContactID) {
			if w.owner == "Hilltop Primary" {
				t.Errorf("Hilltop is still waited for: %+v", w)
			}
		}
		if late := p.count(endedLate, n.ContactID); late != 0 {
			t.Errorf("%d were told late; the police told Northgate at six and Hilltop read at 08:20", late)
		}
		if l, err = p.desk.Mine(ctx, p.lead, 10); err != nil || l.Unread != 1 || l.Rows[0].Contact != second.Ref || l.Rows[1].Ref != ref {
			t.Errorf("the unread one is not first: %+v, %v", l, err)
		}
		// It reached the school's mail at 08:20 and was read after the bell: the school was
		// told in time, and the wait for its reading is late all the same.
		if n, err := p.desk.Open(ctx, p.lead, l.Rows[0].Ref); err != nil || n.Late(p.now) || !n.Read.After(n.Bell) {
			t.Errorf("delivered 08:20 and read 10:20: late %v, %v", n.Late(p.now), err)
		}
		if late := p.count(endedLate, second.ContactID); late != 1 {
			t.Errorf("%d waits ended late, want the one for reading", late)
		}
		p.whole()
	})
}

func TestTheCalendarOfTheSchoolCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		tests := []struct {
			name     string
			incident civil.Instant
			school   string
			want     string
			known    bool
		}{
			{"on Thursday evening, with an inset day on Friday", civil.DateOf(2026, 11, 26).AtTime(20, 0), "Hilltop Primary", "Mon 30 Nov 2026, 08:50", true},
			{"the other school has none", civil.DateOf(2026, 11, 26).AtTime(20, 0), "Northgate High", "Fri 27 Nov 2026, 08:40", true},
			{"at the end of term", civil.DateOf(2026, 12, 18).AtTime(23, 0), "hilltop primary school", "Mon 4 Jan 2027, 08:50", true},
			{"beyond the calendar", civil.DateOf(2027, 5, 1).AtTime(23, 0), "Hilltop Primary", "Tue 4 May 2027, 08:50", false},
		}
		for _, tt := range tests {
			p.now = tt.incident.Add(time.Minute)
			kid := ana()
			kid.School = tt.school
			n := p.of(p.send("pol", 1.0/60, nil, kid)).Notices[0]
			if n.Bell.Words() != tt.want || n.BellKnown != tt.known || n.Way != pathway.TellLead {
				t.Errorf("%s: %s, known %v, %s; want %s, %v", tt.name, n.Bell.Words(), n.BellKnown, n.Way, tt.want, tt.known)
			}
		}
		if _, err := p.desk.LoadCalendar(ctx, p.manager, []byte("school,kind,from,until\nall,term,2027-04-12,2027-07-20\n")); err != nil {
			t.Fatal(err)
		}
		p.now = civil.DateOf(2027, 5, 28).AtTime(18, 0)
		if n := p.of(p.send("pol", 1, nil, ana())).Notices[0]; !n.BellKnown || n.Bell.Words() != "Tue 1 Jun 2027, 08:50" {
			t.Errorf("with the summer term loaded: %s, known %v", n.Bell.Words(), n.BellKnown)
		}
		p.now = civil.DateOf(2026, 12, 1).AtTime(3, 0)
		if n := p.of(p.send("pol", 1, nil, ana())).Notices[0]; n.Bell.Words() != "Tue 1 Dec 2026, 08:50" {
			t.Errorf("loading a later term lost the earlier: %s", n.Bell.Words())
		}
	})
}

// "It was never received": a notice that is not delivered is told of twice over, and is
// never silence.
func TestAFailedDeliveryBecomesAWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		got := p.send("pol", 8, nil, ana())
		chase := func(want int) {
			t.Helper()
			if n, err := p.desk.Chase(ctx); err != nil || n != want {
				t.Fatalf("%d were chased, %v; want %d", n, err, want)
			}
		}
		chase(0)
		p.now = civil.DateOf(2026, 11, 23).AtTime(7, 10)
		p.post(failed, "lead@hilltop.example")
		chase(1) // the deputy is told
		chase(0)
		if m := p.messages(); len(m) != 2 || m[1].to != "deputy@hilltop.example" {
			t.Fatalf("the messages are %+v; want one to the deputy", m)
		}
		if w := p.waits(got.ContactID); len(w) != 1 || w[0].owner != "Hilltop Primary" {
			t.Fatalf("the waits are %+v", w)
		}
		p.now = p.now.Add(10 * time.Minute)
		p.post(failed, "deputy@hilltop.example")
		chase(1)
		chase(0)
		w := p.waits(got.ContactID)
		if len(w) != 2 || w[0].owner != "Front door team" && w[1].owner != "Front door team" {
			t.Fatalf("the waits are %+v; want the school and the front door", w)
		}
		c := p.of(got)
		call := encompass.ByHand{Version: c.Notices[0].Version}
		call.How, call.School.ID, call.Whom, call.At = pathway.ToldByPhone, "hilltop", "The school office", p.now
		if err := p.desk.Tell(ctx, p.shah, got.Ref, c.Notices[0].Ref, call); err != nil {
			t.Fatal(err)
		}
		if w := p.waits(got.ContactID); len(w) != 0 {
			t.Errorf("after the call %+v is still waited for", w)
		}
		if n := p.of(got).Notices[0]; n.Late(p.now) || n.Known() != call.At || n.Way != pathway.ToldByPhone {
			t.Errorf("after the call: %+v", n)
		}
		p.whole()
	})
}

func TestTheDeputyIsToldInTheLastHour(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		p.send("pol", 8, nil, ana())
		p.post(delivered, "lead@hilltop.example")
		p.now = civil.DateOf(2026, 11, 23).AtTime(7, 49)
		if n, err := p.desk.Chase(ctx); err != nil || n != 0 {
			t.Fatalf("at 07:49 %d were chased, %v", n, err)
		}
		p.now = civil.DateOf(2026, 11, 23).AtTime(7, 50)
		if n, err := p.desk.Chase(ctx); err != nil || n != 1 {
			t.Fatalf("at 07:50 %d were chased, %v; want the deputy told", n, err)
		}
		if n, err := p.desk.Chase(ctx); err != nil || n != 0 {
			t.Fatalf("a second round chased %d, %v", n, err)
		}
	})
}

func TestTheFrontDoorTellsByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		kid := ana()
		kid.School = "A school in another town"
		got := p.send("pol", 8, nil, kid)
		n := p.of(got).Notices[0]
		if n.Why != "No school of the register has this name" {
			t.Fatalf("by hand because %q", n.Why)
		}
		t1 := encompass.ByHand{Version: n.Version}
		t1.How, t1.School.ID = pathway.TellLead, p.schoolID("The Yard")
		if err := p.desk.Tell(ctx, p.shah, got.Ref, n.Ref, t1); err == nil || !strings.Contains(err.Error(), "Nobody is named who reads for The Yard") {
			t.Fatalf("a notice to nobody: %v", err)
		}
		t1.School.ID = "northgate"
		if err := p.desk.Tell(ctx, p.director, got.Ref, n.Ref, t1); refusal.KindOf(err) != refusal.Denied {
			t.Fatalf("a director tells a school: %v", err)
		}
		if err := p.desk.Tell(ctx, p.shah, got.Ref, n.Ref, t1); err != nil {
			t.Fatal(err)
		}
		if err := p.desk.Tell(ctx, p.manager, got.Ref, n.Ref, t1); refusal.KindOf(err) != refusal.Conflict && refusal.KindOf(err) != refusal.Invalid {
			t.Fatalf("a second time: %v", err)
		}
		if w := p.waits(got.ContactID); len(w) != 1 || w[0].owner != "Northgate High" || w[0].due.Words() != "Mon 23 Nov 2026, 08:40" {
			t.Fatalf("the waits are %+v", w)
		}
		if n, err := p.desk.Open(ctx, p.gate, n.Ref); err != nil || n.Name() != "Ana Bell" {
			t.Fatalf("Northgate reads %v, %v", n, err)
		}
		p.whole()
		// Not of any school, with the reason.
		other := p.send("pol", 8, nil, person.Described{Given: "Fay", Family: "Lowe", AgeStated: 17})
		n = p.of(other).Notices[0]
		none := encompass.ByHand{Version: n.Version}
		none.How = pathway.TellNoSchool
		if err := p.desk.Tell(ctx, p.shah, other.Ref, n.Ref, none); refusal.KindOf(err) != refusal.Invalid {
			t.Fatalf("without a reason: %v", err)
		}
		none.Why = "Left school in July and works"
		if err := p.desk.Tell(ctx, p.shah, other.Ref, n.Ref, none); err != nil {
			t.Fatal(err)
		}
		if w := p.waits(other.ContactID); len(w) != 0 {
			t.Errorf("the waits are %+v", w)
		}
		p.whole()
	})
}

func (p *place) schoolID(name string) string {
	p.t.Helper()
	got := p.send("pol", 1, nil, ana())
	for _, s := range p.of(got).Schools {
		if s.Name == name {
			return s.ID
		}
	}
	p.t.Fatalf("no school is called %s", name)
	return ""
}

func TestASchoolAsksForHelpAndIsAnswered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		got := p.send("pol", 8, nil, ana())
		ref := p.of(got).Notices[0].Ref
		if err := p.desk.AskHelp(ctx, p.gate, ref, "What happened?"); refusal.KindOf(err) != refusal.NotFound {
			t.Fatalf("another school asks: %v", err)
		}
		if err := p.desk.AskHelp(ctx, p.lead, ref, "  "); refusal.KindOf(err) != refusal.Invalid {
			t.Fatalf("an empty question: %v", err)
		}
		if err := p.desk.AskHelp(ctx, p.lead, ref, "May we speak to the mother?"); err != nil {
			t.Fatal(err)
		}
		n := p.of(got).Notices[0]
		if err := p.desk.Answer(ctx, p.shah, got.Ref, ref, n.Helps[0].ID, "Not until the officer has seen her"); err != nil {
			t.Fatal(err)
		}
		if err := p.desk.Answer(ctx, p.manager, got.Ref, ref, n.Helps[0].ID, "Another answer"); refusal.KindOf(err) != refusal.Conflict {
			t.Fatalf("a second answer: %v", err)
		}
		shown, err := p.desk.Open(ctx, p.lead, ref)
		if err != nil || len(shown.Helps) != 1 || shown.Helps[0].Answer != "Not until the officer has seen her" {
			t.Fatalf("the school sees %+v, %v", shown.Helps, err)
		}
		for _, w := range p.waits(got.ContactID) {
			if w.key == timescale.EncompassHelp {
				t.Error("the school is still waiting for an answer")
			}
		}
		p.whole()
	})
}

func TestARecordRestrictedSinceIsToldByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		got := p.send("pol", 8, nil, ana())
		page, err := p.contacts.Open(ctx, p.manager, got.Ref)
		if err != nil {
			t.Fatal(err)
		}
		kid := page.Contact.Kids[0].ID
		if err := p.contacts.Link(ctx, p.shah, got.Ref, contacts.Choice{Child: kid, As: "new"}); err != nil {
			t.Fatal(err)
		}
		if page, err = p.contacts.Open(ctx, p.manager, got.Ref); err != nil {
			t.Fatal(err)
		}
		ref := p.of(got).Notices[0].Ref
		if err := p.admin.Restrict(ctx, p.manager, page.Contact.Kids[0].PersonID, access.Restricted, "MANAGER", "a parent works for us", []string{"manager"}); err != nil {
			t.Fatal(err)
		}
		if l, err := p.desk.Mine(ctx, p.lead, 10); err != nil || len(l.Rows) != 0 {
			t.Fatalf("the school still lists it: %+v, %v", l, err)
		}
		if _, err := p.desk.Open(ctx, p.lead, ref); refusal.KindOf(err) != refusal.NotFound {
			t.Fatalf("the school opens it: %v", err)
		}
		if _, err := p.desk.OfContact(ctx, p.shah, got.Ref); err == nil {
			t.Fatal("a screener opens it")
		}
		if n, err := p.desk.Chase(ctx); err != nil || n != 1 {
			t.Fatalf("%d were chased, %v", n, err)
		}
		if w := p.waits(got.ContactID); len(w) != 1 || w[0].on != "restricted_desk" || w[0].key != timescale.EncompassByHand {
			t.Fatalf("the waits are %+v", w)
		}
		l, err := p.desk.List(ctx, p.officer, p.year(encompass.OfChildren))
		if err != nil || len(l.Rows) != 1 || l.Rows[0].Contact != "" || l.Rows[0].ForceRef != "" {
			t.Fatalf("the list shows %+v, %v", l.Rows, err)
		}
		// And one who is restricted from the first is never sent by itself.
		again := p.send("pol", 2, nil, ana())
		n := p.of(again).Notices[0]
		if n.Way != pathway.TellByHand || !strings.Contains(n.Why, "restricted") {
			t.Errorf("a restricted child: %s, %s", n.Way, n.Why)
		}
		p.whole()
	})
}

func (p *place) year(of encompass.Of) encompass.Filter {
	return encompass.Filter{From: civil.DateOf(2026, 1, 1), To: civil.DateOf(2027, 12, 31), Of: of}
}

// TestEveryNumberOfTheReportOpensItsList makes children of every kind and holds each
// figure to the length of its list, for both forces and for those who may see both.
func TestEveryNumberOfTheReportOpensItsList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		p.family()
		p.send("pol", 30, []record.Schooling{{Told: "Hilltop Primary", ToldAt: p.now.Add(-time.Minute)}}, ana()) // told after the bell? the bell was Monday's: in time
		p.send("pol-2", 80, []record.Schooling{{Told: "Hilltop Primary", ToldAt: p.now.Add(-time.Minute)}}, ana())
		p.send("pol-2", 2, nil, ana())
		l, err := p.desk.Mine(ctx, p.lead, 10)
		if err != nil {
			t.Fatal(err)
		}
		p.now = civil.DateOf(2026, 11, 23).AtTime(8, 30)
		if _, err := p.desk.Open(ctx, p.lead, l.Rows[0].Ref); err != nil {
			t.Fatal(err)
		}
		p.now = civil.DateOf(2026, 11, 23).AtTime(11, 0)
		p.post(delivered, "home@x.example") // after the bell
		r, err := p.desk.Report(ctx, p.director, p.year(encompass.OfChildren))
		if err != nil || len(r.Rows) != 2 {
			t.Fatalf("%d forces, %v; want two", len(r.Rows), err)
		}
		for _, row := range r.Rows {
			for of, n := range row.Counts {
				f := p.year(of)
				f.Force = row.Force
				list, err := p.desk.List(ctx, p.director, f)
				if err != nil || len(list.Rows) != n {
					t.Errorf("%s, %s: the figure is %d and its list has %d, %v", row.Force, of, n, len(list.Rows), err)
				}
			}
		}
		want := map[encompass.Of]int{encompass.OfIncidents: 2, encompass.OfChildren: 6, encompass.OfPolice: 2, encompass.OfSent: 2, encompass.OfPhone: 0, encompass.OfWaiting: 2, encompass.OfNone: 0,
			encompass.OfDue: 6, encompass.OfBefore: 3, encompass.OfAfter: 1, encompass.OfNever: 2, encompass.OfRead: 1, encompass.OfReadBefore: 1}
		for of, n := range want {
			if got := r.Rows[0].Counts[of]; got != n {
				t.Errorf("%s: got %d, want %d", of, got, n)
			}
		}
		if pc := r.Rows[0].Percent; pc == nil || *pc != 50 {
			t.Errorf("before the bell: %v, want 50 in 100", pc)
		}
		// The police see their own force, the same bytes.
		theirs, err := p.desk.Report(ctx, p.officer, p.year(encompass.OfChildren))
		if err != nil {
			t.Fatal(err)
		}
		f := p.year(encompass.OfChildren)
		f.Force = "pol"
		ours, err := p.desk.Report(ctx, p.director, f)
		if err != nil {
			t.Fatal(err)
		}
		var a, b bytes.Buffer
		if err := theirs.Sheet().WriteCSV(&a); err != nil {
			t.Fatal(err)
		}
		if err := ours.Sheet().WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) || !strings.Contains(a.String(), "pol,2,6,2") {
			t.Errorf("the police get\n%s\nand we\n%s", a.String(), b.String())
		}
		f.Force = "pol-2"
		if l, err := p.desk.List(ctx, p.officer, f); err != nil || len(l.Rows) != 6 {
			t.Errorf("the police ask for another force and get %d lines, %v; want their own six", len(l.Rows), err)
		}
		if _, err := p.desk.Report(ctx, p.lead, f); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("a school sees the report: %v", err)
		}
	})
}

func TestTheFilterSaysWhatIsWrong(t *testing.T) {
	p := newPlace(t, dbtest.SQLite(t))
	for _, q := range []string{"from=never", "to=2026-13-01", "from=2026-02-01&to=2026-01-01", "of=everything"} {
		v, err := url.ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.desk.FilterOf(v); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("%s: %v, want a refusal", q, err)
		}
	}
}

func TestARegisterIsLoadedWholeOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		load := func(body, want string) {
			t.Helper()
			_, err := p.desk.LoadSchools(ctx, p.manager, []byte(body))
			if refusal.KindOf(err) != refusal.Invalid || !strings.Contains(fmt.Sprint(problems(err)), want) {
				t.Errorf("got %v, want a refusal with %q", problems(err), want)
			}
		}
		load("name,urn,kind,bell,also_known_as\nNew School,100009,school,08:50,Hilltop Primary\n", "Line 2, name: another school of the register has it")
		load("name,urn,kind,bell\nSt. Hilda's,100009,school,08:50\nSt Hildas,100010,school,08:50\n", "Line 3, name: it reads like the name on line 2")
		if _, err := p.desk.LoadCalendar(ctx, p.manager, []byte("school,kind,from\n999999,inset,2026-11-27\nall,inset,2026-11-24\n")); !strings.Contains(fmt.Sprint(problems(err)), "Line 2, school: no school of the register has the number 999999") {
			t.Errorf("got %v", problems(err))
		}
		if _, err := p.desk.LoadSchools(ctx, p.shah, []byte(register)); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("a screener loads schools: %v", err)
		}
		// The same file again changes nothing; another name is a change.
		if _, err := p.desk.LoadSchools(ctx, p.manager, []byte(register)); err != nil {
			t.Fatal(err)
		}
		if _, err := p.desk.LoadSchools(ctx, p.manager, []byte("name,urn,kind,bell\nHilltop Academy,100001,school,08:40\n")); err != nil {
			t.Fatal(err)
		}
		r, err := p.desk.Register(ctx, p.manager)
		if err != nil || len(r.Rows) != 4 || r.Rows[1].Name != "Hilltop Academy" || r.Rows[1].Bell != "08:40" || r.Rows[1].Lead != "" || r.NoLead != 2 || r.Terms.String() != "2027-03-25" {
			t.Fatalf("the register is %+v, %v", r, err)
		}
	})
}

func problems(err error) []refusal.Problem {
	f, ok := refusal.As(err)
	if !ok {
		return []refusal.Problem{{Message: fmt.Sprint(err)}}
	}
	return append([]refusal.Problem{{Message: f.Message}}, f.Problems...)
}
