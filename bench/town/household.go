package town

import (
	"slices"
	"strings"

	"frontdoor/internal/civil"
)

// household is a family as it is, and as the register has it.
type household struct {
	l             land
	n             int
	real, written []Child
	mothers       []adult
	fathers       []adult
	door          uint64
	plain         bool // names are held without accents
}

// stepMother is the mother of a stepchild.
const stepMother = 1

// oldest is how many days old a child of 17 can be.
const oldest = 6570

// household makes family n. The order of the throws is part of the town: a throw more
// makes another.
func (l land) household(n int) household {
	d := throw(l.o.Number, forFamily, n)
	h := household{l: l, n: n, door: l.scatter(n), plain: d.chance(0.6)}
	t := h.tradition(d)
	h.parents(d, t)
	births := h.births(d, size(l.o, n))
	kids := make([]Child, 0, len(births))
	for i, b := range births {
		kids = append(kids, h.child(d, kids, b, i))
	}
	h.real = kids
	h.settle(d)
	h.written = make([]Child, len(kids))
	alone := d.chance(0.45)
	noPhone := d.chance(0.25)
	for i, c := range kids {
		h.written[i] = h.record(d, c, alone, noPhone)
	}
	return h
}

// cut keeps the first children, when the register has no room for more.
func (h household) cut(most int) household {
	h.written = h.written[:min(most, len(h.written))]
	h.real = h.real[:len(h.written)]
	return h
}

// tradition is the country's share, or in three families of ten one of the few that
// the town is known for.
func (h household) tradition(d dice) *tradition {
	if d.chance(0.3) {
		place := int(h.door/doorsEach) % len(towns)
		return anyTradition(throw(h.l.o.Number, forTown, place*4+d.IntN(4)))
	}
	return anyTradition(d)
}

func (h *household) parents(d dice, t *tradition) {
	father := t
	if d.chance(0.08) {
		father = anyTradition(d)
	}
	h.fathers = []adult{newAdult(d, father, "M"), newAdult(d, anyOr(d, t, 0.8), "M"), newAdult(d, t, "M"), newAdult(d, t, "M")}
	h.mothers = []adult{newAdult(d, t, "F"), newAdult(d, t, "F")}
	if !slices.Contains(keepTheirName, t.name) && father == t && d.chance(0.55) { // married, with one surname
		m := &h.mothers[0]
		m.base = h.fathers[0].base
		if t.girlsFamily.names == nil {
			m.family = t.feminine(m.base, true)
		}
	}
}

// keepTheirName are the traditions in which a wife does, or in which her child bears
// the name she was born with.
var keepTheirName = strings.Fields("somali arabic chinese vietnamese habesha kurdish spanish portuguese filipino")

func anyOr(d dice, t *tradition, p float64) *tradition {
	if d.chance(p) {
		return t
	}
	return anyTradition(d)
}

// newAdult names a grown-up by the same rule as a child.
func newAdult(d dice, t *tradition, sex string) adult {
	own := adult{tradition: t, given: t.boys.pick(d), base: t.surname(d), father: t.boys.pick(d)}
	mother := adult{tradition: t, given: t.girls.pick(d), base: t.surname(d)}
	c := Child{Sex: sex, Given: t.given(d, sex)}
	switch {
	case sex == "M" && t.fathers.names != nil && d.chance(0.8):
		c.Given = t.fathers.pick(d)
	case sex == "F" && t.mothers.names != nil && d.chance(0.8):
		c.Given = t.mothers.pick(d)
	}
	t.rule(d, t, &c, own, mother, own)
	return adult{tradition: t, given: c.Given, family: c.Family, base: own.base, father: own.given}
}

// birth is when a child was or will be born, and how many births came before.
type birth struct {
	daysOld, rank int
	unborn        bool
}

// births says when n children were born, the oldest first. One birth in sixty is of
// twins, few of triplets.
func (h *household) births(d dice, n int) []birth {
	gaps := make([]int, n) // before the child that is i older than the youngest
	free, least := 0, 0
	for i := 1; i < n; i++ {
		twin := 0.0315
		if i > 1 && gaps[i-1] == 0 {
			twin = 0.02
		}
		if d.chance(twin) {
			continue
		}
		gaps[i] = 300 + d.IntN(700) + d.IntN(900)
		free, least = free+gaps[i]-300, least+300
	}
	if most := oldest - least; free > most {
		for i := range gaps {
			if gaps[i] > 0 {
				gaps[i] = 300 + (gaps[i]-300)*most/(free+1)
			}
		}
		free = most
	}
	unborn := d.chance(0.004)
	days := d.IntN(oldest - least - free + 1)
	if unborn {
		days = -1 - d.IntN(200)
	}
	out := make([]birth, n)
	rank := n
	for i := range n {
		if days += gaps[i]; gaps[i] > 0 || i == 0 {
			rank--
		}
		out[n-1-i] = birth{daysOld: min(days, oldest), rank: rank, unborn: unborn && days < 0}
	}
	return out
}

// child makes the child of a birth, with a given name that no elder has.
func (h *household) child(d dice, elders []Child, b birth, no int) Child {
	o := h.l.o
	x := h.n*slots + no
	c := Child{no: no, birthRank: b.rank, ID: personID(x), Sex: of(d, []string{"M", "F"}), Born: o.Today.AddDays(-b.daysOld)}
	switch {
	case len(elders) == 0:
		if d.chance(0.02) {
			c.mother = stepMother
		}
	case elders[len(elders)-1].birthRank == b.rank:
		e := elders[len(elders)-1]
		c.mother, c.father = e.mother, e.father
		if d.chance(0.33) && e.Sex != "" {
			c.Sex = e.Sex
		}
		if d.chance(0.015) && !b.unborn && b.daysOld > 0 {
			c.Born = c.Born.AddDays(1) // the other side of midnight
		}
	default:
		c.father = min(elders[len(elders)-1].father+d.which(88, 12), len(h.fathers)-1)
	}
	h.name(d, &c, elders)
	if b.unborn {
		c.Unborn, c.Expected, c.Born = true, c.Born, civil.Date{}
		c.Given, c.Middle, c.KnownAs, c.Family = "Unborn", "", "", h.mothers[c.mother].family
		if d.chance(0.7) {
			c.Sex = ""
		}
		return c
	}
	c.NHS = nhsNumber(o.Number, x)
	if c.Born.Age(o.Today) >= 4 {
		c.UPN = uniquePupilNumber(o.Number, x)
	}
	return c
}

// name gives a child the names that their parents' tradition gives, or in a family of
// two traditions that one of them does.
func (h *household) name(d dice, c *Child, elders []Child) {
	father, mother := h.fathers[c.father], h.mothers[c.mother]
	lead := father
	if d.chance(0.2) {
		lead = mother
	}
	t := lead.tradition
	for range 20 {
		c.Given = of(d, []*tradition{t, t, t, mother.tradition}).given(d, c.Sex)
		if !slices.ContainsFunc(elders, func(e Child) bool { return e.Given == c.Given }) {
			break
		}
	}
	t.rule(d, t, c, father, mother, lead)
	c.way, c.Tradition = t, t.name
	if d.chance(0.02) { // the surname of neither
		c.Family = t.form(d, t.surname(d), c.Sex)
	}
	if d.chance(0.09) && c.KnownAs == "" {
		c.KnownAs = t.pet(d, c.Given)
		if c.Middle != "" && d.chance(0.3) {
			c.KnownAs = strings.Fields(c.Middle)[0]
		}
	}
	if d.chance(0.05) {
		if other := of(d, []string{father.family, mother.family}); other != c.Family && other != "" {
			c.Alias = []string{other}
		}
	}
	c.Ethnicity = ethnicity(d, father.tradition, mother.tradition)
}

func ethnicity(d dice, father, mother *tradition) string {
	if father == mother {
		return mother.ethnicity.pick(d)
	}
	a, b := father.ethnicity.names[0], mother.ethnicity.names[0]
	for _, e := range []string{a, b} {
		switch {
		case a[0] == b[0]:
			return b
		case e == "BCRB":
			return "MWBC"
		case e[0] == 'B':
			return "MWBA"
		case e[0] == 'A':
			return "MWAS"
		}
	}
	return "MOTH"
}

// settle gives the family its homes, telephones and schools.
func (h *household) settle(d dice) {
	l, o := h.l, h.l.o
	home := l.place(h.door)
	if h.n > 0 && d.chance(0.02) {
		home = l.place(l.scatter(d.IntN(h.n))) // with friends or relations
	}
	phone := phoneNumber(o.Number, h.n*slots)
	if d.chance(0.15) {
		phone = phoneNumber(o.Number, h.n*slots+1) // the father's
	}
	site := h.mothers[0].tradition.name == "irish" && d.chance(0.1)
	if site || d.chance(0.015) {
		k := d.IntN(max(8, o.Children/3000))
		if site {
			k = k/len(sites)*len(sites) + travellers
		}
		shared, theirs := l.site(k)
		if home = shared; d.chance(0.5) {
			phone = theirs
		}
	}
	var before []Place
	door := h.door
	for range d.which(45, 30, 15, 7, 3) {
		door = l.near(d, door)
		before = append(before, l.place(door))
	}
	for i := range h.real {
		c := &h.real[i]
		c.Home, c.Phone = home, phone
		c.Previous = before[:min(len(before), d.IntN(len(before)+1)+1)]
		father, mother := h.fathers[c.father], h.mothers[c.mother]
		c.Parents = [2]Parent{{mother.given, mother.family, phoneNumber(o.Number, h.n*slots)}, {father.given, father.family, phoneNumber(o.Number, h.n*slots+1+c.father)}}
		if c.mother == stepMother {
			c.Parents[0], c.Parents[1] = c.Parents[1], c.Parents[0]
		}
		if !c.Unborn {
			c.School = l.school(d, home.Town, c.Born.Age(o.Today))
			if i > 0 && d.chance(0.8) && sameStage(h.real[i-1], *c, o.Today) {
				c.School = h.real[i-1].School
			}
		}
	}
}

func sameStage(a, b Child, on civil.Date) bool {
	stage := func(c Child) int {
		switch age := c.Born.Age(on); {
		case c.Unborn || age < 4:
			return 0
		case age < 11:
			return 1
		}
		return 2
	}
	return stage(a) == stage(b)
}

// record is the child as the register has them: with gaps, and a few slips.
func (h *household) record(d dice, c Child, alone, noPhone bool) Child {
	if h.plain {
		c = c.bare()
	}
	drop := func(p float64, s *string) {
		if d.chance(p) {
			*s = ""
		}
	}
	drop(0.30, &c.NHS)
	drop(0.20, &c.UPN)
	drop(0.04, &c.Ethnicity)
	drop(0.01, &c.Sex)
	drop(0.12, &c.School)
	drop(0.10, &c.Middle)
	drop(0.02, &c.Home.Postcode)
	drop(0.45, &c.Parents[0].Phone)
	if noPhone {
		c.Phone = ""
	}
	if d.chance(0.06) {
		c.Parents[0] = Parent{}
	}
	if alone {
		c.Parents[1] = Parent{}
	}
	if c.Unborn {
		return c
	}
	unsure := 0.008
	if name := c.Tradition; name == "afghan" || name == "somali" || name == "habesha" || name == "kurdish" {
		unsure = 0.06
	}
	switch {
	case d.chance(unsure):
		c.Estimated, c.Born = true, civil.DateOf(max(c.Born.Year+d.IntN(3)-1, h.l.o.Today.Year-17), 1, 1)
		if c.Born.After(h.l.o.Today) {
			c.Born.Year--
		}
	case d.chance(0.004):
		c.Born = swapDayMonth(c.Born)
	}
	if d.chance(0.008) {
		c.Given = typo(d, c.Given)
	}
	if d.chance(0.008) {
		c.Family = typo(d, c.Family)
	}
	return c
}

func (c Child) bare() Child {
	c.Given, c.Middle, c.Family, c.KnownAs = bare(c.Given), bare(c.Middle), bare(c.Family), bare(c.KnownAs)
	c.Alias = slices.Clone(c.Alias)
	for i := range c.Alias {
		c.Alias[i] = bare(c.Alias[i])
	}
	for i := range c.Parents {
		c.Parents[i].Given, c.Parents[i].Family = bare(c.Parents[i].Given), bare(c.Parents[i].Family)
	}
	return c
}
