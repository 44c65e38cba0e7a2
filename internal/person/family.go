package person

import (
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// Kin is how one person is related to another.
type Kin string

// The kinds of relationship that are recorded or derived. Household is said of
// people who are known to live together and not yet known to be related.
const (
	Mother      Kin = "mother"
	Father      Kin = "father"
	Parent      Kin = "parent"
	ChildOf     Kin = "child"
	StepParent  Kin = "step_parent"
	StepChild   Kin = "step_child"
	Carer       Kin = "carer"
	CaredFor    Kin = "cared_for"
	Grandparent Kin = "grandparent"
	Grandchild  Kin = "grandchild"
	AuntUncle   Kin = "aunt_uncle"
	NieceNephew Kin = "niece_nephew"
	Partner     Kin = "partner"
	Sibling     Kin = "sibling" // full or half is not known
	FullSibling Kin = "full_sibling"
	HalfSibling Kin = "half_sibling"
	StepSibling Kin = "step_sibling"
	Cousin      Kin = "cousin"
	Household   Kin = "household"
	OtherKin    Kin = "other"
)

// kin is what is known of a kind of relationship.
type kin struct {
	kind    Kin
	inverse Kin    // what the other is to this one
	words   string // not knowing the sex
	female  string
	male    string
	lasting bool // by birth: it holds whatever day is asked
	older   int  // generations above: 1 for a parent
}

var kinds = []kin{
	{Mother, ChildOf, "mother", "mother", "mother", true, 1},
	{Father, ChildOf, "father", "father", "father", true, 1},
	{Parent, ChildOf, "parent", "mother", "father", true, 1},
	{ChildOf, Parent, "child", "daughter", "son", true, -1},
	{StepParent, StepChild, "step-parent", "stepmother", "stepfather", false, 1},
	{StepChild, StepParent, "stepchild", "stepdaughter", "stepson", false, -1},
	{Carer, CaredFor, "carer", "carer", "carer", false, 1},
	{CaredFor, Carer, "child in their care", "girl in their care", "boy in their care", false, -1},
	{Grandparent, Grandchild, "grandparent", "grandmother", "grandfather", true, 2},
	{Grandchild, Grandparent, "grandchild", "granddaughter", "grandson", true, -2},
	{AuntUncle, NieceNephew, "aunt or uncle", "aunt", "uncle", true, 1},
	{NieceNephew, AuntUncle, "niece or nephew", "niece", "nephew", true, -1},
	{Partner, Partner, "partner", "partner", "partner", false, 0},
	{Sibling, Sibling, "brother or sister", "sister", "brother", true, 0},
	{FullSibling, FullSibling, "full brother or sister", "full sister", "full brother", true, 0},
	{HalfSibling, HalfSibling, "half-brother or half-sister", "half-sister", "half-brother", true, 0},
	{StepSibling, StepSibling, "stepbrother or stepsister", "stepsister", "stepbrother", false, 0},
	{Cousin, Cousin, "cousin", "cousin", "cousin", true, 0},
	{Household, Household, "lives in the household", "lives in the household", "lives in the household", false, 0},
	{OtherKin, OtherKin, "other relative or friend", "other relative or friend", "other relative or friend", false, 0},
}

func kinOf(k Kin) (kin, bool) {
	i := slices.IndexFunc(kinds, func(x kin) bool { return x.kind == k })
	if i < 0 {
		return kin{}, false
	}
	return kinds[i], true
}

// Kinds are the kinds of relationship, in the order a form offers them.
func Kinds() []Kin {
	out := make([]Kin, len(kinds))
	for i, k := range kinds {
		out[i] = k.kind
	}
	return out
}

// Known says whether a kind of relationship is one of ours.
func (k Kin) Known() bool { _, ok := kinOf(k); return ok }

// Inverse is what the second is to the first: a mother's inverse is child. The
// inverse of the inverse is the same, or the same without the sex: a mother is a
// parent.
func (k Kin) Inverse() Kin {
	x, _ := kinOf(k)
	return x.inverse
}

// General is a kind without the sex: mothers and fathers are parents.
func (k Kin) General() Kin {
	if k == Mother || k == Father {
		return Parent
	}
	return k
}

// Lasting says that a relationship holds from birth, whatever day is asked. Others
// begin and end on a day.
func (k Kin) Lasting() bool { x, _ := kinOf(k); return x.lasting }

// Older is how many generations above somebody of this kind stands: 1 for a
// parent, 0 for a sister, -1 for a child.
func (k Kin) Older() int { x, _ := kinOf(k); return x.older }

// Siblings says whether two people so related are brothers or sisters of any kind.
func (k Kin) Siblings() bool {
	return k == Sibling || k == FullSibling || k == HalfSibling || k == StepSibling
}

// parental says whether somebody of this kind is a parent by birth or adoption.
func (k Kin) parental() bool { return k.General() == Parent }

// KinWords is what people call a relationship, not knowing the sex.
func KinWords(k Kin) string { x, _ := kinOf(k); return x.words }

// KinNamed is what people call a relationship to somebody of this sex ("F", "M" or
// not known).
func KinNamed(k Kin, sex string) string {
	x, _ := kinOf(k)
	switch sex {
	case "F":
		return x.female
	case "M":
		return x.male
	}
	return x.words
}

// Standing says whether a fact about a family is known or thought.
type Standing string

// Inferred facts are the machine's: dotted until a person confirms or rejects them.
const (
	Confirmed Standing = "confirmed"
	Inferred  Standing = "inferred"
	Rejected  Standing = "rejected"
)

// Stamp is when the record learned something, from whom and why.
type Stamp struct {
	At       civil.Instant
	By, Name string
	Why      string
}

// Dated is what every fact about a family has: the days on which it holds, where
// it comes from, and when the record learned it. Until is the last day on which it
// holds. A fact is ended or replaced, never changed.
type Dated struct {
	ID                                 string
	Since, Until                       civil.Date // zero: not known, and still so
	Source                             string
	Contact                            string // contact it comes from, or ""
	Standing                           Standing
	Chance                             int // of 100, when inferred
	Reasons                            []string
	Cites                              string // the fact that this one puts right
	Recorded, Settled, Ended, Replaced Stamp
}

// Holds says whether the fact holds on a day. What was rejected or put right never
// does.
func (d Dated) Holds(on civil.Date) bool {
	if d.Standing == Rejected || !d.Replaced.At.IsZero() {
		return false
	}
	return (d.Since.IsZero() || !on.Before(d.Since)) && (d.Until.IsZero() || !on.After(d.Until))
}

// KnownAt is the fact as the record knew it at a moment, before it learned of the
// end, the answer or the correction that came later. It is false when the record
// did not know the fact yet, or had already put it right.
func (d Dated) KnownAt(t civil.Instant) (Dated, bool) {
	later := func(s Stamp) bool { return s.At.After(t) }
	if later(d.Recorded) || (!d.Replaced.At.IsZero() && !later(d.Replaced)) {
		return d, false
	}
	d.Replaced = Stamp{}
	if later(d.Settled) {
		d.Standing, d.Settled = Inferred, Stamp{}
	}
	if later(d.Ended) {
		d.Until, d.Ended = civil.Date{}, Stamp{}
	}
	return d, true
}

// Relationship is a dated link between two persons: Other is, to Person, of this
// kind. It is said once and read from both ends.
type Relationship struct {
	Dated
	Person, Other string // person ids
	Kind          Kin
}

// Seen is the relationship from one end: who is at the other, and what they are to
// the one who looks. ok is false for somebody who has no part in it.
func (r Relationship) Seen(from string) (other string, kind Kin, ok bool) {
	switch from {
	case r.Person:
		return r.Other, r.Kind, true
	case r.Other:
		return r.Person, r.Kind.Inverse(), true
	}
	return "", "", false
}

// Holds says whether the relationship holds on a day. One by birth holds on any
// day, unless it was said to end.
func (r Relationship) Holds(on civil.Date) bool {
	d := r.Dated
	if r.Kind.Lasting() {
		d.Since = civil.Date{}
	}
	return d.Holds(on)
}

// check refuses what no fact about a family can be: without a source, from a day to
// come, or ended before it began.
func (d Dated) check(today civil.Date) []refusal.Problem {
	var out []refusal.Problem
	switch {
	case d.Since.After(today):
		out = append(out, refusal.Problem{Field: "since", Message: "The date it began must be today or in the past"})
	case !d.Until.IsZero() && d.Until.After(today):
		out = append(out, refusal.Problem{Field: "until", Message: "The date it ended must be today or in the past"})
	case !d.Until.IsZero() && d.Until.Before(d.Since):
		out = append(out, refusal.Problem{Field: "until", Message: "The date it ended must not be before it began"})
	}
	if d.Source == "" {
		out = append(out, refusal.Problem{Field: "source", Message: "Enter who told us, or where it is written"})
	}
	return out
}

// Check refuses a relationship that cannot be: of no kind, of somebody to
// themselves, or of a parent who is younger than the child. An unknown date of
// birth forbids nothing.
func (r Relationship) Check(who, other Person, today civil.Date) error {
	var out []refusal.Problem
	if !r.Kind.Known() {
		out = append(out, refusal.Problem{Field: "kind", Message: "Select how they are related"})
	}
	if r.Person == r.Other {
		out = append(out, refusal.Problem{Field: "ref", Message: "Select somebody else: nobody is related to themselves"})
	}
	older, younger := other, who
	if r.Kind == ChildOf {
		older, younger = who, other
	}
	if r.Kind.General() == Parent || r.Kind == ChildOf {
		if !older.Born.IsZero() && !younger.Born.IsZero() && !older.Born.Before(younger.Born.AddMonths(-12*leastParent)) {
			out = append(out, refusal.Problem{Field: "kind", Message: "A parent must be older than the child. Check both dates of birth"})
		}
	}
	return refusal.Fields(append(out, r.check(today)...))
}

// leastParent is how many years older than a child a parent by birth must be, to
// tell a mistake from a very young parent.
const leastParent = 10

// Stay is that somebody lives at an address from a day until a day.
type Stay struct {
	Dated
	Person            string
	Address, Postcode string
	How               Living
}

// Living is how somebody lives at an address.
type Living string

// All of the time, or a part of it.
const (
	Lives    Living = "lives"
	PartTime Living = "part_time"
)

// LivingWords is how somebody lives at an address, in words.
func LivingWords(l Living) string {
	if l == PartTime {
		return "stays some of the time"
	}
	return "lives here"
}

// DoorOf makes one text of an address however it was typed: the same door gives
// the same text. It is "" without a line of address, because a postcode is a
// street and not a home.
func DoorOf(address, postcode string) string {
	line := Fold(Door(address))
	if line == "" {
		return ""
	}
	return line + " " + Postcode(postcode)
}

// Check refuses a stay without an address or without how somebody lives there.
func (s Stay) Check(today civil.Date) error {
	var out []refusal.Problem
	if s.Door() == "" {
		out = append(out, refusal.Problem{Field: "address", Message: "Enter the first line of the address"})
	}
	if s.How != Lives && s.How != PartTime {
		out = append(out, refusal.Problem{Field: "how", Message: "Select whether they live there all of the time"})
	}
	return refusal.Fields(append(out, s.check(today)...))
}

// Door is where the stay is, comparable.
func (s Stay) Door() string { return DoorOf(s.Address, s.Postcode) }
