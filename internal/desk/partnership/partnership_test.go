package partnership_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/partnership"
	"frontdoor/internal/person"
	"frontdoor/internal/story"
	"frontdoor/internal/web"

	"github.com/google/uuid"
)

// march is a month in which police are late, silent, absent and done with some of it.
const march = `
at 2026-03-01 09:00  police report 2 medium 200 hours-old
at 2026-03-02 08:00  police send da-nhs.json
at 2026-03-02 08:05  screener link 1 new
at 2026-03-02 08:06  screener screen no amber "First call"
at 2026-03-02 08:07  screener read-history "Nothing before"
at 2026-03-02 08:08  manager ask police "Was anybody arrested?" harm
at 2026-03-02 08:10  manager decide referral-strategy "A bruise that nobody can explain" unanswered="It cannot wait"
at 2026-03-02 08:20  manager convene 1440 deputy night@police.example
at 2026-03-02 13:00  manager ask-deputies
at 2026-03-02 14:00  manager answer-invitation night@police.example deputy "DC Moor"
at 2026-03-03 08:30  manager hold manager health
at 2026-03-03 10:00  manager hold manager police health
at 2026-03-03 10:10  manager settle enquiries
at 2026-03-06 09:00  manager sign health yes
at 2026-03-06 10:00  manager open-enquiry 1
at 2026-03-06 10:10  manager agree-action suspect_spoken police 1440
at 2026-03-08 10:00  manager do suspect_spoken "At the station"
at 2026-03-09 09:00  police report 3 high 10 hours-old
at 2026-03-28 08:00  police send da-bell-leo.json
at 2026-03-28 08:05  screener link 1 new
at 2026-03-28 08:06  screener screen no amber "First call"
at 2026-03-28 08:07  manager ask police "Was anybody arrested?" harm
at 2026-03-30 09:00  manager look
`

// world plays lines in a new world whose references are the same each time.
func world(t *testing.T, d *db.DB, lines string) *story.World {
	t.Helper()
	w, err := story.New(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	rng, n := rand.New(rand.NewPCG(1, 2)), uint64(0)
	w.Record.NewID = func() string {
		var id uuid.UUID
		n++
		binary.BigEndian.PutUint64(id[:8], n)
		binary.BigEndian.PutUint64(id[8:], rng.Uint64())
		id[6], id[8] = 0x70|id[6]&0x0f, 0x80|id[8]&0x3f
		return id.String()
	}
	play(t, w, lines)
	return w
}

func play(t *testing.T, w *story.World, lines string) {
	t.Helper()
	all, err := story.Parse(strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	read := func(n string) ([]byte, error) { return os.ReadFile(filepath.Join("../../../testdata/stories", n)) }
	if err := w.Play(context.Background(), all, read); err != nil {
		t.Fatal(err)
	}
}

func actor(id string, role access.Role, agency string) access.Actor {
	return access.Actor{ID: id, Name: id, Authority: "story", AgencyID: agency, AgencyKind: agency, Roles: []access.Role{role}}
}

var (
	director = actor("director", access.Director, "")
	officer  = actor("officer", access.PoliceReferral, "police")
	visitor  = actor("visitor", access.Referring, "health")
	inMarch  = partnership.Period{From: civil.DateOf(2026, 3, 1), To: civil.DateOf(2026, 3, 31)}
)

func TestTheScorecardCountsWhatHappened(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march)
		c, err := partnership.New(w.Record).Scorecard(context.Background(), director, "police", inMarch)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"promptness told high 3 0", "promptness over_7_days high 0 3", "promptness over_agreed_limit high 0 3",
			"promptness told medium 2 0", "promptness over_7_days medium 2 2",
			"attendance seats  2 0", "attendance attended  1 2", "attendance absent  1 2", "attendance not-constituted  1 2",
			"answers questions-asked  2 0", "answers questions  1 0", "answers questions-overdue  1 1",
			"answers invitations  2 0", "answers invitations-in-time  1 2", "answers invitations-silent  1 2",
			"answers signatures  1 0", "answers signatures-overdue  1 1", "answers actions  1 0", "answers actions-late  1 1",
			"answers due  5 0", "answers in-time  1 5",
			"quality messages  7 0", "quality whole  0 7", "quality lacking-reasons  7 7",
		}
		var got []string
		for _, r := range c.Rows {
			got = append(got, fmt.Sprintf("%s %s %s %d %d", r.Part, r.Measure, r.Grade, r.Count, r.Of))
		}
		for _, x := range want {
			if !slices.Contains(got, x) {
				t.Errorf("the scorecard lacks %q:\n%s", x, strings.Join(got, "\n"))
			}
		}
	})
}

// TestEveryNumberIsItsList holds each number to the length of its list, for every agency.
func TestEveryNumberIsItsList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march)
		desk := partnership.New(w.Record)
		tried := 0
		for _, agency := range []string{"police", "health", "school"} {
			c, err := desk.Scorecard(context.Background(), director, agency, inMarch)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range c.Rows {
				if r.Part == "promptness" || r.Measure == "children-named" {
					continue // listed by the feeds' desk; and counted in children
				}
				b, err := desk.Behind(context.Background(), director, agency, r.Measure, inMarch)
				if err != nil {
					t.Fatalf("%s of %s: %v", r.Measure, agency, err)
				}
				if n := len(b.Sheet().Rows); n != r.Count {
					t.Errorf("%s of %s: the number is %d and its list has %d", r.Measure, agency, r.Count, n)
				}
				tried++
			}
		}
		if tried < 60 {
			t.Errorf("only %d numbers were tried", tried)
		}
	})
}

// doors is a server with the desk's pages and somebody signed in.
func doors(t *testing.T, w *story.World) (get func(who, path string) (int, string)) {
	t.Helper()
	get, _ = posting(t, w, nil)
	return get
}

// posting is the same, for those who also send forms, with a printer or nil.
func posting(t *testing.T, w *story.World, p *web.Printer) (get func(who, path string) (int, string), post func(who, path string, form url.Values) (code int, body, to string)) {
	t.Helper()
	a := admin.New(w.Record)
	ctx := context.Background()
	banner := &web.Demo{Authority: "story"}
	for _, u := range []admin.NewUser{
		{ID: "a-director", Email: "d@x.example", Name: "Director", Roles: []admin.RoleIn{{Role: access.Director}}},
		{ID: "an-officer", Email: "o@x.example", Name: "Officer", OrganisationID: "police", Roles: []admin.RoleIn{{Role: access.PoliceReferral}}},
	} {
		if _, err := a.AddUser(ctx, admin.Service("story"), u); err != nil {
			t.Fatal(err)
		}
		banner.Personas = append(banner.Personas, web.Persona{UserID: u.ID, Name: u.Name})
	}
	srv := web.NewServer(w.Record, web.Settings{Version: "test", Demo: banner, Printer: p, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	partnership.New(w.Record).Routes(srv)
	ts := httptest.NewServer(srv.Handler())
	t.Cleanup(ts.Close)
	clients := map[string]*http.Client{}
	for _, p := range banner.Personas {
		c := &http.Client{Jar: &jar{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res, err := c.PostForm(ts.URL+"/demo/sign-in", url.Values{"as": {p.UserID}})
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		clients[p.UserID] = c
	}
	read := func(res *http.Response, err error) (int, string, string) {
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b), res.Header.Get("Location")
	}
	get = func(who, path string) (int, string) {
		code, body, _ := read(clients[who].Get(ts.URL + path))
		return code, body
	}
	return get, func(who, path string, form url.Values) (int, string, string) {
		return read(clients[who].PostForm(ts.URL+path, form))
	}
}

type jar struct{ cookies []*http.Cookie }

func (j *jar) SetCookies(_ *url.URL, c []*http.Cookie) { j.cookies = append(j.cookies, c...) }

func (j *jar) Cookies(*url.URL) []*http.Cookie { return j.cookies }

var (
	main     = regexp.MustCompile(`(?s)<main.*</main>`)
	allLink  = regexp.MustCompile(`<p class="govuk-body"><a class="govuk-link" href="/leadership/partners\?[^"]*">All partners</a></p>`)
	ownLinks = regexp.MustCompile(`<a class="govuk-link" href="/(meetings|enquiries)/[^"]*">([^<]*)</a>`)
)

// TestBothSidesSeeTheSame asks for the page, its files and the lists behind it as a police
// guest and as a council user: the same bytes, and on the page nothing more for the
// council than the way to the other partners.
func TestBothSidesSeeTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march)
		get := doors(t, w)
		period := "?from=2026-03-01&to=2026-03-31"
		paths := []string{"/leadership/partners/police.csv" + period, "/leadership/partners/police.json" + period}
		for _, list := range []string{"seats", "due", "questions-overdue", "signatures", "messages", "lacking-reasons"} {
			paths = append(paths, "/leadership/partners/police/"+list+".csv"+period, "/leadership/partners/police/"+list+".json"+period)
		}
		for _, path := range paths {
			code, ours := get("a-director", path)
			_, theirs := get("an-officer", path)
			if code != http.StatusOK || ours != theirs || len(ours) < 100 {
				t.Errorf("%s: %d; the council gets\n%s\nand police get\n%s", path, code, ours, theirs)
			}
		}
		for _, path := range []string{"/leadership/partners/police" + period, "/leadership/partners/police/due" + period, "/leadership/partners/police/messages" + period} {
			_, ours := get("a-director", path)
			_, theirs := get("an-officer", path)
			a := ownLinks.ReplaceAllString(allLink.ReplaceAllString(main.FindString(ours), ""), "$2")
			b := ownLinks.ReplaceAllString(main.FindString(theirs), "$2")
			if strings.TrimSpace(strings.ReplaceAll(a, "\n\n", "\n")) != strings.TrimSpace(strings.ReplaceAll(b, "\n\n", "\n")) || len(a) < 500 {
				t.Errorf("%s: the council sees\n%s\nand police see\n%s", path, a, b)
			}
		}
	})
}

func TestAPartnerSeesOnlyItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march)
		get := doors(t, w)
		for _, path := range []string{"/leadership/partners/health", "/leadership/partners/health.csv", "/leadership/partners/health/due.json", "/leadership/packs/pack.zip?agency=health&from=2026-02-01&to=2026-02-28"} {
			if code, _ := get("an-officer", path); code != http.StatusNotFound {
				t.Errorf("%s as police: %d, want 404", path, code)
			}
		}
		code, body := get("an-officer", "/leadership/partners.csv")
		if code != http.StatusOK || !strings.Contains(body, "\r\npolice,") || strings.Contains(body, "health") {
			t.Errorf("all partners as police: %d\n%s", code, body)
		}
		if _, body := get("a-director", "/leadership/partners.csv"); !strings.Contains(body, "\r\nhealth,") {
			t.Errorf("all partners as a director:\n%s", body)
		}
	})
}

// later is what happens and is recorded after March, some of it about March.
const later = `
at 2026-04-02 09:00  manager sign police yes
at 2026-04-03 09:00  officer answer-by-link answered "Nobody was" police
expect allowed
at 2026-04-12 09:00  manager restrict second-manager
at 2026-04-12 10:00  police report 5 medium 900 hours-old
`

func packOf(t *testing.T, w *story.World, who access.Actor, agency string) *partnership.Pack {
	t.Helper()
	p, err := partnership.New(w.Record).Pack(context.Background(), who, partnership.PackAsked{Agency: agency, Period: inMarch})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestAPackIsTheSameAMonthOn makes a pack, lets a month pass in which answers come late,
// records are signed, closed and named and things that happened in March are recorded, and
// makes it again. Both engines give the same bytes.
func TestAPackIsTheSameAMonthOn(t *testing.T) {
	hashes := map[string]bool{}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march+"at 2026-04-01 00:01 manager look\n")
		before, all := packOf(t, w, director, "police"), packOf(t, w, director, "")
		play(t, w, later)
		if _, err := w.Contacts.Receive(context.Background(), actor("a file", access.Door, "police"), contacts.Arrival{Channel: "police", SourceKind: "police", SourceName: "Police", OrganisationID: "police",
			SenderRef: "LATE-1", Grade: "high", IncidentAt: civil.DateOf(2026, 3, 9).AtTime(9, 0), ReceivedAt: civil.DateOf(2026, 3, 10).AtTime(9, 0), Children: []person.Described{{AgeStated: 4, Words: "A child of about 4"}}}); err != nil {
			t.Fatal(err)
		}
		c, err := partnership.New(w.Record).Scorecard(context.Background(), director, "police", inMarch)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(c.Rows, func(r partnership.Row) bool { return r.Measure == "messages" && r.Count == 8 }) {
			t.Error("the page does not count what was recorded later: the test would prove nothing")
		}
		if b, err := partnership.New(w.Record).Behind(context.Background(), director, "police", "questions-late", inMarch); err != nil || len(b.Lines) != 1 || b.Lines[0].Ref != "" {
			t.Errorf("the list shows a record that was concealed since: %+v (%v)", b, err)
		}
		for _, who := range []access.Actor{director, officer} {
			after := packOf(t, w, who, "police")
			if after.Hash != before.Hash || !slices.EqualFunc(after.All, before.All, func(a, b partnership.PackFile) bool { return a.Name == b.Name && bytes.Equal(a.Body, b.Body) }) {
				t.Errorf("made again by %s: %s, and it was %s", who.ID, after.Hash, before.Hash)
			}
			a, errA := after.Zip()
			b, errB := before.Zip()
			if errA != nil || errB != nil || !bytes.Equal(a, b) {
				t.Errorf("the files to download differ: %v %v", errA, errB)
			}
		}
		if again := packOf(t, w, director, ""); again.Hash != all.Hash {
			t.Errorf("the pack of all: %s, and it was %s", again.Hash, all.Hash)
		}
		hashes[before.Hash] = true
	})
	if len(hashes) != 1 {
		t.Errorf("the engines give different packs: %v", hashes)
	}
}

// TestAnAgencysPackIsTheSameForBoth holds the folder in the pack of all, the council's cut
// and the agency's own to each other, and looks for names in it.
func TestAnAgencysPackIsTheSameForBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march+"at 2026-04-01 09:00 manager look\n")
		all := packOf(t, w, director, "")
		for agency, who := range map[string]access.Actor{"police": officer, "health": visitor} {
			own, ours := packOf(t, w, who, ""), packOf(t, w, director, agency)
			if own.Hash != ours.Hash || own.Agency != agency {
				t.Errorf("%s makes %s of %s and the council %s", agency, own.Hash, own.Agency, ours.Hash)
			}
			for _, f := range own.All {
				i := slices.IndexFunc(all.All, func(x partnership.PackFile) bool { return x.Name == "agency-"+agency+"/"+f.Name })
				if i < 0 || !bytes.Equal(all.All[i].Body, f.Body) {
					t.Errorf("%s of %s is not the same in the pack of all", f.Name, agency)
				}
				for _, name := range []string{"Noor", "Haddad", "Moor", "manager", "bruise", "station"} {
					if bytes.Contains(f.Body, []byte(name)) {
						t.Errorf("%s of %s says %q", f.Name, agency, name)
					}
				}
			}
		}
		if _, err := partnership.New(w.Record).Pack(context.Background(), officer, partnership.PackAsked{Agency: "health", Period: inMarch}); err == nil {
			t.Error("police made the pack of health")
		}
	})
}

// TestCheckSaysWhichFileWasChanged changes, takes away and adds one file of a pack after
// another.
func TestCheckSaysWhichFileWasChanged(t *testing.T) {
	w := world(t, dbtest.SQLite(t), march+"at 2026-04-01 09:00 manager look\n")
	p := packOf(t, w, director, "")
	check := func(change func(map[string][]byte)) (string, []string) {
		t.Helper()
		files := map[string][]byte{}
		for _, f := range p.All {
			files[f.Name] = f.Body
		}
		change(files)
		var names []string
		for name := range files {
			names = append(names, name)
		}
		slices.Sort(names)
		hash, faults, err := partnership.CheckPack(names, func(name string) ([]byte, error) {
			if b, ok := files[name]; ok {
				return b, nil
			}
			return nil, os.ErrNotExist
		})
		if err != nil {
			t.Fatal(err)
		}
		return hash, faults
	}
	if hash, faults := check(func(map[string][]byte) {}); hash != p.Hash || len(faults) > 0 {
		t.Fatalf("as it was made: %s %v, want %s and nothing", hash, faults, p.Hash)
	}
	for _, f := range p.All {
		if _, faults := check(func(m map[string][]byte) { m[f.Name] = append(slices.Clone(f.Body), ' ') }); !strings.Contains(strings.Join(faults, "\n"), f.Name) && !strings.HasSuffix(f.Name, partnership.ManifestName) {
			t.Errorf("one byte more in %s: %v", f.Name, faults)
		} else if len(faults) == 0 {
			t.Errorf("one byte more in %s was not seen", f.Name)
		}
		if strings.HasSuffix(f.Name, partnership.ManifestName) {
			continue
		}
		if _, faults := check(func(m map[string][]byte) { delete(m, f.Name) }); len(faults) != 1 || !strings.Contains(faults[0], f.Name+" is missing") {
			t.Errorf("without %s: %v", f.Name, faults)
		}
	}
	if _, faults := check(func(m map[string][]byte) { m["note.txt"] = nil }); len(faults) != 1 || !strings.Contains(faults[0], "note.txt was added") {
		t.Errorf("with a file more: %v", faults)
	}
}

func TestAPackOfDaysThatAreNotOverIsRefused(t *testing.T) {
	w := world(t, dbtest.SQLite(t), march)
	_, err := partnership.New(w.Record).Pack(context.Background(), director, partnership.PackAsked{Period: inMarch})
	if err == nil || !strings.Contains(err.Error(), "The last day must be over") {
		t.Errorf("on 20 March: %v", err)
	}
}

// TestALookAtAScorecardIsLogged finds it in the trail, with who and why.
func TestALookAtAScorecardIsLogged(t *testing.T) {
	w := world(t, dbtest.SQLite(t), march)
	if _, err := partnership.New(w.Record).Scorecard(context.Background(), officer, "police", inMarch); err != nil {
		t.Fatal(err)
	}
	var n int
	err := w.Record.DB.Read(context.Background(), func(q db.Queryer) error {
		return q.QueryRowContext(context.Background(), trailOf).Scan(&n)
	})
	if err != nil || n != 1 {
		t.Errorf("%d lines in the trail (%v), want 1", n, err)
	}
}

var trailOf = db.SQL("test.scorecard-trail", `SELECT count(*) FROM trail WHERE authority_id = 'story' AND actor = 'officer' AND kind = 'look: partner scorecard' AND action = 'scorecard.see' AND purpose = 'oversight'`)

var spoil = db.SQL("test.spoil-quality", `UPDATE contact SET missing = '', told_named = told_children WHERE authority_id = 'story' AND channel = 'police'`)

// TestVerifyCountsQualityAgain changes what messages lacked behind the back of the days
// that are kept counted: verify says which days are not what their contacts give.
func TestVerifyCountsQualityAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march)
		ctx := context.Background()
		if _, err := partnership.New(w.Record).Scorecard(ctx, director, "police", inMarch); err != nil {
			t.Fatal(err)
		}
		faults := func() string {
			t.Helper()
			proofs, err := w.Record.Verify(ctx)
			if err != nil || len(proofs) != 1 || proofs[0].FeedDays == 0 {
				t.Fatalf("verify: %v %+v", err, proofs)
			}
			return strings.Join(proofs[0].Faults, "\n")
		}
		if before := faults(); before != "" {
			t.Fatalf("before anything was changed: %s", before)
		}
		if err := d.Write(ctx, func(q db.Queryer) error { _, err := q.ExecContext(ctx, spoil); return err }); err != nil {
			t.Fatal(err)
		}
		if after := faults(); !strings.Contains(after, "feeds: what was counted for 2026-03-09") {
			t.Errorf("after: %q", after)
		}
	})
}
