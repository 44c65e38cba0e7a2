package person

import (
	"strings"
	"unicode"

	"frontdoor/internal/civil"
)

// Search is what somebody typed to find a child, taken apart. Nothing is guessed
// silently: each part says what it was understood to mean, and what could not be
// placed is kept too.
type Search struct {
	Given, Family string // as typed; with One, both are the one name
	One           bool   // one name was typed: a first name or a surname
	Born          civil.Date
	Precision     string     // of Born: "" for the day, month, year
	Expected      civil.Date // a date to come: of a child not born yet
	Unborn        bool
	Age           int // whole years, -1 when not said
	Sex           string
	Address       string
	Postcode      string // without its space; it may be the beginning of one
	Phone         string // digits in national form, or the last of them
	Child         string // reference of a child
	Contact       string // reference of a contact
	NHS, UPN      string
	Parts         []Part // what was understood, in the order typed
	Unplaced      []Part // what was not, and why
}

// Part is something typed and what it was taken to mean.
type Part struct{ Typed, Means string }

// longestSearch is how much of what is typed is read, in characters.
const longestSearch = 200

// Parse takes apart what was typed into one box: a name in any order, with or
// without accents; a date of birth in any English form; an age; a line of an
// address; a postcode or its beginning; a telephone number or its end; a reference,
// an NHS number or a unique pupil number. It never fails.
func Parse(text string, today civil.Date) Search {
	p := searchParser{today: today, s: Search{Age: -1}}
	p.split(text)
	for p.at < len(p.words) {
		p.step()
	}
	p.name()
	return p.s
}

// Empty says that nothing was understood.
func (s Search) Empty() bool { return len(s.Parts) == 0 }

// Named says whether a name was typed that is more than initials.
func (s Search) Named() bool {
	for _, w := range strings.Fields(Fold(s.Given + " " + s.Family)) {
		if len([]rune(w)) > 1 {
			return true
		}
	}
	return false
}

// Narrow says that something beside the name was typed.
func (s Search) Narrow() bool {
	return !s.Born.IsZero() || !s.Expected.IsZero() || s.Age >= 0 || s.Postcode != "" || s.Address != "" || s.Phone != "" || s.NHS != "" || s.UPN != "" || s.Child != ""
}

// Words is what was understood: "first name Ana, surname Khatun, born 27 March 2016".
func (s Search) Words() string {
	var out []string
	for _, p := range s.Parts {
		out = append(out, p.Means)
	}
	return strings.Join(out, ", ")
}

// Kinds says what kinds of thing were typed, and none of what was typed: for the trail.
func (s Search) Kinds() string {
	var out []string
	for _, k := range []struct {
		there bool
		name  string
	}{
		{s.Given+s.Family != "", "name"}, {!s.Born.IsZero() || !s.Expected.IsZero(), "date"}, {s.Age >= 0, "age"}, {s.Address != "", "address"},
		{s.Postcode != "", "postcode"}, {s.Phone != "", "telephone"}, {s.NHS != "", "NHS number"}, {s.UPN != "", "UPN"}, {s.Child+s.Contact != "", "reference"},
	} {
		if k.there {
			out = append(out, k.name)
		}
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}

// Described is the search as a description of a child, said on a day.
func (s Search) Described(on civil.Date) Described {
	d := Described{On: on, AgeStated: s.Age, Given: s.Given, Family: s.Family, Born: s.Born, Precision: s.Precision, Expected: s.Expected,
		Unborn: s.Unborn, Sex: s.Sex, Address: s.Address, NHS: s.NHS, UPN: s.UPN, Phone: s.Phone}
	if len(s.Postcode) >= shortestPostcode {
		d.Postcode = s.Postcode
	}
	if s.One {
		d.Family = ""
	}
	return d
}

// And adds what a field of its own says to what the box says. It gives false when
// the field says nothing of its kind or the box has said it already.
func (s *Search) And(field Search) bool {
	if len(field.Unplaced) > 0 || len(field.Parts) != 1 {
		return false
	}
	switch {
	case !field.Born.IsZero() && s.Born.IsZero():
		s.Born, s.Precision = field.Born, field.Precision
	case field.Age >= 0 && s.Age < 0:
		s.Age = field.Age
	case field.Postcode != "" && s.Postcode == "":
		s.Postcode = field.Postcode
	default:
		return false
	}
	s.Parts = append(s.Parts, field.Parts...)
	return true
}

// searchParser reads words from left to right.
type searchParser struct {
	today civil.Date
	words []string // as typed; a comma is a word
	at    int
	label int // how many words before at are a label of what comes
	s     Search
	names []nameWord
	after bool // an address or postcode came before: a word after the next comma is a town
}

// nameWord is a word taken for a name: before which comma, and what label said it is.
type nameWord struct {
	text, label string
	piece       int
}

// split cuts the text into words and commas, without marks that mean nothing.
func (p *searchParser) split(text string) {
	text = strings.ToValidUTF8(text, " ")
	if r := []rune(text); len(r) > longestSearch {
		text = string(r[:longestSearch])
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case r == ';' || r == '\n' || r == '\r':
			return ','
		case unicode.Is(unicode.Cf, r) || unicode.IsControl(r):
			return ' '
		}
		return r
	}, text)
	p.words = strings.Fields(strings.ReplaceAll(text, ",", " , "))
}

// step reads the next part. Kinds that look like one thing only come first.
func (p *searchParser) step() {
	if p.words[p.at] == "," {
		p.at++
		return
	}
	for _, read := range []func() int{p.reference, p.pupil, p.labelled, p.date, p.numbers, p.address, p.postcode, p.age, p.kind, p.word} {
		if n := read(); n > 0 {
			p.at += n
			return
		}
	}
	p.unplaced(1, "we could not tell what this is")
	p.at++
}

// next are the next n words with one space between them, or "" when there are not so
// many before a comma.
func (p *searchParser) next(n int) string { return p.from(p.at, n) }

func (p *searchParser) from(at, n int) string {
	if at+n > len(p.words) {
		return ""
	}
	for _, w := range p.words[at : at+n] {
		if w == "," {
			return ""
		}
	}
	return strings.Join(p.words[at:at+n], " ")
}

// typed are the next n words as they stood, with their label.
func (p *searchParser) typed(n int) string {
	return strings.ReplaceAll(strings.Join(p.words[p.at-p.label:p.at+n], " "), " ,", ",")
}

// understood notes what the next n words mean, and reads on after them.
func (p *searchParser) understood(n int, means string) int {
	p.s.Parts = append(p.s.Parts, Part{p.typed(n), means})
	return n
}

func (p *searchParser) unplaced(n int, why string) int {
	p.s.Unplaced = append(p.s.Unplaced, Part{p.typed(n), why})
	return n
}

// once notes a part that a search has one of.
func (p *searchParser) once(n int, to *string, value, means string) int {
	if *to != "" {
		return p.unplaced(n, "one of these is enough")
	}
	*to = value
	return p.understood(n, means)
}

// word takes a word for a name. Marks for "anything" are not needed: part of a name
// is enough.
func (p *searchParser) word() int {
	w := strings.Trim(p.words[p.at], `*?%"“”().:`)
	if w == "" || Fold(w) == "" {
		if strings.ContainsAny(p.words[p.at], "*?%") {
			return p.unplaced(1, "part of a name is enough, without a mark for the rest")
		}
		return p.unplaced(1, "this is neither a word nor a number")
	}
	if strings.ContainsFunc(w, unicode.IsDigit) {
		return 0
	}
	if p.after && len(p.names) > 0 && p.words[p.at-1] == "," {
		if p.s.Address != "" {
			p.s.Address += " " + w
		}
		return p.understood(1, "in "+w)
	}
	p.names = append(p.names, nameWord{text: w, piece: p.commas()})
	return 1
}

func (p *searchParser) commas() int {
	n := 0
	for _, w := range p.words[:p.at] {
		if w == "," {
			n++
		}
	}
	return n
}

// name puts the words taken for names together: "Ana Khatun", "Khatun, Ana", or one
// name that may be either.
func (p *searchParser) name() {
	var given, family, rest []string
	first := -1
	swapped := p.swapped()
	for _, n := range p.names {
		switch {
		case n.label == "given":
			given = append(given, n.text)
		case n.label == "family":
			family = append(family, n.text)
		case swapped && (first < 0 || n.piece == first):
			first = n.piece
			family = append(family, n.text)
		case swapped:
			given = append(given, n.text)
		default:
			rest = append(rest, n.text)
		}
	}
	switch {
	case len(rest) == 0:
	case len(family) > 0:
		given = append(given, rest...)
	case len(given) > 0:
		family = rest
	case len(rest) == 1:
		p.s.Given, p.s.Family, p.s.One = rest[0], rest[0], true
		p.s.Parts = append([]Part{{rest[0], "name " + rest[0]}}, p.s.Parts...)
		return
	default:
		from := len(rest) - 1
		for from > 1 && particles[Fold(rest[from-1])] {
			from--
		}
		given, family = rest[:from], rest[from:]
	}
	p.s.Given, p.s.Family = strings.Join(given, " "), strings.Join(family, " ")
	var parts []Part
	if p.s.Given != "" {
		parts = append(parts, Part{p.s.Given, "first name " + p.s.Given})
	}
	if p.s.Family != "" {
		parts = append(parts, Part{p.s.Family, "surname " + p.s.Family})
	}
	p.s.Parts = append(parts, p.s.Parts...)
}

// swapped says that a surname stands first and a comma after it: "Khatun, Ana".
func (p *searchParser) swapped() bool {
	words := 0
	for i, n := range p.names {
		if n.label != "" {
			return false
		}
		if n.piece != p.names[0].piece {
			return p.names[i].piece == p.names[0].piece+1 && words == 1
		}
		if !particles[Fold(n.text)] {
			words++
		}
	}
	return false
}
