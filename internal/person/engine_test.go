package person_test

import (
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"frontdoor/internal/civil"
	"frontdoor/internal/person"

	"pgregory.net/rapid"
)

// somebody is a person of whom everything is known, in a small dictionary.
func somebody(t *rapid.T) person.Person {
	word := func(label string, list ...string) string { return rapid.SampledFrom(list).Draw(t, label) }
	return person.Person{
		ID: "p", Given: word("given", "Yusuf", "Anne-Marie", "Wei Ling", "Oluwaseun", "Zoë", "Chukwuemeka", "Katarzyna"), Middle: word("middle", "James", "Bint", "Rose"),
		Family: word("family", "Khatun", "O'Brien", "Al-Hassan", "Smith Jones", "Nguyen", "Ó Súilleabháin"), Sex: word("sex", "M", "F"),
		Born: civil.DateOf(2010+rapid.IntRange(0, 14).Draw(t, "year"), 3, 1+rapid.IntRange(0, 27).Draw(t, "day")),
		NHS:  "9434765919", UPN: "A123456789012", Phone: "04111222333", School: "Hilltop Primary School",
		Addresses: []person.Address{{Line: "12 Mill Road", Postcode: "QV1 2AB"}}, Parents: []person.Name{{Given: "Amina", Family: "Khatun"}},
	}
}

// TestMoreThatAgreesNeverLowersTheBits says one thing more that agrees: the bits for the
// child never become fewer.
func TestMoreThatAgreesNeverLowersTheBits(t *testing.T) {
	add := map[string]func(*person.Described, person.Person){
		"given": func(d *person.Described, p person.Person) { d.Given = p.Given }, "middle": func(d *person.Described, p person.Person) { d.Middle = p.Middle },
		"family": func(d *person.Described, p person.Person) { d.Family = p.Family }, "sex": func(d *person.Described, p person.Person) { d.Sex = p.Sex },
		"date": func(d *person.Described, p person.Person) { d.Born = p.Born }, "nhs": func(d *person.Described, p person.Person) { d.NHS = p.NHS },
		"upn": func(d *person.Described, p person.Person) { d.UPN = p.UPN }, "phone": func(d *person.Described, p person.Person) { d.Phone = p.Phone },
		"school": func(d *person.Described, p person.Person) { d.School = p.School }, "parent": func(d *person.Described, p person.Person) { d.Parents = p.Parents },
		"postcode": func(d *person.Described, p person.Person) { d.Postcode = p.Addresses[0].Postcode },
		"door":     func(d *person.Described, p person.Person) { d.Address = p.Addresses[0].Line },
		"age": func(d *person.Described, p person.Person) {
			if d.Born.IsZero() {
				d.AgeStated = p.Born.Age(d.On)
			}
		},
	}
	names := []string{"given", "middle", "family", "sex", "date", "nhs", "upn", "phone", "school", "parent", "postcode", "door", "age"}
	sources := []string{"", "police", "school", "health", "public"}
	rapid.Check(t, func(t *rapid.T) {
		p := somebody(t)
		w := person.NewWords()
		c := person.Compile(w, p)
		around := person.Around{People: rapid.IntRange(100, 10_000_000).Draw(t, "people"), Door: 1, Postcode: 9, Phone: 1, Counted: true}
		d := person.Described{On: civil.DateOf(2026, 9, 1), AgeStated: -1, Source: rapid.SampledFrom(sources).Draw(t, "source")}
		bits := func() float64 {
			q := person.NewQuery(w, d)
			same, _ := person.DefaultModel().Scorer(q, around).Score(q.Compare(&c))
			return same
		}
		before := bits()
		for _, name := range rapid.Permutation(names).Draw(t, "order") {
			add[name](&d, p)
			after := bits()
			if after < before-1e-9 {
				t.Fatalf("saying the %s took %.2f bits to %.2f", name, before, after)
			}
			before = after
		}
	})
}

// TestComparingIsSymmetric: what two words are to each other does not depend on which
// is asked about.
func TestComparingIsSymmetric(t *testing.T) {
	word := rapid.StringMatching(`[a-zéłø]{1,12}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if x, y := person.JaroWinkler(a, b), person.JaroWinkler(b, a); math.Abs(x-y) > 1e-9 && !crossing(a, b) {
			t.Errorf("JaroWinkler(%q, %q) is %v and %v", a, b, x, y)
		}
		if person.PetForm(a, b) != person.PetForm(b, a) {
			t.Errorf("PetForm(%q, %q) depends on the order", a, b)
		}
		if x, y := levelOf(a, b), levelOf(b, a); x != y && !crossing(a, b) {
			t.Errorf("given names %q and %q compare as %d and %d", a, b, x, y)
		}
	})
}

// crossing says that Jaro's pairing of letters may depend on the order: a letter stands
// several times in a word.
func crossing(a, b string) bool {
	for _, s := range []string{a, b} {
		for _, r := range s {
			if strings.Count(s, string(r)) > 1 {
				return true
			}
		}
	}
	return false
}

// levelOf is how two given names compare.
func levelOf(said, known string) person.Level {
	w := person.NewWords()
	c := person.Compile(w, person.Person{Given: known})
	q := person.NewQuery(w, person.Described{Given: said, AgeStated: -1})
	return q.Compare(&c)[person.FieldGiven]
}

func TestGivenNames(t *testing.T) {
	for _, tt := range []struct {
		said, known string
		want        person.Level
	}{
		{"Zoë", "Zoe", person.GivenSame}, {"Anne-Marie", "AnneMarie", person.GivenSame}, {"Wei-Ling", "Weiling", person.GivenSame},
		{"Anne", "Anne-Marie", person.GivenPart}, {"Bill", "William", person.GivenPet}, {"Kat", "Katarzyna", person.GivenPet},
		{"Mohammed", "Muhammad", person.GivenPet}, {"Youssef", "Yusuf", person.GivenPet}, {"Khalood", "Kholoud", person.GivenSound}, {"Siobhan", "Siobahn", person.GivenSound},
		{"Ibahim", "Ibrahim", person.GivenNear}, {"Kherdiza", "Khadija", person.GivenAlike},
		{"A", "Amina", person.GivenInitial}, {"Hamza", "Ibrahim", person.GivenClash}, {"Anne-Louise", "Anne-Marie", person.GivenShares},
		{"Unknown", "Amina", 0}, {"Baby", "Amina", 0},
	} {
		if got := levelOf(tt.said, tt.known); got != tt.want {
			t.Errorf("%s and %s compare as %d, want %d", tt.said, tt.known, got, tt.want)
		}
	}
}

func TestPlaces(t *testing.T) {
	for _, tt := range []struct {
		line, postcode, ourLine, ourPostcode string
		want                                 person.Level
	}{
		{"12 Mill Rd", "qv12ab", "12 Mill Road", "QV1 2AB", person.PlaceDoor},
		{"Flat 3, 12 Mill Road", "QV1 2AB", "12 Mill Road, Flat 3", "QV1 2AB", person.PlaceDoor},
		{"12 Mill Road, Ashcombe", "", "12 Mill Road", "QV1 2AB", person.PlaceStreet},
		{"14 Mill Road", "QV1 2AB", "12 Mill Road", "QV1 2AB", person.PlacePostcode},
		{"Mill Road", "", "12 Mill Road", "QV1 2AB", person.PlaceRoad},
		{"3 Elm Grove", "QV1 9ZZ", "12 Mill Road", "QV1 2AB", person.PlaceArea},
		{"3 Elm Grove", "", "12 Mill Road", "QV1 2AB", person.PlaceOther},
		{"", "", "12 Mill Road", "QV1 2AB", 0},
	} {
		w := person.NewWords()
		c := person.Compile(w, person.Person{Addresses: []person.Address{{Line: tt.ourLine, Postcode: tt.ourPostcode}}})
		q := person.NewQuery(w, person.Described{Address: tt.line, Postcode: tt.postcode, AgeStated: -1})
		if got := q.Compare(&c)[person.FieldPlace]; got != tt.want {
			t.Errorf("%q %s and %q %s compare as %d, want %d", tt.line, tt.postcode, tt.ourLine, tt.ourPostcode, got, tt.want)
		}
	}
}

func TestASlipIsFound(t *testing.T) {
	w := person.NewWords()
	for _, name := range []string{"Amelia", "Wilfred", "Esma", "Ibrahim", "Adelaide"} {
		person.Compile(w, person.Person{Given: name})
	}
	w.Index()
	person.Compile(w, person.Person{Given: "Oluwaseun"}) // after it
	keys := func(given string) map[uint32]bool {
		out := map[uint32]bool{}
		q := person.NewQuery(w, person.Described{On: civil.DateOf(2026, 9, 1), Given: given, Family: "Hart", AgeStated: 8})
		for _, turn := range person.Turns() {
			for _, k := range q.LookUps(turn) {
				out[k] = true
			}
		}
		return out
	}
	for said, known := range map[string]string{"Maelia": "Amelia", "Wilfre": "Wilfred", "Esna": "Esma", "Ibahim": "Ibrahim", "Oluwaseum": "Oluwaseun"} {
		own := keys(known)
		found := 0
		for k := range keys(said) {
			if own[k] {
				found++
			}
		}
		if found == 0 {
			t.Errorf("%s asks for nothing that %s is found by", said, known)
		}
	}
}

func FuzzNormalisers(f *testing.F) {
	for _, s := range []string{"O'Brien", "Zoë", "Al-Hassan", "李 小龙", "Ιωάννης", "Владимир", "مُحَمَّد", "שָׁלוֹם", "தமிழ்", "ਸਿੰਘ", "অনিক", "İstanbul", "ß", "ﬁ", "Ｍｉａ", "नमस्ते", "ትግርኛ",
		"e\u0301", "\u202eabc", "\x00", "12 Mill Rd", "WN1 2AB", "+44 7700 900123", "943 476 5919", "A1234567890AB", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := person.Fold(s)
		if utf8.ValidString(s) {
			if twice := person.Fold(once); twice != once {
				t.Errorf("Fold(%q) is %q, and folded again %q", s, once, twice)
			}
			for _, r := range once {
				if r != ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
					t.Errorf("Fold(%q) = %q holds %q", s, once, r)
				}
			}
		}
		if person.Sound(s) != person.Sound(once) {
			t.Errorf("%q does not sound like its folded form %q", s, once)
		}
		if n := person.PhoneNumber(s); n != "" && person.PhoneNumber(n) != n {
			t.Errorf("PhoneNumber(%q) = %q, which reads as %q", s, n, person.PhoneNumber(n))
		}
		if n, ok := person.NHSNumber(s); ok {
			if again, ok := person.NHSNumber(n); !ok || again != n || len(n) != 10 {
				t.Errorf("NHSNumber(%q) = %q", s, n)
			}
		}
		if n, ok := person.UPN(s); ok && len(n) != 13 {
			t.Errorf("UPN(%q) = %q", s, n)
		}
		if p := person.Postcode(s); person.Postcode(p) != p {
			t.Errorf("Postcode(%q) = %q, which reads as %q", s, p, person.Postcode(p))
		}
		w := person.NewWords()
		c := person.Compile(w, person.Person{Given: s, Middle: s, Family: s, KnownAs: s, Former: []person.Name{{Given: s, Family: s}}, Phone: s, School: s,
			Addresses: []person.Address{{Line: s, Postcode: s}}, Parents: []person.Name{{Given: s, Family: s}}})
		w.Index()
		c.Keys(w, func(uint32) {})
		q := person.NewQuery(w, person.Described{Given: s, Family: s, KnownAs: s, Middle: s, Address: s, Postcode: s, Phone: s, School: s, AgeStated: -1,
			Siblings: []person.Mention{{Given: s, Age: -1}}, Parents: []person.Name{{Given: s, Family: s}}})
		for _, turn := range person.Turns() {
			q.LookUps(turn)
		}
		l := q.Compare(&c)
		if g := l[person.FieldGiven]; g != 0 && g != person.GivenSame {
			t.Errorf("%q compares with itself as %d", s, g)
		}
		if g := l[person.FieldFamily]; g != 0 && g != person.FamilySame {
			t.Errorf("the family name %q compares with itself as %d", s, g)
		}
	})
}

func FuzzReadModel(f *testing.F) {
	f.Add(person.DefaultModel().Text())
	f.Add("version = \"x\"\nknown = 0.5\nnew-child = 0.1\n[given]\nsame = [1, 2]\n")
	f.Add("[from.police.given]\nsame = [0.1, 0.1, 0.1]\n")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := person.ReadModel(s)
		if err != nil {
			return
		}
		if _, err := person.ReadModel(m.Text()); err != nil {
			t.Errorf("a model that was read does not read again: %v", err)
		}
	})
}

func TestAModelIsWrittenAsItIsRead(t *testing.T) {
	m := person.DefaultModel()
	again, err := person.ReadModel(m.Text())
	if err != nil {
		t.Fatal(err)
	}
	if again.Text() != m.Text() || again.Version != m.Version {
		t.Error("a model that was read is written otherwise")
	}
}
