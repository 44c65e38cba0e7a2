package person

import (
	"strings"

	"frontdoor/internal/civil"
)

// Compact is a person as the index keeps them: 128 bytes and no pointers. Names are
// numbers of words, places and telephones are hashes: it can be compared, and not read.
type Compact struct {
	given  [3]uint32 // the first two words, and both joined or the third
	known  uint32
	middle [2]uint32
	family [3]uint32
	alias  [2]uint32
	parent [2][2]uint32 // given, family
	date   uint32       // of birth, or expected when unborn
	upn    uint32
	phone  [3]uint32
	place  [3]place // the present one first
	nhs    uint64
	school uint16
	flags  uint16
}

const (
	flagMale uint16 = 1 << iota
	flagFemale
	flagUnborn
	flagEstimated
	flagTwoGiven // two given words: the third is both joined
	flagTwoFamily
)

// packDate keeps a date in order; 0 is none.
func packDate(d civil.Date) uint32 {
	if d.IsZero() {
		return 0
	}
	return uint32(d.Year)<<9 | uint32(d.Month)<<5 | uint32(d.Day)
}

func yearOfPacked(d uint32) uint32 { return d >> 9 }

// Compile makes a person comparable, adding their words to the dictionary.
func Compile(w *Words, p Person) Compact {
	c := Compact{}
	g := primary(real(p.Given))
	for i := range min(len(g), 3) {
		c.given[i] = w.add(g[i], 1, 0)
	}
	if len(g) == 2 {
		c.flags |= flagTwoGiven
		c.given[2] = w.add(g[0]+g[1], 0, 0)
	}
	if k := primary(real(p.KnownAs)); len(k) > 0 && (len(g) == 0 || k[0] != g[0]) {
		c.known = w.add(k[0], 1, 0)
	}
	for i, m := range primary(real(p.Middle)) {
		if i < len(c.middle) {
			c.middle[i] = w.add(m, 0, 0)
		}
	}
	f := surname(real(p.Family))
	for i := range min(len(f), 3) {
		c.family[i] = w.add(f[i], 0, 1)
	}
	if len(f) == 2 {
		c.flags |= flagTwoFamily
		c.family[2] = w.add(f[0]+f[1], 0, 0)
	}
	n := 0
	for _, a := range p.Former {
		for _, t := range surname(real(a.Family)) {
			if n < len(c.alias) {
				c.alias[n] = w.add(t, 0, 1)
				n++
			}
		}
		if t := primary(real(a.Given)); len(t) > 0 && c.known == 0 && (len(g) == 0 || t[0] != g[0]) {
			c.known = w.add(t[0], 1, 0)
		}
	}
	for i, m := range p.Parents {
		if i < len(c.parent) {
			c.parent[i] = [2]uint32{w.add(parentGiven(m.Given), 0, 0), w.add(lastWord(surname(real(m.Family))), 0, 0)}
		}
	}
	switch p.Sex {
	case "M":
		c.flags |= flagMale
	case "F":
		c.flags |= flagFemale
	}
	c.date = packDate(p.Born)
	if p.Unborn {
		c.flags |= flagUnborn
		c.date = packDate(p.Expected)
	}
	if p.BornEstimated {
		c.flags |= flagEstimated
	}
	if nhs, ok := NHSNumber(p.NHS); ok {
		c.nhs = number(nhs)
	}
	if u, ok := UPN(p.UPN); ok {
		c.upn = hashText(u)
	}
	c.school = schoolHash(p.School)
	n = 0
	for _, t := range append([]string{p.Phone}, p.Phones...) {
		if h := phoneHash(t); h != 0 && n < len(c.phone) && h != c.phone[0] && h != c.phone[1] {
			c.phone[n] = h
			n++
		}
	}
	for i, a := range p.Addresses {
		if i < len(c.place) {
			c.place[i] = placeOf(a.Line, a.Postcode)
		}
	}
	return c
}

// primary are the words of a folded given name, particles joined to the next.
func primary(folded string) []string { return joinParticles(folded, false) }

// surname are the words of a folded family name; a particle is joined to the next
// word, which is kept by itself too.
func surname(folded string) []string { return joinParticles(folded, true) }

func joinParticles(folded string, both bool) []string {
	words := strings.Fields(folded)
	var out []string
	for i := 0; i < len(words); i++ {
		if particles[words[i]] && i+1 < len(words) {
			joined := words[i] + words[i+1]
			if both && len(words) == 2 {
				return []string{words[i+1], joined}
			}
			out = append(out, joined)
			i++
			continue
		}
		out = append(out, words[i])
	}
	return out
}

func firstWord(w []string) string {
	if len(w) == 0 {
		return ""
	}
	return w[0]
}

func lastWord(w []string) string {
	if len(w) == 0 {
		return ""
	}
	return w[len(w)-1]
}

func number(digits string) uint64 {
	var n uint64
	for _, r := range digits {
		n = n*10 + uint64(r-'0')
	}
	return n
}
