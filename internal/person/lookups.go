package person

import (
	"time"

	"frontdoor/internal/civil"
)

// Turn is when a key is asked for. Those of a turn are worth asking for only when the
// turns before found nobody who is likely.
type Turn uint8

// The turns: what was said, usual slips of it, and one fact alone that many share.
const (
	Said Turn = iota
	Slips
	OneFact
)

// Turns are all turns in order.
func Turns() []Turn { return []Turn{Said, Slips, OneFact} }

// LookUps are the keys to ask for in one turn: the description's own, then those of the
// usual slips: day and month swapped, a date near it, a guessed date, an age for a date,
// a pet form, names crossed. So the index holds each person once, and the question
// is what grows. Turns are asked for in their order, each once.
func (q *Query) LookUps(t Turn) []uint32 {
	if t == Said {
		dates := q.dates()
		q.asking = asking{dates: dates, years: q.years(dates), given: q.givenSounds(), family: q.familySounds(), seen: make(map[uint32]bool, 256)}
	}
	a := &q.asking
	a.turn, a.list = t, nil
	switch t {
	case Said:
		q.askSaid(a)
	case Slips:
		q.askSlips(a)
	case OneFact:
		q.askAlone(a, a.dates, a.years)
	}
	return a.list
}

func (q *Query) askSaid(k *asking) {
	if q.nhs != 0 {
		k.add(mix(keyNHS, uint32(q.nhs), uint32(q.nhs>>32)))
	}
	if q.upn != 0 {
		k.add(mix(keyUPN, q.upn))
	}
	for _, t := range q.phones {
		k.add(mix(keyTel, t))
	}
	q.askDates(k, k.dates, k.given, k.family)
	q.askNames(k, k.years, k.given, k.family)
	q.askPlaces(k, k.given, k.family)
	q.askFamily(k, k.years, k.given, k.family)
}

func (q *Query) askSlips(k *asking) {
	pets, fam := q.otherSounds(q.given, 10), q.otherSounds(q.family, 8)
	if len(k.dates) > 0 {
		q.askDates(k, k.dates[:min(len(k.dates), 2)], pets, fam)
	}
	q.askNames(k, k.years, pets, k.family)
	q.askNames(k, k.years, k.given, fam)
	q.askPlaces(k, pets, fam)
	q.askFamily(k, k.years, pets, nil)
	for _, y := range k.years {
		for _, g := range k.given {
			k.add(mix(keyGY, g, y))
		}
		for _, f := range k.family {
			k.add(mix(keyFY, f, y))
		}
	}
}

// askAlone asks by a date, a street, or a school and year alone, for those who are named by
// nothing that helps: "a boy, in Chapel Way, whose mother is Katie".
func (q *Query) askAlone(k *asking, dates []civil.Date, years []uint32) {
	for _, b := range dates[:min(len(dates), 2)] {
		k.add(mix(keyD, packDate(b)))
	}
	if q.place.street != 0 {
		k.add(mix(keyS, q.place.street))
	}
	if q.school != 0 {
		for _, y := range years {
			k.add(mix(keyCY, uint32(q.school), y))
		}
	}
}

func (q *Query) askDates(k *asking, dates []civil.Date, gs, fs []uint32) {
	for i, b := range dates {
		d := packDate(b)
		for _, g := range gs {
			k.add(mix(keyDG, d, g))
			if i < 2 { // crossed
				k.add(mix(keyDF, d, g))
			}
		}
		for _, f := range fs {
			k.add(mix(keyDF, d, f))
			if i < 2 {
				k.add(mix(keyDG, d, f))
			}
		}
		if q.place.area != 0 {
			k.add(mix(keyDA, d, uint32(q.place.area)))
		}
	}
}

func (q *Query) askNames(k *asking, years, gs, fs []uint32) {
	for _, y := range years {
		for _, f := range fs {
			for _, g := range gs {
				k.add(mix(keyGF, g, f, y))
				k.add(mix(keyGF, f, g, y))
			}
		}
	}
}

func (q *Query) askPlaces(k *asking, gs, fs []uint32) {
	for _, p := range append([]place{q.place}, q.former...) {
		if p.code != 0 {
			k.add(mix(keyP, p.code))
		}
		if p.street == 0 {
			continue
		}
		if p.door != 0 {
			k.add(mix(keySD, p.street, uint32(p.door)))
		}
		for _, g := range gs {
			k.add(mix(keySG, p.street, g))
		}
		for _, f := range fs {
			k.add(mix(keySF, p.street, f))
		}
	}
	for _, g := range gs {
		if q.school != 0 {
			k.add(mix(keyCG, uint32(q.school), g))
		}
	}
}

// askFamily asks by parents, in any year so that brothers and sisters are found, and
// by the brothers and sisters who were mentioned.
func (q *Query) askFamily(k *asking, years, gs, fs []uint32) {
	for i := range q.parent {
		p := &q.parent[i]
		if p.given.sound == 0 {
			continue
		}
		for _, y := range years {
			for _, g := range gs {
				k.add(mix(keyMG, p.given.sound, g, y))
			}
			for _, f := range fs { // the parent's family name was not said, or is another
				k.add(mix(keyM, p.given.sound, f, y))
			}
		}
		q.askParent(k, p)
	}
	for i := range q.sib {
		m := &q.sib[i]
		if m.age < 0 || q.d.On.IsZero() {
			continue
		}
		for n := m.age - 1; n <= m.age+2; n++ {
			for _, f := range fs {
				k.add(mix(keyGF, m.given.sound, f, uint32(q.d.On.Year-n)))
			}
		}
	}
}

// askParent asks by a parent's two names in any year, and with the rest by other forms
// and slips of them.
func (q *Query) askParent(k *asking, p *saidParent) {
	if p.family.sound == 0 {
		return
	}
	gs, fs := []uint32{p.given.sound}, []uint32{p.family.sound}
	if k.turn != Said {
		gs = append(gs, q.otherSounds([]said{p.given}, 4)...)
		fs = append(fs, q.otherSounds([]said{p.family}, 4)...)
	}
	for _, y := range q.anyYear() {
		for _, g := range gs {
			for _, f := range fs {
				k.add(mix(keyM, g, f, y))
			}
		}
	}
}

// anyYear are the years in which any child of the register may have been born.
func (q *Query) anyYear() []uint32 {
	on := q.d.On.Year
	if on == 0 {
		on = q.born.Year
	}
	out := []uint32{0}
	for n := -1; n <= oldest && on > 0; n++ {
		out = append(out, uint32(on-n))
	}
	return out
}

// asking is how far a description has asked: what it asks by, and the keys so far.
type asking struct {
	dates                []civil.Date
	years, given, family []uint32
	turn                 Turn
	seen                 map[uint32]bool
	list                 []uint32
}

func (k *asking) add(key uint32) {
	if !k.seen[key] {
		k.seen[key] = true
		k.list = append(k.list, key)
	}
}

func (q *Query) givenSounds() []uint32 {
	var out []uint32
	for i := range q.given {
		out = addSound(out, q.given[i].sound)
	}
	for i := range q.known {
		out = addSound(out, q.known[i].sound)
	}
	if len(q.middle) > 0 {
		out = addSound(out, q.middle[0].sound)
	}
	if q.joined[0] != "" {
		out = addSound(out, soundHash(q.joined[0]))
	}
	return out[:min(len(out), 5)]
}

func (q *Query) familySounds() []uint32 {
	var out []uint32
	for i := range q.family {
		out = addSound(out, q.family[i].sound)
	}
	if q.joined[1] != "" {
		out = addSound(out, soundHash(q.joined[1]))
	}
	if len(q.family) == 0 && len(q.given) > 1 {
		out = addSound(out, q.given[len(q.given)-1].sound)
	}
	for i := range q.parent {
		out = addSound(out, q.parent[i].family.sound)
	}
	if len(q.middle) > 0 { // a father's name may stand for the family's
		out = addSound(out, q.middle[len(q.middle)-1].sound)
	}
	return out[:min(len(out), 5)]
}

// otherSounds are those of pet forms, and of names that differ by a slip of the
// fingers which changes the sound.
func (q *Query) otherSounds(words []said, most int) []uint32 {
	var out []uint32
	for i := range words {
		for _, id := range append(words[i].pets, words[i].slips...) {
			if s := q.words.sound(id); s != words[i].sound {
				out = addSound(out, s)
			}
		}
	}
	return out[:min(len(out), most)]
}

func addSound(out []uint32, s uint32) []uint32 {
	if s == 0 {
		return out
	}
	for _, x := range out {
		if x == s {
			return out
		}
	}
	return append(out, s)
}

// dates are the date said and those it is usually mistaken for.
func (q *Query) dates() []civil.Date {
	b := q.born
	if b.IsZero() || q.flags&flagUnborn != 0 {
		return nil
	}
	out := make([]civil.Date, 0, 28)
	add := func(y int, m time.Month, d int) {
		n := civil.Date{Year: y, Month: m, Day: d}
		if m < 1 || m > 12 || d < 1 || !n.Valid() {
			return
		}
		for _, x := range out {
			if x == n {
				return
			}
		}
		out = append(out, n)
	}
	near := func(n civil.Date) { add(n.Year, n.Month, n.Day) }
	switch q.d.Precision {
	case "year":
		return nil
	case "month":
		for d := 1; d <= 31; d++ {
			add(b.Year, b.Month, d)
		}
		return out
	}
	near(b)
	add(b.Year, time.Month(b.Day), int(b.Month))
	for _, n := range []int{1, -1, 2, -2, 10, -10, 20, -20} {
		near(b.AddDays(n))
	}
	for _, n := range []int{10, -10, 20, -20} {
		add(b.Year, b.Month, b.Day+n)
	}
	for _, n := range []int{1, -1, 2, -2} {
		add(b.Year+n, b.Month, b.Day)
	}
	add(b.Year, b.Month+1, b.Day)
	add(b.Year, b.Month-1, b.Day)
	add(b.Year, b.Month, b.Day%10*10+b.Day/10)
	if b.Month >= 10 {
		add(b.Year, b.Month%10, b.Day)
	} else {
		add(b.Year, b.Month+10, b.Day)
		add(b.Year, b.Month*10, b.Day)
	}
	add(b.Year-b.Year%100+b.Year%10*10+b.Year/10%10, b.Month, b.Day)
	add(b.Year+10, b.Month, b.Day)
	add(b.Year-10, b.Month, b.Day)
	add(b.Year, 1, 1)
	return out
}

// years are the years the child may have been born in, or is expected in.
func (q *Query) years(dates []civil.Date) []uint32 {
	var out []uint32
	add := func(y int) { out = addSound(out, uint32(max(y, 1))) }
	b := q.born
	switch {
	case !b.IsZero():
		add(b.Year)
		if b.Month <= 2 || q.flags&flagUnborn != 0 || q.d.Precision == "year" {
			add(b.Year - 1)
		}
		if b.Month >= 11 || q.flags&flagUnborn != 0 || q.d.Precision == "year" {
			add(b.Year + 1)
		}
		for _, d := range dates {
			if d.Year >= b.Year-2 && d.Year <= b.Year+2 {
				add(d.Year)
			}
		}
	case q.d.AgeStated >= 0 && !q.d.On.IsZero():
		for n := q.d.AgeStated - 3; n <= q.d.AgeStated+4; n++ {
			add(q.d.On.Year - n)
		}
	case !q.d.On.IsZero():
		for n := -1; n <= 18; n++ {
			add(q.d.On.Year - n)
		}
	}
	return append(out, 0) // people whose date is not known
}
