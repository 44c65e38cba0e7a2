package person_test

import (
	"slices"
	"testing"

	"frontdoor/internal/civil"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"

	"pgregory.net/rapid"
)

func TestEveryKindHasAnInverse(t *testing.T) {
	for _, k := range person.Kinds() {
		inverse := k.Inverse()
		if !inverse.Known() {
			t.Errorf("%s: the inverse %q is no kind of ours", k, inverse)
		}
		if got := inverse.Inverse().General(); got != k.General() {
			t.Errorf("%s: the inverse of the inverse is %s", k, got)
		}
		if k.Older() != -inverse.Older() || k.Lasting() != inverse.Lasting() {
			t.Errorf("%s and %s do not stand opposite each other", k, inverse)
		}
		for _, sex := range []string{"", "F", "M", "U"} {
			if person.KinNamed(k, sex) == "" {
				t.Errorf("%s has no word for %q", k, sex)
			}
		}
	}
}

// edge is a confirmed relationship: other is kind of who.
func edge(who, other string, kind person.Kin) person.Relationship {
	return person.Relationship{Dated: person.Dated{Standing: person.Confirmed}, Person: who, Other: other, Kind: kind}
}

func inferred(r person.Relationship) person.Relationship {
	r.Standing = person.Inferred
	return r
}

func ended(r person.Relationship, until civil.Date) person.Relationship {
	r.Until = until
	return r
}

func TestSiblingsByTheirParents(t *testing.T) {
	on := civil.DateOf(2026, 11, 24)
	tests := []struct {
		name     string
		edges    []person.Relationship
		kind     person.Kin // "" is not a brother or sister
		standing person.Standing
	}{
		{"two shared parents make a full sister", []person.Relationship{edge("ana", "mum", person.Mother), edge("ana", "dad", person.Father), edge("ben", "mum", person.Mother), edge("ben", "dad", person.Father)}, person.FullSibling, person.Confirmed},
		{"one shared parent and another each make a half-sister", []person.Relationship{edge("ana", "mum", person.Mother), edge("ana", "dad", person.Father), edge("ben", "mum", person.Mother), edge("ben", "joe", person.Father)}, person.HalfSibling, person.Confirmed},
		{"an unknown father leaves full or half open", []person.Relationship{edge("ana", "mum", person.Mother), edge("ana", "dad", person.Father), edge("ben", "mum", person.Mother)}, person.Sibling, person.Confirmed},
		{"a parent's partner's child is a stepbrother", []person.Relationship{edge("ana", "mum", person.Mother), edge("ben", "joe", person.Father), edge("mum", "joe", person.Partner)}, person.StepSibling, person.Confirmed},
		{"when the partners have parted they are step no more", []person.Relationship{edge("ana", "mum", person.Mother), edge("ben", "joe", person.Father), ended(edge("mum", "joe", person.Partner), civil.DateOf(2025, 1, 1))}, "", ""},
		{"a parent written from the parent's end counts the same", []person.Relationship{edge("mum", "ana", person.ChildOf), edge("ben", "mum", person.Mother)}, person.Sibling, person.Confirmed},
		{"what rests on an inferred mother is inferred", []person.Relationship{inferred(edge("ana", "mum", person.Mother)), edge("ben", "mum", person.Mother)}, person.Sibling, person.Inferred},
		{"half rests on the other fathers too", []person.Relationship{edge("ana", "mum", person.Mother), inferred(edge("ana", "dad", person.Father)), edge("ben", "mum", person.Mother), edge("ben", "joe", person.Father)}, person.HalfSibling, person.Inferred},
		{"strangers are nothing to each other", []person.Relationship{edge("ana", "mum", person.Mother), edge("ben", "eve", person.Mother)}, "", ""},
		{"a rejected mother makes no sister", []person.Relationship{edge("ana", "mum", person.Mother), {Dated: person.Dated{Standing: person.Rejected}, Person: "ben", Other: "mum", Kind: person.Mother}}, "", ""},
		{"who was said not to be a brother is not proposed again", []person.Relationship{inferred(edge("ana", "mum", person.Mother)), edge("ben", "mum", person.Mother), {Dated: person.Dated{Standing: person.Rejected}, Person: "ben", Other: "ana", Kind: person.Household}}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got person.Relation
			for _, r := range person.SiblingsOf("ana", tt.edges, on) {
				if r.Who == "ben" {
					got = r
				}
			}
			if got.Kind != tt.kind || got.Standing != tt.standing {
				t.Errorf("got %q %q, want %q %q", got.Kind, got.Standing, tt.kind, tt.standing)
			}
		})
	}
}

func TestOneLineForEachRelative(t *testing.T) {
	on := civil.DateOf(2026, 11, 24)
	edges := []person.Relationship{
		edge("ana", "mum", person.Mother), edge("ana", "dad", person.Father), edge("ben", "mum", person.Mother), edge("ben", "dad", person.Father),
		inferred(edge("ana", "ben", person.Household)), edge("gran", "mum", person.ChildOf), edge("ana", "gran", person.Grandparent),
	}
	got := person.RelationsOf("ana", edges, on)
	want := []person.Kin{person.Mother, person.Father, person.Grandparent, person.FullSibling}
	var kinds []person.Kin
	for _, r := range got {
		kinds = append(kinds, r.Kind)
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("got %v, want %v", kinds, want)
	}
}

// TestAFactIsWhatWasRecorded draws the life of a fact and asks at every moment and
// day: what is known then is what was recorded by then, and nothing shows after its
// end.
func TestAFactIsWhatWasRecorded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(n int) civil.Date { return civil.DateOf(2026, 1, 1).AddDays(n) }
		hour := func(n int) civil.Instant { return day(n).AtTime(9, 0) }
		recorded := rapid.IntRange(0, 50).Draw(t, "recorded")
		d := person.Dated{Standing: person.Inferred, Recorded: person.Stamp{At: hour(recorded)}}
		since := rapid.IntRange(-100, recorded).Draw(t, "since")
		d.Since = day(since)
		settled, endedAt, replaced := 1000, 1000, 1000
		until := 1000
		if rapid.Bool().Draw(t, "confirmed") {
			settled = recorded + rapid.IntRange(1, 20).Draw(t, "settled")
			d.Standing, d.Settled = person.Confirmed, person.Stamp{At: hour(settled)}
		}
		if rapid.Bool().Draw(t, "ends") {
			endedAt = recorded + rapid.IntRange(1, 40).Draw(t, "ended at")
			until = since + rapid.IntRange(0, 100).Draw(t, "until")
			d.Until, d.Ended = day(until), person.Stamp{At: hour(endedAt)}
		}
		if rapid.Bool().Draw(t, "put right") {
			replaced = recorded + rapid.IntRange(1, 60).Draw(t, "replaced")
			d.Replaced = person.Stamp{At: hour(replaced)}
		}
		at, on := rapid.IntRange(-10, 120).Draw(t, "asked at"), rapid.IntRange(-120, 200).Draw(t, "asked of")
		k, ok := d.KnownAt(hour(at))
		if want := at >= recorded && at < replaced; ok != want {
			t.Fatalf("known at %d: %v, want %v", at, ok, want)
		}
		if !ok {
			return
		}
		if want := map[bool]person.Standing{true: person.Confirmed, false: person.Inferred}[at >= settled]; k.Standing != want {
			t.Fatalf("standing %s, want %s", k.Standing, want)
		}
		knewEnd := at >= endedAt
		if want := on >= since && (!knewEnd || on <= until); k.Holds(day(on)) != want {
			t.Fatalf("holds on %d: %v, want %v (known at %d)", on, !want, want, at)
		}
		if until < 1000 && d.Holds(day(until+1)) {
			t.Fatal("it holds after its end")
		}
	})
}

func TestInferringBrothersAndSisters(t *testing.T) {
	ana := person.Person{Given: "Ana", Family: "Bell", Born: civil.DateOf(2018, 5, 2), Parents: []person.Name{{Given: "Rosa", Family: "Bell"}}, Phone: "07700 900123",
		Addresses: []person.Address{{Line: "3 Mill Road", Postcode: "ZZ1 2AB"}}}
	ben := person.Person{Given: "Ben", Family: "Bell", Born: civil.DateOf(2016, 1, 9), Parents: []person.Name{{Given: "Rosa", Family: "Bell"}},
		Addresses: []person.Address{{Line: "3 Mill Rd.", Postcode: "zz12ab"}}}
	tests := []struct {
		name   string
		change func(a, b *person.Person)
		kind   person.Kin
		chance int
	}{
		{"one parent and one door", nil, person.Sibling, 98},
		{"only named together", func(a, b *person.Person) { b.Parents, b.Addresses = nil, nil }, person.Household, 60},
		{"one door and no parent known", func(a, b *person.Person) { b.Parents = nil }, person.Household, 84},
		{"born four months apart", func(a, b *person.Person) { b.Born = a.Born.AddDays(120) }, person.Household, 60},
		{"other fathers make it half", func(a, b *person.Person) {
			a.Parents = append(a.Parents, person.Name{Given: "Dan", Family: "Bell"})
			b.Parents = append(b.Parents, person.Name{Given: "Joe", Family: "Hart"})
		}, person.HalfSibling, 98},
		{"a postcode alone is a street, not a home", func(a, b *person.Person) { b.Parents = nil; b.Addresses[0].Line = "" }, person.Household, 60},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := ana, ben
			b.Addresses = slices.Clone(ben.Addresses)
			if tt.change != nil {
				tt.change(&a, &b)
			}
			got := person.Infer(a, b, person.Told{Contact: "FD-26-AAAAAA"})
			if got.Kind != tt.kind || got.Chance != tt.chance || len(got.Reasons) == 0 {
				t.Errorf("got %+v, want %s with %d of 100", got, tt.kind, tt.chance)
			}
		})
	}
}

func TestWhatAContactSaysOfAGrownUp(t *testing.T) {
	for words, want := range map[string]person.Kin{
		"mother": person.Mother, "Mum": person.Mother, "grandmother": person.Grandparent, "mother's partner": person.Household, "Step-father": person.StepParent,
		"paternal grandad": person.Grandparent, "father": person.Father, "foster carer": person.Carer, "": person.Household, "lodger": person.Household, "maternal aunt": person.AuntUncle,
		"half-brother": person.HalfSibling, "nanny": person.Household,
	} {
		if got, _ := person.KinSaid(words); got != want {
			t.Errorf("%q is %s, want %s", words, got, want)
		}
	}
}

func TestAdoptionEndsWhatOthersHeld(t *testing.T) {
	on := civil.DateOf(2026, 11, 24)
	have := []person.Responsibility{
		{Dated: person.Dated{ID: "1", Standing: person.Confirmed}, Child: "ana", Holder: "mum", How: person.ByBirth},
		{Dated: person.Dated{ID: "2", Standing: person.Confirmed}, Child: "ana", HolderName: "Thornbury Vale", How: person.ByCareOrder},
		{Dated: person.Dated{ID: "3", Standing: person.Confirmed}, Child: "ben", Holder: "mum", How: person.ByBirth},
		{Dated: person.Dated{ID: "4", Standing: person.Confirmed, Until: civil.DateOf(2020, 1, 1)}, Child: "ana", Holder: "dad", How: person.ByOrder},
	}
	for _, w := range person.Ways() {
		got := person.EndedBy(person.Responsibility{Child: "ana", How: w.How}, have, on)
		want := 0
		if w.How == person.ByAdoption {
			want = 2
		}
		if len(got) != want {
			t.Errorf("%s ends %d, want %d", w.How, len(got), want)
		}
		if w.Name == "" || w.Law == "" {
			t.Errorf("%s has no name or law", w.How)
		}
	}
}

func TestABirth(t *testing.T) {
	today := civil.DateOf(2026, 11, 24)
	unborn := person.Person{ID: "1", Ref: "C-26-AAAAAA", Family: "Bell", Unborn: true, Expected: civil.DateOf(2026, 12, 1), Parents: []person.Name{{Given: "Rosa", Family: "Bell"}}}
	good := person.Birth{Born: civil.DateOf(2026, 11, 20), Given: "Ana", Family: "Hart", Sex: "F", NHS: "999 000 0018"}
	tests := []struct {
		name   string
		change func(*person.Person, *person.Birth)
		kind   refusal.Kind
	}{
		{name: "the same person, born and named"},
		{name: "a baby without a name yet", change: func(_ *person.Person, b *person.Birth) { b.Given, b.NHS = "", "" }},
		{name: "no date", change: func(_ *person.Person, b *person.Birth) { b.Born = civil.Date{} }, kind: refusal.Invalid},
		{name: "a date to come", change: func(_ *person.Person, b *person.Birth) { b.Born = today.AddDays(1) }, kind: refusal.Invalid},
		{name: "nothing said of the sex", change: func(_ *person.Person, b *person.Birth) { b.Sex = "" }, kind: refusal.Invalid},
		{name: "an NHS number with a wrong digit", change: func(_ *person.Person, b *person.Birth) { b.NHS = "9990000017" }, kind: refusal.Invalid},
		{name: "born twice", change: func(p *person.Person, _ *person.Birth) { p.Unborn = false }, kind: refusal.Conflict},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, b := unborn, good
			if tt.change != nil {
				tt.change(&p, &b)
			}
			got, err := p.BornAs(b, today)
			if refusal.KindOf(err) != tt.kind || (err == nil) != (tt.kind == refusal.Fault) {
				t.Fatalf("got %v, want kind %v", err, tt.kind)
			}
			if err != nil {
				return
			}
			if got.Unborn || got.ID != p.ID || got.Ref != p.Ref || got.Expected != p.Expected || got.Born != b.Born {
				t.Errorf("got %+v: the record must go on, with the expected date", got)
			}
			if got.Unnamed() != (b.Given == "") {
				t.Errorf("unnamed %v with the name %q", got.Unnamed(), b.Given)
			}
			if !slices.Contains(got.Former, person.Name{Given: "", Family: "Bell"}) {
				t.Errorf("former names %v, want the one before birth", got.Former)
			}
		})
	}
}

func TestAnotherChildOfTheSameBirth(t *testing.T) {
	today := civil.DateOf(2026, 11, 24)
	first := person.Person{ID: "1", Given: "Ana", Family: "Bell", Born: civil.DateOf(2026, 11, 20), NHS: "9990000018", Parents: []person.Name{{Given: "Rosa"}}}
	got, err := first.AnotherBorn(person.Birth{Born: first.Born, Given: "Eva", Sex: "F"}, today)
	if err != nil || got.ID != "" || got.NHS != "" || got.Family != "Bell" || len(got.Parents) != 1 {
		t.Errorf("got %+v %v, want a new person of the same family", got, err)
	}
	if _, err := first.AnotherBorn(person.Birth{Born: first.Born.AddDays(-30), Sex: "F"}, today); refusal.KindOf(err) != refusal.Invalid {
		t.Errorf("a month apart: %v, want a refusal", err)
	}
	first.Unborn = true
	if _, err := first.AnotherBorn(person.Birth{Born: today, Sex: "F"}, today); refusal.KindOf(err) != refusal.Conflict {
		t.Errorf("before the first birth: %v, want a conflict", err)
	}
}

func TestNamingABabyLater(t *testing.T) {
	baby := person.Person{Family: "Bell", Born: civil.DateOf(2026, 11, 20)}
	got, err := baby.NameLater(person.Birth{Given: "Ana"})
	if err != nil || got.Given != "Ana" || got.Unnamed() {
		t.Errorf("got %+v %v", got, err)
	}
	if _, err := baby.NameLater(person.Birth{Given: "Baby"}); refusal.KindOf(err) != refusal.Invalid {
		t.Errorf("“Baby” is no name: %v", err)
	}
	if _, err := got.NameLater(person.Birth{Given: "Eva"}); refusal.KindOf(err) != refusal.Conflict {
		t.Errorf("a second name: %v, want a conflict", err)
	}
}
