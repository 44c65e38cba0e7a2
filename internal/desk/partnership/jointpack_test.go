package partnership_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/partnership"
	"frontdoor/internal/refusal"
	"frontdoor/internal/story"
	"frontdoor/internal/web"
)

var joined = db.SQL("partnership_test.child-of", `
	SELECT p.ref FROM person p JOIN contact_child k ON k.person_id = p.id AND k.authority_id = p.authority_id
	JOIN contact c ON c.id = k.contact_id AND c.authority_id = k.authority_id WHERE c.authority_id = 'story' ORDER BY c.received_at, k.position`)

func kids(t *testing.T, w *story.World) (refs []string) {
	t.Helper()
	err := w.Record.DB.Read(t.Context(), func(q db.Queryer) (err error) {
		refs, err = db.Collect(t.Context(), q, func(r *sql.Rows, ref *string) error { return r.Scan(ref) }, joined)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return refs
}

// both is a pack of March's two children, Noor and Leo.
func both(t *testing.T, w *story.World) partnership.JointAsked {
	t.Helper()
	refs := kids(t, w)
	return partnership.JointAsked{About: "Joint targeted area inspection", Period: inMarch, How: partnership.JointNamed, Until: w.Record.Now().Date().AddDays(28),
		Named: []partnership.NamedChild{{Ref: refs[0], Why: "In the notice"}, {Ref: refs[1], Why: "In the notice"}}}
}

func made(t *testing.T, w *story.World, a partnership.JointAsked) string {
	t.Helper()
	ref, err := partnership.New(w.Record).MakeJoint(t.Context(), director, a)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func jointOf(t *testing.T, w *story.World, who access.Actor, ref string) *partnership.JointPack {
	t.Helper()
	p, err := partnership.New(w.Record).Joint(t.Context(), who, ref)
	if err != nil {
		t.Fatalf("as %s: %v", who.ID, err)
	}
	return p
}

// inside is what happens in March beside what the scorecard counts.
const inside = `
at 2026-03-10 09:00  manager write police "Is he on bail?"
at 2026-03-10 13:00  officer read-messages
at 2026-03-10 13:30  manager say-together police joint injury
at 2026-04-01 09:00  manager look
`

// TestAJointPackListsEachAgencysEvents names a child and holds the pack to what happened:
// everything, each with its limit and length, and nothing twice.
func TestAJointPackListsEachAgencysEvents(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march+inside)
		a := both(t, w)
		a.Named = a.Named[:1]
		p := jointOf(t, w, director, made(t, w, a))
		want := []string{
			"police notification standard 02 08:00 in_time", "police question  - not_needed",
			"police step strategy.discussion 03 10:00 late 93000", "health step strategy.discussion 03 10:00 late 93000",
			"police invitation police - overdue", "police invitation police 02 14:00 in_time 3600", "health invitation health - overdue",
			"police meeting police not_constituted - absent", "police meeting police - attended", "health meeting health - attended", "health meeting health - attended",
			"police signature police - overdue", "health signature health 06 09:00 late 255000", "police action suspect_spoken 08 10:00 late 172200", "police view joint 10 13:30 said",
		}
		var got []string
		for _, e := range p.Rows {
			if e.Agency == "police" || e.Agency == "health" {
				done, took := "-", ""
				if !e.Done.IsZero() {
					done = e.Done.London().Format("02 15:04")
				}
				if e.Seconds != nil {
					took = fmt.Sprintf(" %d", *e.Seconds)
				}
				got = append(got, strings.Join([]string{e.Agency, e.Kind, e.Detail, done, e.State}, " ")+took)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("police and health did\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if own := slices.DeleteFunc(slices.Clone(p.Rows), func(e partnership.Event) bool { return e.Agency != "social-care" }); len(own) != 11 {
			t.Errorf("social care has %d events, want 11", len(own))
		}
		if days := p.Rows[slices.IndexFunc(p.Rows, func(e partnership.Event) bool { return e.Kind == "signature" && e.Agency == "health" })].WorkingDays; days == nil || *days != 3 {
			t.Errorf("health signed after %v working days, want 3", days)
		}
	})
}

// TestAJointPackAndAScorecardSayTheSame holds the lines of the pack to the scorecard's own
// lists, and each number of its summary to its rows.
func TestAJointPackAndAScorecardSayTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march+inside)
		desk := partnership.New(w.Record)
		p := jointOf(t, w, director, made(t, w, both(t, w)))
		line := func(kind, ref, detail string, from, due, done civil.Instant, state string) string {
			return strings.Join([]string{kind, ref, detail, from.String(), due.String(), done.String(), state}, " ")
		}
		for _, agency := range []string{"police", "health"} {
			var want, got []string
			for _, list := range []string{"seats", "due"} {
				b, err := desk.Behind(t.Context(), director, agency, list, inMarch)
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range b.Lines {
					want = append(want, line(l.Kind, l.Ref, l.Detail, l.From, l.Due, l.Done, l.State))
				}
			}
			for _, e := range p.Rows {
				if e.Agency == agency && slices.Contains([]string{"meeting", "invitation", "question", "signature", "action"}, e.Kind) && e.State != "not_needed" {
					got = append(got, line(e.Kind, e.Ref, strings.TrimSuffix(e.Detail, " not_constituted"), e.From, e.Due, e.Done, e.State))
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) || len(want) < 3 {
				t.Errorf("the pack says of %s\n%s\nand the scorecard\n%s", agency, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		n := map[string]int{}
		for _, e := range p.Rows {
			n[e.Agency]++
			n[e.Agency+" "+e.Kind]++
			if e.State == "late" || e.State == "overdue" {
				n[e.Agency+" "+e.Kind+" late"]++
			}
		}
		for _, s := range p.Sums() {
			key := strings.TrimSpace(s.Agency + " " + s.Kind)
			if s.N != n[key] || s.Kind != "" && s.Late != n[key+" late"] {
				t.Errorf("%s: %d events, %d late, and its rows are %d and %d", key, s.N, s.Late, n[key], n[key+" late"])
			}
			if s.Agency == "police" && s.Kind == "message-to" && (s.Median == nil || *s.Median != 4*3600) {
				t.Errorf("police read a message after %v seconds, want 4 hours", s.Median)
			}
		}
	})
}

// TestADrawCanBeMadeAgain draws with a seed: the same children each time, never a
// restricted one, who is counted; and a restricted child cannot be named.
func TestADrawCanBeMadeAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march+"at 2026-04-01 09:00 manager look\n")
		desk := partnership.New(w.Record)
		a := both(t, w)
		refs := kids(t, w)
		a.How, a.Rule, a.Count, a.Seed = partnership.JointDrawn, partnership.DrawContacts, 1, "oak"
		first, again := jointOf(t, w, director, made(t, w, a)), jointOf(t, w, director, made(t, w, a))
		want := slices.MinFunc(refs, func(x, y string) int {
			a, b := sha256.Sum256([]byte("oak "+x)), sha256.Sum256([]byte("oak "+y))
			return bytes.Compare(a[:], b[:])
		})
		if len(first.Children) != 1 || first.Children[0].Ref != want || again.Children[0].Ref != want || first.From != 2 || first.LeftOut != 0 || first.Hash != again.Hash {
			t.Errorf("drawn %+v of %d, %d left out; want %s of 2", first.Children, first.From, first.LeftOut, want)
		}
		a.Rule = partnership.DrawEnquiries
		if p := jointOf(t, w, director, made(t, w, a)); p.From != 1 || p.Children[0].Ref != refs[0] {
			t.Errorf("of enquiries: %+v of %d", p.Children, p.From)
		}
		play(t, w, "at 2026-04-02 09:00  manager restrict second-manager\nexpect allowed\n")
		a.Rule, a.Count, a.Seed = partnership.DrawContacts, 30, ""
		p := jointOf(t, w, director, made(t, w, a))
		if len(p.Children) != 1 || p.Children[0].Ref != refs[0] || p.From != 1 || p.LeftOut != 1 || len(p.Seed) != 12 {
			t.Errorf("with a restricted child: %+v of %d, %d left out, seed %q", p.Children, p.From, p.LeftOut, p.Seed)
		}
		_, err := desk.MakeJoint(t.Context(), director, both(t, w))
		b := both(t, w)
		b.Named[1].Ref = "C-26-NOBODY"
		_, none := desk.MakeJoint(t.Context(), director, b)
		if refusal.KindOf(err) != refusal.Invalid || strings.ReplaceAll(err.Error(), refs[1], "C-26-NOBODY") != none.Error() {
			t.Errorf("a restricted child is named: %v; nobody: %v", err, none)
		}
	})
}

func TestAJointPackIsRefused(t *testing.T) {
	w := world(t, dbtest.SQLite(t), march+"at 2026-04-01 09:00 manager look\n")
	desk := partnership.New(w.Record)
	for name, x := range map[string]struct {
		change func(*partnership.JointAsked)
		field  string
	}{
		"without the inspection":           {func(a *partnership.JointAsked) { a.About = "" }, "about"},
		"of a period that is not over":     {func(a *partnership.JointAsked) { a.Period.To = civil.DateOf(2026, 4, 1) }, "to"},
		"recorded before the period's end": {func(a *partnership.JointAsked) { a.RecordBy = civil.DateOf(2026, 3, 30) }, "record-by"},
		"without a last day":               {func(a *partnership.JointAsked) { a.Until = civil.Date{} }, "until"},
		"with a last day that is over":     {func(a *partnership.JointAsked) { a.Until = civil.DateOf(2026, 3, 31) }, "until"},
		"open for a year":                  {func(a *partnership.JointAsked) { a.Until = civil.DateOf(2027, 4, 1) }, "until"},
		"without a choice":                 {func(a *partnership.JointAsked) { a.How = "" }, "how"},
		"without anybody":                  {func(a *partnership.JointAsked) { a.Named = nil }, "children"},
		"without a reason":                 {func(a *partnership.JointAsked) { a.Named[0].Why = "" }, "children"},
		"of one child twice":               {func(a *partnership.JointAsked) { a.Named[1].Ref = a.Named[0].Ref }, "children"},
		"drawn from nothing":               {func(a *partnership.JointAsked) { a.How = "drawn" }, "rule"},
		"of no child":                      {func(a *partnership.JointAsked) { a.How, a.Rule = "drawn", "contacts" }, "count"},
		"of 31 children":                   {func(a *partnership.JointAsked) { a.How, a.Rule, a.Count = "drawn", "contacts", 31 }, "count"},
		"drawn from a period without one": {func(a *partnership.JointAsked) {
			a.How, a.Rule, a.Count, a.Period = "drawn", "enquiries", 5, partnership.Period{From: civil.DateOf(2026, 1, 1), To: civil.DateOf(2026, 1, 31)}
		}, "rule"},
		"for an inspector who is not there": {func(a *partnership.JointAsked) { a.Readers = []string{"nobody"} }, "readers"},
	} {
		a := both(t, w)
		x.change(&a)
		_, err := desk.MakeJoint(t.Context(), director, a)
		f, ok := refusal.As(err)
		if !ok || len(f.Problems) != 1 || f.Problems[0].Field != x.field {
			t.Errorf("%s: %v, want it said at %s", name, err, x.field)
		}
	}
	for _, who := range []access.Actor{officer, actor("q", access.Inspector, ""), actor("s", access.Screener, "")} {
		if _, err := desk.MakeJoint(t.Context(), who, both(t, w)); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("as %s: %v, want denied", who.ID, err)
		}
	}
}

// TestAJointPackIsTheSameAMonthOn makes a pack, lets late answers, signatures and a
// restriction come, and makes it again: the same, also as a new pack of the same children,
// and on both engines. One who was restricted since is left out, and that is said.
func TestAJointPackIsTheSameAMonthOn(t *testing.T) {
	hashes := map[string]bool{}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march+"at 2026-04-01 09:00 manager look\n")
		one, two := both(t, w), both(t, w)
		one.Named = one.Named[:1]
		a, b := made(t, w, one), made(t, w, two)
		before := jointOf(t, w, director, a)
		play(t, w, later)
		after := jointOf(t, w, director, a)
		pack, err := after.Pack()
		if err != nil || pack.Hash != before.Hash || len(after.Rows) != len(before.Rows) {
			t.Errorf("counted again: %s, and it was %s (%v)", pack.Hash, before.Hash, err)
		}
		if again := jointOf(t, w, director, made(t, w, one)); again.Hash != before.Hash {
			t.Errorf("made again: %s, and it was %s", again.Hash, before.Hash)
		}
		one.RecordBy = civil.DateOf(2026, 4, 2)
		one.Until = w.Record.Now().Date()
		if since := jointOf(t, w, director, made(t, w, one)); since.Hash == before.Hash {
			t.Error("what was recorded in April does not show: the test would prove nothing")
		}
		left := jointOf(t, w, director, b)
		if pack, err = left.Pack(); err != nil || left.Gone != 1 || len(left.Children) != 1 || left.Children[0].N == 0 || pack.Hash == left.Hash {
			t.Errorf("with a child restricted since: %d gone, %d left, %s (%v)", left.Gone, len(left.Children), pack.Hash, err)
		}
		hashes[before.Hash] = true
		own := jointOf(t, w, officer, a)
		theirs, err := own.Pack()
		if err != nil || theirs.Hash != own.Hash {
			t.Fatalf("the police's own: %s, and it was %s (%v)", theirs.Hash, own.Hash, err)
		}
		whole, err := after.Pack()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range theirs.All {
			if i := slices.IndexFunc(whole.All, func(x partnership.PackFile) bool { return x.Name == "agency-police/"+f.Name }); i < 0 || !bytes.Equal(whole.All[i].Body, f.Body) {
				t.Errorf("the council has other bytes of the police's %s", f.Name)
			}
		}
		var names []string
		for _, f := range whole.All {
			names = append(names, f.Name)
		}
		read := func(name string) ([]byte, error) { return whole.All[slices.Index(names, name)].Body, nil }
		if hash, faults, err := partnership.CheckPack(names, read); err != nil || hash != whole.Hash || len(faults) > 0 {
			t.Errorf("checked: %s %v %v", hash, faults, err)
		}
	})
	if len(hashes) != 1 {
		t.Errorf("the engines give different packs: %v", hashes)
	}
}

// inspector adds an inspector whose account lasts.
func inspector(t *testing.T, w *story.World, id string) access.Actor {
	t.Helper()
	until := w.Record.Now().Date().AddDays(60).EndOfDay()
	if _, err := admin.New(w.Record).AddUser(t.Context(), admin.Service("story"), admin.NewUser{ID: id, Email: id + "@x.example", Name: id, Job: "Inspector", ExpiresAt: until, Roles: []admin.RoleIn{{Role: access.Inspector}}}); err != nil {
		t.Fatal(err)
	}
	who, err := w.Record.FindActor(t.Context(), "story", id)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

var lookedFor = db.SQL("partnership_test.looked", `
	SELECT count(*) FROM looked l JOIN trail t ON t.seq = l.seq AND t.authority_id = l.authority_id
	WHERE l.subject = $1 AND l.authority_id = 'story' AND l.actor = $2 AND t.purpose = 'inspection'`)

var personOf = db.SQL("partnership_test.person-of", `SELECT id FROM person WHERE ref = $1 AND authority_id = 'story'`)

// TestAnInspectorReadsTheSampleUntilItsWindowCloses has two inspectors: the one it was
// drawn for reads the children of the sample, and each look is written with its purpose;
// the other, and both after the last day, are told that there is nothing.
func TestAnInspectorReadsTheSampleUntilItsWindowCloses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march+"at 2026-04-01 09:00 manager look\n")
		desk := partnership.New(w.Record)
		hers, other := inspector(t, w, "ofsted"), inspector(t, w, "probation")
		a := both(t, w)
		a.Readers = []string{"ofsted"}
		ref := made(t, w, a)
		hidden := func(name string, who access.Actor) {
			t.Helper()
			if _, err := desk.Joint(t.Context(), who, ref); refusal.KindOf(err) != refusal.NotFound {
				t.Errorf("%s: %v, want as if it did not exist", name, err)
			}
			if all, _, err := desk.JointPacks(t.Context(), who); err != nil || len(all) != 0 {
				t.Errorf("%s: the list has %d (%v), want none", name, len(all), err)
			}
		}
		p := jointOf(t, w, hers, ref)
		if len(p.Children) != 2 || p.Children[0].Name == "" {
			t.Errorf("the inspector reads %+v", p.Children)
		}
		hidden("an inspector it was not made for", other)
		kin := director
		if err := w.Record.DB.Read(t.Context(), func(q db.Queryer) error {
			var id string
			err := q.QueryRowContext(t.Context(), personOf, p.Children[1].Ref).Scan(&id)
			kin.Conflicts = []string{id}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if x := jointOf(t, w, kin, ref); len(x.Children) != 1 || x.Gone != 1 || x.Children[0].Ref != p.Children[0].Ref {
			t.Errorf("of one's own family: %+v, %d gone", x.Children, x.Gone)
		}
		var n int
		if err := w.Record.DB.Read(t.Context(), func(q db.Queryer) error {
			return q.QueryRowContext(t.Context(), lookedFor, p.Children[0].Ref, "ofsted").Scan(&n)
		}); err != nil || n != 1 {
			t.Errorf("%d looks are written, want 1 (%v)", n, err)
		}
		if err := desk.OpenJointUntil(t.Context(), hers, ref, civil.DateOf(2026, 4, 30), p.Version); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("an inspector opens it for longer: %v, want denied", err)
		}
		if err := desk.OpenJointUntil(t.Context(), director, ref, civil.DateOf(2026, 3, 31), p.Version); err != nil {
			t.Fatal(err)
		}
		hidden("after the window was closed", hers)
		if err := desk.OpenJointUntil(t.Context(), director, ref, civil.DateOf(2026, 4, 2), p.Version); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("from a page that is out of date: %v, want a conflict", err)
		}
		if err := desk.OpenJointUntil(t.Context(), director, ref, civil.DateOf(2026, 4, 2), p.Version+1); err != nil {
			t.Fatal(err)
		}
		jointOf(t, w, hers, ref)
		play(t, w, "at 2026-04-02 09:00  manager restrict second-manager\nexpect allowed\n")
		if p = jointOf(t, w, hers, ref); len(p.Children) != 1 || p.Gone != 1 {
			t.Errorf("with a child restricted since she reads %d, and %d are gone", len(p.Children), p.Gone)
		}
		play(t, w, "at 2026-04-03 00:00  manager look\n")
		hidden("the day after the last", hers)
		if p = jointOf(t, w, director, ref); p.Open(p.Now) {
			t.Error("the director is not told that it is closed")
		}
	})
}

// TestAPartnerReadsItsOwnEventsOfAJointPack has police and health read one pack: each its
// own events by reference, without a name and without a child who has none of them.
func TestAPartnerReadsItsOwnEventsOfAJointPack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, march+"at 2026-04-01 09:00 manager look\n")
		ref := made(t, w, both(t, w))
		whole := jointOf(t, w, director, ref)
		for who, kids := range map[*access.Actor]int{&officer: 2, &visitor: 1} {
			p := jointOf(t, w, *who, ref)
			want := slices.DeleteFunc(slices.Clone(whole.Rows), func(e partnership.Event) bool { return e.Agency != who.AgencyID })
			if len(p.Children) != kids || len(p.Rows) != len(want) || len(want) == 0 {
				t.Errorf("%s reads %d events of %d children, want %d of %d", who.ID, len(p.Rows), len(p.Children), len(want), kids)
			}
			for _, c := range p.Children {
				if c.Name != "" || c.Ref != "" || c.Why != "" || !c.Born.IsZero() {
					t.Errorf("%s is told who child %d is: %+v", who.ID, c.N, c)
				}
			}
		}
		teacher := actor("teacher", access.Referring, "school")
		if _, err := partnership.New(w.Record).Joint(t.Context(), teacher, ref); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("an agency without an event in it: %v, want as if it did not exist", err)
		}
	})
}

var tellsOfAnother = regexp.MustCompile(`Health visiting|Noor|Haddad|Leo|C-26-[A-Z0-9]{6}`)

// TestThePagesOfAJointPack makes one by the form, refused first with the text kept, and
// opens every page and file as director and as police.
func TestThePagesOfAJointPack(t *testing.T) {
	w := world(t, dbtest.SQLite(t), march+"at 2026-04-01 09:00 manager look\n")
	get, post := posting(t, w, nil)
	refs := kids(t, w)
	day := func(name string, d, m int) url.Values {
		return url.Values{name + "-day": {strconv.Itoa(d)}, name + "-month": {strconv.Itoa(m)}, name + "-year": {"2026"}}
	}
	form := url.Values{"form-id": {"one"}, "about": {"The notice of 1 April"}, "how": {"named"}, "children": {refs[0] + " In the notice\n" + refs[1]}}
	for _, v := range []url.Values{day("from", 1, 3), day("to", 31, 3), day("until", 20, 4)} {
		maps.Copy(form, v)
	}
	code, body, _ := post("a-director", "/inspection/packs/new", form)
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "Enter after "+refs[1]+" why this child") || !strings.Contains(body, "In the notice") || !strings.Contains(body, "The notice of 1 April") {
		t.Fatalf("without a reason: %d\n%s", code, main.FindString(body))
	}
	form.Set("children", refs[0]+" In the notice\n"+strings.ToLower(refs[1])+" In the notice too")
	form.Set("form-id", "two")
	code, body, to := post("a-director", "/inspection/packs/new", form)
	if code != http.StatusSeeOther || !strings.HasPrefix(to, "/inspection/packs/JT-26-") {
		t.Fatalf("made: %d, then %s\n%s", code, to, main.FindString(body))
	}
	if _, _, again := post("a-director", "/inspection/packs/new", form); again != to {
		t.Errorf("sent again it led to %s, want %s", again, to)
	}
	for path, want := range map[string][]string{
		"/inspection/packs": {"Joint packs: 1", to}, to: {"Noor Haddad", "named one by one", "Half within", "Counted again", "the same. Whoever"},
		to + "/children/1": {"<svg", "each agency’s events", "Notification, ", "Reached us", "Next child"}, to + "/children/2": {"Leo Bell", "Previous child"}, to + "/rows?child=2": {"child 2: "}, to + "/rows?agency=police&late=1": {"Police: 5 late", "Not done, and past its limit"},
		to + "/rows.csv": {"child,agency_name,agency,kind", "suspect_spoken"}, to + "/rows.json": {`"lag_seconds"`, `"agency": "health"`}, "/inspection/packs.csv": {"JT-26-"},
	} {
		code, body := get("a-director", path)
		for _, x := range want {
			if code != http.StatusOK || !strings.Contains(body, x) {
				t.Errorf("%s: %d, without %q:\n%s", path, code, x, main.FindString(body))
			}
		}
	}
	for _, path := range []string{"/inspection/packs", to, to + "/children/1", to + "/rows", to + "/rows.csv", to + "/rows.json"} {
		if code, body := get("an-officer", path); code != http.StatusOK || tellsOfAnother.MatchString(main.FindString(body)) || strings.Contains(path, ".") && tellsOfAnother.MatchString(body) {
			t.Errorf("%s as police: %d, and tells %q", path, code, tellsOfAnother.FindString(body))
		}
	}
	code, zip := get("a-director", to+"/pack.zip")
	if code != http.StatusOK || !strings.Contains(zip, "agency-police/manifest.sha256") {
		t.Errorf("the files: %d, %d bytes", code, len(zip))
	}
	if code, _ := get("an-officer", to+"/children/9"); code != http.StatusNotFound {
		t.Errorf("a child that is not in it: %d, want 404", code)
	}
	if code, body := get("a-director", to+"/pack.pdf"); code != http.StatusNotFound || !strings.Contains(body, "print it from your browser") {
		t.Errorf("without a printer: %d", code)
	}
	code, body, _ = post("a-director", to+"/until", url.Values{"form-id": {"three"}, "version": {"1"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "A day that is over closes it now") {
		t.Errorf("without a day: %d", code)
	}
	closing := day("until", 31, 3)
	closing.Set("form-id", "four")
	closing.Set("version", "1")
	if code, _, at := post("a-director", to+"/until", closing); code != http.StatusSeeOther || at != to {
		t.Errorf("closed: %d, then %s", code, at)
	}
	if code, _ := get("an-officer", to); code != http.StatusNotFound {
		t.Errorf("as police after it was closed: %d, want 404", code)
	}
}

// copier stands in for Chromium: its "PDF" is the page that it was given.
const copier = `#!/bin/sh
for a in "$@"; do case "$a" in --print-to-pdf=*) out="${a#--print-to-pdf=}";; file://*) in="${a#file://}";; esac; done
{ echo "%PDF-"; cat "$in"; } > "$out"
`

// TestAJointPackAsPDFIsCutAsItsPagesAre: what a partner may not see does not reach the
// printer, and each child has a sheet.
func TestAJointPackAsPDFIsCutAsItsPagesAre(t *testing.T) {
	program := filepath.Join(t.TempDir(), "chromium")
	if err := os.WriteFile(program, []byte(copier), 0o700); err != nil {
		t.Fatal(err)
	}
	printer, err := web.NewPrinter(program)
	if err != nil {
		t.Fatal(err)
	}
	w := world(t, dbtest.SQLite(t), march+"at 2026-04-01 09:00 manager look\n")
	ref := made(t, w, both(t, w))
	get, _ := posting(t, w, printer)
	path := web.JointPackPath(ref, "pack.pdf")
	code, ours := get("a-director", path)
	if code != http.StatusOK || strings.Count(ours, "<section>") != 2 || strings.Count(ours, "<svg") != 2 || !strings.Contains(ours, "Noor Haddad") || !strings.Contains(ours, `OFFICIAL\00002dSENSITIVE`) {
		t.Errorf("the director's: %d\n%.2000s", code, ours)
	}
	code, theirs := get("an-officer", path)
	if code != http.StatusOK || tellsOfAnother.MatchString(theirs) || !strings.Contains(theirs, "suspect spoken") || strings.Contains(theirs, "Social care") {
		t.Errorf("the police's: %d, and tells %q\n%.2000s", code, tellsOfAnother.FindString(theirs), theirs)
	}
	if _, body := get("an-officer", web.JointPackPath(ref, "")); !strings.Contains(body, path) {
		t.Error("the page does not lead to the PDF")
	}
}

// TestAJointPackIsATaggedPDF prints with a real Chromium.
func TestAJointPackIsATaggedPDF(t *testing.T) {
	at := os.Getenv("FRONTDOOR_TEST_CHROMIUM")
	if at == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("Chromium is not installed: in CI this must run")
		}
		t.Skip("FRONTDOOR_TEST_CHROMIUM is not set")
	}
	printer, err := web.NewPrinter(at)
	if err != nil {
		t.Fatal(err)
	}
	w := world(t, dbtest.SQLite(t), march+"at 2026-04-01 09:00 manager look\n")
	get, _ := posting(t, w, printer)
	code, body := get("a-director", web.JointPackPath(made(t, w, both(t, w)), "pack.pdf"))
	if code != http.StatusOK || !strings.HasPrefix(body, "%PDF-") {
		t.Fatalf("%d, %.40q", code, body)
	}
	for _, want := range []string{"/StructTreeRoot", "/MarkInfo", "/Marked true", "/Lang"} {
		if !strings.Contains(body, want) {
			t.Errorf("the PDF is not tagged: it lacks %s", want)
		}
	}
	if out := os.Getenv("FRONTDOOR_PICTURES"); out != "" {
		if err := os.WriteFile(filepath.Join(out, "joint.pdf"), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
