package person

import (
	"slices"
	"strings"

	"frontdoor/internal/civil"
)

// Relation is somebody as related to one person: recorded, or derived from what is
// recorded of their parents.
type Relation struct {
	Who      string
	Kind     Kin
	Standing Standing
	Fact     string // id of the recorded relationship, "" when derived
	Why      []string
}

// SiblingsOf are a child's brothers and sisters as their parents make them, on a
// day: full by two shared parents, half by one, step when a parent of one is the
// partner of a parent of the other. Where one parent of either is not known it is
// left at brother or sister. What rests on an inferred link is inferred.
func SiblingsOf(child string, all []Relationship, on civil.Date) []Relation {
	parents, partners := parentsOf(all, on)
	var others []string
	for id := range parents {
		if id != child {
			others = append(others, id)
		}
	}
	slices.Sort(others)
	var out []Relation
	for _, id := range others {
		kind, standing, why := between(parents[child], parents[id], partners)
		if kind == "" || (standing == Inferred && rejectedSiblings(child, id, all)) {
			continue
		}
		out = append(out, Relation{Who: id, Kind: kind, Standing: standing, Why: []string{why}})
	}
	return out
}

// parentsOf gathers each child's parents, and each parent's partners, on a day.
func parentsOf(all []Relationship, on civil.Date) (parents, partners map[string]map[string]Standing) {
	parents, partners = map[string]map[string]Standing{}, map[string]map[string]Standing{}
	put := func(m map[string]map[string]Standing, of, who string, s Standing) {
		if m[of] == nil {
			m[of] = map[string]Standing{}
		}
		if m[of][who] != Confirmed {
			m[of][who] = s
		}
	}
	for _, r := range all {
		if !r.Holds(on) {
			continue
		}
		switch {
		case r.Kind.parental():
			put(parents, r.Person, r.Other, r.Standing)
		case r.Kind == ChildOf:
			put(parents, r.Other, r.Person, r.Standing)
		case r.Kind == Partner:
			put(partners, r.Person, r.Other, r.Standing)
			put(partners, r.Other, r.Person, r.Standing)
		}
	}
	return parents, partners
}

// between says how two children are related by their parents.
func between(mine, theirs map[string]Standing, partners map[string]map[string]Standing) (Kin, Standing, string) {
	shared, standing := 0, Confirmed
	for p, s := range mine {
		if t, ok := theirs[p]; ok {
			shared++
			if s == Inferred || t == Inferred {
				standing = Inferred
			}
		}
	}
	switch {
	case shared >= 2:
		return FullSibling, standing, "Both parents are the same"
	case shared == 1 && len(mine) > 1 && len(theirs) > 1:
		return HalfSibling, weakest(mine, theirs, standing), "One parent is the same and the other is not"
	case shared == 1:
		return Sibling, standing, "One parent is the same; the other is not known for both, so full or half is not known"
	}
	for p, s := range mine {
		for q, t := range theirs {
			if u, ok := partners[p][q]; ok {
				if s == Inferred || t == Inferred || u == Inferred {
					standing = Inferred
				}
				return StepSibling, standing, "A parent of one is the partner of a parent of the other"
			}
		}
	}
	return "", "", ""
}

// weakest is inferred as soon as one of the parents it rests on is: a half-sister
// whose other parent is only thought of may turn out to be a full one.
func weakest(mine, theirs map[string]Standing, s Standing) Standing {
	for _, m := range []map[string]Standing{mine, theirs} {
		for _, x := range m {
			if x == Inferred {
				return Inferred
			}
		}
	}
	return s
}

// grandparentsOf are the parents of a child's parents.
func grandparentsOf(child string, all []Relationship, on civil.Date) []Relation {
	parents, _ := parentsOf(all, on)
	var out []Relation
	for p, s := range parents[child] {
		for g, t := range parents[p] {
			standing := s
			if t == Inferred {
				standing = Inferred
			}
			out = append(out, Relation{Who: g, Kind: Grandparent, Standing: standing, Why: []string{"A parent of a parent"}})
		}
	}
	return out
}

// rejectedSiblings says that a person said these two are not brother or sister.
func rejectedSiblings(a, b string, all []Relationship) bool {
	return slices.ContainsFunc(all, func(r Relationship) bool {
		other, kind, ok := r.Seen(a)
		return ok && other == b && r.Standing == Rejected && r.Replaced.At.IsZero() && (kind.Siblings() || kind == Household)
	})
}

// RelationsOf are everybody related to a person on a day, the closest and surest
// first: one line for each, a recorded relationship before what is derived, unless
// the parents say more exactly how brothers and sisters are related.
func RelationsOf(who string, all []Relationship, on civil.Date) []Relation {
	best := map[string]Relation{}
	put := func(r Relation) {
		old, there := best[r.Who]
		if !there || better(r, old) {
			best[r.Who] = r
		}
	}
	for _, r := range all {
		if other, kind, ok := r.Seen(who); ok && r.Holds(on) {
			put(Relation{Who: other, Kind: kind, Standing: r.Standing, Fact: r.ID, Why: r.Reasons})
		}
	}
	for _, r := range append(SiblingsOf(who, all, on), grandparentsOf(who, all, on)...) {
		put(r)
	}
	out := make([]Relation, 0, len(best))
	for _, r := range best {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Relation) int {
		if x := closeness(a.Kind) - closeness(b.Kind); x != 0 {
			return x
		}
		return strings.Compare(a.Who, b.Who)
	})
	return out
}

func closeness(k Kin) int { return slices.IndexFunc(kinds, func(x kin) bool { return x.kind == k }) }

// better chooses between two accounts of the same pair: a confirmed one, then one
// that says more than that they live together, then the more exact of two siblings.
func better(a, b Relation) bool {
	if vague(a.Kind) != vague(b.Kind) {
		return !vague(a.Kind)
	}
	if a.Standing != b.Standing {
		return a.Standing == Confirmed
	}
	if a.Kind.Siblings() && b.Kind.Siblings() {
		return b.Kind == Sibling && a.Kind != Sibling
	}
	return closeness(a.Kind) < closeness(b.Kind)
}

func vague(k Kin) bool { return k == Household || k == OtherKin }

// Told is what a contact said of two of its children, or of a child and an adult.
type Told struct {
	Contact string // its reference, "" when no contact named them together
	Door    bool   // both at the address of the contact
}

// Thought is a relationship that the machine infers, with its reasons.
type Thought struct {
	Kind    Kin
	Chance  int // of 100
	Reasons []string
}

// How sure a household is by how many rules agree: the best single one (the same
// door) was right for 84 pairs of 100, two that agree for 98, on an invented town
// of 100,000 children (matching reference, section 5).
const (
	oneRule   = 84
	twoRules  = 98
	moreRules = 99
	onlyNamed = 60
)

// Infer says how two children whom a contact named together may be related, and
// why it is thought so. A shared parent makes them brothers or sisters; without
// one they live in one household until somebody knows more. Dates of birth that no
// mother's two children can have speak against it.
func Infer(a, b Person, told Told) Thought {
	t := Thought{Kind: Household}
	rules := 0
	say := func(agrees bool, words string) {
		if agrees {
			rules++
			t.Reasons = append(t.Reasons, words)
		}
	}
	say(told.Door || sharedDoor(a, b), "The same address")
	say(sharedPhone(a, b), "The same telephone number")
	say(sharedParents(a, b) > 0, "A parent of the same name")
	if name := real(a.Family); name != "" && name == real(b.Family) {
		t.Reasons = append(t.Reasons, "The same family name") // too common to count as a rule
	}
	if told.Contact != "" {
		t.Reasons = append(t.Reasons, "Named together in contact "+told.Contact)
	}
	switch {
	case rules >= 3:
		t.Chance = moreRules
	case rules == 2:
		t.Chance = twoRules
	case rules == 1:
		t.Chance = oneRule
	default:
		t.Chance = onlyNamed
	}
	if sharedParents(a, b) == 0 {
		return t
	}
	if apart := gap(a, b); apart > 0 && apart < leastGap {
		t.Reasons = append(t.Reasons, "Born too near each other to have the same mother, so they may be half-brothers or half-sisters, or not related")
		t.Chance = onlyNamed
		return t
	}
	t.Kind = KinOf(a, b)
	return t
}

func sharedDoor(a, b Person) bool {
	for _, x := range a.Addresses {
		for _, y := range b.Addresses {
			if d := DoorOf(x.Line, x.Postcode); d != "" && d == DoorOf(y.Line, y.Postcode) {
				return true
			}
		}
	}
	return false
}

func sharedPhone(a, b Person) bool {
	for _, x := range append([]string{a.Phone}, a.Phones...) {
		for _, y := range append([]string{b.Phone}, b.Phones...) {
			if n := PhoneNumber(x); n != "" && n == PhoneNumber(y) {
				return true
			}
		}
	}
	return false
}

func sharedParents(a, b Person) int {
	n := 0
	for _, p := range a.Parents {
		if slices.ContainsFunc(b.Parents, func(q Name) bool { return sameName(p, q) }) {
			n++
		}
	}
	return n
}

// gap is how many days apart two children were born, 0 when that is not known.
func gap(a, b Person) int {
	if a.Born.IsZero() || b.Born.IsZero() || a.BornEstimated || b.BornEstimated {
		return 0
	}
	days := a.Born.DaysUntil(b.Born)
	return max(days, -days)
}

// saidKin is what a word in a contact says of a grown-up. The first that is in the
// text counts, so that a grandmother is not taken for a mother.
var saidKin = []struct {
	words string
	kind  Kin
	sex   string
}{
	{"partner of", Household, ""}, {"partner", Household, ""}, {"boyfriend", Household, "M"}, {"girlfriend", Household, "F"},
	{"stepmother", StepParent, "F"}, {"step mother", StepParent, "F"}, {"step mum", StepParent, "F"}, {"stepmum", StepParent, "F"},
	{"stepfather", StepParent, "M"}, {"step father", StepParent, "M"}, {"step dad", StepParent, "M"}, {"stepdad", StepParent, "M"}, {"step parent", StepParent, ""},
	{"grandmother", Grandparent, "F"}, {"grandma", Grandparent, "F"}, {"nan", Grandparent, "F"}, {"nana", Grandparent, "F"}, {"nani", Grandparent, "F"},
	{"grandfather", Grandparent, "M"}, {"grandad", Grandparent, "M"}, {"granddad", Grandparent, "M"}, {"grandparent", Grandparent, ""},
	{"half brother", HalfSibling, "M"}, {"half sister", HalfSibling, "F"}, {"stepbrother", StepSibling, "M"}, {"stepsister", StepSibling, "F"},
	{"brother", Sibling, "M"}, {"sister", Sibling, "F"}, {"sibling", Sibling, ""},
	{"aunt", AuntUncle, "F"}, {"auntie", AuntUncle, "F"}, {"uncle", AuntUncle, "M"}, {"cousin", Cousin, ""},
	{"foster carer", Carer, ""}, {"carer", Carer, ""}, {"guardian", Carer, ""},
	{"mother", Mother, "F"}, {"mum", Mother, "F"}, {"mam", Mother, "F"}, {"mummy", Mother, "F"},
	{"father", Father, "M"}, {"dad", Father, "M"}, {"daddy", Father, "M"}, {"parent", Parent, ""},
	{"friend", OtherKin, ""}, {"lodger", Household, ""},
}

// KinSaid reads how a contact says that somebody is related to the children, and
// the sex that the word tells. A parent's partner is somebody in the household: the
// word does not say that they are the children's parent. What it cannot read lives
// in the household.
func KinSaid(words string) (kind Kin, sex string) {
	folded := " " + Fold(words) + " "
	for _, s := range saidKin {
		if strings.Contains(folded, " "+s.words+" ") {
			return s.kind, s.sex
		}
	}
	return Household, ""
}

// SaidChance is how sure it is that somebody a contact calls the mother is the
// mother: nobody has asked yet.
const SaidChance = 90

// SameAdult says whether a name in a contact may be a grown-up the family already
// has: the names agree by spelling, pet form or sound.
func SameAdult(a, b Name) bool {
	if Fold(a.Given) == "" || Fold(b.Given) == "" {
		return false
	}
	return sameName(a, b)
}
