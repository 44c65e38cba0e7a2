package person

import (
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// Birth is what is known when an unborn child is born. The name may come later.
type Birth struct {
	Born                  civil.Date
	Given, Middle, Family string
	Sex                   string // F, M, or U when it is not known yet
	NHS                   string
}

// BornAs is an unborn child after the birth: the same person, with the expected
// date kept and the name before birth among the former ones.
//
// It refuses a child whose birth is recorded already, a date that is missing or to
// come, and an NHS number whose check digit is wrong. It does not refuse a birth
// far from the expected date: those were often guesses.
func (p Person) BornAs(b Birth, today civil.Date) (Person, error) {
	if !p.Unborn {
		return p, refusal.New(refusal.Conflict, "This child's birth is already recorded")
	}
	if err := b.check(today); err != nil {
		return p, err
	}
	p.Unborn, p.Born, p.BornEstimated = false, b.Born, false
	return p.take(b), nil
}

// AnotherBorn is a second child of the same birth: a new person with the same
// family, place and expected date.
func (p Person) AnotherBorn(b Birth, today civil.Date) (Person, error) {
	if p.Unborn {
		return p, refusal.New(refusal.Conflict, "Record the birth of the first child before another")
	}
	if err := b.check(today); err != nil {
		return p, err
	}
	days := p.Born.DaysUntil(b.Born)
	if days < -twinDays || days > twinDays {
		return p, refusal.Field("born", "Children of one birth are born within days of each other. Check the date")
	}
	twin := Person{Family: p.Family, Born: b.Born, Expected: p.Expected, Phone: p.Phone, Phones: p.Phones, Addresses: p.Addresses, Parents: p.Parents}
	return twin.take(b), nil
}

// twinDays is how many days apart children of one birth may be born.
const twinDays = 7

// NameLater gives a name, and an NHS number if there is one, to a baby who was
// recorded without.
func (p Person) NameLater(b Birth) (Person, error) {
	b.Given, b.Family = strings.TrimSpace(b.Given), strings.TrimSpace(b.Family)
	switch {
	case p.Unborn:
		return p, refusal.New(refusal.Conflict, "Record the birth before the name")
	case real(p.Given) != "":
		return p, refusal.New(refusal.Conflict, "This child already has a name")
	case real(b.Given) == "":
		return p, refusal.Field("given", "Enter the child's first name")
	}
	if err := checkNumber(b.NHS); err != nil {
		return p, err
	}
	return p.take(b), nil
}

// Unnamed says that a child who was born has no first name yet.
func (p Person) Unnamed() bool { return !p.Unborn && real(p.Given) == "" && real(p.KnownAs) == "" }

func (b Birth) check(today civil.Date) error {
	switch {
	case b.Born.IsZero():
		return refusal.Field("born", "Enter the date of birth")
	case b.Born.After(today):
		return refusal.Field("born", "Date of birth must be today or in the past")
	case b.Sex != "F" && b.Sex != "M" && b.Sex != "U":
		return refusal.Field("sex", "Select the child's sex")
	}
	return checkNumber(b.NHS)
}

func checkNumber(nhs string) error {
	if _, ok := NHSNumber(nhs); nhs != "" && !ok {
		return refusal.Field("nhs", "NHS number must be 10 digits, such as 999 123 4560. Check it or leave it blank")
	}
	return nil
}

// take puts what was said of a birth on the person; what was not said stays.
func (p Person) take(b Birth) Person {
	before := Name{p.Given, p.Family}
	if real(b.Given) != "" {
		p.Given = b.Given
	} else if real(p.Given) == "" {
		p.Given = ""
	}
	if b.Middle != "" {
		p.Middle = b.Middle
	}
	if b.Family != "" {
		p.Family = b.Family
	}
	if b.Sex != "" && b.Sex != "U" {
		p.Sex = b.Sex
	}
	if n, ok := NHSNumber(b.NHS); ok {
		p.NHS = n
	}
	if now := (Name{p.Given, p.Family}); Fold(before.Family) != "" && (Fold(before.Family) != Fold(now.Family) || (real(before.Given) != "" && Fold(before.Given) != Fold(now.Given))) {
		p.Former = append(p.Former[:len(p.Former):len(p.Former)], before)
	}
	return p
}

// PregnancyEnding is how a pregnancy ended without a living birth. Nobody has to
// say how.
type PregnancyEnding string

// The ways. See the children in need census: the expected date is kept and there is
// no date of birth.
const (
	Miscarriage PregnancyEnding = "miscarriage"
	Stillbirth  PregnancyEnding = "stillbirth"
	Termination PregnancyEnding = "termination"
	NotSaid     PregnancyEnding = "not_said"
)

// PregnancyEnds are the ways with their names, as a form offers them.
func PregnancyEnds() []struct {
	How  PregnancyEnding
	Name string
} {
	return []struct {
		How  PregnancyEnding
		Name string
	}{
		{Miscarriage, "The mother lost the baby before 24 weeks"},
		{Stillbirth, "The baby was stillborn"},
		{Termination, "The pregnancy was ended"},
		{NotSaid, "Not said, or not ours to ask"},
	}
}

// PregnancyEnded checks what is recorded when a pregnancy ends.
func (p Person) PregnancyEnded(on civil.Date, how PregnancyEnding, source string, today civil.Date) error {
	switch {
	case !p.Unborn:
		return refusal.New(refusal.Conflict, "This child's birth is already recorded")
	case on.After(today):
		return refusal.Field("ended", "The date must be today or in the past")
	case how != Miscarriage && how != Stillbirth && how != Termination && how != NotSaid:
		return refusal.Field("how", "Select what you were told, or that it was not said")
	case source == "":
		return refusal.Field("source", "Enter who told us")
	}
	return nil
}
