package person

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/civil"
)

// Band is what a match is good for.
type Band string

// The bands. Certain attaches by itself and can be undone; everything else is a
// person's decision.
const (
	Certain    Band = "certain" // an equal number and nothing against it
	Review     Band = "review"  // may be this child
	FamilyOnly Band = "family"  // not this child, perhaps a brother or sister
	Unlikely   Band = "none"
)

// Reason is one fact for or against, in a plain sentence. It never holds an
// address. Bits say how strong it is, below zero against.
type Reason struct {
	Text string
	Bits float64
	// Family says that a brother or sister would share it: it cannot tell which child.
	Family bool
}

// Candidate is somebody a description may be of.
type Candidate struct {
	Person  string
	Band    Band
	Own     float64 // bits from what is the child's own: name, date, sex, numbers
	Shared  float64 // bits from what a family shares: surname, place, phone, parents
	Reasons []Reason
}

// Score orders candidates.
func (c Candidate) Score() float64 { return c.Own + c.Shared }

// Options are for tests and later tuning.
type Options struct{ Most int }

// mostCandidates is how many a screener is shown.
const mostCandidates = 10

// The bands' limits in bits. Shared evidence is damped: address, phone, parents
// and surname all agree for every brother and sister, so together they say only
// "this family".
const (
	mostShared   = 14.0
	reviewOwn    = 5.0
	reviewScore  = 9.0
	familyShared = 9.0
)

// Match compares a description with people who share a key with it, the strongest
// first. Only an equal, valid NHS number or UPN makes a certain match, and only
// when the child's own name and date do not speak against it and nobody else has
// the number: brothers, sisters and twins share everything else.
func Match(d Described, people []Person, opt Options) []Candidate {
	var out []Candidate
	sameNumber := 0
	for _, p := range people {
		c := compare(d, p)
		if c.Band == Certain {
			sameNumber++
		}
		if c.Band != Unlikely {
			out = append(out, c)
		}
	}
	for i := range out {
		if out[i].Band == Certain && sameNumber > 1 {
			out[i].Band = Review
			out[i].Reasons = append(out[i].Reasons, Reason{Text: "Another record has the same number: one of the two is wrong", Bits: -1})
		}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(order[a.Band], order[b.Band]), -cmp.Compare(a.Score(), b.Score()), strings.Compare(a.Person, b.Person))
	})
	most := opt.Most
	if most == 0 {
		most = mostCandidates
	}
	return out[:min(len(out), most)]
}

var order = map[Band]int{Certain: 0, Review: 1, FamilyOnly: 2, Unlikely: 3}

func compare(d Described, p Person) Candidate {
	c := Candidate{Person: p.ID}
	number := c.numbers(d, p)
	nameAgainst := c.given(d, p)
	dateAgainst := c.date(d, p)
	c.sex(d, p)
	c.family(d, p)
	c.shared(d, p)
	c.Shared = min(c.Shared, mostShared)
	switch {
	case number && !nameAgainst && !dateAgainst:
		c.Band = Certain
	case number:
		c.Band = Review
		c.say("The number is the same, but the name or date is not: this could be a brother's or sister's number", -1, false)
	case nameAgainst && c.Shared >= familyShared, c.Own < 0 && c.Shared >= familyShared:
		c.Band = FamilyOnly
	case c.Own >= reviewOwn && c.Score() >= reviewScore && !(nameAgainst && dateAgainst):
		c.Band = Review
	case c.Own < reviewOwn && c.Shared >= familyShared:
		c.Band = FamilyOnly
	default:
		c.Band = Unlikely
	}
	slices.SortStableFunc(c.Reasons, func(a, b Reason) int { return -cmp.Compare(abs(a.Bits), abs(b.Bits)) })
	return c
}

func abs(f float64) float64 { return max(f, -f) }

func (c *Candidate) say(text string, bits float64, family bool) {
	c.Reasons = append(c.Reasons, Reason{Text: text, Bits: bits, Family: family})
	if family {
		c.Shared += bits
		return
	}
	c.Own += bits
}

// numbers compares what only one child can have.
func (c *Candidate) numbers(d Described, p Person) (equal bool) {
	if a, ok := NHSNumber(d.NHS); ok {
		if b, ok := NHSNumber(p.NHS); ok {
			equal = a == b
			c.sayNumber("NHS number", equal)
		}
	}
	if a, ok := UPN(d.UPN); ok {
		if b, ok := UPN(p.UPN); ok {
			c.sayNumber("unique pupil number", a == b)
			equal = equal || a == b
		}
	}
	return equal
}

func (c *Candidate) sayNumber(what string, same bool) {
	if same {
		c.say("Same "+what, 20, false)
		return
	}
	c.say("Different "+what, -10, false)
}

// given compares given names, known-as and pet forms; against says they clash.
func (c *Candidate) given(d Described, p Person) (against bool) {
	theirs := append(tokens(real(d.Given)), tokens(real(d.KnownAs))...)
	ours := append(tokens(real(p.Given)), tokens(real(p.KnownAs))...)
	for _, f := range p.Former {
		ours = append(ours, tokens(real(f.Given))...)
	}
	if len(theirs) == 0 || len(ours) == 0 {
		return false
	}
	best, text := -4.0, "Given name differs: this could be a brother or sister"
	for _, a := range theirs {
		for _, b := range ours {
			bits, words := givenLevel(a, b)
			if bits > best {
				best, text = bits, words
			}
		}
	}
	if best < 0 {
		if x, y := real(d.Given), real(p.Family); x != "" && x == y && real(d.Family) == real(p.Given) {
			c.say("Given and family name are the other way round", 7, false)
			return false
		}
		if slices.ContainsFunc(theirs, func(t string) bool { return slices.Contains(tokens(real(p.Middle)), t) }) {
			c.say("Given name is our middle name", 4, false)
			return false
		}
	}
	c.say(text, best, false)
	return best < 0
}

func givenLevel(a, b string) (bits float64, words string) {
	switch jw := JaroWinkler(a, b); {
	case a == b:
		return 8, "Same given name: " + title(a)
	case Sound(a) == Sound(b) && (len(Sound(a)) >= 3 || Sound(a) != "" && jw >= 0.6):
		return 6, "Sounds the same: " + title(a) + " / " + title(b)
	case PetForm(a, b):
		return 6, title(a) + " is a form of " + title(b)
	case jw >= 0.90:
		return 5, "Spelled almost the same: " + title(a) + " / " + title(b)
	case jw >= 0.84:
		return 2.5, "Spelled alike: " + title(a) + " / " + title(b)
	case len(a) == 1 && strings.HasPrefix(b, a), len(b) == 1 && strings.HasPrefix(a, b):
		return 2, "Same initial"
	}
	return -5, "Given name differs: this could be a brother or sister"
}

func title(folded string) string {
	words := strings.Fields(folded)
	for i, w := range words {
		r := []rune(w)
		words[i] = strings.ToUpper(string(r[:1])) + string(r[1:])
	}
	return strings.Join(words, " ")
}

// date compares dates of birth, expected dates and ages; against says that they
// cannot be the same child's, slips allowed for.
func (c *Candidate) date(d Described, p Person) (against bool) {
	switch {
	case d.Unborn && p.Unborn && !d.Expected.IsZero() && !p.Expected.IsZero():
		if n := d.Expected.DaysUntil(p.Expected); n >= -30 && n <= 30 {
			c.say("Expected at about the same time", 6, false)
			return false
		}
		c.say("Expected at another time", -5, false)
		return true
	case d.Unborn != p.Unborn && (d.Unborn || !d.Born.IsZero()):
		c.say("One is not born yet", -3, false)
		return !p.Unborn
	case !d.Born.IsZero() && !p.Born.IsZero():
		bits, words := dateLevel(d, p)
		c.say(words, bits, false)
		return bits < 0
	case d.AgeStated >= 0 && !d.Unborn && !p.Born.IsZero() && d.Born.IsZero():
		return false // ages are compared by AgeFits, which needs to know the day
	}
	return false
}

func dateLevel(d Described, p Person) (bits float64, words string) {
	a, b := d.Born, p.Born
	estimated := d.BornEstimated || p.BornEstimated || (a.Month == 1 && a.Day == 1) || (b.Month == 1 && b.Day == 1)
	days := abs(float64(a.DaysUntil(b)))
	parts := 0
	for _, same := range []bool{a.Year == b.Year, a.Month == b.Month, a.Day == b.Day} {
		if same {
			parts++
		}
	}
	switch {
	case a == b && estimated:
		return 4, "Same date of birth, which may be a guess"
	case a == b:
		return 9, "Same date of birth"
	case a.Year == b.Year && a.Day == int(b.Month) && b.Day == int(a.Month):
		return 7, fmt.Sprintf("Day and month are the other way round (%02d/%02d and %02d/%02d)", a.Day, a.Month, b.Day, b.Month)
	case estimated && a.Year == b.Year:
		return 2, "Same year of birth, and one date may be a guess"
	case parts == 2:
		return 4, "Date of birth differs in one part"
	case days <= 14:
		return 3, "Dates of birth are days apart"
	case estimated && days <= 731:
		return 0.5, "One date of birth may be a guess"
	}
	return -6, "Date of birth differs"
}

// AgeFits says whether a stated age fits a date of birth on a day, give or take a
// year.
func AgeFits(age int, born, on civil.Date) bool {
	have := born.Age(on)
	return age >= 0 && have >= age-1 && have <= age+1
}

func (c *Candidate) sex(d Described, p Person) {
	known := func(s string) bool { return s == "M" || s == "F" }
	if !known(d.Sex) || !known(p.Sex) {
		return
	}
	if d.Sex == p.Sex {
		c.say("Same sex", 1, false)
		return
	}
	c.say("Different sex", -4, false)
}

// family compares surnames, which a family shares.
func (c *Candidate) family(d Described, p Person) {
	theirs := families(d.Family, nil, d.Parents)
	ours := families(p.Family, p.Former, p.Parents)
	if len(theirs) == 0 || len(ours) == 0 {
		return
	}
	own, ourOwn := real(d.Family), real(p.Family)
	switch {
	case own != "" && own == ourOwn:
		c.say("Same family name: "+title(own), 5, true)
	case own != "" && ourOwn != "" && Sound(own) == Sound(ourOwn):
		c.say("Family name sounds the same: "+title(own)+" / "+title(ourOwn), 4, true)
	case own != "" && ourOwn != "" && JaroWinkler(own, ourOwn) >= 0.9:
		c.say("Family name is spelled almost the same: "+title(own)+" / "+title(ourOwn), 3.5, true)
	case overlap(theirs, ours):
		c.say("A parent's or former family name is the same", 3, true)
	case own != "" && ourOwn != "":
		c.say("Family name differs", -1.5, true)
	}
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

// shared compares places, phones, parents and schools.
func (c *Candidate) shared(d Described, p Person) {
	if pc := Postcode(d.Postcode); pc != "" {
		c.place(d, p, pc)
	}
	if t := PhoneNumber(d.Phone); t != "" && t == PhoneNumber(p.Phone) {
		c.say("Same phone number", 6, true)
	}
	for _, a := range d.Parents {
		for _, b := range p.Parents {
			if real(a.Given) != "" && (real(a.Given) == real(b.Given) || PetForm(a.Given, b.Given)) && Sound(a.Family) == Sound(b.Family) {
				c.say("Same parent's name", 5, true)
				return
			}
		}
	}
	if s := Fold(d.School); s != "" && s == Fold(p.School) {
		c.say("Same school", 2, false)
	}
}

func (c *Candidate) place(d Described, p Person, pc string) {
	for i, a := range p.Addresses {
		same := Postcode(a.Postcode) == pc
		door := same && Door(a.Line) == Door(d.Address) && Door(d.Address) != ""
		switch {
		case door && i == 0:
			c.say("Same address", 7, true)
			return
		case same && i == 0:
			c.say("Same postcode", 5, true)
			return
		case same:
			words := "Lived at this postcode before"
			if !a.To.IsZero() {
				words = "Lived at this postcode until " + a.To.Month.String() + " " + fmt.Sprint(a.To.Year)
			}
			c.say(words, 4, true)
			return
		}
	}
	for _, a := range p.Addresses {
		if district(a.Postcode) == district(pc) {
			c.say("Same part of town", 1, true)
			return
		}
	}
}
