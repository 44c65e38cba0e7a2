package person

// Field is a thing that two descriptions are compared by.
type Field uint8

// The fields. The first five are a child's own; the others a family shares.
const (
	FieldGiven Field = iota
	FieldDate
	FieldSex
	FieldNHS
	FieldUPN
	FieldFamily
	FieldPlace
	FieldPhone
	FieldParent
	FieldSchool
	FieldSiblings
	fields
)

var fieldNames = [fields]string{"given", "date", "sex", "nhs", "upn", "family", "place", "phone", "parent", "school", "siblings"}

func (f Field) String() string { return fieldNames[f] }

// Level is how far two descriptions agree in a field. 0 is "cannot be compared":
// one of the two does not say.
type Level uint8

// levels is the most levels that a field has, with 0.
const levels = 16

// Levels of given names.
const (
	GivenSame Level = iota + 1
	GivenPart       // one is part of the other, or what the child is known as
	GivenPet
	GivenSound
	GivenNear  // Jaro-Winkler at least 0.90
	GivenAlike // at least 0.82
	GivenMiddle
	GivenCrossed // it is the other's family name
	GivenInitial
	GivenShares // one word is the same, another is not
	GivenClash
)

// Levels of dates of birth.
const (
	DateSame Level = iota + 1
	DateSwapped
	DateOnePart // year, month or day differs
	DateDays    // at most fourteen days apart
	DateMonth   // only the month was said, and fits
	DateYear    // one may be a guess, and the year fits
	DateAge     // only the age was said, and fits
	DateAgeNear
	DateNearYear // within eighteen months
	DateClash
	DateExpected // both unborn and expected at about the same time
	DateArrived  // born about when the other was expected
	DateUnborn   // one is unborn and the other cannot be
)

// Levels of sex, numbers, telephones and schools.
const (
	Same Level = iota + 1
	Differs
)

// Levels of family names.
const (
	FamilySame Level = iota + 1
	FamilyPart
	FamilySound
	FamilyNear
	FamilyOther // a parent's or former name
	FamilyCrossed
	FamilyClash
)

// Levels of places.
const (
	PlaceDoor Level = iota + 1
	PlacePostcode
	PlaceStreet // the same door, the postcode written otherwise
	PlaceFormerDoor
	PlaceFormer
	PlaceRoad // the same street, the door or postcode not said
	PlaceArea
	PlaceOther
)

// Levels of parents' names.
const (
	ParentSame Level = iota + 1
	ParentGiven
	ParentFamily
	ParentOther
)

// Levels of brothers and sisters who were mentioned.
const (
	SiblingsSame   Level = iota + 1 // one of them is recorded as this one's
	SiblingsOther                   // others are recorded
	SiblingsListed                  // this one is one of them
)

var levelNames = [fields][]string{
	FieldGiven:    {"", "same", "part", "pet", "sound", "near", "alike", "middle", "crossed", "initial", "shares", "clash"},
	FieldDate:     {"", "same", "swapped", "one-part", "days", "month", "year", "age", "age-near", "near-year", "clash", "expected", "arrived", "unborn"},
	FieldSex:      {"", "same", "differs"},
	FieldNHS:      {"", "same", "differs"},
	FieldUPN:      {"", "same", "differs"},
	FieldFamily:   {"", "same", "part", "sound", "near", "other", "crossed", "clash"},
	FieldPlace:    {"", "door", "postcode", "street", "former-door", "former", "road", "area", "other"},
	FieldPhone:    {"", "same", "differs"},
	FieldParent:   {"", "same", "given", "family", "other"},
	FieldSchool:   {"", "same", "differs"},
	FieldSiblings: {"", "same", "other", "listed"},
}

// Levels is the comparison of a description with a person, a level for each field.
type Levels [fields]Level

// ownName says that the child's own name agrees well enough for a certain match.
func (l Levels) ownName() bool { return l[FieldGiven] >= GivenSame && l[FieldGiven] <= GivenAlike }

// corroborated says that something besides name and date agrees.
func (l Levels) corroborated() bool {
	p := l[FieldPlace]
	return p >= PlaceDoor && p <= PlaceFormer || l[FieldPhone] == Same || l[FieldNHS] == Same || l[FieldUPN] == Same ||
		l[FieldParent] == ParentSame
}
