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

func TestMatch(t *testing.T) {
	tests := []struct {
		name   string
		change func(*person.Described)
		band   person.Band
		reason string
	}{
		{"another spelling of the same name", nil, person.Review, "Sounds the same: Youssef / Yusuf"},
		{"the same NHS number", func(d *person.Described) { d.NHS = "943 476 5919" }, person.Certain, "Same NHS number"},
		{"a brother with his brother's NHS number", func(d *person.Described) {
			d.NHS, d.Given, d.Born = "9434765919", "Ibrahim", civil.DateOf(2014, 9, 2)
		}, person.Review, "brother's or sister's number"},
		{"a twin with another name", func(d *person.Described) { d.Given = "Zakariya" }, person.FamilyOnly, "Given name differs"},
		{"day and month swapped", func(d *person.Described) { d.Born = civil.DateOf(2017, 11, 4) }, person.Review, "Day and month are the other way round (04/11 and 11/04)"},
		{"a stranger with another name and date", func(d *person.Described) {
			*d = person.Described{Given: "Ella", Family: "Hughes", Born: civil.DateOf(2012, 1, 30), AgeStated: -1}
		}, person.Unlikely, ""},
		{"a child of the family whose name was not given", func(d *person.Described) { d.Given, d.Born = "", civil.Date{} }, person.FamilyOnly, "Same address"},
		{"an NHS number that fails its check is no number", func(d *person.Described) { d.NHS = "9434765918" }, person.Review, "Same date of birth"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := said()
			if tt.change != nil {
				tt.change(&d)
			}
			got := person.Match(d, []person.Person{known()}, person.Options{})
			if tt.band == person.Unlikely {
				if len(got) != 0 {
					t.Fatalf("Match = %+v, want nobody", got)
				}
				return
			}
			if len(got) != 1 || got[0].Band != tt.band {
				t.Fatalf("Match = %+v, want band %s", got, tt.band)
			}
			if !slices.ContainsFunc(got[0].Reasons, func(r person.Reason) bool { return strings.Contains(r.Text, tt.reason) }) {
				t.Errorf("reasons %+v do not say %q", got[0].Reasons, tt.reason)
			}
		})
	}
}

func TestTwoRecordsWithOneNumberAreNeverCertain(t *testing.T) {
	d := said()
	d.NHS = "9434765919"
	other := known()
	other.ID = "p2"
	for _, c := range person.Match(d, []person.Person{known(), other}, person.Options{}) {
		if c.Band == person.Certain {
			t.Errorf("%s is certain, though another record has the same number", c.Person)
		}
	}
}

func TestNoReasonShowsAnAddress(t *testing.T) {
	for _, c := range person.Match(said(), []person.Person{known()}, person.Options{}) {
		for _, r := range c.Reasons {
			if strings.Contains(strings.ToLower(r.Text), "mill") || strings.Contains(r.Text, "WN1") {
				t.Errorf("reason %q shows the address", r.Text)
			}
		}
	}
}

func TestSpellingTraditionsMeet(t *testing.T) {
	for _, pair := range [][2]string{{"Muhammad", "Mohamed"}, {"Yusuf", "Youssef"}, {"Khatun", "Khatoon"}, {"Aleksander", "Alexander"}, {"Stephen", "Stefan"}, {"Catherine", "Kathryn"}} {
		if a, b := person.Sound(pair[0]), person.Sound(pair[1]); a != b && !person.PetForm(pair[0], pair[1]) {
			t.Errorf("%s sounds %q and %s sounds %q", pair[0], a, pair[1], b)
		}
	}
}

func share(p person.Person, d person.Described) bool {
	keys := person.Keys(p)
	return slices.ContainsFunc(person.LookUps(d), func(k string) bool { return slices.Contains(keys, k) })
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
		d := person.Described{Given: p.Given, Family: p.Family, Born: p.Born, AgeStated: -1}
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

func TestOnlyAnEqualNumberIsEverCertain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"", "Sam", "Samuel", "Ali", "Aly", "Baby"})
		p := person.Person{ID: "p", Given: word.Draw(t, "ours"), Family: word.Draw(t, "our family"), Born: civil.DateOf(2015, 5, rapid.IntRange(1, 3).Draw(t, "d1")), UPN: "A123456789012"}
		d := person.Described{Given: word.Draw(t, "theirs"), Family: word.Draw(t, "their family"), Born: civil.DateOf(2015, 5, rapid.IntRange(1, 3).Draw(t, "d2")), AgeStated: -1, Postcode: "A11AA"}
		for _, c := range person.Match(d, []person.Person{p}, person.Options{}) {
			if c.Band == person.Certain {
				t.Fatalf("certain without a number: %+v and %+v", d, p)
			}
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
		person.Keys(person.Person{Given: s, Family: s, Addresses: []person.Address{{Line: s, Postcode: s}}})
		person.LookUps(person.Described{Given: s, Family: s, Postcode: s, Phone: s, NHS: s, UPN: s, AgeStated: -1})
	})
}

func BenchmarkMatch(b *testing.B) {
	people := make([]person.Person, 50)
	for i := range people {
		people[i] = known()
	}
	for b.Loop() {
		person.Match(said(), people, person.Options{})
	}
}
