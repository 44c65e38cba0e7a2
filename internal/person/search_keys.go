package person

import (
	"slices"
	"strings"
	"unicode"
)

// SearchKey is a word that the search box finds a person by. Kind is one of the
// letters below.
type SearchKey struct{ Kind, Word string }

// The kinds of search keys.
const (
	SearchName   = "n" // a word of any of their names
	SearchStreet = "a" // "mill" and "12 mill" of an address, present or former
	SearchCode   = "c" // a postcode without its space
	SearchPhone  = "t" // a telephone number, and its last six digits
)

// SearchKeys are the words that find a person in the search box, each once.
func SearchKeys(p Person) []SearchKey {
	var out []SearchKey
	add := func(kind, word string) {
		if k := (SearchKey{kind, word}); word != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	for _, w := range nameWords(p) {
		add(SearchName, w)
	}
	for _, a := range p.Addresses {
		for _, w := range streetKeys(Door(a.Line)) {
			add(SearchStreet, w)
		}
		add(SearchCode, Postcode(a.Postcode))
	}
	for _, t := range append([]string{p.Phone}, p.Phones...) {
		if d := PhoneNumber(t); d != "" {
			add(SearchPhone, d)
			add(SearchPhone, phoneTail(d))
		}
	}
	return out
}

// nameWords are the folded words of all of a person's own names, particles joined
// and apart.
func nameWords(p Person) []string {
	var out []string
	for _, n := range append([]Name{{p.Given, p.Family}, {p.KnownAs, p.Middle}}, p.Former...) {
		for _, s := range []string{n.Given, n.Family} {
			for _, w := range tokens(real(s)) {
				if !slices.Contains(out, w) {
					out = append(out, w)
				}
			}
		}
	}
	return out
}

// streetKeys are the street of a door and its number with it: "mill" and "12 mill" of
// "flat 3 12 old mill lane".
func streetKeys(door string) []string {
	words := strings.Fields(door)
	if len(words) == 0 {
		return nil
	}
	number, first := "", 0
	for i, w := range words {
		if strings.ContainsFunc(w, unicode.IsDigit) && i+1 < len(words) && !strings.ContainsFunc(words[i+1], unicode.IsDigit) {
			number, first = w, i+1
		}
	}
	street := words[first]
	for i := first + 1; i < len(words); i++ {
		if isStreet(words[i]) {
			street = words[i-1]
			break
		}
	}
	if number == "" {
		return []string{street}
	}
	return []string{street, number + " " + street}
}

// StreetKey is the narrowest key of an address that was typed: with its number when
// it has one.
func StreetKey(line string) string {
	keys := streetKeys(Door(line))
	if len(keys) == 0 {
		return ""
	}
	return keys[len(keys)-1]
}

// PhoneKey is the key of a telephone number, or of the end of one, that was typed.
func PhoneKey(typed string) string {
	if len(typed) >= 10 {
		return typed
	}
	return phoneTail(typed)
}

func phoneTail(d string) string { return d[max(0, len(d)-shortestPhone):] }

// SearchWord is one word of a name that was typed, folded.
type SearchWord struct {
	Text    string
	Initial bool // one letter
}

// NameWords are the words of the name that was typed. A particle is joined to the
// word it belongs to; a name in two parts is two words.
func (s Search) NameWords() []SearchWord {
	said := []string{s.Given, s.Family}
	if s.One {
		said = said[:1]
	}
	var out []SearchWord
	for _, name := range said {
		words := strings.Fields(Fold(name))
		for i := 0; i < len(words); i++ {
			w := words[i]
			if particles[w] && i+1 < len(words) {
				i++
				w += words[i]
			}
			out = append(out, SearchWord{w, len([]rune(w)) == 1})
		}
	}
	return out
}

// How is how a word of a person's name is like a word that was typed.
type How uint8

// The ways, the strongest first.
const (
	HowNot How = iota
	HowSame
	HowPet
	HowSound
	HowSlip
	HowPart
	HowInitial
)

// Term is a word that names in the record have, its sound, and how many people bear it.
type Term struct {
	Word, Sound string
	Bearers     int
}

// Alike is a term that is like a word that was typed.
type Alike struct {
	Term
	How How
}

// shortestSlip is how many letters a word has for one slip in it to be looked past:
// in a shorter one it is another name.
const shortestSlip = 4

// Alikes are those terms that are like a folded word that was typed: the same, another
// form of the name, the same sound, one slip of the fingers away, or beginning so.
func Alikes(typed string, terms []Term) []Alike {
	pets, sound := petForms(typed), Sound(typed)
	var out []Alike
	for _, t := range terms {
		how := HowNot
		switch w := t.Word; {
		case typed == w || particleJoined(typed, w) || particleJoined(w, typed):
			how = HowSame
		case slices.Contains(pets, w):
			how = HowPet
		case len(typed) > 2 && t.Sound == sound:
			how = HowSound
		case len(typed) >= shortestSlip && len(w) >= shortestSlip && oneSlip(typed, w):
			how = HowSlip
		case strings.HasPrefix(w, typed) && len([]rune(typed)) > 1:
			how = HowPart
		}
		if how != HowNot {
			out = append(out, Alike{t, how})
		}
	}
	return out
}

// particleJoined says that one word is the other with a particle in front:
// "alhassan" and "hassan".
func particleJoined(long, short string) bool {
	front, ok := strings.CutSuffix(long, short)
	return ok && particles[front] && len(short) > 2
}

// OtherForms are words that a folded word of a name may stand for and need not begin or
// sound like: its pet and full forms, and itself without a particle in front.
func OtherForms(folded string) []string {
	out := slices.Clone(petForms(folded))
	for n := range len(folded) {
		if particles[folded[:n]] && len(folded)-n > 2 {
			out = append(out, folded[n:])
		}
	}
	return out
}
