package person

// Field is a thing that two descriptions are compared by.
type Field uint8

// The fields. The first six are a child's own; the others a family shares.
const (
	FieldGiven Field = iota
	FieldMiddle
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

var fieldNames = [fields]string{"given", "middle", "date", "sex", "nhs", "upn", "family", "place", "phone", "parent", "school", "siblings"}

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
	DateAgeFar   // the age that was said is two or three years out
)

// Levels of middle names.
const (
	MiddleSame Level = iota + 1
	MiddleNear       // an initial, or spelled alike
	MiddleDiffers
)

// Levels of sex, numbers, telephones and schools. ByKin is that a recorded brother or
// sister has the telephone, and this one has not.
const (
	Same Level = iota + 1
	Differs
	ByKin
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
	PlaceByKin // a recorded brother or sister lives there
)

// Levels of parents' names.
const (
	ParentSame Level = iota + 1
	ParentGiven
	ParentFamily
	ParentOther
	ParentByKin // a recorded brother or sister has the parent
)

// Levels of brothers and sisters who were mentioned.
const (
	SiblingsSame     Level = iota + 1 // one of them is recorded as this one's
	SiblingsOther                     // others are recorded
	SiblingsListed                    // this one is one of them
	SiblingsSeveral                   // two or more of them are recorded as this one's
	SiblingsTogether                  // this one is one of them, and another is recorded as this one's
)

var levelNames = [fields][]string{
	FieldGiven:    {"", "same", "part", "pet", "sound", "near", "alike", "middle", "crossed", "initial", "shares", "clash"},
	FieldMiddle:   {"", "same", "near", "differs"},
	FieldDate:     {"", "same", "swapped", "one-part", "days", "month", "year", "age", "age-near", "near-year", "clash", "expected", "arrived", "unborn", "age-far"},
	FieldSex:      {"", "same", "differs"},
	FieldNHS:      {"", "same", "differs"},
	FieldUPN:      {"", "same", "differs"},
	FieldFamily:   {"", "same", "part", "sound", "near", "other", "crossed", "clash"},
	FieldPlace:    {"", "door", "postcode", "street", "former-door", "former", "road", "area", "other", "by-kin"},
	FieldPhone:    {"", "same", "differs", "by-kin"},
	FieldParent:   {"", "same", "given", "family", "other", "by-kin"},
	FieldSchool:   {"", "same", "differs"},
	FieldSiblings: {"", "same", "other", "listed", "several", "together"},
}

// Levels is the comparison of a description with a person, a level for each field.
type Levels [fields]Level

// ownName says that the child's own name agrees well enough for a certain match.
func (l Levels) ownName() bool {
	return l[FieldGiven] >= GivenSame && l[FieldGiven] <= GivenAlike || l[FieldGiven] == GivenCrossed
}

// corroborated says that something besides name and date agrees.
func (l Levels) corroborated() bool {
	p := l[FieldPlace]
	return p >= PlaceDoor && p <= PlaceFormer || l[FieldPhone] == Same || l[FieldNHS] == Same || l[FieldUPN] == Same ||
		l[FieldParent] == ParentSame || l[FieldSchool] == Same && l[FieldDate] == DateSame
}
