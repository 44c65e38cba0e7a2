package person

// The kinds of key. A key is a hash that a description of the same person is likely
// to share. Each needs two facts, or one that few people share.
const (
	keyNHS = 'n'
	keyUPN = 'u'
	keyTel = 't'
	keyDG  = 'g' // date, given sound
	keyDF  = 'f' // date, family sound
	keyDA  = 'a' // date, area
	keyGF  = 'x' // given and family sounds, year
	keyGY  = 'i' // given sound, year
	keyFY  = 'j' // family sound, year
	keyP   = 'p' // postcode
	keySD  = 'd' // street and door, whatever the postcode
	keySG  = 's' // street, given sound
	keySF  = 'r' // street, family sound
	keyCG  = 'c' // school, given sound
	keyM   = 'm' // a parent's name, year
	keyMG  = 'h' // a parent's given name, the child's, year

	// For descriptions that name nobody well: asked for last.
	keyD  = 'D' // date
	keyS  = 'S' // street
	keyCY = 'C' // school, year
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
	var buf [14]uint32
	gs, own, fs := c.sounds(w, buf[:0])
	born := c.date != 0 && c.flags&flagUnborn == 0
	for _, g := range gs {
		if born {
			yield(mix(keyDG, c.date, g))
		}
		for _, f := range fs {
			yield(mix(keyGF, g, f, year))
		}
		yield(mix(keyGY, g, year))
		if c.school != 0 {
			yield(mix(keyCG, uint32(c.school), g))
		}
	}
	for _, f := range fs {
		if born {
			yield(mix(keyDF, c.date, f))
		}
	}
	for _, f := range own {
		yield(mix(keyFY, f, year))
	}
	if born {
		yield(mix(keyD, c.date))
	}
	if c.school != 0 {
		yield(mix(keyCY, uint32(c.school), year))
	}
	if s := c.place[0].street; s != 0 {
		yield(mix(keyS, s))
	}
	if area := c.place[0].area; born && area != 0 {
		yield(mix(keyDA, c.date, uint32(area)))
	}
	for i, p := range c.place {
		if p.code != 0 {
			yield(mix(keyP, p.code))
		}
		if p.street == 0 {
			continue
		}
		if p.door != 0 {
			yield(mix(keySD, p.street, uint32(p.door)))
		}
		if i > 0 {
			continue
		}
		for _, g := range gs {
			yield(mix(keySG, p.street, g))
		}
		for _, f := range own {
			yield(mix(keySF, p.street, f))
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

// sounds are the sounds of the given names, of the child's own family names, and of
// those and the parents', each once.
func (c *Compact) sounds(w *Words, buf []uint32) (given, own, family []uint32) {
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
	m := len(buf)
	add(n, c.parent[0][1], c.parent[1][1])
	return buf[:n:n], buf[n:m:m], buf[n:]
}

// Places are the keys that count who shares a place: the postcode, and the door by
// its street where there is no postcode; 0 for none.
func (q *Query) Places() (postcode, door uint32) {
	if q.place.code != 0 {
		postcode = mix(keyP, q.place.code)
	}
	if q.place.street != 0 && q.place.door != 0 {
		door = mix(keySD, q.place.street, uint32(q.place.door))
	}
	return postcode, door
}

// SameDoor says that a person lives behind the door that was said.
func (q *Query) SameDoor(c *Compact) bool {
	p, o := q.place, c.place[0]
	return p.door != 0 && p.door == o.door && (p.code != 0 && p.code == o.code || p.street != 0 && p.street == o.street)
}

// PhoneKeys are the keys of the telephones that were said.
func (q *Query) PhoneKeys() []uint32 {
	var out []uint32
	for _, t := range q.phones {
		out = append(out, mix(keyTel, t))
	}
	return out
}
