package person

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"frontdoor/internal/civil"
)

// Ranked is a person set against a search: how strongly they agree, in bits, and why
// in words. Row is their place in the list that was given.
type Ranked struct {
	Row  int
	Bits float64
	Why  []string
}

// Bits for and against. A word that many bear says little and one that few bear says
// much: it counts log2(searchPeople / bearers), less what its likeness costs.
const (
	searchPeople = 100_000
	wordMissing  = -4.0 // a word of the name that is not theirs
	rightPlace   = 1.0  // a first name typed as one, a surname as one
	numberSame   = 30.0
	numberOther  = -12.0
	dateSame     = 12.0 // a child's day among 18 years of days
	dateSwapped  = 9.5
	dateNear     = 7.0 // one part of it, or some days
	dateOther    = -6.0
	monthSame    = 7.5
	yearSame     = 4.0
	ageNear      = 1.5
	doorSame     = 13.0
	streetSame   = 8.0
	codeSame     = 11.0
	districtSame = 5.0
	placeOther   = -2.0
	phoneSame    = 14.0
	sexOther     = -4.0
	lostAfter    = 14.0 // a hit this far behind the best is not shown
)

// howCosts is what each likeness takes off, beside counting everybody who is as alike.
var howCosts = [...]float64{HowSame: 0, HowPet: 1, HowSound: 1.5, HowSlip: 2.5, HowPart: 1, HowInitial: 1}

// Rank sets people against a search, the strongest first. alike holds, for each of
// NameWords, the terms that are like it. It leaves out those who agree in nothing.
func (s Search) Rank(people []Person, alike [][]Alike, today civil.Date) []Ranked {
	words := s.NameWords()
	index := make([]map[string]Alike, len(words))
	borne := make([][HowInitial + 1]float64, len(words))
	for i, list := range alike[:min(len(alike), len(words))] {
		index[i] = map[string]Alike{}
		for _, a := range list {
			index[i][a.Word] = a
			for h := a.How; h <= HowInitial; h++ {
				borne[i][h] += float64(a.Bearers)
			}
		}
	}
	typedGiven := strings.Fields(Fold(s.Given))
	var out []Ranked
	for row, p := range people {
		r := Ranked{Row: row}
		b := bearer{p: p, words: nameWords(p), given: tokens(real(p.Given)), typedGiven: typedGiven, one: s.One}
		for i, w := range words {
			r.name(w, b, index[i], borne[i])
		}
		s.rankDate(&r, p, today)
		s.rankNumbers(&r, p)
		s.rankPlace(&r, p)
		if s.Sex != "" && p.Sex != "" && p.Sex != "U" && s.Sex != p.Sex {
			r.Bits += sexOther
		}
		if len(r.Why) > 0 && r.Bits > 0 {
			out = append(out, r)
		}
	}
	return InOrder(out)
}

// InOrder puts the strongest first.
func InOrder(all []Ranked) []Ranked {
	slices.SortStableFunc(all, func(a, b Ranked) int { return cmp.Or(-cmp.Compare(a.Bits, b.Bits), cmp.Compare(a.Row, b.Row)) })
	return all
}

// FarBehind says that a hit is so much weaker than the best that it is not shown. The
// best is the best that the reader may know of: measured by one who is concealed, what
// is left out would tell that somebody is there.
func FarBehind(bits, best float64) bool { return bits < best-lostAfter }

func (r *Ranked) add(bits float64, why string) {
	r.Bits += bits
	if why != "" {
		r.Why = append(r.Why, why)
	}
}

// bearer is a person with their names folded once.
type bearer struct {
	p            Person
	words, given []string
	typedGiven   []string // words of the first name that was typed
	one          bool     // one name was typed, so none is in the wrong place
}

// name weighs one word that was typed against all names of a person.
func (r *Ranked) name(w SearchWord, b bearer, alike map[string]Alike, borne [HowInitial + 1]float64) {
	best := Alike{}
	for _, have := range b.words {
		a, ok := alike[have]
		if w.Initial && strings.HasPrefix(have, w.Text) {
			a, ok = Alike{Term{Word: have, Bearers: searchPeople / 20}, HowInitial}, true
		}
		if ok && (best.How == HowNot || a.How < best.How) {
			best = a
		}
	}
	if best.How == HowNot {
		r.Bits += wordMissing
		return
	}
	bearers := max(borne[best.How], float64(best.Bearers), 1)
	bits := max(math.Log2(searchPeople/bearers)-howCosts[best.How], 0.5)
	if !b.one && slices.Contains(b.typedGiven, w.Text) == slices.Contains(b.given, best.Word) {
		bits += rightPlace
	}
	r.add(bits, howWords(best, w.Text, b.p))
}

// howWords says in words how a name is like what was typed.
func howWords(a Alike, typed string, p Person) string {
	which := "Name"
	switch in := func(s string) bool { return slices.Contains(tokens(real(s)), a.Word) }; {
	case in(p.Given):
		which = "First name"
	case in(p.Family):
		which = "Surname"
	case in(p.KnownAs):
		which = "Known-as name"
	case in(p.Middle):
		which = "Middle name"
	default:
		which = "Earlier name"
	}
	switch a.How {
	case HowSame:
		return which + " is the same"
	case HowPet:
		return which + " is another form of “" + typed + "”"
	case HowSound:
		return which + " sounds like “" + typed + "”"
	case HowSlip:
		return which + " is one letter away from “" + typed + "”"
	}
	return which + " begins with “" + typed + "”"
}

func (s Search) rankDate(r *Ranked, p Person, today civil.Date) {
	if s.Unborn || !s.Expected.IsZero() {
		s.rankUnborn(r, p)
		return
	}
	if s.Age >= 0 && !p.Born.IsZero() {
		switch n := s.Age - p.Born.Age(today); {
		case n == 0:
			r.add(yearSame, fmt.Sprintf("Aged %d", s.Age))
		case n == 1 || n == -1:
			r.add(ageNear, "A year older or younger")
		default:
			r.add(dateOther, "")
		}
	}
	if s.Born.IsZero() || p.Born.IsZero() {
		return
	}
	a, b := s.Born, p.Born
	days := a.DaysUntil(b)
	days = max(days, -days)
	switch {
	case s.Precision == "year" && a.Year == b.Year:
		r.add(yearSame, fmt.Sprintf("Born in %d", a.Year))
	case s.Precision == "month" && a.Year == b.Year && a.Month == b.Month:
		r.add(monthSame, fmt.Sprintf("Born in %s %d", a.Month, a.Year))
	case s.Precision != "":
		r.add(dateOther, "")
	case a == b:
		r.add(dateSame, "Born that day")
	case a.Year == b.Year && a.Day == int(b.Month) && b.Day == int(a.Month):
		r.add(dateSwapped, "Day and month are the other way round")
	case days <= 10:
		r.add(dateNear, "Born some days from it")
	case a.Month == b.Month && a.Day == b.Day && nearYears(a.Year, b.Year):
		r.add(dateNear, "Same day and month, another year")
	case a.Year == b.Year && (a.Month == b.Month || a.Day == b.Day):
		r.add(dateNear, "One part of the date differs")
	case a.Year == b.Year && p.BornEstimated:
		r.add(yearSame, "Born that year, the day is a guess")
	default:
		r.add(dateOther, "")
	}
}

func (s Search) rankUnborn(r *Ranked, p Person) {
	switch {
	case !p.Unborn:
		r.add(dateOther, "")
	case s.Expected.IsZero() || p.Expected.IsZero():
		r.add(yearSame, "Not born yet")
	default:
		days := s.Expected.DaysUntil(p.Expected)
		if max(days, -days) <= 35 {
			r.add(monthSame, "Expected at about that time")
		} else {
			r.add(dateOther, "")
		}
	}
}

func (s Search) rankNumbers(r *Ranked, p Person) {
	for _, n := range []struct{ said, have, what string }{{s.NHS, p.NHS, "NHS number"}, {s.UPN, p.UPN, "Unique pupil number"}, {s.Child, p.Ref, "Reference"}} {
		switch {
		case n.said == "":
		case n.said == n.have:
			r.add(numberSame, n.what+" is the same")
		case n.have != "":
			r.add(numberOther, "")
		}
	}
	if s.Phone == "" {
		return
	}
	for _, t := range append([]string{p.Phone}, p.Phones...) {
		if d := PhoneNumber(t); d != "" && strings.HasSuffix(d, s.Phone) {
			r.add(phoneSame, "Telephone number is the same")
			return
		}
	}
}

// rankPlace weighs an address and a postcode. Where somebody lives now and lived
// before both count.
func (s Search) rankPlace(r *Ranked, p Person) {
	if s.Postcode != "" && len(p.Addresses) > 0 {
		best, why := placeOther, ""
		for i, a := range p.Addresses {
			code := Postcode(a.Postcode)
			switch {
			case code == "":
			case code == s.Postcode && best < codeSame:
				best, why = codeSame, at(i, "Postcode is the same")
			case codeBegins(code, s.Postcode) && best < districtSame:
				best, why = districtSame, at(i, "Postcode begins so")
			}
		}
		r.add(best, why)
	}
	if s.Address == "" {
		return
	}
	key := StreetKey(s.Address)
	best, why := placeOther, ""
	for i, a := range p.Addresses {
		door := Door(a.Line)
		keys := streetKeys(door)
		switch {
		case door == "":
		case strings.Contains(key, " ") && slices.Contains(keys, key), isHouse(s.Address) && strings.HasPrefix(door, s.Address+" "):
			if best < doorSame {
				best, why = doorSame, at(i, "Address is the same")
			}
		case slices.Contains(keys, key[strings.LastIndex(key, " ")+1:]):
			if best < streetSame {
				best, why = streetSame, at(i, "Street is the same")
			}
		}
	}
	r.add(best, why)
}

// codeBegins says that a whole postcode has this district, or district and sector.
func codeBegins(code, typed string) bool {
	return district(code) == typed || len(code) >= shortestPostcode && code[:len(code)-2] == typed
}

func isHouse(line string) bool { return looksHouse.MatchString(line) }

func at(i int, words string) string {
	if i == 0 {
		return words
	}
	return "Earlier " + strings.ToLower(words[:1]) + words[1:]
}
