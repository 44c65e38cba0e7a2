package demo_test

import (
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/encompass"
	"frontdoor/internal/desk/enquiries"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/feed"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

var now = civil.DateOf(2026, 11, 24).AtTime(12, 7)

func build(t *testing.T, d *db.DB, opt demo.Options) (*demo.Built, *record.Record) {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	opt.Now = now
	built, err := demo.Build(context.Background(), d, set, civil.England(), opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	return built, record.New(d, set, civil.England(), func() civil.Instant { return now })
}

// recordAt is the same record at another moment.
func recordAt(t *testing.T, d *db.DB, at civil.Instant) *record.Record {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	return record.New(d, set, civil.England(), func() civil.Instant { return at })
}

func persona(t *testing.T, b *demo.Built, r *record.Record, role access.Role) access.Actor {
	t.Helper()
	for _, p := range b.Personas {
		if p.Role == role {
			who, err := r.FindActor(context.Background(), b.Authority, p.UserID)
			if err != nil {
				t.Fatal(err)
			}
			return who
		}
	}
	t.Fatalf("no persona is a %s", role)
	return access.Actor{}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// TestTheTruthIsWhatPagesListsAndFilesSay holds the planted numbers against the
// figures, the lists behind them, the CSV and the proof of the record.
func TestTheTruthIsWhatPagesListsAndFilesSay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		opt := demo.Options{Number: 1, Weeks: 6, Children: 600}
		if d.Engine() == db.SQLite {
			opt = demo.Options{Number: 1} // the demo as it is served
		}
		built, r := build(t, d, opt)
		truth := built.Truth
		if d.Engine() == db.SQLite {
			equal(t, "PF1 incidents", truth.PF1.Incidents, 600)
			equal(t, "PF1 medium", truth.PF1.Medium, 180)
			equal(t, "PF1 medium after 7 days", truth.PF1.MediumOver7Days, 74)
			equal(t, "PF1 received", truth.PF1.Received, 588)
			equal(t, "PF5 recommended", truth.PF5.Strategy, 120)
			equal(t, "PF5 held more than 21 days later", truth.PF5.HeldLate, 35)
			equal(t, "PF5 met without police", truth.PF5.WithoutPolice, 14)
			equal(t, "PF5 met without health", truth.PF5.WithoutHealth, 6)
			equal(t, "PF5 trigger met, never considered", truth.PF5.Unconsidered, 8)
			equal(t, "PF5 section 47 late because of its discussion", truth.PF5.LateEnquiries, 11)
			equal(t, "PF5 section 47 started before its discussion", truth.PF5.Early, 3)
			equal(t, "work open twice", truth.Twice, 4)
			equal(t, "met again with police", truth.Second >= 5, true)
			equal(t, "PF19 facts ask for both", truth.PF19.Criteria, 40)
			equal(t, "PF19 not decided together", truth.PF19.Undecided, 15)
			equal(t, "PF19 suspects not spoken to", truth.PF19.Suspects, 6)
			equal(t, "PF19 children not spoken to", truth.PF19.Victims, 5)
			equal(t, "PF13 referrals", truth.PF13.Referrals, 400)
			equal(t, "PF13 by phone", truth.PF13.ByPhone, 240)
			equal(t, "PF13 agreement unknown", truth.PF13.ConsentUnknown, 170)
			equal(t, "PF20 decided twice", truth.PF20.Twice, 25)
			equal(t, "PF20 differently", truth.PF20.Disagree, 9)
		}
		owed(t, built, r)
		escalated(t, built, r, max(opt.Weeks, 26*(1-min(opt.Weeks, 1))))
		desk := contacts.New(r)
		scored(t, r, persona(t, built, r, access.Director), truth, since(civil.DateOf(2025, 1, 1), now.Date()))
		director, manager := persona(t, built, r, access.Director), persona(t, built, r, access.FrontDoorManager)
		from := civil.DateOf(2025, 1, 1)
		f, err := desk.Figures(ctx, director, from)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range f.Lag {
			if l.Grade != "medium" {
				continue
			}
			equal(t, "medium received", l.N, truth.PF1.Medium)
			equal(t, "medium after 7 days", l.Over, truth.PF1.MediumOver7Days)
			equal(t, "longest in days", int(feed.Duration(l.Longest).Hours()/24), truth.PF1.MaxDays)
			list, err := feeds.New(r).List(ctx, director, feeds.Filter{From: from, To: now.Date(), Grade: "medium", Over: 7}, true)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "the list behind it", len(list.Rows), l.Over)
		}
		for _, c := range f.Channels {
			want := map[string]int{"phone call": truth.Contacts["phone"], "referral form": truth.Contacts["form"], "police notification": truth.Contacts["police"]}[c.Name]
			equal(t, "contacts by "+c.Name, c.N, want)
		}
		equal(t, "agreement unknown", f.Unknown.N, truth.PF13.ConsentUnknown)
		equal(t, "decided in time", f.InTime.N, truth.DecidedInTime)
		equal(t, "decided late", f.InTime.Of-f.InTime.N, truth.DecidedLate)
		equal(t, "decided twice", f.Twice.N, truth.PF20.Twice)
		equal(t, "decided differently", f.Twice.Differ, truth.PF20.Disagree)
		met, err := meetings.New(r).Meetings(ctx, manager)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "discussions held late", len(met.Figures.HeldLate), truth.PF5.HeldLate)
		equal(t, "discussions without police", len(met.Figures.WithoutPolice), truth.PF5.WithoutPolice)
		equal(t, "discussions without health", len(met.Figures.WithoutHealth), truth.PF5.WithoutHealth)
		standing, _, err := meetings.New(r).Unconsidered(ctx, manager)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "trigger met, nothing considered", len(standing), truth.PF5.Unconsidered)
		for _, x := range met.Figures.HeldLate {
			if x.Days <= 21 || x.Days > 36 {
				t.Errorf("%s is said to have been held %d days late", x.Ref, x.Days)
			}
		}
		asked, err := enquiries.New(r).Enquiries(ctx, manager)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "enquiries not decided together", len(asked.Undecided), truth.PF19.Undecided)
		equal(t, "suspects not spoken to in time", len(asked.Suspects), truth.PF19.Suspects)
		equal(t, "children not spoken to in time", len(asked.Victims), truth.PF19.Victims)
		together(t, r, manager, persona(t, built, r, access.PoliceReferral), truth)
		waits, err := waiting.New(r).List(ctx, manager, waiting.Filter{}, waiting.Cursor{}, -1)
		if err != nil {
			t.Fatal(err)
		}
		open, late, identify := 0, 0, 0
		for _, w := range waits.Rows {
			switch w.Step {
			case timescale.ContactDecision:
				open++
				if w.Late {
					late++
				}
			case timescale.IdentifyChild:
				identify++
			}
		}
		equal(t, "children waiting for a decision", open, truth.ChildrenOpen)
		equal(t, "of them late", late, truth.ChildrenLate)
		equal(t, "children to identify", identify, truth.PF1.IdentifyOpen)
		all, _ := waits.Total()
		equal(t, "the count beside the list", all, len(waits.Rows))
		proofs, err := r.Verify(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range proofs {
			if !p.OK() {
				t.Errorf("verify: %v", p.Faults)
			}
		}
		loadTruth(t, r, manager, truth)
		schoolTruth(t, built, r, truth)
		pages(t, built, r, truth)
		people(t, desk, manager, truth)
		whoIsThis(t, desk, persona(t, built, r, access.Screener))
		twice(t, r, truth)
		lagTruth(t, r, director, truth)
		reviewTruth(t, r, manager, truth)
		helpTruth(t, r, manager, director, truth)
		teamTruth(t, built, r, truth)
		heardTruth(t, r, manager, persona(t, built, r, access.Analyst), truth)
		linkTruth(t, r, manager, persona(t, built, r, access.SocialWorker), truth)
		jointTruth(t, r, persona(t, built, r, access.Inspector), director, truth)
		if d.Engine() == db.SQLite {
			feedTruth(t, d, r, built)
		}
	})
}

// together holds the lists of discussions and enquiries against what was planted: each
// has exactly its plants, and nothing beside them.
func together(t *testing.T, r *record.Record, manager, officer access.Actor, truth demo.Truth) {
	t.Helper()
	ctx := context.Background()
	met, held := meetings.New(r), enquiries.New(r)
	theirs, err := held.Enquiries(ctx, officer)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "suspects not spoken to, as the police see it", len(theirs.Suspects), truth.PF19.Suspects)
	equal(t, "children not spoken to, as the police see it", len(theirs.Victims), truth.PF19.Victims)
	late, err := held.LateStarts(ctx, manager)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "section 47 late because of its discussion", len(late.Late), truth.PF5.LateEnquiries)
	equal(t, "section 47 started before its discussion", len(late.Early), truth.PF5.Early)
	for _, x := range late.Early {
		if x.Early == "" || x.ByName == "" {
			t.Errorf("%s was started early without a reason or a name", x.Ref)
		}
	}
	second, _, err := met.SecondTimes(ctx, manager)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "met again because police were not there", len(second), truth.Second)
	twice, _, err := held.Twices(ctx, manager)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "work open twice", len(twice), truth.Twice)
	waited, _, err := met.Meanwhile(ctx, manager)
	if err != nil {
		t.Fatal(err)
	}
	unseen, long := 0, 0
	for _, w := range waited {
		if w.TooLong {
			unseen++
		}
		if !w.Held.IsZero() || w.Asked.Date().DaysUntil(now.Date()) > 5 {
			long++
		}
	}
	equal(t, "children not seen in time while they waited", unseen, truth.PF5.Unseen)
	equal(t, "children who waited longer than a visit", long, truth.PF5.Waited)
	alone, err := held.Singles(ctx, manager)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "enquiries by social care alone", len(alone.Rows), truth.Single.N)
	reasons := map[string]int{}
	for _, x := range alone.Rows {
		reasons[x.Reason]++
		if silent := x.Reason == "police_silent"; x.Police.IsZero() != silent && x.Agreed {
			t.Errorf("%s: police answered %s, reason %s", x.Ref, x.Police.Words(), x.Reason)
		}
	}
	for k, n := range truth.Single.Reasons {
		equal(t, "alone because "+k, reasons[k], n)
	}
	for _, w := range alone.Weeks {
		equal(t, "alone in the week of "+w.From.String(), w.Alone, truth.Single.Weeks[w.From.String()])
	}
}

// getAs opens a page as one of the demo's people.
func getAs(t *testing.T, ts *httptest.Server, user, path string) string {
	t.Helper()
	c := &http.Client{Jar: &oneJar{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(ts.URL+"/demo/sign-in", url.Values{"as": {user}})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res, err = c.Get(ts.URL + path); err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s as %s: %d, %v", path, user, res.StatusCode, err)
	}
	return string(b)
}

// pages asks the served pages for the same numbers: the police and the director get
// the same file, byte for byte.
func pages(t *testing.T, built *demo.Built, r *record.Record, truth demo.Truth) {
	t.Helper()
	banner := &web.Demo{Authority: built.Authority}
	for _, p := range built.Personas {
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.UserID, Name: p.Name})
	}
	srv := web.NewServer(r, web.Settings{Version: "test", Demo: banner})
	contacts.New(r).Routes(srv)
	feeds.New(r).Routes(srv)
	meetings.New(r).Routes(srv)
	enquiries.New(r).Routes(srv)
	ts := httptest.NewServer(srv.Handler())
	defer ts.Close()
	get := func(user, path string) string { return getAs(t, ts, user, path) }
	lists(t, get, truth)
	csvPath := "/figures/police.csv?grade=medium&over=7&from=2025-01-01"
	theirs, ours := get("b.tanner", csvPath), get("h.lawal", csvPath)
	if theirs != ours {
		t.Error("the police and the director get different files")
	}
	rows, err := csv.NewReader(strings.NewReader(ours)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "rows of the file", len(rows)-1, truth.PF1.MediumOver7Days)
	if page := get("h.lawal", "/figures?from=2025-01-01"); !strings.Contains(page, fmt.Sprintf("%d<span class=\"fd-hide\"> Medium after 7 days", truth.PF1.MediumOver7Days)) {
		t.Error("the page does not show the number of medium notifications after 7 days")
	}
}

// lists asks each list for its page and its files: the heading says how many rows the
// files have.
func lists(t *testing.T, get func(user, path string) string, truth demo.Truth) {
	t.Helper()
	for path, want := range map[string]int{
		"/triggers": truth.PF5.Unconsidered, "/enquiries/late": truth.PF5.LateEnquiries, "/meetings/second": truth.Second, "/enquiries/duplicates": truth.Twice,
		"/enquiries/suspects": truth.PF19.Suspects, "/enquiries/first-accounts": truth.PF19.Victims, "/enquiries/single": truth.Single.N,
	} {
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(get("m.ali", path+".csv"), "\uFEFF"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		equal(t, path+".csv", len(rows)-1, want)
		var body struct {
			Total int              `json:"total"`
			Rows  []map[string]any `json:"rows"`
		}
		if err := json.Unmarshal([]byte(get("m.ali", path+".json")), &body); err != nil {
			t.Fatal(err)
		}
		equal(t, path+".json", body.Total, want)
		equal(t, path+".json, its rows", len(body.Rows), want)
		for i, row := range body.Rows {
			for j, key := range rows[0] {
				if got := fmt.Sprint(row[key]); got != rows[i+1][j] && row[key] != nil {
					t.Errorf("%s: row %d: %s is %q in one file and %q in the other", path, i, key, got, rows[i+1][j])
				}
			}
		}
		page := get("m.ali", path)
		if n := strings.Count(page, "<tr>") - 1; want > 0 && n < want || !strings.Contains(page, path+".csv") && want > 0 {
			t.Errorf("%s: the page has %d rows, the files %d", path, n, want)
		}
	}
}

type oneJar struct{ cookies []*http.Cookie }

func (j *oneJar) SetCookies(_ *url.URL, c []*http.Cookie) { j.cookies = append(j.cookies, c...) }

func (j *oneJar) Cookies(*url.URL) []*http.Cookie { return j.cookies }

// people checks PF15: a planted slip is proposed nearly always, and nobody was ever
// attached by the system to another child through one.
func people(t *testing.T, desk *contacts.Desk, who access.Actor, truth demo.Truth) {
	t.Helper()
	ctx := context.Background()
	found, same, attached := 0, 0, 0
	second := map[string]string{} // of a child who was recorded twice
	for _, p := range truth.PF15.Twice {
		second[p.Person] = p.Second
	}
	is := func(ref string, p demo.Pair) bool { return ref == p.Person || p.Same && ref == second[p.Person] }
	for _, p := range truth.PF15.Pairs {
		page, err := desk.People(ctx, who, p.Contact)
		if err != nil {
			continue // restricted since: concealed from this manager
		}
		k := page.Contact.Kids[p.Child]
		if k.Link == "system" {
			attached++
			if right := is(page.Persons[k.PersonID].Ref, p); right != p.Same {
				t.Errorf("contact %s: a child described with a slip (%s) was attached by the system to somebody else", p.Contact, p.Kind)
			}
		}
		if !p.Same {
			continue
		}
		same++
		if slices.ContainsFunc(page.Who[k.ID].Found, func(c contacts.Looked) bool { return is(c.Ref, p) }) {
			found++
		}
	}
	t.Logf("PF15: %d of %d children described with a slip were proposed, %d attached by the system", found, same, attached)
	// 145 of 150, as findings.md asks; a short demo has fewer, and one may be too thin.
	spare := 0
	if same < 150 {
		spare = 1
	}
	if found < same*145/150-spare {
		t.Errorf("PF15: %d of %d proposed, want at least 145 in 150", found, same)
	}
}

func TestTheSameNumberGivesTheSameAuthority(t *testing.T) {
	var truths [2]string
	for i := range truths {
		built, _ := build(t, dbtest.SQLite(t), demo.Options{Number: 7, Weeks: 3, Children: 200})
		b, err := built.Truth.JSON()
		if err != nil {
			t.Fatal(err)
		}
		truths[i] = built.DoorSecret + string(b)
	}
	if truths[0] != truths[1] {
		t.Error("two builds from one number differ")
	}
}

var proposedPairs = db.SQL("demo_test.proposed-pairs", `
	SELECT k.ref, j.ref, m.state FROM person_merge m
	JOIN person k ON k.id = m.kept_id AND k.authority_id = m.authority_id
	JOIN person j ON j.id = m.joined_id AND j.authority_id = m.authority_id
	WHERE m.authority_id = $1`)

// twice checks the other half of PF15: children who were recorded again through a slip
// are proposed as one child, twins are not, and nobody was joined.
func twice(t *testing.T, r *record.Record, truth demo.Truth) {
	t.Helper()
	ctx := context.Background()
	type row struct{ one, other, state string }
	var rows []row
	err := r.DB.Read(ctx, func(q db.Queryer) (err error) {
		rows, err = db.Collect(ctx, q, func(r *sql.Rows, x *row) error { return r.Scan(&x.one, &x.other, &x.state) }, proposedPairs, "demo")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	proposed := map[[2]string]bool{}
	for _, x := range rows {
		proposed[[2]string{x.one, x.other}], proposed[[2]string{x.other, x.one}] = true, true
		if x.state != "suggested" {
			t.Errorf("%s and %s are %s: the sweep only suggests", x.one, x.other, x.state)
		}
	}
	for _, p := range truth.PF15.Pairs {
		if !p.Same && p.Second != "" && proposed[[2]string{p.Person, p.Second}] {
			t.Errorf("contact %s: twins are proposed as one child", p.Contact)
		}
	}
	found, all := 0, 0
	missed := map[string]int{}
	for _, p := range truth.PF15.Twice {
		if p.Second == "" {
			continue // not screened yet
		}
		all++
		if proposed[[2]string{p.Person, p.Second}] {
			found++
		} else {
			missed[p.Kind]++
		}
	}
	t.Logf("PF15: %d of %d children recorded twice were proposed (missed by kind: %v); %d pairs proposed in all", found, all, missed, len(rows))
	if r.DB.Engine() == db.SQLite {
		equal(t, "PF15 children described with a slip and twins", len(truth.PF15.Pairs), 180)
		equal(t, "PF15 children recorded twice", all, 150)
	}
	if len(rows) > all+all/10 {
		t.Errorf("PF15: %d pairs proposed for %d children recorded twice: too many are of two children", len(rows), all)
	}
	if found*150 < all*145 && all-found > 1 { // of the few of a short history one may be missed
		t.Errorf("PF15: %d of %d proposed, want at least 145 in 150", found, all)
	}
}

// schoolTruth holds what was planted of telling schools against the report, the list of
// the school's lead, and the same file for the police.
func schoolTruth(t *testing.T, built *demo.Built, r *record.Record, truth demo.Truth) {
	t.Helper()
	ctx := context.Background()
	desk := encompass.New(r)
	f := encompass.Filter{From: civil.DateOf(2025, 11, 7), To: now.Date(), Of: encompass.OfPolice}
	report, err := desk.Report(ctx, persona(t, built, r, access.Director), f)
	if err != nil || len(report.Rows) != 1 {
		t.Fatalf("the report has %d forces, %v", len(report.Rows), err)
	}
	equal(t, "schools told by the police", report.Rows[0].Counts[encompass.OfPolice], truth.Encompass.ToldByPolice)
	list, err := desk.List(ctx, persona(t, built, r, access.PoliceReferral), f)
	if err != nil {
		t.Fatal(err)
	}
	late := 0
	for _, x := range list.Rows {
		if x.State == "after" {
			late++
		}
	}
	equal(t, "of them after the day had started", late, truth.Encompass.ToldByPoliceLate)
	mine, err := desk.Mine(ctx, persona(t, built, r, access.Referring), 1000)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "unread at the school that can be tried", mine.Unread, truth.Encompass.HilltopUnread)
	if mine.Unread == 0 || mine.Unread == len(mine.Rows) {
		t.Errorf("%d of %d notices are unread: want some of each", mine.Unread, len(mine.Rows))
	}
}
