package person_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/civil"
	"frontdoor/internal/person"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden copies again")

// neighbourhood is a small town's dictionary: names as common as the number beside
// them, among 12,000 children.
func neighbourhood(people ...person.Person) (*person.Words, []person.Compact) {
	w := person.NewWords()
	for name, n := range map[[2]string]int{{"Yusuf", "Khatun"}: 38, {"Ana", "Bell"}: 60, {"Robert", "Smith"}: 90, {"Zakariya", "Ali"}: 4, {"Samuel", "Carter"}: 41, {"Katarzyna", "Nowak"}: 3} {
		for range n {
			person.Compile(w, person.Person{Given: name[0], Family: name[1]})
		}
	}
	var out []person.Compact
	for _, p := range people {
		out = append(out, person.Compile(w, p))
	}
	return w, out
}

// around is a town of 12,000 in which n share every door and phone.
func around(n int) person.Around {
	return person.Around{People: 12000, Door: n, Postcode: n, Phone: n, Counted: true}
}

func explain(d person.Described, p person.Person, sharing int) (person.Explanation, person.Levels, *person.Scorer) {
	w, compiled := neighbourhood(p)
	q := person.NewQuery(w, d)
	s := person.DefaultModel().Scorer(q, around(sharing))
	l := q.Compare(&compiled[0])
	return s.Explain(l, d, p), l, s
}

// canary marks what must never be shown.
func canary() person.Person {
	p := known()
	p.Phone, p.School = "01632 960999", "Hilltop Primary"
	p.Addresses = []person.Address{{Line: "77 Canaryhere Road", Postcode: "WN1 2AB"},
		{Line: "78 Canaryformer Street", Postcode: "WN3 9ZZ", From: civil.DateOf(2019, 5, 1), To: civil.DateOf(2024, 3, 9)}}
	return p
}

func TestExplanationsReadByAPractitioner(t *testing.T) {
	tests := []struct {
		name    string
		sharing int
		change  func(*person.Described, *person.Person)
	}{
		{"another spelling of both names, at the same address", 3, func(d *person.Described, _ *person.Person) {
			d.Given, d.Address = "Yousef", "77 Canaryhere Rd"
		}},
		{"a name that sounds the same and is no other form of it", 3, func(d *person.Described, p *person.Person) {
			p.Given, p.Family, d.Given, d.Family = "Zakariya", "Ali", "Zakaria", "Aly"
		}},
		{"day and month swapped", 3, func(d *person.Described, _ *person.Person) { d.Born = civil.DateOf(2017, 11, 4) }},
		{"an address from before they moved", 3, func(d *person.Described, _ *person.Person) {
			d.Given, d.Family, d.Address, d.Postcode = "Yusuf", "Khatun", "2 Elsewhere Way", "WN3 9ZZ"
		}},
		{"a twin with another name", 3, func(d *person.Described, _ *person.Person) { d.Given, d.Address = "Zakariya", "77 Canaryhere Road" }},
		{"a brother with his brother's NHS number", 3, func(d *person.Described, _ *person.Person) {
			d.NHS, d.Given, d.Born = "9434765919", "Ibrahim", civil.DateOf(2014, 9, 2)
		}},
		{"a refuge that many pass through", 12, func(d *person.Described, p *person.Person) {
			d.Address, d.Phone = "77 Canaryhere Road", p.Phone
		}},
		{"only an age, and no family name", 3, func(d *person.Described, _ *person.Person) {
			d.Family, d.Born, d.AgeStated, d.On = "", civil.Date{}, 9, civil.DateOf(2026, 11, 25)
		}},
		{"a pet form, and a date that is a guess", 3, func(d *person.Described, p *person.Person) {
			p.Given, p.Family, p.Born, p.BornEstimated = "Robert", "Smith", civil.DateOf(2017, 1, 1), true
			d.Given, d.Family = "Bobby", "Smith"
		}},
		{"names crossed", 3, func(d *person.Described, _ *person.Person) { d.Given, d.Family = "Khatun", "Yusuf" }},
		{"a name that hardly anybody else bears, and a year that slipped", 3, func(d *person.Described, p *person.Person) {
			p.Given, p.Family, d.Given, d.Family, d.Born = "Oluwaseun", "Adeyemi", "Oluwaseun", "Adeyemi", civil.DateOf(2016, 4, 11)
		}},
		{"the mother's name, an unborn child and a child since born", 3, func(d *person.Described, _ *person.Person) {
			*d = person.Described{Unborn: true, Expected: civil.DateOf(2017, 4, 20), AgeStated: -1, Family: "Khatun", Parents: []person.Name{{Given: "Amina", Family: "Khatun"}}, Postcode: "WN1 2AB"}
		}},
		{"a stranger with another name, date, sex and number", 3, func(d *person.Described, _ *person.Person) {
			*d = person.Described{Given: "Ella", Family: "Hughes", Sex: "F", Born: civil.DateOf(2012, 1, 30), AgeStated: -1, NHS: "9876543210", Postcode: "ZZ9 9ZZ", School: "Northgate High"}
		}},
	}
	var b strings.Builder
	for _, tt := range tests {
		d, p := said(), canary()
		tt.change(&d, &p)
		x, l, _ := explain(d, p, tt.sharing)
		fmt.Fprintf(&b, "# %s\n", tt.name)
		for _, line := range x.Lines() {
			fmt.Fprintln(&b, line)
		}
		for _, r := range person.Differences(d, p, l) {
			fmt.Fprintf(&b, "    %-14s %-18s %-22s %s\n", r.What, r.Theirs, r.Ours, r.Agrees)
		}
		fmt.Fprintf(&b, "    settle: %s\n\n", person.Settle(d, person.Rival{Person: p, Chance: 0.5, FamilyChance: 0.3}))
	}
	golden(t, "explanations.golden", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and read the change.\n%s", name, got)
	}
}

// pairs draws a description and a person who may share anything.
func pairs(t *rapid.T) (person.Described, person.Person) {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	day := func(label string) civil.Date {
		return civil.DateOf(rapid.IntRange(2014, 2018).Draw(t, label+" year"), 1, 1).AddDays(rapid.IntRange(0, 364).Draw(t, label+" day"))
	}
	names := []string{"", "Yusuf", "Youssef", "Ana Maria", "Ana", "Robert", "Bob", "R", "Zakariya", "Baby", "O'Brien", "Al-Hassan"}
	p := canary()
	p.Given, p.Family, p.KnownAs, p.Middle = pick("given", names...), pick("family", names...), pick("known as", names...), pick("middle", names...)
	p.Born, p.BornEstimated, p.Unborn = day("born"), rapid.Bool().Draw(t, "guess"), rapid.IntRange(0, 9).Draw(t, "unborn") == 0
	p.Expected = p.Born
	d := person.Described{Given: pick("said given", names...), Family: pick("said family", names...), AgeStated: rapid.IntRange(-1, 12).Draw(t, "age"), On: civil.DateOf(2026, 1, 2),
		Sex: pick("sex", "", "M", "F"), NHS: pick("nhs", "", "9434765919", "9876543210"), Postcode: pick("postcode", "", "WN1 2AB", "WN3 9ZZ", "ZZ9 9ZZ"),
		Address: pick("address", "", "77 Canaryhere Road", "78 Canaryformer Street", "1 Other Road"), Phone: pick("phone", "", "01632 960999", "01632 960111"),
		School: pick("school", "", "Hilltop", "Northgate High"), Source: pick("source", "", "police", "school")}
	if rapid.Bool().Draw(t, "date said") {
		d.Born = rapid.SampledFrom([]civil.Date{p.Born, p.Born.AddDays(3), day("said born")}).Draw(t, "which")
	}
	if rapid.Bool().Draw(t, "parents said") {
		d.Parents = []person.Name{{Given: pick("parent", "Amina", "Amena", "Joan"), Family: pick("parent's family", "", "Khatun", "Bell")}}
	}
	return d, p
}

func TestAnExplanationAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, p := pairs(t)
		x, l, s := explain(d, p, rapid.IntRange(0, 400).Draw(t, "sharing"))
		same, family := x.Prior-x.Damped, x.FamilyPrior-x.Damped
		for _, f := range x.Facts {
			same, family = same+f.Same, family+f.Family
		}
		if math.Abs(same-x.Same) > 1e-9 || math.Abs(family-x.Family) > 1e-9 {
			t.Fatalf("adds up to %.4f and %.4f, the end says %.4f and %.4f", same, family, x.Same, x.Family)
		}
		wantSame, wantFamily := s.Score(l)
		if math.Abs(x.Same-x.Prior-wantSame) > 1e-9 || math.Abs(x.Family-x.FamilyPrior-wantFamily) > 1e-9 {
			t.Fatalf("the explanation ends at %.4f and %.4f, the judgement was made with %.4f and %.4f", x.Same-x.Prior, x.Family-x.FamilyPrior, wantSame, wantFamily)
		}
		if !slices.IsSortedFunc(x.Facts, func(a, b person.Fact) int {
			return int(1e6 * (max(math.Abs(b.Same), math.Abs(b.Family)) - max(math.Abs(a.Same), math.Abs(a.Family))))
		}) {
			t.Fatal("the facts are not the strongest first")
		}
	})
}

// secrets are what no sentence may hold: our addresses, postcodes, numbers, phones and
// schools.
var secrets = []string{"canary", "wn1", "wn3", "9434765919", "960999", "hilltop"}

func TestNoSentenceShowsAnAddressOrNumberOfOurs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, p := pairs(t)
		x, l, _ := explain(d, p, rapid.IntRange(0, 400).Draw(t, "sharing"))
		texts := x.Lines()
		for _, f := range x.Facts {
			if f.Text == "" {
				t.Fatalf("%s at level %d has no words", f.Field, f.Level)
			}
		}
		for _, r := range person.Differences(d, p, l) {
			if r.Ours == "shown once you confirm" || r.What == "Address" || r.What == "School" || r.What == "NHS number" {
				texts = append(texts, r.Ours)
			}
		}
		texts = append(texts, person.Settle(d, person.Rival{Person: p, Chance: 0.4, FamilyChance: 0.4}))
		for _, s := range texts {
			for _, secret := range secrets {
				if strings.Contains(strings.ToLower(strings.ReplaceAll(s, " ", "")), secret) {
					t.Fatalf("%q shows %s", s, secret)
				}
			}
		}
	})
}

func TestWhatAgreesNeverSpeaksAgainst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, p := pairs(t)
		x, _, _ := explain(d, p, rapid.IntRange(0, 12000).Draw(t, "sharing"))
		for _, f := range x.Facts {
			if f.Level == person.Same && f.Same < -1e-9 { // the first level of each field is full agreement
				t.Fatalf("%q counts %.2f against the same child", f.Text, f.Same)
			}
		}
	})
}

func TestTheQuestionThatWouldSettleIt(t *testing.T) {
	amina := []person.Name{{Given: "Amina", Family: "Khatun"}}
	twin := func(id, given, middle string) person.Person {
		return person.Person{ID: id, Given: given, Middle: middle, Family: "Khatun", Sex: "M", Born: civil.DateOf(2017, 4, 11), Parents: amina,
			Addresses: []person.Address{{Line: "12 Mill Road", Postcode: "WN1 2AB"}}, School: "Hilltop"}
	}
	full := person.Described{Given: "Yusuf", Family: "Khatun", Sex: "M", Born: civil.DateOf(2017, 4, 11), AgeStated: -1, Postcode: "WN1 2AB", Parents: amina, School: "Hilltop", Phone: "01632 960111"}
	older := twin("b", "Yusuf", "")
	older.Born = civil.DateOf(2014, 9, 2)
	tests := []struct {
		name   string
		change func(*person.Described)
		rivals []person.Rival
		want   string
	}{
		{"two of one name, born years apart, and no date was said", func(d *person.Described) { d.Born = civil.Date{} },
			[]person.Rival{{twin("a", "Yusuf", ""), 0.5, 0.2}, {older, 0.4, 0.2}}, "Ask for the date of birth"},
		{"a child of the family whose name was not said", func(d *person.Described) { d.Given = "" },
			[]person.Rival{{twin("a", "Yusuf", ""), 0.4, 0.4}, {twin("b", "Zakariya", ""), 0.4, 0.4}}, "Ask for the child’s given name"},
		{"two who differ in nothing but a middle name", func(*person.Described) {},
			[]person.Rival{{twin("a", "Yusuf", "Ali"), 0.5, 0.1}, {twin("b", "Yusuf", "Omar"), 0.4, 0.1}}, "Ask what the child’s middle name is"},
		{"nobody in the running", func(*person.Described) {}, nil, ""},
		{"everything that could be asked was said", func(*person.Described) {}, []person.Rival{{twin("a", "Yusuf", ""), 0.5, 0.3}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := full
			tt.change(&d)
			if got := person.Settle(d, tt.rivals...); got != tt.want {
				t.Errorf("Settle = %q, want %q", got, tt.want)
			}
		})
	}
}
