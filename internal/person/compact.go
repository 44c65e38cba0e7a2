package person

import (
	"strings"

	"frontdoor/internal/civil"
)

// Compact is a person as the index keeps them: 136 bytes and no pointers. Names are
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
	school uint32
	phone  [3]uint32
	place  [3]place // the present one first
	nhs    uint64
	flags  uint32
}

// place is an address without its words.
type place struct {
	code   uint32 // postcode
	street uint32 // how the street sounds
	area   uint16 // first part of the postcode
	door   uint16 // house and flat numbers, or the house's name
}

const (
	flagMale uint32 = 1 << iota
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
			c.parent[i] = [2]uint32{w.add(firstWord(primary(real(m.Given))), 0, 0), w.add(lastWord(surname(real(m.Family))), 0, 0)}
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

func phoneHash(s string) uint32 {
	if p := PhoneNumber(s); p != "" {
		return hashText(p)
	}
	return 0
}

// schoolWords say nothing of which school it is.
var schoolWords = map[string]bool{"school": true, "primary": true, "academy": true, "ce": true, "rc": true, "catholic": true, "infant": true,
	"infants": true, "junior": true, "juniors": true, "the": true, "high": true, "secondary": true, "college": true, "community": true, "c": true, "e": true, "of": true, "and": true, "nursery": true}

func schoolHash(s string) uint32 {
	h := uint32(0)
	for _, w := range strings.Fields(Fold(s)) {
		if !schoolWords[w] {
			h = stir(h*31 + hashText(w))
		}
	}
	return h
}

// placeOf hashes an address: the numbers say which door, the words which street.
func placeOf(line, postcode string) place {
	var p place
	if pc := Postcode(postcode); pc != "" {
		p.code, p.area = hashText(pc), uint16(hashText(district(pc)))|1
	}
	door, street := uint32(0), uint32(0)
	for _, w := range strings.Fields(Door(line)) {
		if w[0] >= '0' && w[0] <= '9' {
			door = stir(door + hashText(w)) // "flat 3, 12" and "12 flat 3" are the same door
			continue
		}
		if w != "flat" && w != "apartment" && w != "room" && w != "unit" {
			street += soundHash(w) + 1
		}
	}
	if street != 0 {
		p.street = stir(street)
	}
	switch {
	case door != 0:
		p.door = uint16(door) | 1
	case street != 0:
		p.door = uint16(street) | 1
	}
	return p
}

// doorKey says which door of all doors; 0 when it is not known.
func (p place) doorKey() uint32 {
	if p.code == 0 || p.door == 0 {
		return 0
	}
	return mix('D', p.code, uint32(p.door))
}

// The kinds of key. A key is a hash that a description of the same person is likely
// to share.
const (
	keyNHS = 'n'
	keyUPN = 'u'
	keyTel = 't'
	keyDG  = 'g' // date, given sound
	keyDF  = 'f' // date, family sound
	keyDA  = 'a' // date, area
	keyGF  = 'x' // given and family sounds, year
	keyPY  = 'y' // postcode, year
	keyPG  = 'p' // postcode, given sound
	keyPF  = 'q' // postcode, family sound
	keyM   = 'm' // a parent's name, year
	keyMG  = 'h' // a parent's given name, the child's, year
	keyNY  = 'z' // a name that is the only one, year
)

// Keys gives each key of a person to yield, some perhaps twice.
func (c *Compact) Keys(w *Words, yield func(uint32)) {
	if c.nhs != 0 {
		yield(mix(keyNHS, uint32(c.nhs), uint32(c.nhs>>32)))
	}
	if c.upn != 0 {
		yield(mix(keyUPN, c.upn))
	}
	for _, t := range c.phone {
		if t != 0 {
			yield(mix(keyTel, t))
		}
	}
	year := yearOfPacked(c.date)
	var buf [12]uint32
	gs, fs := c.sounds(w, buf[:0])
	born := c.date != 0 && c.flags&flagUnborn == 0
	for _, g := range gs {
		if born {
			yield(mix(keyDG, c.date, g))
		}
		for _, f := range fs {
			yield(mix(keyGF, g, f, year))
		}
		if len(fs) == 0 {
			yield(mix(keyNY, g, year))
		}
	}
	for _, f := range fs {
		if born {
			yield(mix(keyDF, c.date, f))
		}
		if len(gs) == 0 {
			yield(mix(keyNY, f, year))
		}
	}
	for i, p := range c.place {
		if p.code == 0 {
			continue
		}
		if i == 0 && born {
			yield(mix(keyDA, c.date, uint32(p.area)))
		}
		yield(mix(keyPY, p.code, year))
		for _, g := range gs {
			yield(mix(keyPG, p.code, g))
		}
		for _, f := range fs {
			yield(mix(keyPF, p.code, f))
		}
	}
	for _, m := range c.parent {
		pg, pf := w.sound(m[0]), w.sound(m[1])
		if pg != 0 && pf != 0 {
			yield(mix(keyM, pg, pf, year))
		}
		if pg != 0 && len(gs) > 0 {
			yield(mix(keyMG, pg, gs[0], year))
		}
	}
}

// sounds are the sounds of the given names and of the family names, each once.
func (c *Compact) sounds(w *Words, buf []uint32) (given, family []uint32) {
	add := func(from int, ids ...uint32) {
		for _, id := range ids {
			s := w.sound(id)
			if s == 0 {
				continue
			}
			there := false
			for _, x := range buf[from:] {
				there = there || x == s
			}
			if !there {
				buf = append(buf, s)
			}
		}
	}
	add(0, c.given[0], c.given[1], c.given[2], c.known)
	n := len(buf)
	add(n, c.family[0], c.family[1], c.family[2], c.alias[0], c.alias[1])
	add(n, c.parent[0][1], c.parent[1][1])
	return buf[:n:n], buf[n:]
}

// PlaceKeys appends the keys of the present door and postcode, to count who shares them.
func (c *Compact) PlaceKeys(keys []uint32) []uint32 {
	p := c.place[0]
	if k := p.doorKey(); k != 0 {
		keys = append(keys, k)
	}
	if p.code != 0 {
		keys = append(keys, mix('C', p.code))
	}
	return keys
}
