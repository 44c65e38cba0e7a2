package town

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"frontdoor/internal/civil"
)

// The kinds of contact, as the truth has them.
const (
	aboutChild   = "child"           // on the register
	aboutSibling = "sibling_unknown" // of a family on the register, but not on it
	aboutOther   = "stranger"        // of no family on the register
)

// contact is what one source said of one child.
type contact struct {
	id, source              string
	given, middle, family   string
	sex, dob, precision     string
	age, address, postcode  string
	phone, nhs, upn         string
	parent                  Parent
	school, siblings        string
	expected                string
	person, kind, tradition string
	relatives               []string
}

// WriteContacts writes what other people say of children, and the truth of each: the
// person, "" when the child is not on the register, and the register's children of
// the same family. A date that is not known to the day is written as the first of its
// month or year, and dob_precision says so.
func WriteContacts(contacts, truth io.Writer, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	out := newSheet(contacts, "contact_id", "source", "given_name", "middle_names", "family_name", "sex", "dob", "dob_precision", "age_stated", "address", "postcode", "phone",
		"nhs_number", "upn", "parent_given", "parent_family", "parent_phone", "school", "siblings_mentioned", "expected_date")
	known := newSheet(truth, "contact_id", "person_id", "family_person_ids", "tradition", "source", "kind")
	p := newPopulation(o)
	for k := range o.Contacts {
		c := p.contact(k)
		out.write(c.id, c.source, c.given, c.middle, c.family, c.sex, c.dob, c.precision, c.age, c.address, c.postcode, c.phone,
			c.nhs, c.upn, c.parent.Given, c.parent.Family, c.parent.Phone, c.school, c.siblings, c.expected)
		known.write(c.id, c.person, strings.Join(c.relatives, ";"), c.tradition, c.source, c.kind)
		if out.err != nil || known.err != nil {
			break
		}
	}
	return known.close("truth of the contacts", out.close("contacts", nil))
}

// population finds families by number.
type population struct {
	l              land
	families, last int // last is how many of the last family are registered
}

func newPopulation(o Options) population {
	n, last := families(o)
	return population{newLand(o), n, last}
}

func (p population) family(n int) household {
	h := p.l.household(n)
	if n == p.families-1 {
		return h.cut(p.last)
	}
	return h
}

func (p population) contact(k int) contact {
	d := throw(p.l.o.Number, forContact, k)
	about := []string{aboutChild, aboutSibling, aboutOther}[d.which(70, 15, 15)]
	h := p.family(d.IntN(p.families))
	namesake := of(d, h.real)
	if about == aboutOther {
		h = p.l.household(p.families + k)
	}
	c := of(d, h.real)
	known := h.written
	switch about {
	case aboutSibling:
		c = h.another(d)
	case aboutOther:
		known = nil
		if d.chance(0.06) && !c.Unborn && !namesake.Unborn {
			c.Given, c.Family, c.Sex, c.KnownAs, c.way = namesake.Given, namesake.Family, namesake.Sex, "", namesake.way
		}
	}
	out := h.say(d, c)
	out.id, out.kind = fmt.Sprintf("K%09d", k), about
	for _, x := range known {
		out.relatives = append(out.relatives, x.ID)
		if about == aboutChild && x.ID == c.ID {
			out.person = x.ID
		}
	}
	return out
}

// another is a child of the family who is not on the register: born at another time
// than any who is.
func (h *household) another(d dice) Child {
	o := h.l.o
	days := 0
	for range 50 {
		days = d.IntN(oldest)
		if apart(h.real, o.Today.AddDays(-days)) {
			break
		}
	}
	b := birth{daysOld: days, rank: -1}
	if expected := 1 + d.IntN(200); d.chance(0.04) && apart(h.real, o.Today.AddDays(expected)) {
		b = birth{daysOld: -expected, rank: -1, unborn: true}
	}
	first := h.real[0]
	c := Child{no: slots - 1, birthRank: -1, mother: first.mother, father: first.father, Sex: of(d, []string{"M", "F"}), Born: o.Today.AddDays(-b.daysOld)}
	h.name(d, &c, h.real)
	c.Home, c.Previous, c.Phone, c.Parents = first.Home, first.Previous, first.Phone, first.Parents
	x := h.n*slots + c.no
	c.ID = personID(x)
	if b.unborn {
		c.Unborn, c.Expected, c.Born, c.Given = true, c.Born, civil.Date{}, "Unborn"
		return c
	}
	c.NHS, c.School = nhsNumber(o.Number, x), h.l.school(d, c.Home.Town, c.Born.Age(o.Today))
	if c.School != "" {
		c.UPN = uniquePupilNumber(o.Number, x)
	}
	return c
}

func apart(kids []Child, born civil.Date) bool {
	for _, k := range kids {
		other := k.Born
		if k.Unborn {
			other = k.Expected
		}
		if n := born.DaysUntil(other); n > -300 && n < 300 {
			return false
		}
	}
	return true
}

// say is a source's account of a child of this family.
func (h household) say(d dice, c Child) contact {
	weights := make([]float64, len(sourcesOfContacts))
	for i, s := range sourcesOfContacts {
		weights[i] = s.share
	}
	s := sourcesOfContacts[d.which(weights...)]
	out := h.account(d, s, c)
	if s.calls && !h.l.o.Unasked && !out.enough() {
		out.fill(h.account(d, s, c))
	}
	return out
}

// enough says that a call taker could go and find the child: a name, and one thing more that few
// share.
func (c *contact) enough() bool {
	named := c.given != "" || c.family != "" || c.expected != ""
	door := c.postcode != "" || strings.ContainsAny(c.address, "0123456789")
	return named && (c.precision == "day" || c.nhs != "" || c.upn != "" || c.phone != "" || door || c.parent.Given != "" && c.parent.Family != "" ||
		c.given != "" && c.family != "" && c.age != "")
}

// fill takes from a second account what the first left out: what a caller says when
// asked again.
func (c *contact) fill(more contact) {
	for _, f := range []struct{ have, said *string }{{&c.given, &more.given}, {&c.family, &more.family}, {&c.sex, &more.sex}, {&c.phone, &more.phone},
		{&c.school, &more.school}, {&c.siblings, &more.siblings}, {&c.expected, &more.expected}} {
		if *f.have == "" {
			*f.have = *f.said
		}
	}
	if c.dob == "" && c.age == "" {
		c.dob, c.precision, c.age = more.dob, more.precision, more.age
	}
	if c.address == "" || c.postcode == "" && !strings.ContainsAny(c.address, "0123456789") && more.address != "" {
		c.address, c.postcode = more.address, more.postcode
	}
	if c.parent.Given == "" && c.parent.Family == "" {
		c.parent = more.parent
	}
}

// account is what a source says of a child unasked.
func (h household) account(d dice, s source, c Child) contact {
	t := c.way
	out := contact{source: s.name, sex: c.Sex, tradition: t.name, precision: "none"}
	if d.chance(s.sexLeftOut) || c.Unborn && d.chance(0.8) {
		out.sex = ""
	}
	if c.Unborn {
		out.given = of(d, []string{"Unborn", "Unborn", "Baby", "Unborn baby", ""})
		out.family = bare(s.family.say(d, t, h.mothers[c.mother].family))
		out.expected = day(c.Expected.AddDays(d.IntN(41) - 20))
		s.parent = 0.95
	} else {
		out.given, out.middle, out.family = s.names(d, t, c)
		s.when(d, &out, c, h.l.o.Today)
		s.numbers(d, &out, c, h.real)
	}
	h.where(d, s, &out, c)
	if d.chance(s.parent) {
		out.parent = s.parentOf(d, t, c)
	}
	if d.chance(s.school) {
		out.school = s.schoolOf(d, c.School)
	}
	if d.chance(s.siblings) {
		out.siblings = s.siblingsOf(d, t, c, h)
	}
	return out
}

// when says how old the child is: a date, part of one, an age, or nothing.
func (s source) when(d dice, out *contact, c Child, today civil.Date) {
	age := c.Born.Age(today)
	if !d.chance(s.dob) {
		if d.chance(s.age) {
			if d.chance(s.ageWrong) {
				age = max(0, age+of(d, []int{-2, -1, -1, 1, 1, 2}))
			}
			out.age = strconv.Itoa(age)
		}
		return
	}
	b := c.Born
	out.precision = "day"
	switch {
	case d.chance(s.monthOnly):
		b.Day, out.precision = 1, "month"
	case d.chance(s.yearOnly):
		b.Month, b.Day, out.precision = 1, 1, "year"
	case d.chance(s.firstJanuary):
		b.Month, b.Day = 1, 1
	case d.chance(s.dobWrong):
		b = wrongDate(d, b)
	}
	out.dob = day(b)
	if d.chance(0.15) {
		out.age = strconv.Itoa(age)
	}
}

// numbers are the NHS number and the UPN, when the source has them. At times the
// number is a brother's or sister's.
func (s source) numbers(d dice, out *contact, c Child, family []Child) {
	if d.chance(s.nhs) {
		out.nhs = c.NHS
		if other := of(d, family); other.ID != c.ID && d.chance(someoneElses*2.8) { // a third have another to pick
			out.nhs = other.NHS
		}
		if d.chance(s.digitWrong) {
			out.nhs = wrongDigit(d, out.nhs)
		}
	}
	if d.chance(s.upn) {
		out.upn = c.UPN
	}
}

func wrongDigit(d dice, s string) string {
	if s == "" {
		return ""
	}
	b := []byte(s)
	i := d.IntN(len(b))
	b[i] = '0' + (b[i]-'0'+byte(1+d.IntN(9)))%10
	return string(b)
}

// where says where the family lives: at home, at a new door that we do not know, or at
// one they have left.
func (h household) where(d dice, s source, out *contact, c Child) {
	if d.chance(s.address) {
		at := c.Home
		switch {
		case d.chance(s.moved):
			at = h.l.place(h.l.near(d, h.door))
		case len(c.Previous) > 0 && d.chance(s.old*2):
			at = of(d, c.Previous)
		}
		at = at.loose(d, d.chance(s.rough))
		out.address, out.postcode = at.Line, at.Postcode
	}
	if d.chance(s.phone) {
		out.phone = c.Phone
		if d.chance(s.otherPhone) {
			out.phone = c.Parents[1].Phone
		}
		if d.chance(0.15) {
			out.phone = phoneNumber(h.l.o.Number, h.n*slots+slots-1) // a new one
		}
		if d.chance(s.digitWrong) {
			out.phone = wrongDigit(d, out.phone)
		}
	}
}

func (s source) parentOf(d dice, t *tradition, c Child) Parent {
	p := c.Parents[d.which(75, 25)]
	if c.Unborn && d.chance(0.9) {
		p = c.Parents[0]
	}
	p.Given, p.Family = bare(s.given.say(d, t, p.Given)), bare(s.family.say(d, t, p.Family))
	if !d.chance(s.phone * 0.7) {
		p.Phone = ""
	}
	return p
}

func (s source) schoolOf(d dice, name string) string {
	if !d.chance(0.4) {
		return name
	}
	name = strings.NewReplacer(" Primary School", " Primary", " High School", " High", "C of E ", "CE ").Replace(name)
	if words := strings.Fields(name); len(words) > 2 && d.chance(0.5) {
		name = strings.Join(words[1:], " ")
	}
	return name
}

// siblingsOf names some of the others, with their ages.
func (s source) siblingsOf(d dice, t *tradition, c Child, h household) string {
	var out []string
	for _, x := range h.real {
		if x.ID == c.ID || x.Unborn || d.chance(0.15) {
			continue
		}
		name := x.Given
		if x.KnownAs != "" && d.chance(s.given.known) {
			name = x.KnownAs
		}
		age := x.Born.Age(h.l.o.Today)
		if d.chance(s.ageWrong) {
			age = max(0, age+of(d, []int{-1, 1}))
		}
		if name = bare(s.given.say(d, t, name)); name != "" {
			out = append(out, name+" "+strconv.Itoa(age))
		}
	}
	return strings.Join(out, ";")
}
