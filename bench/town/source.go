package town

// source is somebody who tells the front door of children, and how often they get
// each thing wrong or leave it out. The rates are judgement, not measurement.
type source struct {
	name  string
	share float64

	given, family        errors
	middle               float64 // says the middle names
	crossed              float64 // given and family name the wrong way round
	parentSurname        float64 // gives a parent's surname
	dropSecond           float64 // leaves out a second surname
	dob, dobWrong        float64
	monthOnly, yearOnly  float64
	firstJanuary         float64
	age, ageWrong        float64 // an age where there is no date
	address, moved, old  float64 // moved: to a door that we do not know
	rough                float64 // a street without a number
	phone, otherPhone    float64
	nhs, upn             float64
	parent, school       float64
	siblings, sexLeftOut float64
	digitWrong           float64 // of a date, a phone or an NHS number
	foreign              float64 // keeps the accents
	calls                bool    // speaks with somebody who asks again for what is left out
}

// errors are how often a word is changed in each way.
type errors struct{ known, pet, variant, misheard, typo, initial, missing, joined float64 }

// someoneElses is how often a brother's or sister's NHS number is written by mistake.
const someoneElses = 0.005

// sourcesOfContacts are those who send them, in the order of how many they send.
var sourcesOfContacts = []source{
	{name: "police", share: 40,
		given:  errors{known: 0.35, pet: 0.07, variant: 0.18, misheard: 0.12, typo: 0.10, initial: 0.01, missing: 0.005, joined: 0.3},
		family: errors{variant: 0.18, misheard: 0.13, typo: 0.10, missing: 0.02, joined: 0.35},
		middle: 0.2, crossed: 0.02, parentSurname: 0.06, dropSecond: 0.4, dob: 0.80, dobWrong: 0.08, monthOnly: 0.01, yearOnly: 0.01, firstJanuary: 0.01,
		age: 0.7, ageWrong: 0.2, address: 0.93, moved: 0.22, old: 0.05, rough: 0.03, phone: 0.5, otherPhone: 0.3,
		parent: 0.75, school: 0.25, siblings: 0.35, sexLeftOut: 0.04, digitWrong: 0.02, foreign: 0.05},
	{name: "school", share: 22,
		given:  errors{known: 0.45, pet: 0.05, variant: 0.08, misheard: 0.02, typo: 0.04, joined: 0.2},
		family: errors{variant: 0.08, misheard: 0.02, typo: 0.04, joined: 0.25},
		middle: 0.45, crossed: 0.01, parentSurname: 0.04, dropSecond: 0.12, dob: 0.97, dobWrong: 0.04, monthOnly: 0.002, firstJanuary: 0.003,
		age: 0.8, ageWrong: 0.05, address: 0.9, moved: 0.1, old: 0.07, rough: 0.005, phone: 0.6, otherPhone: 0.2, upn: 0.75,
		parent: 0.85, school: 0.97, siblings: 0.35, sexLeftOut: 0.03, digitWrong: 0.01, foreign: 0.3},
	{name: "health", share: 20,
		given:  errors{known: 0.08, pet: 0.02, variant: 0.10, misheard: 0.04, typo: 0.05, initial: 0.003, joined: 0.2},
		family: errors{variant: 0.10, misheard: 0.04, typo: 0.05, joined: 0.3},
		middle: 0.5, crossed: 0.015, parentSurname: 0.09, dropSecond: 0.18, dob: 0.96, dobWrong: 0.05, monthOnly: 0.003, yearOnly: 0.002, firstJanuary: 0.005,
		age: 0.6, ageWrong: 0.1, address: 0.92, moved: 0.08, old: 0.2, rough: 0.005, phone: 0.55, otherPhone: 0.25, nhs: 0.80,
		parent: 0.6, school: 0.15, siblings: 0.2, sexLeftOut: 0.03, digitWrong: 0.01, foreign: 0.1},
	{name: "public", share: 18, calls: true,
		given:  errors{known: 0.5, pet: 0.2, variant: 0.2, misheard: 0.1, typo: 0.06, initial: 0.02, missing: 0.06, joined: 0.4},
		family: errors{variant: 0.2, misheard: 0.12, typo: 0.06, missing: 0.45, joined: 0.4},
		middle: 0.03, crossed: 0.01, parentSurname: 0.08, dropSecond: 0.7, dob: 0.12, dobWrong: 0.15, monthOnly: 0.08, yearOnly: 0.05, firstJanuary: 0.03,
		age: 0.7, ageWrong: 0.4, address: 0.8, moved: 0.15, old: 0.03, rough: 0.5, phone: 0.1, otherPhone: 0.3,
		parent: 0.3, school: 0.2, siblings: 0.25, sexLeftOut: 0.1, digitWrong: 0.03, foreign: 0.02},
}

// staff mistype a child they enter a second time.
var staff = source{name: "staff",
	given:  errors{known: 0.2, pet: 0.05, variant: 0.2, misheard: 0.06, typo: 0.15, joined: 0.4},
	family: errors{variant: 0.2, misheard: 0.06, typo: 0.15, joined: 0.4},
	middle: 0.4, crossed: 0.03, parentSurname: 0.09, dropSecond: 0.3, dob: 0.97, dobWrong: 0.15, firstJanuary: 0.03,
	moved: 0.15, old: 0.25, rough: 0.01, phone: 0.5, otherPhone: 0.4, nhs: 0.35, upn: 0.35, parent: 0.7, school: 0.6, digitWrong: 0.02, foreign: 0.2}

// say writes one name with the slips of a source.
func (e errors) say(d dice, t *tradition, name string) string {
	if name == "" {
		return ""
	}
	if d.chance(e.missing) {
		return ""
	}
	if d.chance(e.pet) {
		name = t.pet(d, name)
	}
	if d.chance(e.joined) {
		name = joinedUp(d, name)
	}
	if d.chance(e.variant * 1.5) { // not every name has one
		if v := t.variant(d, name); v != "" {
			name = v
		}
	}
	if d.chance(e.misheard) {
		name = misheard(d, name)
	}
	if d.chance(e.typo) {
		name = typo(d, name)
	}
	if d.chance(e.initial) {
		name = first(name)
	}
	return capital(name)
}

// names are a child's names as a source says them.
func (s source) names(d dice, t *tradition, c Child) (given, middle, family string) {
	given, family = c.Given, c.Family
	if c.KnownAs != "" && d.chance(s.given.known) {
		given = c.KnownAs
	}
	if len(c.Alias) > 0 && d.chance(0.3) {
		family = of(d, c.Alias)
	}
	if d.chance(s.parentSurname) {
		if other := c.Parents[d.which(65, 35)].Family; other != "" {
			family = other
		}
	}
	if parts := surnames(family); len(parts) > 1 && d.chance(s.dropSecond) {
		family = parts[d.which(60, 40)]
	}
	given, family = s.given.say(d, t, given), s.family.say(d, t, family)
	if d.chance(s.middle) {
		middle = c.Middle
	}
	swaps := s.crossed
	if t.name == "chinese" || t.name == "vietnamese" {
		swaps *= 6
	}
	if family != "" && d.chance(swaps) {
		given, family = family, given
	}
	if !d.chance(s.foreign) {
		given, middle, family = bare(given), bare(middle), bare(family)
	}
	return given, middle, family
}
