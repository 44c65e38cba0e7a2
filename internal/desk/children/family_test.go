package children_test

import (
	"context"
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
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"

	"pgregory.net/rapid"
)

var ctx = context.Background()

// kin is an authority with people of several roles and a clock that the test sets.
type kin struct {
	t        testing.TB
	record   *record.Record
	contacts *contacts.Desk
	desk     *children.Desk
	admin    *admin.Desk
	mu       sync.Mutex
	now      civil.Instant
	who      map[string]access.Actor
	serial   int
}

func newKin(t testing.TB, d *db.DB) *kin {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	h := &kin{t: t, now: civil.DateOf(2026, 1, 21).AtTime(9, 0), who: map[string]access.Actor{}}
	h.record = record.New(d, set, civil.England(), func() civil.Instant { h.mu.Lock(); defer h.mu.Unlock(); return h.now })
	h.contacts, h.desk, h.admin = contacts.New(h.record), children.New(h.record), admin.New(h.record)
	if err := h.admin.AddAuthority(ctx, admin.Authority{ID: "X1", Code: "999", Name: "Testham", Phone: "01632 960000"}); err != nil {
		t.Fatal(err)
	}
	for id, role := range map[string]access.Role{"manager": access.FrontDoorManager, "second": access.FrontDoorManager, "screener": access.Screener, "worker": access.SocialWorker,
		"team-manager": access.TeamManager, "director": access.Director, "inspector": access.Inspector, "analyst": access.Analyst} {
		u := admin.NewUser{ID: id, Email: id + "@testham.example", Name: strings.ToUpper(id), Roles: []admin.RoleIn{{Role: role, Team: admin.DutyTeam}}}
		if role == access.Inspector {
			u.ExpiresAt = civil.DateOf(2028, 1, 1).EndOfDay()
		}
		if _, err := h.admin.AddUser(ctx, admin.Service("X1"), u); err != nil {
			t.Fatal(err)
		}
		if h.who[id], err = h.record.FindActor(ctx, "X1", id); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *kin) later(d time.Duration) {
	h.mu.Lock()
	h.now = h.now.Add(d)
	h.mu.Unlock()
}

func (h *kin) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// receive takes a call about children and links each as a new child. It gives the
// contact's reference and those of the children.
func (h *kin) receive(a contacts.Arrival) (string, []string) {
	h.t.Helper()
	h.serial++
	a.Channel, a.SourceKind, a.SourceName = "phone", "health", "Health visiting"
	got, err := h.contacts.Receive(ctx, h.who["screener"], a)
	h.must(err)
	return got.Ref, h.link(got.Ref, "new")
}

func (h *kin) link(contact, as string, refs ...string) []string {
	h.t.Helper()
	p, err := h.contacts.Open(ctx, h.who["screener"], contact)
	h.must(err)
	for i, k := range p.Contact.Kids {
		c := contacts.Choice{Child: k.ID, As: as}
		if i < len(refs) {
			c.Ref = refs[i]
		}
		if k.PersonID == "" {
			h.must(h.contacts.Link(ctx, h.who["screener"], contact, c))
		}
	}
	p, err = h.contacts.Open(ctx, h.who["screener"], contact)
	h.must(err)
	var out []string
	for _, k := range p.Contact.Kids {
		out = append(out, p.Persons[k.PersonID].Ref)
	}
	return out
}

func (h *kin) family(who, ref string, on civil.Date, then bool) *children.FamilyPage {
	h.t.Helper()
	p, err := h.desk.FamilyOn(ctx, h.who[who], ref, on, then)
	h.must(err)
	return p
}

func (h *kin) verify() {
	h.t.Helper()
	proofs, err := h.record.Verify(ctx)
	h.must(err)
	for _, p := range proofs {
		if !p.OK() {
			h.t.Errorf("verify: %v", p.Faults)
		}
	}
}

func relative(p *children.FamilyPage, name string) (children.Relative, bool) {
	i := slices.IndexFunc(p.Relatives, func(r children.Relative) bool { return r.Name == name })
	if i < 0 {
		return children.Relative{}, false
	}
	return p.Relatives[i], true
}

func thought(p *children.FamilyPage, words string) (children.Thought, bool) {
	i := slices.IndexFunc(p.Thoughts, func(t children.Thought) bool { return strings.Contains(t.Text, words) })
	if i < 0 {
		return children.Thought{}, false
	}
	return p.Thoughts[i], true
}

var (
	ana = person.Described{Given: "Ana", Family: "Bell", Sex: "F", Born: civil.DateOf(2018, 5, 2), AgeStated: -1, Postcode: "ZZ1 2AB", Address: "3 Mill Road"}
	ben = person.Described{Given: "Ben", Family: "Bell", Sex: "M", Born: civil.DateOf(2015, 1, 9), AgeStated: -1, Postcode: "ZZ1 2AB", Address: "3 Mill Rd"}
)

func household() []contacts.Member {
	return []contacts.Member{{Given: "Rosa", Family: "Bell", Relation: "mother"}, {Given: "Joe", Family: "Hart", Relation: "mother's partner"}}
}

func TestWhatAContactSaysOfAFamilyIsInferred(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana, ben}, Household: household()})
		p := h.family("manager", refs[0], civil.Date{}, false)
		for name, kind := range map[string]string{"Rosa Bell": "mother", "Joe Hart": "lives in the household", "Ben Bell": "brother"} {
			r, ok := relative(p, name)
			if !ok || r.Kind != kind || !r.Thought || !r.Together || len(r.Why) == 0 {
				t.Errorf("%s: got %+v, want %s, inferred with reasons, in the same home", name, r, kind)
			}
		}
		if !slices.Contains(p.Missing, "Father: not known") || slices.Contains(p.Missing, "Mother: not known") {
			t.Errorf("missing %v, want the father to be shown as not known", p.Missing)
		}
		if len(p.Homes) != 1 || len(p.Homes[0].With) != 3 || !p.Homes[0].Thought {
			t.Errorf("homes %+v, want one with three others, not confirmed", p.Homes)
		}
		// The same family again, spelled otherwise: nobody is doubled.
		again, err := h.contacts.Receive(ctx, h.who["screener"], contacts.Arrival{Channel: "phone", SourceKind: "health", SourceName: "GP", Children: []person.Described{ana},
			Household: []contacts.Member{{Given: "Roza", Family: "Bell", Relation: "mum"}}})
		h.must(err)
		h.link(again.Ref, "same", refs[0])
		if n := len(h.family("manager", refs[0], civil.Date{}, false).Relatives); n != 3 {
			t.Errorf("%d relatives after a second contact, want 3", n)
		}
		h.verify()
	})
}

func TestParentalResponsibilityThatAContactTellsOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana}, Household: []contacts.Member{{Given: "Rosa", Family: "Bell", Relation: "mother", Responsible: "yes"},
			{Given: "Dan", Family: "Bell", Relation: "father", Responsible: "yes"}, {Given: "Joe", Family: "Hart", Relation: "lodger", Responsible: "no"}}})
		p := h.family("manager", refs[0], civil.Date{}, false)
		ways := map[string]string{}
		for _, x := range p.Holders {
			ways[x.Name] = x.Way
			if !x.Thought {
				t.Errorf("%s: nobody has confirmed it", x.Name)
			}
		}
		if len(ways) != 2 || ways["Rosa Bell"] != "Birth mother" || ways["Dan Bell"] != "Said to hold it; how is not known" {
			t.Errorf("holders %v, want the mother by birth and the father, how not known", ways)
		}
		think, _ := thought(p, "Rosa Bell holds parental responsibility")
		h.must(h.desk.Settle(ctx, h.who["manager"], refs[0], think.Fact, children.Answer{Yes: true}))
		for _, x := range h.family("manager", refs[0], civil.Date{}, false).Holders {
			if x.Name == "Rosa Bell" && x.Thought {
				t.Error("confirmed and still only thought")
			}
		}
	})
}

func TestUndoingALinkTakesBackWhatItMadeUsThink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		contact, refs := h.receive(contacts.Arrival{Children: []person.Described{ana, ben}, Household: household()})
		mother, _ := relative(h.family("manager", refs[0], civil.Date{}, false), "Rosa Bell")
		h.must(h.desk.Settle(ctx, h.who["manager"], refs[0], mother.Fact, children.Answer{Yes: true}))
		p, err := h.contacts.Open(ctx, h.who["screener"], contact)
		h.must(err)
		h.must(h.contacts.Link(ctx, h.who["screener"], contact, contacts.Choice{Child: p.Contact.Kids[0].ID, As: "undone"}))
		page := h.family("manager", refs[0], civil.Date{}, false)
		if len(page.Relatives) != 2 || len(page.Thoughts) != 0 || len(page.Homes) != 0 {
			t.Errorf("got %+v with %d thoughts, want only the mother who was confirmed and the brother by her", page.Relatives, len(page.Thoughts))
		}
	})
}

// TestAHalfBrotherConfirmed is the story of a relation: inferred from a contact,
// confirmed as a half-brother by a person, seen from both sides, and asked again for
// the days before.
func TestAHalfBrotherConfirmed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana, ben}})
		p := h.family("manager", refs[0], civil.Date{}, false)
		think, ok := thought(p, "Ben Bell")
		if !ok || !think.Open {
			t.Fatalf("thoughts %+v, want that Ben lives in the household, to be said more exactly", p.Thoughts)
		}
		h.later(48 * time.Hour)
		h.must(h.desk.Settle(ctx, h.who["screener"], refs[0], think.Fact, children.Answer{Yes: true, Kind: person.HalfSibling, Why: "The mother said so"}))
		for _, x := range []struct{ ref, name, kind string }{{refs[0], "Ben Bell", "half-brother"}, {refs[1], "Ana Bell", "half-sister"}} {
			r, _ := relative(h.family("manager", x.ref, civil.Date{}, false), x.name)
			if r.Kind != x.kind || r.Thought {
				t.Errorf("%s is %+v, want a confirmed %s", x.name, r, x.kind)
			}
		}
		if err := h.desk.Settle(ctx, h.who["manager"], refs[0], think.Fact, children.Answer{Yes: true, Kind: person.FullSibling}); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("a second answer: %v, want a conflict", err)
		}
		then, _ := relative(h.family("manager", refs[0], civil.DateOf(2026, 1, 21), true), "Ben Bell")
		if then.Kind != "lives in the household" || !then.Thought {
			t.Errorf("as it was known on the first day: %+v", then)
		}
		h.verify()
	})
}

func TestARejectionIsKeptAndNotProposedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana, ben}})
		think, _ := thought(h.family("manager", refs[0], civil.Date{}, false), "Ben Bell")
		h.must(h.desk.Settle(ctx, h.who["manager"], refs[0], think.Fact, children.Answer{Yes: false, Why: "Two families of one name"}))
		again, err := h.contacts.Receive(ctx, h.who["screener"], contacts.Arrival{Channel: "phone", SourceKind: "school", SourceName: "School", Children: []person.Described{ana, ben}})
		h.must(err)
		h.link(again.Ref, "same", refs...)
		p := h.family("manager", refs[0], civil.Date{}, false)
		if think, ok := thought(p, "Ben Bell"); ok {
			t.Errorf("proposed again: %+v", think)
		}
		if !slices.ContainsFunc(p.Past, func(e children.Ended) bool {
			return strings.Contains(e.When, "rejected") && e.Why == "Two families of one name"
		}) {
			t.Errorf("the rejection is not shown: %+v", p.Past)
		}
	})
}

// TestAddEndAndPutRight follows one fact through its life and asks for every day and
// moment.
func TestAddEndAndPutRight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana}})
		m := h.who["manager"]
		src := person.Dated{Source: "the mother, by phone"}
		h.must(h.desk.Relate(ctx, m, refs[0], children.NewRelation{Who: children.Somebody{Given: "Rosa", Family: "Bell", Sex: "F"}, Kind: person.Mother, Dated: src}))
		mother, _ := relative(h.family("manager", refs[0], civil.Date{}, false), "Rosa Bell")
		partner := person.Dated{Source: "the mother", Since: civil.DateOf(2025, 6, 1)}
		h.must(h.desk.Relate(ctx, m, refs[0], children.NewRelation{About: mother.Ref, Who: children.Somebody{Given: "Joe", Family: "Hart", Sex: "M"}, Kind: person.Partner, Dated: partner}))
		h.must(h.desk.Relate(ctx, m, refs[0], children.NewRelation{Who: children.Somebody{Given: "Nell", Family: "Hart", Sex: "F"}, Kind: person.Carer, Dated: person.Dated{Source: "school", Since: civil.DateOf(2025, 1, 1)}}))
		carer, _ := relative(h.family("manager", refs[0], civil.Date{}, false), "Nell Hart")
		if err := h.desk.Relate(ctx, m, refs[0], children.NewRelation{Who: children.Somebody{Ref: mother.Ref}, Kind: person.Mother, Dated: src}); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("the same again: %v, want a conflict", err)
		}
		h.later(24 * time.Hour)
		h.must(h.desk.End(ctx, m, refs[0], carer.Fact, civil.DateOf(2025, 12, 31), "The school says she moved away"))
		if err := h.desk.End(ctx, m, refs[0], carer.Fact, civil.DateOf(2025, 11, 30), "twice"); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("ended twice: %v, want a conflict", err)
		}
		for _, x := range []struct {
			on   civil.Date
			then bool
			want bool
		}{
			{civil.DateOf(2024, 12, 31), false, false}, {civil.DateOf(2025, 1, 1), false, true}, {civil.DateOf(2025, 12, 31), false, true}, {civil.DateOf(2026, 1, 1), false, false},
			{civil.DateOf(2026, 1, 21), true, true}, {civil.DateOf(2026, 1, 22), true, false}, {civil.DateOf(2026, 1, 20), true, false},
		} {
			if _, got := relative(h.family("manager", refs[0], x.on, x.then), "Nell Hart"); got != x.want {
				t.Errorf("on %s (as known then: %v) the carer is shown: %v, want %v", x.on, x.then, got, x.want)
			}
		}
		h.later(24 * time.Hour)
		h.must(h.desk.PutRight(ctx, m, refs[0], mother.Fact, children.Correction{Kind: person.Grandparent, Source: "birth certificate", Why: "She is the grandmother"}))
		p := h.family("manager", refs[0], civil.Date{}, false)
		r, _ := relative(p, "Rosa Bell")
		if r.Kind != "grandmother" {
			t.Errorf("after the correction: %+v, want grandmother", r)
		}
		if old, _ := relative(h.family("manager", refs[0], civil.DateOf(2026, 1, 22), true), "Rosa Bell"); old.Kind != "mother" {
			t.Errorf("as known before the correction: %+v, want mother", old)
		}
		h.verify()
	})
}

func TestWhatCannotBe(t *testing.T) {
	d := dbtest.SQLite(t)
	h := newKin(t, d)
	_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana, ben}})
	m := h.who["manager"]
	good := children.NewRelation{Who: children.Somebody{Given: "Rosa", Family: "Bell"}, Kind: person.Mother, Dated: person.Dated{Source: "school"}}
	for _, tt := range []struct {
		name   string
		change func(*children.NewRelation)
		field  string
	}{
		{"of no kind", func(n *children.NewRelation) { n.Kind = "cousin-in-law" }, "kind"},
		{"without a source", func(n *children.NewRelation) { n.Source = "" }, "source"},
		{"without a name", func(n *children.NewRelation) { n.Who.Given = "Unknown" }, "given"},
		{"a mother younger than the child", func(n *children.NewRelation) { n.Who.Born = civil.DateOf(2019, 1, 1) }, "kind"},
		{"since a day to come", func(n *children.NewRelation) { n.Since = civil.DateOf(2027, 1, 1) }, "since"},
		{"related to themselves", func(n *children.NewRelation) { n.Who.Ref = refs[0] }, "ref"},
		{"a reference of nobody", func(n *children.NewRelation) { n.Who.Ref = "C-26-ZZZZZZ" }, "ref"},
		{"of somebody outside the family", func(n *children.NewRelation) { n.About = "P-26-ZZZZZZ" }, "about"},
		{"born and expected", func(n *children.NewRelation) {
			n.Who.Born, n.Who.Expected = civil.DateOf(2025, 1, 1), civil.DateOf(2026, 3, 1)
		}, "expected"},
	} {
		n := good
		tt.change(&n)
		err := h.desk.Relate(ctx, m, refs[0], n)
		x, ok := refusal.As(err)
		if !ok || x.Kind != refusal.Invalid || x.Problems[0].Field != tt.field {
			t.Errorf("%s: %v, want a refusal beside %s", tt.name, err, tt.field)
		}
	}
	if err := h.desk.Relate(ctx, h.who["worker"], refs[0], good); refusal.KindOf(err) != refusal.NotFound {
		t.Errorf("a worker who does not work with the child: %v, want that there is no record", err)
	}
	for _, who := range []string{"director", "inspector", "analyst"} {
		if err := h.desk.Relate(ctx, h.who[who], refs[0], good); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("%s: %v, want to be denied", who, err)
		}
	}
	if p := h.family("director", refs[0], civil.Date{}, false); p.CanChange {
		t.Error("a director reads and does not change")
	}
}

func TestAnAdoptionEndsParentalResponsibility(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana}, Household: household()})
		m := h.who["manager"]
		mother, _ := relative(h.family("manager", refs[0], civil.Date{}, false), "Rosa Bell")
		src := person.Dated{Source: "court order, seen"}
		h.must(h.desk.HoldResponsibility(ctx, m, refs[0], children.NewHolder{Ref: mother.Ref, Responsibility: person.Responsibility{How: person.ByBirth, Dated: src}}))
		h.must(h.desk.HoldResponsibility(ctx, m, refs[0], children.NewHolder{Responsibility: person.Responsibility{HolderName: "Testham Council", How: person.ByCareOrder, Dated: src}}))
		if n := len(h.family("manager", refs[0], civil.Date{}, false).Holders); n != 2 {
			t.Fatalf("%d hold parental responsibility, want 2: a care order ends nobody's", n)
		}
		adopted := src
		adopted.Since = civil.DateOf(2026, 1, 20)
		h.must(h.desk.HoldResponsibility(ctx, m, refs[0], children.NewHolder{Responsibility: person.Responsibility{HolderName: "An adoptive parent", How: person.ByAdoption, Dated: adopted}}))
		p := h.family("manager", refs[0], civil.Date{}, false)
		if len(p.Holders) != 1 || p.Holders[0].Way != "Adoption order" {
			t.Errorf("holders %+v, want the adoption alone", p.Holders)
		}
		if err := h.desk.HoldResponsibility(ctx, m, refs[0], children.NewHolder{Responsibility: person.Responsibility{How: person.ByOrder, Dated: src}}); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("held by nobody: %v, want a refusal", err)
		}
	})
}

// TestAnUnbornChildIsBornAndKeepsItsHistory is the story of a record that goes on:
// the same reference before and after, the same waits, and a newborn who is found.
func TestAnUnbornChildIsBornAndKeepsItsHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		unborn := person.Described{Family: "Bell", Unborn: true, Expected: civil.DateOf(2026, 2, 1), AgeStated: -1, Address: "3 Mill Road", Postcode: "ZZ1 2AB",
			Parents: []person.Name{{Given: "Rosa", Family: "Bell"}}}
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{unborn}, Household: household()})
		before, err := h.desk.Open(ctx, h.who["manager"], refs[0], "waiting")
		h.must(err)
		h.later(9 * 24 * time.Hour)
		b := person.Birth{Born: civil.DateOf(2026, 1, 28), Sex: "F"}
		version := before.Child.Version
		if err := h.desk.Born(ctx, h.who["director"], refs[0], b, version); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("a director records a birth: %v, want to be denied", err)
		}
		h.must(h.desk.Born(ctx, h.who["screener"], refs[0], b, version))
		if err := h.desk.Born(ctx, h.who["manager"], refs[0], b, version); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("born twice: %v, want a conflict", err)
		}
		after, err := h.desk.Open(ctx, h.who["manager"], refs[0], "waiting")
		h.must(err)
		if after.Child.ID != before.Child.ID || after.Child.Unborn || after.Child.Expected != unborn.Expected || len(after.Waits) != len(before.Waits) || len(after.Contacts) != 1 {
			t.Errorf("before %+v after %+v: the record must go on with its waits and contacts", before.Child, after.Child)
		}
		h.must(h.desk.NameBaby(ctx, h.who["screener"], refs[0], person.Birth{Given: "Eva", NHS: "9990000018"}, after.Child.Version))
		story, err := h.desk.Open(ctx, h.who["manager"], refs[0], "chronology")
		h.must(err)
		for _, want := range []string{"Born 28 January 2026; expected 1 February 2026", "Named", "Contact received"} {
			if !slices.ContainsFunc(story.Story, func(l children.Line) bool { return strings.HasPrefix(l.Text, want) }) {
				t.Errorf("the chronology does not say %q", want)
			}
		}
		// The next contact is about a baby with a name, and finds the record.
		got, err := h.contacts.Receive(ctx, h.who["screener"], contacts.Arrival{Channel: "phone", SourceKind: "health", SourceName: "Ward",
			Children: []person.Described{{Given: "Eva", Family: "Bell", Born: b.Born, AgeStated: -1, NHS: "9990000018", Address: "3 Mill Road", Postcode: "ZZ1 2AB"}}})
		h.must(err)
		p, err := h.contacts.Open(ctx, h.who["screener"], got.Ref)
		h.must(err)
		if p.Contact.Kids[0].PersonID != before.Child.ID {
			t.Error("a contact about the named baby does not find the record of the unborn child")
		}
		// One more child was born.
		twin, err := h.desk.AnotherBorn(ctx, h.who["screener"], refs[0], person.Birth{Born: b.Born, Given: "Leo", Sex: "M"}, after.Child.Version+1)
		h.must(err)
		fam := h.family("manager", twin, civil.Date{}, false)
		for name, kind := range map[string]string{"Rosa Bell": "mother", "Eva Bell": "sister"} {
			if r, ok := relative(fam, name); !ok || r.Kind != kind {
				t.Errorf("the twin's %s: %+v", name, r)
			}
		}
		if len(fam.Homes) != 1 {
			t.Errorf("the twin lives at %+v, want the same home", fam.Homes)
		}
		h.verify()
	})
}

func TestAPregnancyThatEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		unborn := person.Described{Family: "Bell", Unborn: true, Expected: civil.DateOf(2026, 6, 1), AgeStated: -1, Parents: []person.Name{{Given: "Rosa", Family: "Bell"}}}
		contact, refs := h.receive(contacts.Arrival{Children: []person.Described{unborn}, Danger: "no"})
		p, err := h.contacts.Open(ctx, h.who["manager"], contact)
		h.must(err)
		h.must(h.contacts.Screen(ctx, h.who["screener"], contact, pathway.Screen{Danger: "no", RAG: "amber", RAGReason: "said"}, p.Contact.Version))
		h.must(h.contacts.ReadHistory(ctx, h.who["manager"], contact, "None"))
		h.must(h.contacts.Decide(ctx, h.who["manager"], contact, []contacts.ForChild{{Child: p.Contact.Kids[0].ID, Decision: pathway.Decision{Outcome: pathway.ReferralStrategy, Rationale: "Risk", Level: "4", Changed: "new"}}}))
		child, err := h.desk.Open(ctx, h.who["manager"], refs[0], "")
		h.must(err)
		lost := children.PregnancyLost{How: person.NotSaid, Source: "the midwife"}
		if err := h.desk.PregnancyEnded(ctx, h.who["manager"], refs[0], children.PregnancyLost{Source: "the midwife"}, child.Child.Version); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("nothing selected: %v, want a refusal", err)
		}
		h.must(h.desk.PregnancyEnded(ctx, h.who["manager"], refs[0], lost, child.Child.Version))
		after, err := h.desk.Open(ctx, h.who["manager"], refs[0], "waiting")
		h.must(err)
		for _, w := range after.Waits {
			if w.Ended.IsZero() {
				t.Errorf("still waits for %s: %s", w.Agency, w.What)
			}
		}
		if err := h.desk.Born(ctx, h.who["manager"], refs[0], person.Birth{Born: civil.DateOf(2026, 1, 20), Sex: "F"}, child.Child.Version); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("born after all: %v, want a conflict", err)
		}
		h.verify()
	})
}

// TestNoConcealedRelativeIsShown makes families at random, closes some of the records,
// and lets everybody look: the name of somebody whose record is closed to the reader
// is in no output, on any day.
func TestNoConcealedRelativeIsShown(t *testing.T) {
	h := newKin(t, dbtest.SQLite(t))
	m := h.who["manager"]
	kinds := []person.Kin{person.Mother, person.Father, person.ChildOf, person.HalfSibling, person.Partner, person.Household, person.Grandparent}
	rapid.Check(t, func(rt *rapid.T) {
		d := ana
		h.serial++
		d.Given, d.Address = fmt.Sprintf("Kid%dx", h.serial), fmt.Sprintf("%d Long Lane", h.serial)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{d}})
		var added []string // references of relatives, in the order they came
		names := map[string]string{}
		for i := range rapid.IntRange(1, 5).Draw(rt, "relatives") {
			name := fmt.Sprintf("Rel%dx%d", h.serial, i)
			about := refs[0]
			if len(added) > 0 && rapid.Bool().Draw(rt, "of a relative") {
				about = added[rapid.IntRange(0, len(added)-1).Draw(rt, "of whom")]
			}
			n := children.NewRelation{About: about, Who: children.Somebody{Given: name, Family: "Bell"}, Kind: kinds[rapid.IntRange(0, len(kinds)-1).Draw(rt, "kind")], Dated: person.Dated{Source: "test"}}
			if err := h.desk.Relate(ctx, m, refs[0], n); err != nil {
				rt.Fatal(err)
			}
			for _, r := range h.family("manager", refs[0], civil.Date{}, false).People() {
				if strings.HasPrefix(r.Name, name) {
					added, names[r.Ref] = append(added, r.Ref), name
				}
			}
		}
		closed := map[string]access.Concealment{}
		for _, ref := range added {
			how := rapid.SampledFrom([]access.Concealment{access.Unrestricted, access.Restricted, access.Sealed}).Draw(rt, "closed")
			if how == access.Unrestricted {
				continue
			}
			if err := h.restrict(ref, how); err != nil {
				rt.Fatal(err)
			}
			closed[ref] = how
		}
		for _, who := range []string{"manager", "second", "screener", "director", "inspector"} {
			for _, then := range []bool{false, true} {
				p := h.family(who, refs[0], civil.Date{}, then)
				story, err := h.desk.FamilyStory(ctx, h.who[who], refs[0], children.StoryFilter{})
				if err != nil {
					rt.Fatal(err)
				}
				told := fmt.Sprintf("%+v %+v %+v", story.Lines, story.Children, story.Shut)
				for ref, how := range closed {
					if who == "second" {
						continue // named on every restriction
					}
					if shown(p, names[ref]) || strings.Contains(string(p.Map().SVG()), names[ref]) || strings.Contains(told, names[ref]) {
						rt.Fatalf("%s sees %s, whose record is %s", who, names[ref], how)
					}
				}
			}
		}
	})
}

func shown(p *children.FamilyPage, name string) bool {
	text := fmt.Sprintf("%+v %+v %+v %+v %+v %+v", p.Relatives, p.Homes, p.Holders, p.Thoughts, p.Past, p.Masks)
	return strings.Contains(text, name)
}

var idOf = db.SQL("children_test.person-of-ref", `SELECT id FROM person WHERE ref = $1 AND authority_id = $2`)

// restrict closes a record to everybody but the second manager.
func (h *kin) restrict(ref string, how access.Concealment) error {
	var id string
	err := h.record.DB.Read(ctx, func(q db.Queryer) error { return q.QueryRowContext(ctx, idOf, ref, "X1").Scan(&id) })
	if err != nil {
		return err
	}
	return h.admin.Restrict(ctx, h.who["second"], id, how, "Second", "test", []string{"second"})
}

func TestAChronologyOfTheHousehold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana, ben}})
		p, err := h.desk.FamilyStory(ctx, h.who["manager"], refs[0], children.StoryFilter{})
		h.must(err)
		if len(p.Children) != 2 || p.Children[0].Ref != refs[0] {
			t.Fatalf("children %+v, want both, the child first", p.Children)
		}
		i := slices.IndexFunc(p.Lines, func(l children.StoryLine) bool { return l.Kind == "contact" })
		if i < 0 || len(p.Lines[i].Who) != 2 {
			t.Errorf("lines %+v, want one line of the contact for both", p.Lines)
		}
		one, err := h.desk.FamilyStory(ctx, h.who["manager"], refs[0], children.StoryFilter{Child: refs[1], Kind: "identity"})
		h.must(err)
		for _, l := range one.Lines {
			if l.Kind != "identity" || !slices.Equal(l.Who, []string{"Ben Bell"}) {
				t.Errorf("filtered: %+v", l)
			}
		}
		looked, err := h.desk.Open(ctx, h.who["manager"], refs[1], "looked-at")
		h.must(err)
		if !slices.ContainsFunc(looked.Looks, func(l children.Look) bool { return l.What == "chronology of the household" }) {
			t.Errorf("the brother's record does not say that the household was read: %+v", looked.Looks)
		}
		h.must(h.restrict(refs[1], access.Restricted))
		masked, err := h.desk.FamilyStory(ctx, h.who["second"], refs[0], children.StoryFilter{})
		h.must(err)
		if len(masked.Children) != 2 || masked.Masked != 0 {
			t.Errorf("who is named reads both: %+v", masked.Children)
		}
	})
}

func maybe(p *children.FamilyPage, name string) (children.Maybe, bool) {
	i := slices.IndexFunc(p.Maybes, func(m children.Maybe) bool { return m.Name == name })
	if i < 0 {
		return children.Maybe{}, false
	}
	return p.Maybes[i], true
}

// TestWhoMayBeOfAFamilyIsProposedFromTheRecord: two children were never named together
// and share what a family shares. One is proposed on the other's page, unless their
// record is closed to the reader; who was said not to be of the family is not proposed
// again.
func TestWhoMayBeOfAFamilyIsProposedFromTheRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		alike := func(d person.Described) person.Described {
			if d.Given != "Ana" {
				d.Address = "9 Well Lane"
			}
			d.Family, d.Phone, d.Parents = "Kowalczyk", "07700 900123", []person.Name{{Given: "Zofia", Family: "Kowalczyk"}}
			return d
		}
		_, first := h.receive(contacts.Arrival{Children: []person.Described{alike(ana)}})
		_, second := h.receive(contacts.Arrival{Children: []person.Described{alike(ben)}})
		_, third := h.receive(contacts.Arrival{Children: []person.Described{alike(person.Described{Given: "Cara", Sex: "F", Born: civil.DateOf(2012, 7, 1), AgeStated: -1, Address: "3 Mill Road", Postcode: "ZZ1 2AB"})}})
		p := h.family("manager", first[0], civil.Date{}, false)
		m, ok := maybe(p, "Ben Kowalczyk")
		if !ok || m.Ref != second[0] || m.Chance < 80 || len(m.Reasons) < 2 {
			t.Fatalf("maybes %+v, want Ben with reasons", p.Maybes)
		}
		if err := h.desk.NotOfFamily(ctx, h.who["director"], first[0], second[0]); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("a director changes a family: %v", err)
		}
		h.must(h.desk.NotOfFamily(ctx, h.who["manager"], first[0], second[0]))
		p = h.family("manager", first[0], civil.Date{}, false)
		if _, ok := maybe(p, "Ben Kowalczyk"); ok {
			t.Error("proposed again")
		}
		if _, ok := relative(p, "Ben Kowalczyk"); ok {
			t.Error("who is not of the family is listed as a relative")
		}
		if _, ok := maybe(p, "Cara Kowalczyk"); !ok {
			t.Errorf("maybes %+v, want Cara still", p.Maybes)
		}
		h.must(h.restrict(third[0], access.Restricted))
		if _, ok := maybe(h.family("manager", first[0], civil.Date{}, false), "Cara Kowalczyk"); ok {
			t.Error("a restricted child is proposed")
		}
		h.verify()
	})
}
