package demo

import (
	"fmt"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/person"
)

// home is a household with its children.
type home struct {
	family, street, postcode string
	mother, father           string
	kids                     []*kid
	contacts                 int
	referred                 bool   // a referral was accepted: brothers and sisters are not referred beside it
	assessed                 string // person of the one child who is assessed
	assessedKid              *kid
	worker                   string // who was asked to take that child
	reached                  []reached
}

// kid is a child of the town. ref is the person's reference once somebody has said
// who they are.
type kid struct {
	given, family, sex, school string
	born                       civil.Date
	nhs                        string
	ref                        string
	twin                       *kid
	doubled                    bool // was recorded twice
}

// town invents the households.
func (b *builder) town() {
	for n := 0; n < b.opt.Children; {
		h := &home{family: b.pick(families), street: fmt.Sprintf("%d %s", 1+b.rng.IntN(140), b.pick(streets)), mother: b.pick(girls), father: b.pick(boys)}
		h.postcode = fmt.Sprintf("ZZ%d %d%c%c", 1+b.rng.IntN(9), 1+b.rng.IntN(9), 'A'+rune(b.rng.IntN(20)), 'A'+rune(b.rng.IntN(20)))
		size := 1 + b.rng.IntN(3)
		if b.chance(10) {
			size += 2
		}
		for range size {
			h.kids = append(h.kids, b.newKid(h))
		}
		if size > 1 && b.chance(15) {
			first, second := h.kids[0], h.kids[1]
			second.born, first.twin, second.twin = first.born, second, first
		}
		n += size
		b.homes = append(b.homes, h)
	}
}

func (b *builder) newKid(h *home) *kid {
	k := &kid{sex: "F", family: h.family, school: b.pick(schools)}
	names := girls
	if b.chance(50) {
		k.sex, names = "M", boys
	}
	k.given = b.pick(names)
	for _, other := range h.kids {
		for other.given == k.given {
			k.given = b.pick(names)
		}
	}
	k.born = b.opt.Now.Date().AddDays(-200 - 7*b.opt.Weeks - b.rng.IntN(15*365))
	if k.born.Age(b.opt.Now.Date()) < 4 {
		k.school = ""
	}
	if b.chance(35) {
		k.nhs = b.nhs()
	}
	return k
}

// nhs is a number with a right check digit, from the range that is never issued.
func (b *builder) nhs() string {
	for {
		n := fmt.Sprintf("999%06d", b.rng.IntN(1_000_000))
		for digit := range 10 {
			if s, ok := person.NHSNumber(fmt.Sprintf("%s%d", n, digit)); ok {
				return s
			}
		}
	}
}

// said is how a contact describes a child it names rightly.
func (k *kid) said(h *home, number bool) person.Described {
	d := person.Described{Given: k.given, Family: k.family, Sex: k.sex, Born: k.born, AgeStated: -1, Address: h.street, Postcode: h.postcode, School: k.school,
		Parents: []person.Name{{Given: h.mother, Family: h.family}}}
	if number {
		d.NHS = k.nhs
	}
	return d
}

// variants are the ways a known child is described wrongly.
var variants = []string{"typo", "crossed", "date", "alias"}

// vary describes a known child with one slip.
func (b *builder) vary(k *kid, h *home, kind string) person.Described {
	d := k.said(h, false)
	switch kind {
	case "typo":
		d.Given = slip(d.Given)
	case "crossed":
		d.Given, d.Family = d.Family, d.Given
	case "date":
		d.Born = d.Born.AddDays(1)
		if k.born.Day <= 12 && k.born.Day != int(k.born.Month) {
			d.Born = civil.DateOf(k.born.Year, 1, int(k.born.Month)).AddMonths(k.born.Day - 1)
			if d.Born.Day != int(k.born.Month) {
				d.Born = k.born.AddDays(1)
			}
		}
	case "alias":
		d.Family = h.mother + "son"
	}
	return d
}

// slip doubles or drops a letter in the middle of a name.
func slip(s string) string {
	r := []rune(s)
	if len(r) < 4 {
		return s + "h"
	}
	return strings.TrimSpace(string(r[:2]) + string(r[1]) + string(r[2:]))
}
