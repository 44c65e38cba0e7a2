package feeds_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/feed"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
)

// place is an authority with two forces and a clock that the test sets.
type place struct {
	t        *testing.T
	record   *record.Record
	contacts *contacts.Desk
	feeds    *feeds.Desk
	now      civil.Instant
	director access.Actor
	manager  access.Actor
	officer  access.Actor // of the first force
	other    access.Actor // of the second
	serial   int
}

func actor(id string, role access.Role, agency string) access.Actor {
	a := access.Actor{ID: id, Name: id, Authority: "x", AgencyID: agency, Roles: []access.Role{role}}
	if agency != "" {
		a.AgencyKind = "police"
	}
	return a
}

func newPlace(t *testing.T, d *db.DB, set *timescale.Set) *place {
	t.Helper()
	if set == nil {
		var err error
		if set, err = timescale.Statutory(); err != nil {
			t.Fatal(err)
		}
	}
	p := &place{t: t, now: civil.DateOf(2026, 1, 5).AtTime(8, 0), director: actor("director", access.Director, ""), manager: actor("manager", access.FrontDoorManager, ""),
		officer: actor("officer", access.PoliceReferral, "pol"), other: actor("other", access.PoliceReferral, "pol-2")}
	p.record = record.New(d, set, civil.England(), func() civil.Instant { return p.now })
	p.contacts, p.feeds = contacts.New(p.record), feeds.New(p.record)
	a := admin.New(p.record)
	ctx := context.Background()
	if err := a.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}); err != nil {
		t.Fatal(err)
	}
	for _, o := range []admin.Organisation{{ID: "pol", Kind: "police", Name: "Mercia Vale Police"}, {ID: "pol-2", Kind: "police", Name: "Transport police"}} {
		if _, err := a.AddOrganisation(ctx, admin.Service("x"), o); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// send has a force send a notification now, of an incident so long ago.
func (p *place) send(force, grade, district string, lag time.Duration) contacts.Received {
	p.t.Helper()
	p.serial++
	at := p.now.Add(-lag)
	got, err := p.contacts.Receive(context.Background(), access.Actor{ID: "key", Name: force, Authority: "x", AgencyID: force, AgencyKind: "police", Roles: []access.Role{access.Door}}, contacts.Arrival{
		Channel: "police", SourceKind: "police", SourceName: force, OrganisationID: force, SenderRef: fmt.Sprintf("R-%04d", p.serial), Grade: grade, District: district,
		IncidentAt: at, ReportedAt: at.Add(lag / 4), GradedAt: at.Add(lag / 2), SentAt: p.now, Children: []person.Described{{AgeStated: 4, Words: "A child of about 4"}},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return got
}

func (p *place) lags(who access.Actor, f feeds.Filter) *feeds.Lags {
	p.t.Helper()
	l, err := p.feeds.Lags(context.Background(), who, f)
	if err != nil {
		p.t.Fatal(err)
	}
	return l
}

func (p *place) list(who access.Actor, f feeds.Filter) []feeds.Arrived {
	p.t.Helper()
	l, err := p.feeds.List(context.Background(), who, f, true)
	if err != nil {
		p.t.Fatal(err)
	}
	return l.Rows
}

func year() feeds.Filter {
	return feeds.Filter{From: civil.DateOf(2026, 1, 1), To: civil.DateOf(2026, 12, 31)}
}

func whole(l *feeds.Lags, force, district, grade string) feeds.Lag {
	for _, r := range l.Rows {
		if r.Force == force && r.District == district && r.Grade == grade && r.Stage == feed.Told.Key() {
			return r
		}
	}
	return feeds.Lag{}
}

// someWeeks sends three notifications a day for some weeks, with lags that are known.
func (p *place) someWeeks(weeks int) {
	for day := range 7 * weeks {
		p.now = civil.DateOf(2026, 1, 5).AddDays(day).AtTime(10, 0)
		p.send("pol", "medium", "North", time.Duration(6+day)*time.Hour)
		p.send("pol", "high", "South", 3*time.Hour)
		p.send("pol-2", "medium", "", 100*time.Hour)
	}
}

func TestLagByStageDistrictAndGrade(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d, nil)
		p.someWeeks(3) // 21 days: lags of 6 to 26 hours in the north
		l := p.lags(p.director, year())
		want := feed.Spread{N: 21, Median: 16 * 3600, P90: 24 * 3600, P95: 25 * 3600, Longest: 26 * 3600}
		for _, district := range []string{"North", "all"} {
			got := whole(l, "pol", district, "medium")
			if s := (feed.Spread{N: got.N, Median: got.Median, P90: got.P90, P95: got.P95, Longest: got.Longest}); s != want {
				t.Errorf("medium in %s: got %+v, want %+v", district, s, want)
			}
			if got.Late != 2 { // 25 and 26 hours, and the limit is 24
				t.Errorf("medium in %s: %d over the limit, want 2", district, got.Late)
			}
		}
		if got := whole(l, "pol-2", "not said", "medium"); got.N != 21 || got.Late != 21 {
			t.Errorf("the other force: %+v, want 21 notifications, all over the limit", got)
		}
		for _, r := range l.Rows {
			f := year()
			f.Force, f.Grade = r.Force, r.Grade
			if f.Stage, _ = feed.StageOf(r.Stage); r.District != "all" {
				f.District = map[bool]string{true: "-", false: r.District}[r.District == "not said"]
			}
			if got := len(p.list(p.director, f)); got != r.N {
				t.Errorf("%s %s %s %s: the figure is %d and its list has %d", r.Force, r.District, r.Grade, r.Stage, r.N, got)
			}
			if f.Late = true; r.Stage == feed.Told.Key() && len(p.list(p.director, f)) != r.Late {
				t.Errorf("%s %s %s: %d over the limit and the list has another number", r.Force, r.District, r.Grade, r.Late)
			}
		}
	})
}

// TestThePoliceSeeTheirOwnAndTheSame: one page, one file, byte for byte, and nothing of
// another force.
func TestThePoliceSeeTheirOwnAndTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d, nil)
		p.someWeeks(2)
		bytesOf := func(who access.Actor, force string) string {
			f := year()
			f.Force = force
			var b bytes.Buffer
			if err := p.lags(who, f).Sheet().WriteCSV(&b); err != nil {
				t.Fatal(err)
			}
			l, err := p.feeds.List(context.Background(), who, f, true)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Sheet().WriteCSV(&b); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		ours, theirs := bytesOf(p.director, "pol"), bytesOf(p.officer, "")
		if ours != theirs {
			t.Errorf("the files differ: %d and %d bytes", len(ours), len(theirs))
		}
		if asked := bytesOf(p.officer, "pol-2"); asked != theirs || strings.Contains(asked, "pol-2") {
			t.Error("an officer who asks for another force gets another file than their own")
		}
	})
}

const twoLimits = `
[[timescale]]
key = "police.notify.medium"
id = "PD1"
name = "Police notification, medium risk"
source = "Local agreement"
strength = "L"
starts = "the incident"
stops = "the notification is received"
waits_on = "police"
length = 5
unit = "days"
from = 2010-04-01
reviewed = 2026-01-01
tell = { warn = ["police"], breach = ["police"], twice = ["director"] }
`

// TestATighterLimitCountsFromItsDate is finding 3: the agreed maximum goes from five
// days to two on 16 January, and what happened before keeps five.
func TestATighterLimitCountsFromItsDate(t *testing.T) {
	statutory, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	old, err := timescale.Read([]byte(twoLimits + only(t, statutory)))
	if err != nil {
		t.Fatal(err)
	}
	tighter, err := old.WithOverlay([]byte(strings.Replace(strings.Replace(twoLimits, "length = 5", "length = 2", 1), "2010-04-01", "2026-01-16", 1)))
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d, old)
		for day := range 21 { // one a day, three days after the incident, and one very late
			p.now = civil.DateOf(2026, 1, 5).AddDays(day).AtTime(10, 0)
			p.send("pol", "medium", "North", 72*time.Hour)
		}
		p.send("pol", "medium", "North", 20*24*time.Hour)
		p.now = civil.DateOf(2026, 1, 27).AtTime(10, 0)
		if got := whole(p.lags(p.director, year()), "pol", "all", "medium"); got.Late != 1 {
			t.Errorf("with five days: %d over the limit, want 1", got.Late)
		}
		p.record.Timescales = tighter
		l := p.lags(p.director, year())
		// incidents of 16 to 22 January, received 19 to 25 January, and the old breach
		if got := whole(l, "pol", "all", "medium"); got.Late != 7+1 {
			t.Errorf("with two days from 16 January: %d over the limit, want 8", got.Late)
		}
		f := year()
		f.Late = true
		rules := map[string]int{}
		for _, a := range p.list(p.director, f) {
			rules[a.Limit]++
		}
		if rules["5 days"] != 1 || rules["2 days"] != 7 {
			t.Errorf("the list names the rules %v, want one by 5 days and seven by 2 days", rules)
		}
		shown := ""
		for _, limit := range l.Limits {
			if limit.Grade == "medium" {
				shown += limit.Limit + " by " + limit.Rule + "; "
			}
		}
		if want := "5 days by PD1 from 2010-04-01; 2 days by PD1 from 2026-01-16 local; "; shown != want {
			t.Errorf("the page shows the limits %q, want %q", shown, want)
		}
	})
}

// only is every other limit, so that the rest of the service has its own.
func only(t *testing.T, set *timescale.Set) string {
	t.Helper()
	var b strings.Builder
	for _, r := range set.Rules() {
		if r.Key == timescale.PoliceMedium {
			continue
		}
		fmt.Fprintf(&b, "[[timescale]]\nkey = %q\nid = %q\nname = %q\nsource = %q\nstrength = %q\nstarts = %q\nstops = %q\nwaits_on = %q\nlength = %d\nunit = %q\nwarn = %q\nfrom = %s\nreviewed = %s\ntell = { warn = [%q], breach = [%q], twice = [%q] }\n",
			r.Key, r.ID, r.Name, r.Source, r.Strength, r.Starts, r.Stops, r.WaitsOn, r.Length, r.Unit, r.Warn, r.From, r.Reviewed, r.Tell.Warn[0], r.Tell.Breach[0], r.Tell.Twice[0])
	}
	return b.String()
}

// TestFiguresAreARecount: what was made beforehand, what is read from contacts, and
// what verify counts are the same, whatever changed in between.
func TestFiguresAreARecount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		p := newPlace(t, d, nil)
		p.someWeeks(2)
		look := func() string { return fmt.Sprint(p.lags(p.director, year()).Sheet()) }
		p.now = civil.DateOf(2026, 1, 18).AtTime(23, 0)
		made := look()
		proofs, err := p.record.Verify(ctx)
		if err != nil || !proofs[0].OK() || proofs[0].FeedDays == 0 {
			t.Fatalf("verify: %+v, %v", proofs, err)
		}
		p.now = civil.DateOf(2026, 1, 19).AtTime(9, 0)
		back := p.now
		p.now = civil.DateOf(2026, 1, 8).AtTime(9, 0)
		p.send("pol", "medium", "North", 30*time.Hour) // told by telephone, recorded days later
		p.now = back
		live := ""
		err = p.record.Look(ctx, p.director, access.PurposeOversight, func(v *record.View) error {
			if _, err := v.Scope(access.SeePromptness); err != nil {
				return err
			}
			cells, err := v.FeedCells(ctx, year().From, year().To, "", record.Whole)
			if err != nil {
				return err
			}
			sameParts(ctx, t, v, cells)
			rows, err := record.LagRows(cells)
			live = fmt.Sprint(rows)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		again := look()
		if again == made {
			t.Error("a notification that came afterwards is not counted")
		}
		err = p.record.Look(ctx, p.director, access.PurposeOversight, func(v *record.View) error {
			if _, err := v.Scope(access.SeePromptness); err != nil {
				return err
			}
			cells, err := v.FeedCells(ctx, year().From, year().To, "", record.Whole)
			if err != nil {
				return err
			}
			sameParts(ctx, t, v, cells)
			rows, err := record.LagRows(cells)
			if got := fmt.Sprint(rows); got != live {
				t.Errorf("read from contacts and made beforehand differ:\n%s\n%s", live, got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(ctx, func(q db.Queryer) error {
			_, err := q.ExecContext(ctx, spoil, "x")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		proofs, err = p.record.Verify(ctx)
		if err != nil || proofs[0].OK() || !strings.Contains(proofs[0].Faults[0], "2026-01-08") {
			t.Errorf("verify of a spoiled day: %+v, %v; want a fault that names it", proofs[0].Faults, err)
		}
	})
}

var spoil = db.SQL("feeds_test.spoil", `UPDATE feed_day SET arrived = arrived + 1 WHERE authority_id = $1 AND day = '2026-01-08' AND grade = 'medium' AND organisation_id = 'pol'`)

const januaryList = `reference,incident_at,grade,district,sent_at
R-0001,2026-01-05T04:00:00Z,medium,North,2026-01-05T10:00:00Z
r-0002 ,2026-01-05T07:00:00Z,standard,South,
X-1,2026-01-06T22:00:00Z,medium,North,
X-2,2026-01-07T22:00:00Z,high,North,2026-01-08T08:00:00Z
`

// TestReconciliation: what is never sent, what is sent and never arrived, what is here
// and not listed, and a grade that differs are each named once, kept, and owned.
func TestReconciliation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		p := newPlace(t, d, nil)
		p.now = civil.DateOf(2026, 1, 5).AtTime(10, 0)
		p.send("pol", "medium", "North", 6*time.Hour) // R-0001
		p.send("pol", "high", "South", 3*time.Hour)   // R-0002, standard on the list
		p.now = civil.DateOf(2026, 1, 6).AtTime(10, 0)
		p.send("pol", "medium", "North", 3*time.Hour)   // R-0003, not listed
		p.send("pol-2", "medium", "North", 3*time.Hour) // another force's
		p.now = civil.DateOf(2026, 1, 20).AtTime(9, 0)
		id, repeat, err := p.feeds.Reconcile(ctx, p.officer, "pol", "january.csv", []byte(januaryList))
		if err != nil || repeat {
			t.Fatal(repeat, err)
		}
		again, repeat, err := p.feeds.Reconcile(ctx, p.manager, "pol", "other-name.csv", []byte(januaryList))
		if err != nil || !repeat || again != id {
			t.Errorf("the same list again: %s, repeat %v, %v; want the first answer %s", again, repeat, err, id)
		}
		look := func(who access.Actor) *feeds.Reconciled {
			t.Helper()
			x, err := p.feeds.Reconciled(ctx, who, id)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		x := look(p.manager)
		if x.Incidents != 4 || x.Found != 2 || x.NeverSent != 1 || x.NeverHere != 1 || x.NotListed != 1 || x.Grades != 1 || x.Open != 2 {
			t.Errorf("got %s; %d open", x.Words(), x.Open)
		}
		line := map[string]feeds.Line{}
		for _, l := range x.Differences {
			line[l.Kind] = l
		}
		if l := line["never_sent"]; l.Reference != "X-1" || l.Owner != "Mercia Vale Police" || l.AgeDays != 14 || l.State != "missing" {
			t.Errorf("never sent: %+v", l)
		}
		if l := line["not_listed"]; l.Reference != "R-0003" || l.Contact == "" {
			t.Errorf("not listed: %+v", l)
		}
		if l := line["grade_differs"]; l.Grade != "standard" || l.HereGrade != "high" {
			t.Errorf("grade differs: %+v", l)
		}
		states, err := p.feeds.States(ctx, p.director, "pol")
		if err != nil || !strings.Contains(strings.Join(states.Feeds[0].Alarms, "; "), "2 incidents on its own lists never came. The oldest was 14 days ago") {
			t.Errorf("alarms: %v, %v", states.Feeds[0].Alarms, err)
		}
		if _, err := p.feeds.Reconciled(ctx, p.other, id); err == nil {
			t.Error("another force sees this list")
		}
		if err := p.feeds.Settle(ctx, p.other, id, line["never_sent"].ID, "not ours"); err == nil {
			t.Error("another force settles an incident")
		}
		if err := p.feeds.Settle(ctx, p.manager, id, line["never_sent"].ID, " "); err == nil {
			t.Error("settled without a reason")
		}
		if err := p.feeds.Settle(ctx, p.officer, id, line["never_sent"].ID, "No child lives there"); err != nil {
			t.Fatal(err)
		}
		p.serial = 8000
		p.sendAs("X-2")
		for _, l := range look(p.officer).Differences {
			switch {
			case l.Reference == "X-1" && (l.State != "settled" || l.SettledBy != "officer" || l.Why != "No child lives there"):
				t.Errorf("settled: %+v", l)
			case l.Reference == "X-2" && (l.State != "arrived" || l.Contact == ""):
				t.Errorf("arrived: %+v", l)
			}
		}
		if x := look(p.manager); x.Open != 0 || x.NeverSent != 1 {
			t.Errorf("after that: %d open and %d never sent, want none open and the finding kept", x.Open, x.NeverSent)
		}
		proofs, err := p.record.Verify(ctx)
		if err != nil || !proofs[0].OK() {
			t.Errorf("verify: %v, %v", proofs[0].Faults, err)
		}
	})
}

// sendAs has the first force send a notification under a reference.
func (p *place) sendAs(ref string) {
	p.t.Helper()
	_, err := p.contacts.Receive(context.Background(), access.Actor{ID: "key", Name: "pol", Authority: "x", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}, contacts.Arrival{
		Channel: "police", SourceKind: "police", SourceName: "pol", OrganisationID: "pol", SenderRef: ref, IncidentAt: p.now.Add(-time.Hour), Children: []person.Described{{AgeStated: 4, Words: "A child"}},
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// TestHeartbeat: a system that begins to say that it is there is missed when it stops.
func TestHeartbeat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		p := newPlace(t, d, nil)
		key := access.Actor{ID: "key", Name: "Mercia Vale Police", Authority: "x", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}
		connection := func() string {
			t.Helper()
			s, err := p.feeds.States(ctx, p.officer, "")
			if err != nil || len(s.Feeds) != 1 {
				t.Fatal(s, err)
			}
			return s.Feeds[0].Connection + ": " + strings.Join(s.Feeds[0].Alarms, "; ")
		}
		if got := connection(); got != "no heartbeat: " {
			t.Errorf("before the first: %q", got)
		}
		if err := p.feeds.Heard(ctx, key); err != nil {
			t.Fatal(err)
		}
		p.now = p.now.Add(59 * time.Minute)
		if got := connection(); got != "heard: " {
			t.Errorf("within the hour: %q", got)
		}
		p.now = p.now.Add(2 * time.Minute)
		if got := connection(); got != "silent: Mercia Vale Police: Their system has not been heard of since 08:00" {
			t.Errorf("after an hour: %q", got)
		}
		if err := p.feeds.Heard(ctx, p.officer); err == nil {
			t.Error("a person is taken for a system")
		}
	})
}

// sameParts holds that the parts of cells say what the whole says of the same.
func sameParts(ctx context.Context, t *testing.T, v *record.View, whole []record.Cell) {
	t.Helper()
	for _, part := range []record.Part{record.Arrivals, record.Counts, record.ToldOnly} {
		cells, err := v.FeedCells(ctx, year().From, year().To, "", part)
		if err != nil || len(cells) != len(whole) {
			t.Fatalf("%d cells of part %d, %v; want %d", len(cells), part, err, len(whole))
		}
		for i, c := range cells {
			w := whole[i]
			if c.Day != w.Day || c.Force != w.Force || c.District != w.District || c.Grade != w.Grade || c.Arrived != w.Arrived || c.Hours != w.Hours {
				t.Errorf("part %d: %+v, want %+v", part, c, w)
			}
			if part == record.ToldOnly && !bytes.Equal(c.Took[feed.Told], w.Took[feed.Told]) {
				t.Errorf("the whole way: %v, want %v", c.Took[feed.Told], w.Took[feed.Told])
			}
		}
	}
}
