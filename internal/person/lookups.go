package person

import (
	"time"

	"frontdoor/internal/civil"
)

// LookUp asks the index for one key. Common is set for keys that are worth asking
// for only when others found little: they are shared by many.
type LookUp struct {
	Key    uint32
	Common bool
}

// LookUps are the keys to ask for: the description's own, and those of the usual
// slips: day and month swapped, a date near it, a guessed date, an age for a date,
// a pet form, names crossed. So the index holds each person once, and the question
// is what grows.
func (q *Query) LookUps() []LookUp {
	k := lookups{seen: map[uint32]bool{}}
	if q.nhs != 0 {
		k.add(mix(keyNHS, uint32(q.nhs), uint32(q.nhs>>32)))
	}
	if q.upn != 0 {
		k.add(mix(keyUPN, q.upn))
	}
	for _, t := range q.phones {
		k.add(mix(keyTel, t))
	}
	gs, fs := q.givenSounds(), q.familySounds()
	pets := q.petSounds()
	dates := q.dates()
	years := q.years(dates)
	for i, b := range dates {
		d := packDate(b)
		for _, g := range gs {
			k.add(mix(keyDG, d, g))
		}
		for _, f := range fs {
			k.add(mix(keyDF, d, f))
		}
		if i < 2 {
			for _, g := range pets {
				k.add(mix(keyDG, d, g))
			}
			for _, f := range fs { // crossed
				k.add(mix(keyDG, d, f))
			}
			for _, g := range gs {
				k.add(mix(keyDF, d, g))
			}
			if q.place.area != 0 {
				k.add(mix(keyDA, d, uint32(q.place.area)))
			}
		}
	}
	for _, y := range years {
		for _, f := range fs {
			for _, g := range gs {
				k.add(mix(keyGF, g, f, y))
				k.add(mix(keyGF, f, g, y))
			}
			for _, g := range pets {
				k.add(mix(keyGF, g, f, y))
			}
			k.common(mix(keyNY, f, y))
		}
		for _, g := range gs {
			k.common(mix(keyNY, g, y))
		}
		if q.place.code != 0 {
			k.add(mix(keyPY, q.place.code, y))
		}
		for i := range q.parent {
			p := &q.parent[i]
			if p.given.sound != 0 && p.family.sound != 0 {
				k.add(mix(keyM, p.given.sound, p.family.sound, y))
			}
			if p.given.sound == 0 {
				continue
			}
			for _, g := range gs {
				k.add(mix(keyMG, p.given.sound, g, y))
			}
			for _, f := range fs { // the mother's family name was not said: the child's may be hers
				k.add(mix(keyM, p.given.sound, f, y))
			}
		}
	}
	if q.place.code != 0 {
		for _, g := range append(gs, pets...) {
			k.add(mix(keyPG, q.place.code, g))
		}
		for _, f := range fs {
			k.add(mix(keyPF, q.place.code, f))
		}
	}
	return k.list
}

type lookups struct {
	seen map[uint32]bool
	list []LookUp
}

func (k *lookups) add(key uint32) {
	if !k.seen[key] {
		k.seen[key] = true
		k.list = append(k.list, LookUp{Key: key})
	}
}

func (k *lookups) common(key uint32) {
	if !k.seen[key] {
		k.seen[key] = true
		k.list = append(k.list, LookUp{key, true})
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
	for i := range q.parent {
		out = addSound(out, q.parent[i].family.sound)
	}
	return out[:min(len(out), 5)]
}

func (q *Query) petSounds() []uint32 {
	var out []uint32
	for i := range q.given {
		for _, id := range q.given[i].pets {
			out = addSound(out, q.words.sound(id))
		}
	}
	return out[:min(len(out), 8)]
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
		for n := q.d.AgeStated - 1; n <= q.d.AgeStated+2; n++ {
			add(q.d.On.Year - n)
		}
	case !q.d.On.IsZero():
		for n := -1; n <= 18; n++ {
			add(q.d.On.Year - n)
		}
	}
	return append(out, 0) // people whose date is not known
}
