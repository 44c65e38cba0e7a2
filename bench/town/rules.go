package town

import (
	"strings"
	"time"
)

// adult is a parent as a namer needs them: base is the surname that is handed on, in
// its masculine form, and father the given name of the adult's own father.
type adult struct {
	tradition           *tradition
	given, family, base string
	father              string
}

// naming gives a child whose given name is known the other names. lead is the parent
// whose surname the child has.
type naming func(d dice, t *tradition, c *Child, father, mother, lead adult)

// rules are the ways of naming that names/*.txt call by name.
func rules() map[string]naming {
	return map[string]naming{
		"shared": shared, "two-surnames": twoSurnames, "two-surnames-mother-first": motherFirst, "chain": chain, "three-names": threeNames,
		"father": fatherLast, "father-in-middle": fatherInMiddle, "father-or-initial": fatherOrInitial, "mother-in-middle": motherInMiddle,
		"west-african": westAfrican, "day-name": dayName, "south-asian-muslim": southAsianMuslim, "singh-kaur": singhKaur,
		"chinese": chinese, "vietnamese": vietnamese, "patronymic": patronymic, "afghan": afghan,
	}
}

// form is a surname as a child of this sex has it; some families keep one form.
func (t *tradition) form(d dice, base, sex string) string {
	if sex == "F" && t.daughter != nil && !d.chance(0.12) {
		return t.feminine(base, false)
	}
	return base
}

func shared(d dice, t *tradition, c *Child, father, mother, lead adult) {
	if d.chance(t.middle) {
		c.Middle = t.given(d, c.Sex)
		if d.chance(0.15) {
			c.Middle += " " + t.given(d, c.Sex)
		}
	}
	c.Family = t.form(d, lead.base, c.Sex)
	if t.name == "english" && father.base != mother.base && d.chance(0.05) {
		c.Family = father.base + of(d, []string{"-", "-", " "}) + mother.base
	}
}

func twoSurnames(d dice, t *tradition, c *Child, father, mother, _ adult) {
	if d.chance(t.middle) {
		c.Middle = t.given(d, c.Sex)
	}
	c.Family = father.base + " " + mother.base
}

func motherFirst(d dice, t *tradition, c *Child, father, mother, lead adult) {
	twoSurnames(d, t, c, mother, father, lead)
}

func chain(d dice, t *tradition, c *Child, father, _, lead adult) {
	if d.chance(t.middle) {
		c.Middle = father.given
		if d.chance(0.4) {
			c.Middle += " " + father.father
		}
	}
	c.Family = lead.base
}

func threeNames(d dice, t *tradition, c *Child, father, _, _ adult) {
	c.Middle, c.Family = father.given, father.father
	if !d.chance(t.middle) {
		c.Middle = ""
	}
}

func fatherLast(d dice, t *tradition, c *Child, father, _, _ adult) {
	if c.Family = father.given; d.chance(t.middle) {
		c.Middle, c.Family = father.given, father.father
	}
}

func fatherInMiddle(d dice, t *tradition, c *Child, father, _, lead adult) {
	if c.Family = lead.base; d.chance(t.middle) {
		c.Middle = father.given
	}
}

func fatherOrInitial(d dice, t *tradition, c *Child, father, _, _ adult) {
	switch d.which(72, 18, 10) {
	case 0:
		c.Family = father.given
	case 1:
		c.Family = first(father.given)
	default:
		c.Middle, c.Family = father.given, t.family.pick(d)
	}
}

func motherInMiddle(d dice, t *tradition, c *Child, father, mother, _ adult) {
	if c.Family = father.base; d.chance(t.middle) {
		c.Middle = mother.base
	}
}

func westAfrican(d dice, t *tradition, c *Child, _, _, lead adult) {
	c.Family = lead.base
	if !d.chance(t.middle) {
		return
	}
	c.Middle = t.christian.given(d, c.Sex)
	if d.chance(t.foreign) {
		c.Given, c.Middle = c.Middle, c.Given
	}
	if d.chance(0.3) {
		c.Middle += " " + t.given(d, c.Sex)
	}
}

// dayNames are the Akan names of those born on a Sunday and so on.
var dayNames = map[string][7]string{
	"M": {"Kwasi", "Kwadwo", "Kwabena", "Kwaku", "Yaw", "Kofi", "Kwame"},
	"F": {"Akosua", "Adwoa", "Abena", "Akua", "Yaa", "Afia", "Ama"},
}

func dayName(d dice, t *tradition, c *Child, _, _, lead adult) {
	on := time.Weekday(d.IntN(7))
	if !c.Born.IsZero() {
		on = c.Born.Weekday()
	}
	if c.Family = lead.base; d.chance(t.middle) {
		c.Middle = dayNames[c.Sex][on]
		if d.chance(0.18) {
			c.Given, c.Middle = c.Middle, c.Given
		}
	}
}

func southAsianMuslim(d dice, t *tradition, c *Child, _, _, lead adult) {
	c.Family = lead.base
	switch {
	case c.Sex == "F" && d.chance(0.55):
		c.Family = t.girlsFamily.pick(d)
	case c.Sex == "M" && d.chance(0.4):
		c.Family = t.family.pick(d)
	}
	switch {
	case c.Sex == "M" && c.Given != t.boys.names[0] && d.chance(0.2):
		c.Given, c.Middle, c.KnownAs = t.boys.names[0], c.Given, c.Given
	case d.chance(t.middle):
		c.Middle = t.given(d, c.Sex)
	}
}

func singhKaur(d dice, _ *tradition, c *Child, _, _, lead adult) {
	title := "Singh"
	if c.Sex == "F" {
		title = "Kaur"
	}
	switch {
	case lead.base == "Singh" && d.chance(0.15):
		c.Family = "Singh"
	case lead.base == "Singh" || d.chance(0.3):
		c.Family = title
	default:
		c.Middle, c.Family = title, lead.base
	}
}

func chinese(d dice, t *tradition, c *Child, _, _, lead adult) {
	if c.Family = lead.base; d.chance(0.45) {
		c.KnownAs = t.known[c.Sex].pick(d)
	}
}

func vietnamese(d dice, t *tradition, c *Child, _, _, lead adult) {
	if c.Family = lead.base; d.chance(t.middle) {
		c.Middle = t.middles[c.Sex].pick(d)
	}
	if d.chance(0.3) {
		c.KnownAs = t.known[c.Sex].pick(d)
	}
}

func patronymic(d dice, t *tradition, c *Child, father, _, lead adult) {
	if c.Family = t.form(d, lead.base, c.Sex); !d.chance(t.middle) {
		return
	}
	stem := strings.TrimRight(father.given, "aeiouy")
	c.Middle = stem + map[string]string{"M": "ovich", "F": "ovna"}[c.Sex]
}

func afghan(d dice, t *tradition, c *Child, father, _, lead adult) {
	if d.chance(t.middle) {
		c.Middle = t.given(d, c.Sex)
	}
	switch d.which(45, 33, 12, 10) {
	case 0:
		c.Family = lead.base
	case 1:
		c.Family = father.given
	case 2:
		c.Family = t.family.pick(d)
	}
}

func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
