package children_test

import (
	"database/sql"
	"flag"
	"fmt"
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
	"frontdoor/internal/desk/children"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"

	"pgregory.net/rapid"
)

// recorded takes a call about one child and records them as a new child, whatever the
// system found: so children come to be recorded twice.
func (h *kin) recorded(d person.Described) (contact, ref string) {
	h.t.Helper()
	got, err := h.contacts.Receive(ctx, h.who["screener"], contacts.Arrival{Channel: "phone", SourceKind: "health", SourceName: "Health visiting", Words: "Shouting heard", Children: []person.Described{d}})
	h.must(err)
	p, err := h.contacts.Open(ctx, h.who["screener"], got.Ref)
	h.must(err)
	if k := p.Contact.Kids[0]; k.PersonID != "" {
		h.must(h.contacts.Link(ctx, h.who["screener"], got.Ref, contacts.Choice{Child: k.ID, As: "undone"}))
	}
	return got.Ref, h.link(got.Ref, "new")[0]
}

// join has one person propose and another agree.
func (h *kin) join(keep, join string) string {
	h.t.Helper()
	id, err := h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: keep, Join: join, Why: "The school knows her by both names", Despite: "Checked"})
	h.must(err)
	h.must(h.desk.Agree(ctx, h.who["manager"], id, 0, ""))
	return id
}

func (h *kin) part(id string) {
	h.t.Helper()
	h.must(h.desk.AskUndo(ctx, h.who["manager"], id, 0, "Two sisters after all, the mother says"))
	h.must(h.desk.Undo(ctx, h.who["second"], id, 0))
}

func (h *kin) open(ref, part string) *children.Page {
	h.t.Helper()
	p, err := h.desk.Open(ctx, h.who["manager"], ref, part)
	h.must(err)
	return p
}

func wantKind(t *testing.T, what string, err error, kind refusal.Kind) {
	t.Helper()
	if err == nil || refusal.KindOf(err) != kind {
		t.Errorf("%s: got %v (%v), want %v", what, err, refusal.KindOf(err), kind)
	}
}

// anaAgain is Ana as another caller described her.
func anaAgain() person.Described {
	d := ana
	d.Given, d.Family, d.Born = "Anna", "Belle", civil.DateOf(2018, 2, 5)
	return d
}

func TestTwoPeopleJoinTwoRecordsAndMonthsLaterTwoPeoplePartThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		first, a := h.recorded(ana)
		h.later(48 * time.Hour)
		second, b := h.recorded(anaAgain())
		before := []string{h.told(a), h.told(b)}

		id, err := h.desk.Propose(ctx, h.who["manager"], children.Proposed{Keep: a, Join: b, Why: "The school knows her by both names"})
		h.must(err)
		wantKind(t, "the same person agrees", h.desk.Agree(ctx, h.who["manager"], id, 0, ""), refusal.Denied)
		wantKind(t, "a screener agrees", h.desk.Agree(ctx, h.who["screener"], id, 0, ""), refusal.Denied)
		if p := h.open(b, ""); p.Moved || len(p.Contacts) != 1 {
			t.Error("a proposal alone changed what is shown")
		}
		h.must(h.desk.Agree(ctx, h.who["second"], id, 0, ""))

		if p := h.open(b, ""); !p.Moved || p.Child.Ref != a {
			t.Errorf("the reference of the joined record leads to %s, want %s", p.Child.Ref, a)
		}
		p := h.open(a, "chronology")
		if len(p.Contacts) != 2 || len(p.Also) != 1 || p.Also[0].Ref != b || len(p.Joined) != 1 {
			t.Errorf("the child's page shows %d contacts, also %v, joined %v", len(p.Contacts), p.Also, p.Joined)
		}
		for _, ref := range []string{first, second} {
			if !slices.ContainsFunc(p.Story, func(l children.Line) bool { return l.Ref == ref }) {
				t.Errorf("the chronology has no line of contact %s", ref)
			}
		}
		if p := h.open(a, "waiting"); len(p.Waits) < 2 {
			t.Errorf("%d waits are shown, want those of both records", len(p.Waits))
		}
		if c, err := h.contacts.Open(ctx, h.who["manager"], second); err != nil || c.Histories[c.Contact.Kids[0].ID].Contacts != 1 {
			t.Errorf("beside the second contact stand %v (%v), want the first one", c.Histories, err)
		}
		found, err := h.desk.Search(ctx, h.who["manager"], children.Asked{Text: "Anna Belle"})
		h.must(err)
		if len(found.Rows) != 1 || found.Rows[0].Ref != a {
			t.Errorf("a search for the other name finds %v, want %s once", found.Rows, a)
		}
		third, err := h.contacts.Receive(ctx, h.who["screener"], contacts.Arrival{Channel: "phone", SourceKind: "health", SourceName: "Health visiting", Words: "Bruise", Children: []person.Described{anaAgain()}})
		h.must(err)
		c, err := h.contacts.People(ctx, h.who["manager"], third.Ref)
		h.must(err)
		if found := c.Who[c.Contact.Kids[0].ID].Found; len(found) != 1 || found[0].Ref != a {
			t.Errorf("a third contact in the words of the joined record finds %d records, want %s once", len(found), a)
		}
		h.must(h.contacts.Link(ctx, h.who["screener"], third.Ref, contacts.Choice{Child: c.Contact.Kids[0].ID, As: "same", Ref: a}))
		h.verify()

		h.later(200 * 24 * time.Hour)
		h.must(h.desk.AskUndo(ctx, h.who["manager"], id, 0, "Two sisters after all"))
		wantKind(t, "the one who asked parts them", h.desk.Undo(ctx, h.who["manager"], id, 0), refusal.Denied)
		if p := h.open(b, ""); !p.Moved {
			t.Error("one person's word parted the records")
		}
		h.must(h.desk.Undo(ctx, h.who["second"], id, 0))
		if after := h.told(b); after != before[1] {
			t.Errorf("the joined record is not what it was:\n%s\nwant\n%s", after, before[1])
		}
		p = h.open(a, "")
		if len(p.Contacts) != 2 || p.Contacts[1].Ref != first || len(p.Also) != 0 || len(p.Joined) != 2 {
			t.Errorf("the kept record shows %v, also %v, joined %v: want its own contact and the one that came since", p.Contacts, p.Also, p.Joined)
		}
		h.verify()
	})
}

// told is what a child's pages say, without when they were opened.
func (h *kin) told(ref string) string {
	h.t.Helper()
	var b strings.Builder
	for _, part := range []string{"", "chronology", "waiting"} {
		p := h.open(ref, part)
		fmt.Fprintf(&b, "%+v\n%+v\n%+v\n%+v\n%+v\n", p.Child, p.Contacts, p.Story, p.Waits, p.Work)
	}
	return b.String()
}

// dump is every row of every table but the trail, the looks, what was sent, and what
// the questions about pairs are kept in.
func dump(t testing.TB, d *db.DB) string {
	t.Helper()
	var b strings.Builder
	err := d.Read(ctx, func(q db.Queryer) error {
		names, err := db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, tables)
		if err != nil {
			return err
		}
		for _, name := range names {
			if slices.Contains([]string{"trail", "trail_head", "looked", "person_merge", "person_merge_step", "match_change", "outbox", "goose_db_version", "rate"}, name) {
				continue
			}
			rows, err := q.QueryContext(ctx, db.SQL("children_test.dump-"+name, "SELECT * FROM "+name+" ORDER BY 1, 2, 3"))
			if err != nil {
				return err
			}
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			fmt.Fprintln(&b, name)
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			for rows.Next() {
				if err := rows.Scan(into...); err != nil {
					return err
				}
				fmt.Fprintln(&b, values...)
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var tables = db.SQL("children_test.tables", `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`)

// TestPartingRestoresTheRecordExactly joins random records in random chains and parts
// them in random order: every table is as it was, whatever was joined.
func TestPartingRestoresTheRecordExactly(t *testing.T) {
	fewer(t, "30")
	d := dbtest.SQLite(t)
	h := newKin(t, d)
	givens, families := []string{"Ana", "Anna", "Ben", "Aneta", "Bella"}, []string{"Bell", "Belle", "Khan"}
	rapid.Check(t, func(t *rapid.T) {
		var refs []string
		for i := range rapid.IntRange(2, 4).Draw(t, "records") {
			said := person.Described{AgeStated: -1, Given: rapid.SampledFrom(givens).Draw(t, "given"), Family: rapid.SampledFrom(families).Draw(t, "family"),
				Born: civil.DateOf(2015, 1, 1).AddDays(rapid.IntRange(0, 2000).Draw(t, "born")), Postcode: fmt.Sprintf("ZZ%d 1AA", 1+i), Address: fmt.Sprintf("%d Mill Road", 1+i)}
			contact, ref := h.recorded(said)
			refs = append(refs, ref)
			if rapid.IntRange(0, 3).Draw(t, "referred") == 0 {
				h.refer(contact)
			}
		}
		before := dump(h.t, d)
		var joined []string
		for range rapid.IntRange(1, 4).Draw(t, "joins") {
			keep, join := rapid.SampledFrom(refs).Draw(t, "keep"), rapid.SampledFrom(refs).Draw(t, "join")
			id, err := h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: keep, Join: join, Why: "The school says so", Despite: "Checked"})
			if refusal.KindOf(err) == refusal.Conflict {
				continue // one record already
			}
			h.must(err)
			p, err := h.desk.Pair(ctx, h.who["manager"], id)
			h.must(err)
			lead := ""
			if all := p.Rule.Referrals; len(all) > 1 {
				lead = rapid.SampledFrom(all).Draw(t, "lead")
			}
			h.must(h.desk.Agree(ctx, h.who["manager"], id, 0, lead))
			joined = append(joined, id)
		}
		if len(joined) > 0 && dump(h.t, d) == before {
			t.Fatal("the dump does not show what is joined: it proves nothing")
		}
		for len(joined) > 0 {
			i := rapid.IntRange(0, len(joined)-1).Draw(t, "part")
			h.part(joined[i])
			joined = slices.Delete(joined, i, i+1)
		}
		if after := dump(h.t, d); after != before {
			t.Fatalf("the record is not what it was:\n%s", difference(before, after))
		}
		for _, ref := range refs {
			if p := h.open(ref, ""); p.Moved || len(p.Contacts) != 1 {
				t.Fatalf("%s leads elsewhere or shows %d contacts", ref, len(p.Contacts))
			}
		}
	})
	h.verify()
}

// fewer runs a property that writes a whole record each time less often, unless a
// number of checks was asked for.
func fewer(t *testing.T, checks string) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f == nil || f.Value.String() != f.DefValue {
		return
	}
	if err := flag.Set(f.Name, checks); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set(f.Name, f.DefValue) })
}

func difference(a, b string) string {
	var out []string
	had := map[string]bool{}
	for _, l := range strings.Split(a, "\n") {
		had[l] = true
	}
	for _, l := range strings.Split(b, "\n") {
		if !had[l] {
			out = append(out, "new: "+l)
		}
	}
	return strings.Join(out, "\n")
}

func TestAChainOfRecordsIsReadAsOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, a := h.recorded(ana)
		_, b := h.recorded(anaAgain())
		third := ana
		third.Family = "Rosason"
		_, c := h.recorded(third)
		ab := h.join(b, a)
		bc := h.join(c, b)
		for _, ref := range []string{a, b, c} {
			if p := h.open(ref, ""); p.Child.Ref != c {
				t.Errorf("%s leads to %s, want %s", ref, p.Child.Ref, c)
			}
		}
		if p := h.open(c, ""); len(p.Contacts) != 3 || len(p.Also) != 2 {
			t.Errorf("%d contacts, also %v; want 3 and two others", len(p.Contacts), p.Also)
		}
		_, err := h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: a, Join: c, Why: "The other way round", Despite: "Checked"})
		wantKind(t, "a circle", err, refusal.Conflict)
		h.part(ab)
		if p := h.open(a, ""); p.Moved || len(p.Contacts) != 1 {
			t.Errorf("%s was parted and still leads to %s", a, p.Child.Ref)
		}
		if p := h.open(b, ""); p.Child.Ref != c {
			t.Errorf("%s leads to %s, want %s: it was not parted", b, p.Child.Ref, c)
		}
		h.part(bc)
		h.verify()
	})
}

func TestTwoWhoAgreeAtOnceJoinOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, a := h.recorded(ana)
		_, b := h.recorded(anaAgain())
		id, err := h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: a, Join: b, Why: "The school says so"})
		h.must(err)
		p, err := h.desk.Pair(ctx, h.who["manager"], id)
		h.must(err)
		var errs [2]error
		var wg sync.WaitGroup
		for i, who := range []string{"manager", "second"} {
			wg.Go(func() { errs[i] = h.desk.Agree(ctx, h.who[who], id, p.Version, "") })
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both or neither joined them: %v, %v", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil {
				wantKind(t, "the second", err, refusal.Conflict)
			}
		}
		if p := h.open(a, ""); len(p.Joined) != 1 {
			t.Errorf("joined %d times, want once", len(p.Joined))
		}
		wantKind(t, "refusing what was seen before", h.desk.Refuse(ctx, h.who["manager"], id, p.Version, "Two children"), refusal.Conflict)
	})
}

func TestTwinsNeedAReasonToBeJoinedAndAreNotProposedByTheSweep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		twin := ana
		twin.Given = "Mia"
		_, refs := h.receive(contacts.Arrival{Words: "Both at home", Children: []person.Described{ana, twin}})
		_, err := h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: refs[0], Join: refs[1], Why: "Same date of birth"})
		wantKind(t, "twins named together", err, refusal.Invalid)
		near := ana
		near.Given = "Anya"
		_, twice := h.recorded(near)
		h.sweep(1)
		x, err := h.desk.Duplicates(ctx, h.who["manager"])
		h.must(err)
		for _, r := range x.Rows {
			if got := []string{r.One.Ref, r.Other.Ref}; !slices.Contains(got, refs[0]) || !slices.Contains(got, twice) {
				t.Errorf("%s and %s are proposed as one child, want only %s and %s", r.One.Given, r.Other.Given, refs[0], twice)
			}
		}
	})
}

// sweep searches the register. want is how many pairs it should propose; -1 any.
func (h *kin) sweep(want int) int {
	h.t.Helper()
	s, err := h.record.SweepDuplicates(ctx, admin.Service("X1"), nil)
	h.must(err)
	if want > 0 && s.Proposed != want {
		h.t.Errorf("the sweep proposed %d pairs, want %d", s.Proposed, want)
	}
	return s.Proposed
}

func TestTheSweepProposesOnceAndAsksAgainOnlyOnNewEvidence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		h.recorded(ana)
		slip := ana
		slip.Given = "Anna"
		_, b := h.recorded(slip)
		h.sweep(1)
		if n := h.sweep(-1); n != 0 {
			t.Errorf("a second sweep proposed %d pairs again", n)
		}
		x, err := h.desk.Duplicates(ctx, h.who["manager"])
		h.must(err)
		if len(x.Rows) != 1 || x.Rows[0].State != pathway.PairSuggested || x.Late != 0 || x.Swept.Compared != 2 {
			t.Fatalf("the list is %+v, want the one pair", x)
		}
		if p := h.open(b, ""); p.Moved {
			t.Fatal("the sweep joined two records by itself")
		}
		wantKind(t, "agreeing to what nobody proposed", h.desk.Agree(ctx, h.who["manager"], x.Rows[0].ID, 0, ""), refusal.Conflict)
		h.later(15 * 24 * time.Hour)
		if x, err = h.desk.Duplicates(ctx, h.who["manager"]); err != nil || x.Late != 1 {
			t.Errorf("after two weeks %d are late (%v), want 1", x.Late, err)
		}
		wantKind(t, "refusing without a reason", h.desk.Refuse(ctx, h.who["manager"], x.Rows[0].ID, 0, " "), refusal.Invalid)
		h.must(h.desk.Refuse(ctx, h.who["manager"], x.Rows[0].ID, 0, "Cousins"))
		if n := h.sweep(-1); n != 0 {
			t.Errorf("what was refused is proposed again on the same evidence")
		}
		_, err = h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: b, Join: x.Rows[0].One.Ref, Why: "The school says so"})
		if x.Rows[0].One.Ref == b {
			_, err = h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: b, Join: x.Rows[0].Other.Ref, Why: "The school says so"})
		}
		h.must(err)
		h.verify()
	})
}

func TestWhatAPersonProposedAndAnotherRefusedIsNotProposedByTheSweep(t *testing.T) {
	h := newKin(t, dbtest.SQLite(t))
	slip := ana
	slip.Given = "Anna"
	_, a := h.recorded(slip)
	_, b := h.recorded(ana)
	id, err := h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: b, Join: a, Why: "Same address"})
	h.must(err)
	h.must(h.desk.Refuse(ctx, h.who["manager"], id, 0, "Cousins"))
	if n := h.sweep(-1); n != 0 {
		t.Errorf("the sweep proposed %d pairs that were refused on the same evidence", n)
	}
	id, err = h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: b, Join: a, Why: "The mother says so after all"})
	h.must(err)
	h.must(h.desk.Agree(ctx, h.who["manager"], id, 0, ""))
	h.part(id)
	if n := h.sweep(-1); n != 0 {
		t.Errorf("the sweep proposed %d pairs that were parted on the same evidence", n)
	}
}

func TestARegisterIsSearchedEveryWeek(t *testing.T) {
	h := newKin(t, dbtest.SQLite(t))
	due := func(what string, want int) {
		t.Helper()
		got, err := h.record.SweepsDue(ctx)
		h.must(err)
		if len(got) != want {
			t.Errorf("%s: due for %v, want %d authorities", what, got, want)
		}
	}
	due("before the first", 1)
	h.sweep(-1)
	due("after it", 0)
	h.later(7*24*time.Hour - time.Minute)
	due("within the week", 0)
	h.later(time.Minute)
	due("after a week", 1)
}

func TestALinkThatWasTamperedWithIsFound(t *testing.T) {
	d := dbtest.SQLite(t)
	h := newKin(t, d)
	_, a := h.recorded(ana)
	_, b := h.recorded(anaAgain())
	h.join(a, b)
	h.verify()
	h.must(d.Write(ctx, func(q db.Queryer) error {
		_, err := q.ExecContext(ctx, tamper)
		return err
	}))
	proofs, err := h.record.Verify(ctx)
	h.must(err)
	if proofs[0].OK() {
		t.Error("verify finds nothing wrong when a record is read as another without a link")
	}
}

var tamper = db.SQL("children_test.tamper", `UPDATE person_merge SET ended_at = merged_at WHERE ended_at IS NULL`)

func TestWhatIsClosedStaysClosedWhenRecordsAreJoined(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, a := h.recorded(ana)
		second, b := h.recorded(anaAgain())
		closed := h.open(a, "").Child.ID
		h.must(h.admin.Restrict(ctx, h.who["second"], closed, access.Restricted, "SECOND", "a parent works for us", []string{"second"}))

		said := children.Proposed{Keep: a, Join: b, Why: "The school says so"}
		_, err := h.desk.Propose(ctx, h.who["manager"], said)
		wantKind(t, "proposed by one who is not named", err, refusal.Denied)
		_, err = h.desk.Propose(ctx, h.who["second"], said)
		wantKind(t, "closed to different people", err, refusal.Conflict)
		_, err = h.desk.Possible(ctx, h.who["manager"], a, b)
		wantKind(t, "looking at both without being named", err, refusal.Denied)
		wantKind(t, "closing both without being named", h.desk.CloseBoth(ctx, h.who["manager"], a, b), refusal.Denied)
		h.must(h.desk.CloseBoth(ctx, h.who["second"], a, b))
		if _, err := h.contacts.Open(ctx, h.who["manager"], second); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("the contact of the record that was closed opens for one who is not named: %v", err)
		}
		id, err := h.desk.Propose(ctx, h.who["second"], said)
		h.must(err)
		wantKind(t, "agreeing without being named", h.desk.Agree(ctx, h.who["manager"], id, 0, ""), refusal.Denied)
		x, err := h.desk.Duplicates(ctx, h.who["manager"])
		h.must(err)
		if len(x.Rows) != 1 || x.Rows[0].Masked == "" || x.Rows[0].One.Ref != "" || x.Rows[0].ID != "" {
			t.Errorf("the list shows %+v to one who is not named, want only whom to ask", x.Rows)
		}
		if x, err := h.desk.Duplicates(ctx, h.who["team-manager"]); err != nil || len(x.Rows) != 0 {
			t.Errorf("a team manager sees %d rows (%v), want none", len(x.Rows), err)
		}
	})
}

// TestAJoinedRecordIsConcealedUnderEachOfItsIDs is what discussions, enquiries,
// conferences and waits ask with: whichever record they were begun about.
func TestAJoinedRecordIsConcealedUnderEachOfItsIDs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, a := h.recorded(ana)
		_, b := h.recorded(anaAgain())
		ids := []string{h.open(a, "").Child.ID, h.open(b, "").Child.ID}
		h.join(a, b)
		h.must(h.admin.Restrict(ctx, h.who["second"], ids[0], access.Restricted, "SECOND", "a parent works for us", []string{"second"}))
		h.must(h.record.Look(ctx, h.who["second"], access.PurposeDeciding, func(v *record.View) error {
			v.Saw("test")
			for _, id := range ids {
				about, err := record.Concealing(ctx, v, access.About{Authority: v.Authority, Persons: []string{id}})
				if err != nil {
					return err
				}
				if about.Conceal != access.Restricted || about.NamedShown != "SECOND" || len(about.Named) != 1 || len(about.Persons) != 2 {
					t.Errorf("%+v: want it restricted to the one who is named, and both records", about)
				}
				if err := v.Allow(access.OpenChild, about); err != nil {
					return err
				}
			}
			return nil
		}))
	})
}

var addConflict = db.InsertInto("children_test.add-conflict", "user_conflict", "user_id, authority_id, person_id, why, declared_at", "")

func TestOnesOwnFamilyIsConcealedUnderEveryRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, a := h.recorded(ana)
		second, b := h.recorded(anaAgain())
		family := h.open(a, "").Child.ID
		h.must(d.Write(ctx, func(q db.Queryer) error {
			return addConflict.Exec(ctx, q, []any{"screener", "X1", family, "declared", h.record.Now()})
		}))
		aunt, err := h.record.FindActor(ctx, "X1", "screener")
		h.must(err)
		if _, err := h.contacts.Open(ctx, aunt, second); err != nil {
			t.Fatalf("before the records are joined: %v", err)
		}
		id, err := h.desk.Propose(ctx, h.who["manager"], children.Proposed{Keep: b, Join: a, Why: "The school says so"})
		h.must(err)
		h.must(h.desk.Agree(ctx, h.who["second"], id, 0, ""))
		if aunt, err = h.record.FindActor(ctx, "X1", "screener"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.contacts.Open(ctx, aunt, second); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("a contact of her own niece opens: %v", err)
		}
		if _, err := h.desk.Pair(ctx, aunt, id); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("the pair opens for her: %v", err)
		}
		list, err := waiting.New(h.record).List(ctx, aunt, waiting.Filter{}, waiting.Cursor{}, -1)
		h.must(err)
		if len(list.Rows) != 0 {
			t.Errorf("%d waits of her own niece are listed", len(list.Rows))
		}
	})
}

func TestOfTwoOpenReferralsOneWorkerAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		first, a := h.recorded(ana)
		second, b := h.recorded(anaAgain())
		h.refer(first)
		h.refer(second)
		id, err := h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: a, Join: b, Why: "The school says so"})
		h.must(err)
		wantKind(t, "agreeing without saying who answers", h.desk.Agree(ctx, h.who["manager"], id, 0, ""), refusal.Invalid)
		p, err := h.desk.Pair(ctx, h.who["manager"], id)
		h.must(err)
		lead := p.Sides[1].Work[0]
		h.must(h.desk.Agree(ctx, h.who["manager"], id, 0, lead.ID))
		third, err := h.contacts.Receive(ctx, h.who["screener"], contacts.Arrival{Channel: "phone", SourceKind: "health", SourceName: "Health visiting", Words: "Bruise", Children: []person.Described{ana}})
		h.must(err)
		c, err := h.contacts.Open(ctx, h.who["manager"], third.Ref)
		h.must(err)
		if k := c.Contact.Kids[0]; k.PersonID == "" || k.OpenTo != lead.InterimID {
			t.Errorf("a new contact is for %q, want %q who was named", k.OpenTo, lead.InterimID)
		}
		if err := h.decide(third.Ref, pathway.ReferralAssessment); err == nil || !strings.Contains(err.Error(), "open referral") {
			t.Errorf("a third referral for the child: %v, want it refused", err)
		}
	})
}

func (h *kin) refer(contact string) {
	h.t.Helper()
	h.must(h.decide(contact, pathway.ReferralAssessment))
}

func (h *kin) decide(contact string, o pathway.Outcome) error {
	h.t.Helper()
	p, err := h.contacts.Open(ctx, h.who["manager"], contact)
	h.must(err)
	h.must(h.contacts.Screen(ctx, h.who["screener"], contact, pathway.Screen{Danger: "no", RAG: "amber", RAGReason: "Repeated"}, p.Contact.Version))
	h.must(h.contacts.ReadHistory(ctx, h.who["screener"], contact, "Read with earlier contacts"))
	return h.contacts.Decide(ctx, h.who["manager"], contact, []contacts.ForChild{{Child: p.Contact.Kids[0].ID, Decision: pathway.Decision{Outcome: o,
		Rationale: "On the whole picture", Level: "3", Changed: "More people have told us"}}})
}

func TestWhoMayWhatAboutTwoRecords(t *testing.T) {
	h := newKin(t, dbtest.SQLite(t))
	_, a := h.recorded(ana)
	_, b := h.recorded(anaAgain())
	id, err := h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: a, Join: b, Why: "The school says so"})
	h.must(err)
	for who, kind := range map[string]refusal.Kind{"worker": refusal.Denied, "director": refusal.Denied, "analyst": refusal.Denied, "team-manager": refusal.NotFound} {
		_, err := h.desk.Pair(ctx, h.who[who], id)
		wantKind(t, who+" looks", err, kind)
		_, err = h.desk.Propose(ctx, h.who[who], children.Proposed{Keep: b, Join: a, Why: "x"})
		wantKind(t, who+" proposes", err, kind)
		wantKind(t, who+" agrees", h.desk.Agree(ctx, h.who[who], id, 0, ""), kind)
	}
	if _, err := h.desk.Pair(ctx, h.who["inspector"], id); err != nil {
		t.Errorf("an inspector reads: %v", err)
	}
	wantKind(t, "an inspector agrees", h.desk.Agree(ctx, h.who["inspector"], id, 0, ""), refusal.Denied)
	_, err = h.desk.Pair(ctx, h.who["manager"], "none")
	wantKind(t, "a pair that is not there", err, refusal.NotFound)
	_, err = h.record.SweepDuplicates(ctx, h.who["manager"], nil)
	wantKind(t, "a manager runs the sweep", err, refusal.Denied)
}
