package person_test

import (
	"strings"
	"testing"

	"frontdoor/internal/civil"
	"frontdoor/internal/person"

	"pgregory.net/rapid"
)

var searchDay = civil.DateOf(2026, 11, 24)

func TestParseASearch(t *testing.T) {
	tests := []struct{ typed, means, not string }{
		{"Ana Khatun", "first name Ana, surname Khatun", ""},
		{"Khatun, Ana", "first name Ana, surname Khatun", ""},
		{"Khatun", "name Khatun", ""},
		{"khatun born 27 March 2016", "name khatun, born 27 March 2016", ""},
		{"Ana Khatun 27/3/2016", "first name Ana, surname Khatun, born 27 March 2016", ""},
		{"27.03.16 Ana", "name Ana, born 27 March 2016", ""},
		{"Ana 2016-03-27", "name Ana, born 27 March 2016", ""},
		{"Ana 27th of March, 2016", "name Ana, born 27 March 2016", ""},
		{"Ana March 27, 2016", "name Ana, born 27 March 2016", ""},
		{"Ana dob: 27032016", "name Ana, born 27 March 2016", ""},
		{"Ana 270316", "name Ana, born 27 March 2016", ""},
		{"Ana 3/27/2016", "name Ana, born 27 March 2016, day and month turned round", ""},
		{"Ana march 2016", "name Ana, born in March 2016", ""},
		{"Ana 03/2016", "name Ana, born in March 2016", ""},
		{"Ana 2016", "name Ana, born in 2016", ""},
		{"Ana Bell due 3 February 2027", "first name Ana, surname Bell, expected 3 February 2027", ""},
		{"Ana 31/2/2016", "name Ana", "31/2/2016: there is no such day"},
		{"Ana aged 7", "name Ana, aged 7", ""},
		{"Ana 7", "name Ana, aged 7", ""},
		{"Ana 7 years old", "name Ana, aged 7", ""},
		{"Ana 7-year-old", "name Ana, aged 7", ""},
		{"Ana 7yo girl", "name Ana, aged 7, a girl", ""},
		{"Ana 9 months", "name Ana, under 1", ""},
		{"Ana 18 mths", "name Ana, aged 1", ""},
		{"Ana 77", "name Ana", "77: a number by itself is read as an age"},
		{"Ana 12 Mill Lane", "name Ana, address 12 Mill Lane", ""},
		{"Ana, Flat 3, 12 Mill Lane, Wigan, WN1 2AB", "name Ana, address Flat 3, 12 Mill Lane, in Wigan, postcode WN1 2AB", ""},
		{"Ana Bell Mill Road", "first name Ana, surname Bell, address Mill Road", ""},
		{"Ana Bell, 12 Broadway", "first name Ana, surname Bell, address 12 Broadway", ""},
		{"12 WN1 2AB", "house number 12, postcode WN1 2AB", ""},
		{"Dave Lane", "first name Dave, surname Lane", ""},
		{"wn12ab", "postcode WN1 2AB", ""},
		{"Bell WN1", "name Bell, postcode beginning WN1", ""},
		{"Bell SW1A 2", "name Bell, postcode beginning SW1A 2", ""},
		{"07700 900123", "telephone 07700900123", ""},
		{"+44 7700 900 123", "telephone 07700900123", ""},
		{"(01632) 960 123", "telephone 01632960123", ""},
		{"tel 900123", "telephone ending 900123", ""},
		{"960123", "telephone ending 960123", ""},
		{"485 777 3457", "NHS number 485 777 3457", ""},
		{"NHS no: 4857773457", "NHS number 485 777 3457", ""},
		{"4857773456", "", "4857773456: this is not an NHS number: one of its digits must be wrong"},
		{"A123456789012", "unique pupil number A123456789012", ""},
		{"c-26-7k3qm9", "child C-26-7K3QM9", ""},
		{"FD 26 7K3QM9", "contact FD-26-7K3QM9", ""},
		{"Siobhán O'Brien", "first name Siobhán, surname O'Brien", ""},
		{"Ahmed Al Hassan", "first name Ahmed, surname Al Hassan", ""},
		{"Al Hassan, Ahmed", "first name Ahmed, surname Al Hassan", ""},
		{"A Khatun", "first name A, surname Khatun", ""},
		{"surname Born", "surname Born", ""},
		{"Max Born", "first name Max, surname Born", ""},
		{"Khat*", "name Khat", ""},
		{"*", "", "*: part of a name is enough, without a mark for the rest"},
		{"Ana ???", "name Ana", "???: part of a name is enough, without a mark for the rest"},
		{"x9x9x", "", "x9x9x: we could not tell what this is"},
		{"", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.typed, func(t *testing.T) {
			s := person.Parse(tt.typed, searchDay)
			var not []string
			for _, p := range s.Unplaced {
				not = append(not, p.Typed+": "+p.Means)
			}
			if got := s.Words(); got != tt.means {
				t.Errorf("understood %q, want %q", got, tt.means)
			}
			if got := strings.Join(not, "; "); got != tt.not {
				t.Errorf("not understood %q, want %q", got, tt.not)
			}
		})
	}
}

func TestParseKeepsWhatItUnderstood(t *testing.T) {
	s := person.Parse("Ana Khatun, 3 feb 2019, 7700 900123, 12 Old Mill Ln WN1 2AB", searchDay)
	if s.Given != "Ana" || s.Family != "Khatun" || s.Born != civil.DateOf(2019, 2, 3) || s.Phone != "07700900123" || s.Address != "12 old mill lane" || s.Postcode != "WN12AB" {
		t.Fatalf("got %+v", s)
	}
	if person.StreetKey(s.Address) != "12 mill" {
		t.Errorf("street key %q", person.StreetKey(s.Address))
	}
}

// pieces are things that people type.
var pieces = []string{"Ana", "Khatun", "O'Brien", "al", "Hassan", ",", "27", "3", "2016", "march", "27/3/2016", "7", "aged", "years", "old", "12", "Mill", "Lane", "Road", "flat",
	"WN1", "2AB", "WN1 2AB", "07700", "900123", "485 777 3457", "born", "dob", "tel", "nhs", "girl", "*", "?", "surname", "C-26-7K3QM9", "FD-26-7K3QM9", "A123456789012", "é", "王", "-", "x9"}

func TestNoWordOfASearchIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 9).Draw(t, "pieces"), " ")
		everyWord(t, typed)
	})
}

type failer interface {
	Fatalf(string, ...any)
}

// everyWord holds that each word typed is in what was understood, in what was not, or
// is the label of a name.
func everyWord(t failer, typed string) {
	s := person.Parse(typed, searchDay)
	kept := map[string]int{}
	for _, p := range append(s.Parts, s.Unplaced...) {
		for _, w := range strings.Fields(person.Fold(p.Typed)) {
			kept[w]++
		}
	}
	for _, w := range strings.Fields(strings.ToValidUTF8(typed, " ")) {
		for _, f := range strings.Fields(person.Fold(w)) {
			if kept[f] == 0 && !strings.Contains(" surname forename first last family given name called known as ", " "+f+" ") {
				t.Fatalf("%q: %q is in nothing that was said: %+v / %+v", typed, f, s.Parts, s.Unplaced)
			}
		}
	}
	if s.Age < -1 || s.Born.After(searchDay) || s.Expected != (civil.Date{}) && !s.Expected.After(searchDay) {
		t.Fatalf("%q: impossible: %+v", typed, s)
	}
	if s.Empty() && (s.Narrow() || s.Named()) {
		t.Fatalf("%q: something was understood and not said: %+v", typed, s)
	}
}

func FuzzParseASearch(f *testing.F) {
	for _, s := range []string{"Ana Khatun 27/3/2016", "Flat 3, 12 Mill Lane, WN1 2AB", "+44 7700 900123", "C-26-7K3QM9", "born 7 aged", "27 of march ,2016", "\x00\xff,;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len([]rune(s)) <= 200 {
			everyWord(t, s)
			return
		}
		person.Parse(s, searchDay)
	})
}
