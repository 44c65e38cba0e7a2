package person

import (
	"fmt"
	"strings"

	"frontdoor/internal/civil"
)

// telling makes the sentences of one explanation.
type telling struct {
	s *Scorer
	l Levels
	d Described
	p Person
}

func (t telling) words(f Field) string {
	switch f {
	case FieldGiven:
		return t.given() + t.rarity(f)
	case FieldMiddle:
		return pair(middleWords[t.l[f]], t.d.Middle, t.p.Middle)
	case FieldDate:
		return t.date()
	case FieldSex:
		return sameOr(t.l[f], "Same sex", "Different sex")
	case FieldNHS:
		return t.nhs()
	case FieldUPN:
		return sameOr(t.l[f], "Same unique pupil number", "Different unique pupil number")
	case FieldFamily:
		return t.family() + t.rarity(f)
	case FieldPlace:
		return t.place() + t.crowd(f, "address")
	case FieldPhone:
		if t.l[f] == ByKin {
			return "A brother or sister has this phone number"
		}
		return sameOr(t.l[f], "Same phone number", "Phone number differs") + t.crowd(f, "phone")
	case FieldParent:
		return parentWords[t.l[f]]
	case FieldSchool:
		return sameOr(t.l[f], "Same school", "Another school")
	case FieldSiblings:
		return siblingWords[t.l[f]]
	}
	return ""
}

func sameOr(l Level, same, differs string) string {
	if l == Same {
		return same
	}
	return differs
}

var middleWords = map[Level]string{
	MiddleSame: "Same middle name", MiddleNear: "Middle names are alike", MiddleDiffers: "Middle name differs",
}

var siblingWords = map[Level]string{
	SiblingsSame: "A brother or sister who was mentioned is recorded", SiblingsOther: "Other brothers and sisters are recorded than were mentioned",
	SiblingsListed: "Mentioned as a brother or sister of the child", SiblingsSeveral: "Several brothers and sisters who were mentioned are recorded",
	SiblingsTogether: "Mentioned as a brother or sister of the child, and others who were mentioned are recorded",
}

var parentWords = map[Level]string{
	ParentSame: "A parent has the same name", ParentGiven: "A parent has the same given name, and not the same family name",
	ParentFamily: "A parent has the same family name", ParentOther: "The parents’ names differ",
	ParentByKin: "A brother or sister has a parent of the same name",
}

// rarity says how common a name is here that is the same or sounds the same. Nothing
// is said of a name that half of all bear, or when names were not counted.
func (t telling) rarity(f Field) string {
	l := t.l[f]
	c := t.s.often[f][l]
	switch {
	case f == FieldGiven && l == GivenSound:
		c /= soundingShare
	case f == FieldGiven && l != GivenSame, f == FieldFamily && l != FamilySame && l != FamilySound:
		return ""
	}
	if c == 0 || c > 0.5 {
		return ""
	}
	if c*t.s.size < 2 {
		return "; hardly anybody else here has it"
	}
	return "; 1 child in " + thousands(round2(1/c)) + " here"
}

// manyShare is how many people at one door or phone make it a place that many pass
// through: a refuge, a home, a site, an office.
const manyShare = 8

// crowd says that many share a door or phone that agrees.
func (t telling) crowd(f Field, what string) string {
	l := t.l[f]
	if f == FieldPlace && l != PlaceDoor && l != PlaceFormerDoor && l != PlaceStreet {
		return ""
	}
	n := t.s.round.Phone
	if f == FieldPlace {
		n = t.s.round.Door
	}
	if n < manyShare || f == FieldPhone && l != Same {
		return ""
	}
	return fmt.Sprintf(". %d people share this %s: weak evidence", n, what)
}

func pair(what, a, b string) string {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if a == "" || b == "" {
		return what
	}
	return what + ": " + a + " / " + b
}

func (t telling) given() string {
	theirs, ours := real(t.d.Given), real(t.p.Given)
	said, known := t.d.Given, t.p.Given
	if theirs == "" {
		theirs, said = real(t.d.KnownAs), t.d.KnownAs
	}
	switch l := t.l[FieldGiven]; l {
	case GivenSame:
		if theirs == ours {
			return "Same given name: " + strings.TrimSpace(known)
		}
		return pair("Same given name", said, known)
	case GivenPart:
		if name := t.knownAs(); name != "" {
			return "The child is known as " + name
		}
		if t.former() {
			return "A given name the child had before"
		}
		return pair("Part of the given name is the same", said, known)
	case GivenPet:
		return strings.TrimSpace(said) + " is a form of " + strings.TrimSpace(known)
	case GivenSound:
		return pair("Sounds the same", said, known)
	case GivenNear:
		return pair("Spelled almost the same", said, known)
	case GivenAlike:
		return pair("Spelled alike", said, known)
	case GivenMiddle:
		return pair("The given name of one is a middle name of the other", said, strings.TrimSpace(known+" "+t.p.Middle))
	case GivenCrossed:
		return "Given and family name are the other way round"
	case GivenInitial:
		return pair("Same initial, and no more is known", said, known)
	case GivenShares:
		return pair("One of the given names is the same, another is not", said, known)
	}
	switch {
	case t.sharesFamily() && t.l[FieldDate] == DateSame:
		return "Given name differs: this could be a twin"
	case t.sharesFamily():
		return "Given name differs: this could be a brother or sister"
	}
	return pair("Given name differs", said, known)
}

// knownAs is the everyday name by which the two meet, as it was written.
func (t telling) knownAs() string {
	meets := func(a, b string) bool {
		x, y := real(a), real(b)
		return x != "" && y != "" && (x == y || Sound(x) == Sound(y))
	}
	switch {
	case meets(t.d.Given, t.p.KnownAs):
		return strings.TrimSpace(t.p.KnownAs)
	case meets(t.d.KnownAs, t.p.Given), meets(t.d.KnownAs, t.p.KnownAs):
		return strings.TrimSpace(t.d.KnownAs)
	}
	return ""
}

// former says that the name said is one the child had before.
func (t telling) former() bool {
	for _, n := range t.p.Former {
		if x := real(n.Given); x != "" && (x == real(t.d.Given) || Sound(x) == Sound(t.d.Given)) {
			return true
		}
	}
	return false
}

// sharesFamily says that something a family shares agrees.
func (t telling) sharesFamily() bool {
	for f := FieldFamily; f <= FieldParent; f++ {
		if l := t.l[f]; l != 0 && t.s.bits[f][l][1] >= 3 {
			return true
		}
	}
	return false
}

func (t telling) nhs() string {
	switch own := t.l[FieldGiven] == 0 || t.l.ownName(); {
	case t.l[FieldNHS] != Same:
		return "Different NHS number"
	case !own:
		return "Same NHS number, and another given name: it may be a brother’s or sister’s number"
	}
	return "Same NHS number"
}

func (t telling) family() string {
	said, known := t.d.Family, t.p.Family
	switch t.l[FieldFamily] {
	case FamilySame:
		if real(said) == real(known) {
			return "Same family name: " + strings.TrimSpace(known)
		}
		return pair("Same family name", said, known)
	case FamilyPart:
		return pair("Part of the family name is the same", said, known)
	case FamilySound:
		return pair("Family name sounds the same", said, known)
	case FamilyNear:
		return pair("Family name is spelled almost the same", said, known)
	case FamilyOther:
		return "A parent’s or former family name is the same"
	case FamilyCrossed:
		return "The family name was given as the given name"
	}
	return pair("Family name differs", said, known)
}

func (t telling) date() string {
	a, b := t.d.Born, t.p.Born
	switch t.l[FieldDate] {
	case DateSame:
		if t.d.BornEstimated || t.p.BornEstimated || a.Day == 1 && a.Month == 1 {
			return "Same date of birth, which may be a guess"
		}
		return "Same date of birth"
	case DateSwapped:
		return fmt.Sprintf("Day and month are the other way round (%02d/%02d and %02d/%02d)", a.Day, a.Month, b.Day, b.Month)
	case DateOnePart:
		return "Date of birth differs in the " + onePart(a, b)
	case DateDays:
		if n := max(a.DaysUntil(b), b.DaysUntil(a)); n > 1 {
			return fmt.Sprintf("Dates of birth are %d days apart", n)
		}
		return "Dates of birth are a day apart"
	case DateMonth:
		return "Born in the month that was said"
	case DateYear:
		if t.d.Precision == "year" {
			return "Born in the year that was said"
		}
		return "Same year of birth, and one date may be a guess"
	case DateAge:
		return fmt.Sprintf("The age that was said fits: %d", t.d.AgeStated)
	case DateAgeNear:
		return fmt.Sprintf("The age that was said is a year out: %d and %d", t.d.AgeStated, b.Age(t.d.On))
	case DateAgeFar:
		return fmt.Sprintf("The age that was said is some years out: %d and %d", t.d.AgeStated, b.Age(t.d.On))
	case DateNearYear:
		return "Dates of birth are about a year apart"
	case DateExpected:
		return "Both unborn, expected at about the same time"
	case DateArrived:
		return "Born about when a baby was expected"
	case DateUnborn:
		return "One is not born yet, the other is"
	}
	switch {
	case t.d.Unborn && t.p.Unborn:
		return "Expected at another time"
	case a.IsZero() && t.d.AgeStated >= 0:
		return fmt.Sprintf("The age that was said does not fit: %d and %d", t.d.AgeStated, b.Age(t.d.On))
	}
	return "Date of birth differs"
}

// onePart says which part of a date differs.
func onePart(a, b civil.Date) string {
	switch {
	case a.Year != b.Year:
		return fmt.Sprintf("year only (%d and %d)", a.Year, b.Year)
	case a.Month != b.Month:
		return fmt.Sprintf("month only (%s and %s)", a.Month, b.Month)
	}
	return fmt.Sprintf("day only (%d and %d)", a.Day, b.Day)
}

func (t telling) place() string {
	switch t.l[FieldPlace] {
	case PlaceDoor:
		return "Same address"
	case PlacePostcode:
		return "Same postcode, not known to be the same door"
	case PlaceStreet:
		return "Same house and street; the postcode is missing or written otherwise"
	case PlaceFormerDoor:
		return "Lived at this address " + t.until()
	case PlaceFormer:
		return "Lived at this postcode " + t.until()
	case PlaceRoad:
		return "Same street, not known to be the same door"
	case PlaceByKin:
		return "A brother or sister lives at this address"
	case PlaceArea:
		return "Same part of town, another address"
	}
	return "Lives in another area"
}

// until is when they left the former address that was said.
func (t telling) until() string {
	for _, a := range t.p.Addresses[min(1, len(t.p.Addresses)):] {
		if Postcode(a.Postcode) == Postcode(t.d.Postcode) && !a.To.IsZero() {
			return fmt.Sprintf("until %s %d", a.To.Month, a.To.Year)
		}
	}
	return "before"
}
