package person_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"frontdoor/internal/civil"
	"frontdoor/internal/person"

	"pgregory.net/rapid"
)

func known() person.Person {
	return person.Person{
		ID: "p1", Given: "Yusuf", Family: "Khatun", Sex: "M", Born: civil.DateOf(2017, 4, 11), NHS: "9434765919",
		Addresses: []person.Address{{Line: "12 Mill Road", Postcode: "WN1 2AB"}}, Parents: []person.Name{{Given: "Amina", Family: "Khatun"}},
	}
}

func said() person.Described {
	return person.Described{Given: "Youssef", Family: "Khatoon", Sex: "M", Born: civil.DateOf(2017, 4, 11), AgeStated: -1, Postcode: "WN1 2AB", Address: "12 Mill Rd"}
}

func TestSpellingTraditionsMeet(t *testing.T) {
	for _, pair := range [][2]string{{"Muhammad", "Mohamed"}, {"Yusuf", "Youssef"}, {"Khatun", "Khatoon"}, {"Aleksander", "Alexander"}, {"Stephen", "Stefan"}, {"Catherine", "Kathryn"}} {
		if a, b := person.Sound(pair[0]), person.Sound(pair[1]); a != b && !person.PetForm(pair[0], pair[1]) {
			t.Errorf("%s sounds %q and %s sounds %q", pair[0], a, pair[1], b)
		}
	}
}

// share says that a description asks for a key that the person has.
func share(p person.Person, d person.Described) bool {
	words := person.NewWords()
	c := person.Compile(words, p)
	var keys []uint32
	c.Keys(words, func(k uint32) { keys = append(keys, k) })
	q := person.NewQuery(words, d)
	return slices.ContainsFunc(person.Turns(), func(t person.Turn) bool {
		return slices.ContainsFunc(q.LookUps(t), func(k uint32) bool { return slices.Contains(keys, k) })
	})
}

func TestASingleSlipStillFindsTheChild(t *testing.T) {
	given := []string{"Robert", "Muhammad", "Katarzyna", "Niamh", "Oluwaseun", "Anne-Marie", "Zoë", "Arjun"}
	family := []string{"O'Brien", "Khan", "Kowalczyk", "Al-Hassan", "Smith-Jones", "Nguyen", "Begum", "Da Silva"}
	rapid.Check(t, func(t *rapid.T) {
		p := person.Person{
			Given: rapid.SampledFrom(given).Draw(t, "given"), Family: rapid.SampledFrom(family).Draw(t, "family"),
			Born:      civil.DateOf(rapid.IntRange(2008, 2024).Draw(t, "year"), 3, rapid.IntRange(1, 28).Draw(t, "day")),
			Addresses: []person.Address{{Line: "1 High Street", Postcode: "ZZ1 1ZZ"}},
		}
		d := person.Described{On: civil.DateOf(2026, 11, 24), Given: p.Given, Family: p.Family, Born: p.Born, AgeStated: -1}
		slip := rapid.SampledFrom([]string{"swap", "day", "year", "no date", "no given", "other family", "crossed"}).Draw(t, "slip")
		switch slip {
		case "swap":
			if p.Born.Day > 12 {
				t.Skip()
			}
			d.Born = civil.DateOf(p.Born.Year, 1, 3).AddMonths(p.Born.Day - 1)
		case "day":
			d.Born = p.Born.AddDays(1)
		case "year":
			d.Born = p.Born.AddMonths(12)
		case "no date":
			d.Born = civil.Date{}
		case "no given":
			d.Given, d.Postcode = "", "ZZ11ZZ"
		case "other family":
			d.Family = "Somebody"
		case "crossed":
			d.Given, d.Family = d.Family, d.Given
		}
		if !share(p, d) {
			t.Fatalf("%s: %+v shares no key with %+v", slip, d, p)
		}
	})
}

func TestNHSNumber(t *testing.T) {
	for s, want := range map[string]bool{"9434765919": true, "943 476 5919": true, "9434765918": false, "0000000000": false, "123": false, "": false} {
		if _, ok := person.NHSNumber(s); ok != want {
			t.Errorf("NHSNumber(%q) = %v, want %v", s, ok, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"O'Brien", "Zoë", "Al-Hassan", "\x00\u202eabc", "e\u0301", "李"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := person.Fold(s)
		if !utf8.ValidString(once) && utf8.ValidString(s) {
			t.Fatalf("Fold(%q) = %q is not UTF-8", s, once)
		}
		if strings.ContainsRune(once, 0) {
			t.Fatalf("Fold(%q) = %q holds a NUL", s, once)
		}
		person.Sound(s)
		share(person.Person{Given: s, Family: s, Addresses: []person.Address{{Line: s, Postcode: s}}},
			person.Described{Given: s, Family: s, Postcode: s, Phone: s, NHS: s, UPN: s, AgeStated: -1})
	})
}
