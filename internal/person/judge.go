package person

import (
	"cmp"
	"math"
	"slices"
)

// Around is what a description is compared among: how many there are, and how many
// share the door, the postcode and the telephone that were said. Counted says that
// the sharing was counted.
type Around struct {
	People, Door, Postcode, Phone int
	Counted                       bool
}

// Scored is one person compared with a description. Same and Family are bits for
// "this child" and for "another child of this family", against "not related".
type Scored struct {
	Row          uint32
	Levels       Levels
	Same, Family float64
	Chance       float64 // that it is this child, given everybody compared
	FamilyChance float64 // that it is a new child of this one's family
	Band         Band
}

// Scorer weighs comparisons for one query.
type Scorer struct {
	model *Model
	q     *Query
	bits  [fields][levels][2]float64
	often [fields][levels]float64 // how often somebody not related agrees, from counts; 0 when not counted
	prior [hypotheses]float64     // in bits, for each candidate; the last is nobody
	size  float64                 // how many people are compared among
	round Around
}

// mostHousehold is where evidence that a family shares begins to count for less:
// surname, address, telephone and parents agree together, so they are not as many
// facts as they seem. Beyond it a bit counts for little, but it counts.
const (
	mostHousehold = 22
	beyond        = 0.15
)

// Scorer makes ready to weigh comparisons with a query.
func (m *Model) Scorer(q *Query, around Around) *Scorer {
	n := float64(max(around.People, 100))
	s := &Scorer{model: m, q: q, size: n, round: around}
	w := m.weights(q.d.Source)
	chance := q.chances(around, n)
	for f := range fields {
		for l := 1; l < len(levelNames[f]); l++ {
			p := w[f][l]
			c := min(chance(f, Level(l)), p[sameChild]) // what agrees never speaks against
			s.bits[f][l] = [2]float64{bits(p, c, sameChild), bits(p, c, sameFamily)}
			if around.Counted {
				s.often[f][l] = c
			}
		}
	}
	s.prior = [hypotheses]float64{math.Log2(m.Known / n), math.Log2(m.Family / n), math.Log2(1 - m.Known - m.Family)}
	return s
}

// soundingShare is how many of those whose names sound alike are written otherwise.
const soundingShare = 0.7

// oneFamily is how many of one family may share a door or telephone: only those beyond
// make it a place or a number that says little.
const oneFamily = 4

// agesThatFit is the share of children who are within a year of an age.
const agesThatFit = 3.0 / 18

// chances says how often somebody who is not related agrees in a name, door or
// telephone, from how many bear or share it.
func (q *Query) chances(around Around, n float64) func(Field, Level) float64 {
	share := func(count int, least float64) float64 { return max(float64(count), least) / n }
	given, givenLike, givenNear, givenPet, middle, family, familyLike, familyNear, familyOther := 0, 0, 0, 0, 0, 0, 0, 0, 0
	if len(q.given) > 0 {
		if id := q.given[0].id; id != 0 {
			given = int(q.words.word(id).given)
		}
		givenLike = int(q.words.likeSound(q.given[0].sound).given)
		givenNear = q.words.bearers(q.given[0].slips).given
		givenPet = q.words.bearers(q.given[0].pets).given
	}
	for i := range q.family {
		if id := q.family[i].id; id != 0 {
			family = max(family, int(q.words.word(id).family))
		}
		like := q.words.likeSound(q.family[i].sound)
		familyLike = max(familyLike, int(like.family))
		familyOther = max(familyOther, int(like.family+like.given))
		familyNear = max(familyNear, q.words.bearers(q.family[i].slips).family)
	}
	for i := range q.middle {
		if id := q.middle[i].id; id != 0 {
			middle = max(middle, int(q.words.word(id).given))
		}
	}
	mentioned := 0.0 // how often somebody is one of those mentioned, by name and age
	for i := range q.sib {
		m := share(int(q.words.likeSound(q.sib[i].given.sound).given), 1.5)
		if q.sib[i].age >= 0 {
			m *= agesThatFit
		}
		mentioned += m
	}
	return func(f Field, l Level) float64 {
		switch {
		case f == FieldGiven && (l == GivenSame || l == GivenPart):
			return share(given, 1.5)
		case f == FieldGiven && l == GivenSound:
			return soundingShare * share(givenLike, 1.5)
		case f == FieldGiven && l == GivenNear:
			return share(max(givenNear, givenLike/2), 1.5)
		case f == FieldGiven && l == GivenPet:
			return share(max(givenPet, givenLike/2), 1.5)
		case f == FieldMiddle && l == MiddleSame:
			return 2 * share(middle, 1.5)
		case f == FieldFamily && (l == FamilySame || l == FamilyPart):
			return share(family, 1.5)
		case f == FieldFamily && l == FamilyNear:
			return share(max(familyNear, familyLike/2), 1.5)
		case f == FieldFamily && l == FamilySound:
			return share(familyLike, 1.5)
		case f == FieldFamily && l == FamilyOther:
			return share(familyOther, 1.5)
		case f == FieldPlace && (l == PlaceDoor || l == PlaceStreet || l == PlaceFormerDoor):
			return share(around.Door-oneFamily, 0.5)
		case f == FieldPlace && (l == PlacePostcode || l == PlaceFormer):
			return share(around.Postcode, 8)
		case f == FieldPhone && l == Same:
			return share(around.Phone-oneFamily, 0.2)
		case f == FieldSiblings && (l == SiblingsSame || l == SiblingsListed):
			return mentioned
		}
		return 0
	}
}

// hopeful is the bits from which somebody is likely enough that no more are looked for.
const hopeful = 4

// Hopeful says that one of those compared is likely to be the child.
func (s *Scorer) Hopeful(found []Scored) bool {
	for i := range found {
		if found[i].Same+s.prior[sameChild] > hopeful {
			return true
		}
	}
	return false
}

// Score weighs one comparison.
func (s *Scorer) Score(l Levels) (same, family float64) {
	var shared [2]float64
	for f := range FieldFamily {
		same += s.bits[f][l[f]][0]
		family += s.bits[f][l[f]][1]
	}
	for f := FieldFamily; f < fields; f++ {
		shared[0] += s.bits[f][l[f]][0]
		shared[1] += s.bits[f][l[f]][1]
	}
	if over := max(shared[0], shared[1]) - mostHousehold; over > 0 {
		shared[0] -= over * (1 - beyond)
		shared[1] -= over * (1 - beyond)
	}
	return same + shared[0], family + shared[1]
}

// Nobody is the chance that the description is of no child we know and of no family
// we know, and Family that it is a new child of a family we know.
type Outcome struct{ Child, Family, Nobody float64 }

// Judge turns weighed comparisons into chances that take each other into account, a
// namesake lowering the certainty of the other by itself, and into bands. It keeps
// the most likely at most, the best first.
func (s *Scorer) Judge(found []Scored, most int) ([]Scored, Outcome) {
	total := math.Exp2(s.prior[unrelated])
	out := Outcome{Nobody: total}
	top := math.Inf(-1)
	for i := range found {
		f := &found[i]
		top = max(top, f.Same+s.prior[sameChild], f.Family+s.prior[sameFamily])
	}
	// Scaled by the largest, so that nothing overflows.
	scale := max(top, 0)
	total *= math.Exp2(-scale)
	out.Nobody = total
	for i := range found {
		f := &found[i]
		f.Chance = math.Exp2(f.Same + s.prior[sameChild] - scale)
		f.FamilyChance = math.Exp2(f.Family + s.prior[sameFamily] - scale)
		out.Child += f.Chance
		out.Family += f.FamilyChance / 2 // brothers and sisters each say so
	}
	total += out.Child + out.Family
	for i := range found {
		found[i].Chance /= total
		found[i].FamilyChance /= total
	}
	out.Child, out.Family, out.Nobody = out.Child/total, out.Family/total, out.Nobody/total
	slices.SortFunc(found, func(a, b Scored) int {
		return cmp.Or(-cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.Row, b.Row))
	})
	if most > 0 {
		likeliestFirst(found[:min(len(found), most)])
		s.band(found, most)
		found = found[:min(len(found), most)]
	}
	return found, out
}

// likeliestFirst puts the likeliest child before brothers and sisters of one who is
// not known, unless nobody is likely.
func likeliestFirst(top []Scored) {
	best := 0
	for i := range top {
		if top[i].Chance > top[best].Chance {
			best = i
		}
	}
	if best > 0 && top[best].Chance > reviewChance {
		first := top[best]
		copy(top[1:], top[:best])
		top[0] = first
	}
}

// rank orders candidates so that the ten who are shown hold brothers and sisters too.
func (f *Scored) rank() float64 { return max(f.Same, f.Family-6) }

// OfFamily says that the description may be of another child of this one's family.
func (f *Scored) OfFamily() bool { return f.FamilyChance > familyChance }

// The bands' limits.
const (
	certainChance = 0.9997
	reviewChance  = 0.002
	familyChance  = 0.001
)

func (s *Scorer) band(found []Scored, most int) {
	for i := range found[:min(len(found), most)] {
		f := &found[i]
		f.Band = bandOf(f.Chance, f.FamilyChance)
		if f.Chance >= certainChance && s.safe(f, found) {
			f.Band = Certain
		}
	}
}

// safe holds what a certain match needs beside its chance: the child's own name or
// NHS number agrees, something beside name and date agrees, no number speaks
// against it, nobody with nearly that name was born that day, and it is not one of
// the brothers and sisters who were mentioned.
func (s *Scorer) safe(f *Scored, all []Scored) bool {
	l := f.Levels
	if !(l.ownName() || l[FieldNHS] == Same) || !l.corroborated() || l[FieldNHS] == Differs || l[FieldUPN] == Differs {
		return false
	}
	if l[FieldNHS] == Same && !l.ownName() && l[FieldGiven] != 0 {
		return false // a brother's or sister's number
	}
	for i := range all {
		if o := &all[i]; o.Row != f.Row && rivals(f, o) {
			return false
		}
	}
	return l[FieldSiblings] != SiblingsListed && l[FieldSiblings] != SiblingsTogether
}

// rivals says that another child could be meant: born that day, of that family or
// nearly as likely, with a name that is near.
func rivals(f, o *Scored) bool {
	d, g := o.Levels[FieldDate], o.Levels[FieldGiven]
	if g == 0 || g == GivenClash || d == 0 || d > DateDays {
		return false
	}
	numbers := f.Levels[FieldNHS] == Same || f.Levels[FieldUPN] == Same
	household := o.Levels[FieldPlace] <= PlaceFormer && o.Levels[FieldPlace] > 0 || o.Levels[FieldPhone] == Same || o.Levels[FieldParent] == ParentSame
	return household && !numbers || f.Same-o.Same < 12
}
