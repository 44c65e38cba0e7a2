package partners_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
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
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// town is an authority with police, health and two schools, and a child of whom one of
// the schools told us.
type town struct {
	mu      sync.Mutex
	now     civil.Instant
	record  *record.Record
	desk    *partners.Desk
	front   *contacts.Desk
	admin   *admin.Desk
	meet    *meetings.Desk
	enquire *enquiries.Desk
	who     map[string]access.Actor
	server  *httptest.Server
	contact string
}

func (w *town) at(t civil.Instant) { w.mu.Lock(); w.now = t; w.mu.Unlock() }

func (w *town) later(d time.Duration) { w.mu.Lock(); w.now = w.now.Add(d); w.mu.Unlock() }

var start = civil.DateOf(2026, 11, 24).AtTime(9, 0)

func build(t *testing.T, d *db.DB) *town {
	t.Helper()
	ctx := context.Background()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	w := &town{now: start, who: map[string]access.Actor{}}
	w.record = record.New(d, set, civil.England(), func() civil.Instant { w.mu.Lock(); defer w.mu.Unlock(); return w.now })
	w.desk, w.front, w.admin, w.meet, w.enquire = partners.New(w.record), contacts.New(w.record), admin.New(w.record), meetings.New(w.record), enquiries.New(w.record)
	if err := w.admin.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}); err != nil {
		t.Fatal(err)
	}
	service := admin.Service("x")
	for _, o := range []admin.Organisation{{ID: "pol", Kind: "police", Name: "Police", Email: "desk@police.example"}, {ID: "hv", Kind: "health", Name: "Health visiting", Email: "hv@health.example"},
		{ID: "sch", Kind: "school", Name: "Hilltop Primary", Email: "dsl@school.example"}, {ID: "sch2", Kind: "school", Name: "Northgate High", Email: "dsl@northgate.example"}} {
		if _, err := w.admin.AddOrganisation(ctx, service, o); err != nil {
			t.Fatal(err)
		}
	}
	banner := &web.Demo{Authority: "x"}
	for _, p := range []struct {
		id   string
		role access.Role
		org  string
	}{{"manager", access.FrontDoorManager, ""}, {"other", access.FrontDoorManager, ""}, {"screener", access.Screener, ""}, {"officer", access.PoliceReferral, "pol"}, {"nurse", access.Referring, "hv"},
		{"teacher", access.Referring, "sch"}, {"colleague", access.Referring, "sch"}, {"stranger", access.Referring, "sch2"}, {"worker", access.SocialWorker, ""}, {"director", access.Director, ""}, {"admin", access.Administrator, ""}} {
		if _, err := w.admin.AddUser(ctx, service, admin.NewUser{ID: p.id, Email: p.id + "@x.example", Name: p.id, OrganisationID: p.org, Roles: []admin.RoleIn{{Role: p.role, Team: admin.FrontDoorTeam}}}); err != nil {
			t.Fatal(err)
		}
		if w.who[p.id], err = w.record.FindActor(ctx, "x", p.id); err != nil {
			t.Fatal(err)
		}
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.id, Name: p.id})
	}
	w.contact = w.told(t, person.Described{Given: "Ana", Family: "Zebedee", Born: civil.DateOf(2019, 3, 1), AgeStated: -1})
	srv := web.NewServer(w.record, web.Settings{Version: "test", Demo: banner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	w.desk.Routes(srv)
	w.front.Routes(srv)
	w.meet.Routes(srv)
	w.enquire.Routes(srv)
	w.admin.Routes(srv)
	w.server = httptest.NewServer(srv.Handler())
	t.Cleanup(w.server.Close)
	return w
}

// told is a referral of the teacher's about these children.
func (w *town) told(t *testing.T, children ...person.Described) string {
	t.Helper()
	got, err := w.front.Receive(context.Background(), w.who["teacher"], contacts.Arrival{Channel: "form", SourceKind: "school", SourceName: "Hilltop Primary", OrganisationID: "sch", Words: "Hungry three days running",
		Referrer: contacts.Referrer{ID: "teacher", Name: "teacher", Email: "teacher@x.example"}, Children: children, Consent: contacts.Consent{Status: "given", Who: "Her mother"}})
	if err != nil {
		t.Fatal(err)
	}
	return got.Ref
}

// kids are the ids of a contact's children.
func (w *town) kids(t *testing.T, contact string) []string {
	t.Helper()
	p, err := w.front.Open(context.Background(), w.who["manager"], contact)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, k := range p.Contact.Kids {
		out = append(out, k.ID)
	}
	return out
}

// decided screens a contact and decides nothing more for each child.
func (w *town) decided(t *testing.T, contact string, cites string) {
	t.Helper()
	ctx, who := context.Background(), w.who["manager"]
	p, err := w.front.Open(ctx, who, contact)
	if err != nil {
		t.Fatal(err)
	}
	if cites == "" {
		if err := w.front.Screen(ctx, who, contact, pathway.Screen{Danger: "no", RAG: "amber", RAGReason: "On what was said"}, p.Contact.Version); err != nil {
			t.Fatal(err)
		}
		for _, k := range p.Contact.Kids {
			if err := w.front.Link(ctx, who, contact, contacts.Choice{Child: k.ID, As: "new"}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.front.ReadHistory(ctx, who, contact, "First contact"); err != nil {
			t.Fatal(err)
		}
	}
	var all []contacts.ForChild
	for _, k := range p.Contact.Kids {
		dec := pathway.Decision{Outcome: pathway.NFAAdvice, Rationale: "One hungry week, explained by the mother", Level: "1", Evidence: "The referral", Told: "The school", UnansweredWhy: "The other answers suffice", HistoryRead: true, Changed: "The school is worried still"}
		if cites != "" {
			dec.Cites, dec.Outcome = k.DecisionID, pathway.ReferralAssessment
		}
		all = append(all, contacts.ForChild{Child: k.ID, Decision: dec})
	}
	if err := w.front.Decide(ctx, who, contact, all); err != nil {
		t.Fatal(err)
	}
}

// asks puts a question about the first child of a contact to an organisation.
func (w *town) asks(t *testing.T, contact, organisation string) (link string) {
	t.Helper()
	link, err := w.front.Ask(context.Background(), w.who["manager"], contact, contacts.Asked{Child: w.kids(t, contact)[0], Organisation: organisation, Question: "When was she last seen?", Why: "To decide", Basis: pathway.BasisAgreed})
	if err != nil {
		t.Fatal(err)
	}
	return link
}

func (w *town) verify(t *testing.T) {
	t.Helper()
	proofs, err := w.record.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range proofs {
		if !p.OK() {
			t.Errorf("verify: %v", p.Faults)
		}
	}
}

func (w *town) strings(t *testing.T, q db.Query, args ...any) (out []string) {
	t.Helper()
	err := w.record.DB.Read(context.Background(), func(x db.Queryer) error {
		rows, err := x.QueryContext(context.Background(), q, args...)
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
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// as is a browser of somebody who is signed in.
func (w *town) as(t *testing.T, user string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	if user == "" {
		return c
	}
	res, err := c.PostForm(w.server.URL+"/demo/sign-in", url.Values{"as": {user}})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return c
}

func (w *town) get(t *testing.T, c *http.Client, path string) (int, string) {
	t.Helper()
	res, err := c.Get(w.server.URL + path)
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

func (w *town) post(t *testing.T, c *http.Client, path string, form url.Values) (int, string) {
	t.Helper()
	res, err := c.PostForm(w.server.URL+path, form)
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

var (
	waitOwner = db.SQL("partners_test.wait-owner", `SELECT owner_id FROM wait WHERE authority_id = $1 AND timescale = $2 AND ended_at IS NULL`)
	ownedBy   = db.SQL("partners_test.owned-by", `SELECT owner_id FROM wait WHERE authority_id = $1 AND timescale = $2 AND ended_at IS NULL AND owner_id <> 'front-door'`)
	outboxTo  = db.SQL("partners_test.outbox", `SELECT address || ' ' || reference || ' ' || link || ' ' || safe_text FROM outbox WHERE authority_id = $1 AND kind = $2 ORDER BY id`)
)

func TestIAmStillWorriedIsOwedAnAnswerByANamedPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ctx := context.Background()
		say := partners.Disagreed{Why: "She sleeps in class and has a bruise", Wants: "Somebody sees her at home"}
		if _, err := w.desk.StillWorried(ctx, w.who["teacher"], w.contact, say); refusal.KindOf(err) != refusal.Conflict {
			t.Fatalf("before a decision: %v, want it refused with what to do", err)
		}
		w.decided(t, w.contact, "")
		for _, somebody := range []string{"colleague", "stranger", "nurse", "officer"} {
			if _, err := w.desk.StillWorried(ctx, w.who[somebody], w.contact, say); refusal.KindOf(err) != refusal.NotFound {
				t.Errorf("%s, who did not send it: %v, want it not found", somebody, err)
			}
		}
		two := w.told(t, person.Described{Given: "Eve", Family: "Zebedee", AgeStated: -1}, person.Described{Given: "Fay", Family: "Zebedee", AgeStated: -1})
		if _, err := w.desk.StillWorried(ctx, w.who["teacher"], two, say); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("about one of two children, without saying which: %v, want it asked", err)
		}
		ref, err := w.desk.StillWorried(ctx, w.who["teacher"], w.contact, say)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.strings(t, waitOwner, "x", "partner.worry"); !slices.Equal(got, []string{"manager"}) {
			t.Errorf("the answer is owed by %v, want the manager who decided", got)
		}
		if got := w.strings(t, outboxTo, "x", "worry"); len(got) != 1 || got[0] != "user:manager "+ref+" /worries/"+ref+" " {
			t.Errorf("the notice is %q, want a reference and a link to the manager", got)
		}
		if _, err := w.desk.StillWorried(ctx, w.who["teacher"], w.contact, say); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("a second time before an answer: %v, want it refused", err)
		}
		b, err := w.front.Board(ctx, w.who["other"], contacts.Show{})
		list, _, err2 := w.desk.Worries(ctx, w.who["other"], "open")
		if err != nil || err2 != nil || b.Strip.Worries != 1 || len(list) != 1 || list[0].Child != "Ana Zebedee" || list[0].Due.Sub(list[0].Raised) != 24*time.Hour {
			t.Errorf("the board says %d (%v) and its list %+v (%v), want the one, due in 24 hours", b.Strip.Worries, err, list, err2)
		}
		for _, somebody := range []string{"colleague", "stranger", "nurse", "officer", "worker"} {
			if _, _, err := w.desk.Worry(ctx, w.who[somebody], ref); refusal.KindOf(err) == refusal.Fault {
				t.Errorf("%s opens it: %v, want a refusal", somebody, err)
			}
		}
		for _, somebody := range []string{"screener", "director", "teacher"} {
			if err := w.desk.AnswerWorry(ctx, w.who[somebody], ref, pathway.WorryStands, "No"); refusal.KindOf(err) != refusal.Denied {
				t.Errorf("%s answers it: %v, want it denied", somebody, err)
			}
		}
		w.later(3 * time.Hour)
		if err := w.desk.AnswerWorry(ctx, w.who["other"], ref, pathway.WorryAgain, "We had not known of the bruise"); err != nil {
			t.Fatal(err)
		}
		if err := w.desk.AnswerWorry(ctx, w.who["manager"], ref, pathway.WorryStands, "No"); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("a second answer: %v, want the first to stand", err)
		}
		if got := w.strings(t, outboxTo, "x", "worry-answered"); len(got) != 1 || !strings.HasPrefix(got[0], "user:teacher ") {
			t.Errorf("told %q, want the teacher", got)
		}
		if got := append(w.strings(t, waitOwner, "x", "partner.worry"), w.strings(t, ownedBy, "x", "contact.decision")...); !slices.Equal(got, []string{"other"}) {
			t.Errorf("waits are owed by %v, want a new decision by whoever promised it", got)
		}
		w.later(time.Hour)
		x, _, err := w.desk.Worry(ctx, w.who["teacher"], ref)
		if err != nil || x.Answer != "We had not known of the bruise" || x.Owner != "" {
			t.Fatalf("the teacher reads %+v, %v", x, err)
		}
		if seen, _, err := w.desk.Worry(ctx, w.who["manager"], ref); err != nil || seen.Read != start.Add(4*time.Hour) {
			t.Errorf("the manager sees it read %s (%v), want when the teacher opened it", seen.Read, err)
		}
		w.decided(t, w.contact, "again")
		if got := w.strings(t, ownedBy, "x", "contact.decision"); len(got) != 0 {
			t.Errorf("after it was decided again %v still owe a decision", got)
		}
		w.verify(t)
	})
}

func TestARestrictedChildsWorryIsShownToThoseNamedAndNeverLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ctx := context.Background()
		w.decided(t, w.contact, "")
		p, err := w.front.Open(ctx, w.who["manager"], w.contact)
		if err != nil {
			t.Fatal(err)
		}
		known := p.Contact.Kids[0].PersonID
		if err := w.admin.Restrict(ctx, w.who["manager"], known, access.Restricted, "manager", "Family of a colleague", []string{"manager"}); err != nil {
			t.Fatal(err)
		}
		ref, err := w.desk.StillWorried(ctx, w.who["teacher"], w.contact, partners.Disagreed{Why: "She is afraid", Wants: "A visit"})
		if err != nil {
			t.Fatal(err)
		}
		if got := w.strings(t, waitOwner, "x", "partner.worry"); !slices.Equal(got, []string{admin.RestrictedDeskTeam}) {
			t.Errorf("owed by %v, want the restricted desk", got)
		}
		list, _, err := w.desk.Worries(ctx, w.who["other"], "")
		if err != nil || len(list) != 1 || !list[0].Masked || list[0].Child+list[0].Agency+list[0].Contact != "" {
			t.Errorf("a manager who is not named sees %+v (%v), want that one waits and nothing more", list, err)
		}
		if _, _, err := w.desk.Worry(ctx, w.who["other"], ref); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("and opens it: %v, want to be told whom to ask", err)
		}
		if err := w.desk.AnswerWorry(ctx, w.who["manager"], ref, pathway.WorryMore, "We visit today"); err != nil {
			t.Errorf("whoever is named answers: %v", err)
		}
		if x, _, err := w.desk.Worry(ctx, w.who["teacher"], ref); err != nil || x.Answer != "We visit today" {
			t.Errorf("the teacher reads %+v, %v", x, err)
		}
		if _, err := w.desk.Parties(ctx, w.who["manager"], w.contact); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("writing to an agency about a restricted child: %v, want it refused", err)
		}
		w.verify(t)
	})
}

func TestEachMessageCarriesSentAndReadTimesBothWays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ctx := context.Background()
		child := w.kids(t, w.contact)[0]
		if _, err := w.desk.Write(ctx, w.who["screener"], w.contact, child, "hv", "Do you know her?"); refusal.KindOf(err) != refusal.Invalid {
			t.Fatalf("to an agency that was never asked: %v, want it refused", err)
		}
		if _, err := w.desk.Write(ctx, w.who["nurse"], w.contact, child, "hv", "Hello"); refusal.KindOf(err) != refusal.NotFound {
			t.Fatalf("from an agency that knows nothing of it: %v, want it not found", err)
		}
		id, err := w.desk.Write(ctx, w.who["screener"], w.contact, child, "sch", "Was Ana in school today?")
		if err != nil {
			t.Fatal(err)
		}
		if got := w.strings(t, outboxTo, "x", "message"); len(got) != 1 || got[0] != "dsl@school.example "+w.contact+" /messages/"+id+" " {
			t.Errorf("the notice is %q, want a reference and a link", got)
		}
		unread := func(who string) int {
			t.Helper()
			all, _, err := w.desk.Threads(ctx, w.who[who], true)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, l := range all {
				n += l.Unread
			}
			return n
		}
		if unread("teacher") != 1 || unread("colleague") != 1 || unread("stranger") != 0 || unread("manager") != 0 {
			t.Errorf("unread: teacher %d, colleague %d, another school %d, the front door %d; want 1, 1, 0, 0", unread("teacher"), unread("colleague"), unread("stranger"), unread("manager"))
		}
		w.later(30 * time.Minute)
		for _, somebody := range []string{"stranger", "nurse", "officer", "worker"} {
			if _, _, err := w.desk.Thread(ctx, w.who[somebody], id); refusal.KindOf(err) != refusal.NotFound {
				t.Errorf("%s reads it: %v, want it not found", somebody, err)
			}
			if err := w.desk.Reply(ctx, w.who[somebody], id, "Hello"); refusal.KindOf(err) != refusal.NotFound {
				t.Errorf("%s answers it: %v, want it not found", somebody, err)
			}
		}
		if x, _, err := w.desk.Thread(ctx, w.who["manager"], id); err != nil || !x.Messages[0].Read.IsZero() {
			t.Errorf("its own side opens it: %+v, %v; want it still unread", x.Messages, err)
		}
		if _, _, err := w.desk.Thread(ctx, w.who["colleague"], id); err != nil {
			t.Fatal(err)
		}
		w.later(30 * time.Minute)
		if err := w.desk.Reply(ctx, w.who["teacher"], id, "She came at ten"); err != nil {
			t.Fatal(err)
		}
		b, err := w.front.Board(ctx, w.who["manager"], contacts.Show{})
		if err != nil || b.Strip.Messages != 1 || unread("manager") != 1 {
			t.Errorf("the board says %d unread (%v) and the list %d, want 1", b.Strip.Messages, err, unread("manager"))
		}
		w.later(2 * time.Hour)
		if _, _, err := w.desk.Thread(ctx, w.who["screener"], id); err != nil {
			t.Fatal(err)
		}
		x, _, err := w.desk.Thread(ctx, w.who["teacher"], id)
		if err != nil || len(x.Messages) != 2 {
			t.Fatalf("the thread is %+v, %v", x, err)
		}
		first, second := x.Messages[0], x.Messages[1]
		if first.Sent != start || first.Read != start.Add(30*time.Minute) || first.ReadBy != "colleague" || first.Answered != start.Add(time.Hour) || first.FromAgency {
			t.Errorf("the first message: %+v", first)
		}
		if second.Sent != start.Add(time.Hour) || second.Read != start.Add(3*time.Hour) || second.ReadBy != "screener" || !second.Answered.IsZero() || !second.FromAgency {
			t.Errorf("the answer: %+v", second)
		}
		if err := w.desk.Reply(ctx, w.who["screener"], id, " "); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("an empty message: %v, want it refused", err)
		}
		w.verify(t)
	})
}

// TestTheMedianOfAnswersMatchesWhatHappened writes and answers at known times and holds
// the page, its list, its CSV and its JSON to them, for the agency and the front door
// alike.
func TestTheMedianOfAnswersMatchesWhatHappened(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ctx := context.Background()
		refs := []string{w.contact}
		for _, name := range []string{"Ben", "Cai", "Dot"} {
			refs = append(refs, w.told(t, person.Described{Given: name, Family: "Zebedee", Born: civil.DateOf(2018, 5, 1), AgeStated: -1}))
		}
		// Answered after 60, 120 and 600 minutes; read after 10, 20, 30; one never.
		for i, minutes := range []int{60, 120, 600, 0} {
			w.at(start.Add(time.Duration(24*i) * time.Hour))
			id, err := w.desk.Write(ctx, w.who["manager"], refs[i], w.kids(t, refs[i])[0], "sch", "Was the child in school?")
			if err != nil {
				t.Fatal(err)
			}
			if minutes == 0 {
				continue
			}
			w.later(time.Duration(10*(i+1)) * time.Minute)
			if _, _, err := w.desk.Thread(ctx, w.who["teacher"], id); err != nil {
				t.Fatal(err)
			}
			w.later(time.Duration(minutes-10*(i+1)) * time.Minute)
			if err := w.desk.Reply(ctx, w.who["teacher"], id, "Yes"); err != nil {
				t.Fatal(err)
			}
		}
		w.at(start)
		w.asks(t, w.contact, "hv")
		w.at(start.Add(100 * time.Hour))
		p, err := w.desk.Promptness(ctx, w.who["manager"], start.Date())
		if err != nil {
			t.Fatal(err)
		}
		find := func(agency, what string) partners.Prompt {
			t.Helper()
			for _, r := range p.Rows {
				if r.Agency == agency && r.What == what {
					return r
				}
			}
			t.Fatalf("no row of %s, %s in %+v", agency, what, p.Rows)
			return partners.Prompt{}
		}
		to := find("Hilltop Primary", partners.MessagesTo)
		if to.Sent != 4 || to.Read != 3 || *to.ToRead != 20*60 || to.Answered != 3 || *to.ToAnswer != 120*60 || to.Open != 1 || to.Oldest != start.Add(72*time.Hour) {
			t.Errorf("messages to the school: %+v (read %d, answered %d)", to, *to.ToRead, *to.ToAnswer)
		}
		if back := find("Hilltop Primary", partners.MessagesFrom); back.Sent != 3 || back.Answered != 0 || back.ToAnswer != nil || back.Open != 3 {
			t.Errorf("messages from the school: %+v", back)
		}
		if asked := find("Health visiting", partners.Questions); asked.Sent != 1 || asked.Open != 1 || asked.Oldest != start {
			t.Errorf("the question to health: %+v", asked)
		}
		manager, teacher, nurse := w.as(t, "manager"), w.as(t, "teacher"), w.as(t, "nurse")
		_, theirs := w.get(t, teacher, "/promptness.csv?from=2026-11-24")
		_, ours := w.get(t, manager, "/promptness.csv?from=2026-11-24")
		for _, line := range strings.Split(strings.TrimSpace(theirs), "\r\n")[1:] {
			if !strings.Contains(ours, line) || !strings.HasPrefix(line, "Hilltop") {
				t.Errorf("the school's file has %q, which the front door's has not", line)
			}
		}
		if n := strings.Count(theirs, "\r\n"); n != 3 {
			t.Errorf("the school's file has %d lines, want its two rows and the head", n)
		}
		if _, body := w.get(t, nurse, "/promptness"); strings.Contains(body, "Hilltop") || !strings.Contains(body, "Health visiting") {
			t.Error("a nurse sees another agency's promptness, or not her own")
		}
		for _, r := range p.Rows {
			for only, want := range map[string]int{"": r.Sent, "read": r.Read, "answered": r.Answered, "open": r.Open} {
				q := url.Values{"agency": {map[string]string{"Hilltop Primary": "sch", "Health visiting": "hv"}[r.Agency]}, "what": {r.What}, "only": {only}, "from": {"2026-11-24"}}
				var got struct {
					Rows []map[string]any `json:"rows"`
				}
				code, body := w.get(t, manager, "/promptness/list.json?"+q.Encode())
				if err := json.Unmarshal([]byte(body), &got); err != nil || code != http.StatusOK || len(got.Rows) != want {
					t.Errorf("%s %s %q opens %d rows (%d, %v), the page says %d", r.Agency, r.What, only, len(got.Rows), code, err, want)
				}
				if _, file := w.get(t, manager, "/promptness/list.csv?"+q.Encode()); strings.Count(file, "\r\n") != want+1 {
					t.Errorf("%s %s %q: the file has %d lines, want %d", r.Agency, r.What, only, strings.Count(file, "\r\n"), want+1)
				}
				if strings.Contains(body, "Zebedee") {
					t.Error("a list without names names a child")
				}
			}
		}
	})
}

func TestAPartnersHomeSaysWhatWaitsAndNothingOfOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		teacher, nurse, officer := w.as(t, "teacher"), w.as(t, "nurse"), w.as(t, "officer")
		for name, c := range map[string]*http.Client{"nurse": nurse, "officer": officer} {
			code, body := w.get(t, c, "/partner")
			if code != http.StatusOK || !strings.Contains(body, "Nothing is waiting for you. Checked 09:00") {
				t.Errorf("%s, of whom nothing is asked: %d, want it said that nothing waits and when that was looked", name, code)
			}
			if strings.Contains(body, w.contact) || strings.Contains(body, "Zebedee") {
				t.Errorf("%s sees the school's referral", name)
			}
		}
		w.asks(t, w.contact, "hv")
		if _, body := w.get(t, nurse, "/partner"); strings.Contains(body, "Nothing is waiting") || !strings.Contains(body, "When was she last seen?") {
			t.Error("a question does not show on the home of the agency that was asked")
		}
		var questions struct{ Rows []struct{ ID string } }
		_, body := w.get(t, nurse, "/partner/questions.json")
		if err := json.Unmarshal([]byte(body), &questions); err != nil || len(questions.Rows) != 1 {
			t.Fatalf("her questions as a file: %q, %v", body, err)
		}
		if code, _ := w.get(t, teacher, "/partner/questions/"+questions.Rows[0].ID); code != http.StatusNotFound {
			t.Errorf("a teacher opens the nurse's question: %d, want it not found", code)
		}
		w.decided(t, w.contact, "")
		_, body = w.get(t, teacher, "/partner")
		if !strings.Contains(body, w.contact) || !strings.Contains(body, "I am still worried") || strings.Contains(body, "explained by the mother") {
			t.Error("the teacher's home must show the referral, offer to disagree and keep the reasons back")
		}
		if _, body := w.get(t, w.as(t, "colleague"), "/partner/referrals.json"); !strings.Contains(body, `"rows": []`) {
			t.Errorf("a colleague sees what she did not send: %s", body)
		}
		path := "/partner/referrals/" + w.contact + "/worry"
		code, body := w.post(t, teacher, path, url.Values{"why": {"She sleeps in class"}, "wants": {""}})
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, "She sleeps in class") || !strings.Contains(body, "Enter what you think should happen") {
			t.Errorf("half an answer: %d, want it said and the words kept", code)
		}
		if code, body = w.post(t, teacher, path, url.Values{"why": {"She sleeps in class"}, "wants": {"A visit"}}); code != http.StatusOK || !strings.Contains(body, "You are still worried") || !strings.Contains(body, "24 h left") {
			t.Errorf("sent: %d %.300s", code, body)
		}
		if _, body = w.get(t, officer, "/worries"); strings.Contains(body, "PW-26") {
			t.Error("an officer sees a school's disagreement")
		}
	})
}
