package person

import (
	_ "embed" // the rates we begin with
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/BurntSushi/toml"
)

// FamilyLookUps are the keys that a brother or sister of any age is likely to share:
// telephone, postcode, family name where they live, parents.
func (q *Query) FamilyLookUps(on int) []uint32 {
	k := &asking{seen: map[uint32]bool{}}
	for _, t := range q.phones {
		k.add(mix(keyTel, t))
	}
	q.askPlaces(k, nil, q.familySounds())
	for y := on - oldest; y <= on+1; y++ {
		for i := range q.parent {
			if p := &q.parent[i]; p.given.sound != 0 && p.family.sound != 0 {
				k.add(mix(keyM, p.given.sound, p.family.sound, uint32(y)))
			}
		}
	}
	return k.list
}

// listed says that a person is one of the brothers and sisters who were mentioned,
// rather than the child who was described.
func (q *Query) listed(c *Compact, given Level) bool {
	if given >= GivenSame && given <= GivenPet {
		return false
	}
	for i := range q.sib {
		if w, fits := q.isMention(&q.sib[i], c); fits && w <= wordSound && !(given == GivenSound && w == wordSound) {
			return true
		}
	}
	return false
}

// isMention compares a brother or sister who was mentioned with a person.
func (q *Query) isMention(m *mention, c *Compact) (name Level, age bool) {
	name, _ = q.best(&m.given, c.given[0], c.known)
	if m.age < 0 || c.date == 0 || q.d.On.IsZero() || c.flags&flagUnborn != 0 {
		return name, true
	}
	n := m.age - unpackDate(c.date).Age(q.d.On)
	return name, n >= -1 && n <= 1
}

// WithSiblings completes the comparison with a person by those recorded as that
// person's brothers and sisters: whether those who were mentioned are, and whether
// what was said of the family is known of one of them.
func (q *Query) WithSiblings(l Levels, recorded []*Compact) Levels {
	for _, c := range recorded {
		if p := l[FieldPhone]; p != Same && q.samePhone(c) {
			l[FieldPhone] = ByKin
		}
		if p := l[FieldParent]; (p == 0 || p == ParentOther) && q.compareParent(c) == ParentSame {
			l[FieldParent] = ParentByKin
		}
		if p := l[FieldPlace]; p == 0 || p == PlaceArea || p == PlaceOther {
			if o := q.comparePlace(c); o == PlaceDoor || o == PlaceStreet {
				l[FieldPlace] = PlaceByKin
			}
		}
	}
	if len(q.sib) == 0 || len(recorded) == 0 {
		return l
	}
	met := 0
	for i := range q.sib {
		for _, c := range recorded {
			if w, fits := q.isMention(&q.sib[i], c); fits && w <= wordAlike {
				met++
				break
			}
		}
	}
	switch listed := l[FieldSiblings] == SiblingsListed; {
	case listed && met > 0:
		l[FieldSiblings] = SiblingsTogether
	case listed:
	case met > 1:
		l[FieldSiblings] = SiblingsSeveral
	case met == 1:
		l[FieldSiblings] = SiblingsSame
	default:
		l[FieldSiblings] = SiblingsOther
	}
	return l
}

// oldest is how old a child of the register may be.
const oldest = 19

// Siblings of a child share evidence of the family and are not the same child: born
// the same day, or far enough apart.
const leastGap = 240

// MayBeSiblings says whether two dates of birth can be of a mother's two children. A
// date that is not known, or a guess, forbids nothing.
func (q *Query) MayBeSiblings(c *Compact, l Levels) bool {
	if l[FieldNHS] == Same || l[FieldUPN] == Same {
		return false
	}
	if q.date == 0 || c.date == 0 || (q.flags|c.flags)&(flagEstimated|flagUnborn) != 0 {
		return true
	}
	days := q.born.DaysUntil(unpackDate(c.date))
	days = max(days, -days)
	if days == 0 {
		return l[FieldGiven] >= GivenMiddle || l[FieldGiven] == 0 // twins; else the same child twice
	}
	return days >= leastGap || l[FieldParent] != ParentSame
}

// meanSiblings is how many brothers and sisters a child has, about, where none are
// recorded.
const meanSiblings = 1.2

// SiblingWeights are how often each level is seen between brothers and sisters and
// between children who are not, both as the register has them.
type SiblingWeights struct {
	m, u [fields][levels]float64
	mean float64 // how many brothers and sisters a child has
}

//go:embed siblings.toml
var siblingText string

// shippedSiblings are the rates to begin with.
var shippedSiblings = sync.OnceValue(func() SiblingWeights {
	w, err := readSiblings(siblingText)
	if err != nil {
		panic(fmt.Sprintf("person: siblings.toml: %v", err)) // a test reads it
	}
	return w
})

// DefaultSiblings are the rates to begin with, to be changed by Learn.
func DefaultSiblings() *SiblingWeights {
	w := shippedSiblings()
	return &w
}

func readSiblings(text string) (SiblingWeights, error) {
	w := SiblingWeights{mean: meanSiblings}
	var raw map[string]map[string][2]float64
	if _, err := toml.Decode(text, &raw); err != nil {
		return w, err
	}
	for name, levels := range raw {
		f, ok := fieldNamed(name)
		if !ok || f < FieldFamily {
			return w, fmt.Errorf("%s is nothing that a family shares", name)
		}
		for level, p := range levels {
			at := slices.Index(levelNames[f], level)
			if at < 1 || p[0] <= 0 || p[0] > 1 || p[1] <= 0 || p[1] > 1 {
				return w, fmt.Errorf("%s.%s must be a known level with two chances", name, level)
			}
			w.m[f][at], w.u[f][at] = p[0], p[1]
		}
	}
	return w, nil
}

// Learn counts the rates from brothers and sisters who are recorded and from children
// taken at random, of so many people. What was known before counts as a hundred pairs.
func (w *SiblingWeights) Learn(recorded, strangers []Levels, people int) {
	towards(&w.m, counts(recorded))
	towards(&w.u, counts(strangers))
	if len(recorded) > priorRates && people > 0 {
		w.mean = max(w.mean, float64(len(recorded))/float64(people)) // not everybody is recorded
	}
}

func towards(rates *[fields][levels]float64, seen levelCounts) {
	for f := FieldFamily; f < fields; f++ {
		n := 0.0
		for _, c := range seen[f] {
			n += c
		}
		for l := 1; l < len(levelNames[f]); l++ {
			if rates[f][l] == 0 {
				continue
			}
			rates[f][l] = max((priorRates*rates[f][l]+seen[f][l])/(priorRates+n), min(leastShare, rates[f][l]))
		}
	}
}

// Sibling is the chance that two children are brothers or sisters, from what a
// family shares and nothing else.
func (s *Scorer) Sibling(l Levels, w *SiblingWeights) float64 {
	sum := math.Log2(w.mean / s.size)
	for f := FieldFamily; f < FieldSiblings; f++ {
		if w.m[f][l[f]] > 0 {
			sum += math.Log2(w.m[f][l[f]] / max(w.u[f][l[f]], s.often[f][l[f]]))
		}
	}
	return 1 / (1 + math.Exp2(-sum))
}

// KinOf says how two children of a family are related: by two shared parents, or one.
// A parent that is not known leaves it at brother or sister.
func KinOf(a, b Person) Kin {
	shared, clash := 0, 0
	for _, m := range a.Parents {
		there := false
		for _, n := range b.Parents {
			there = there || sameName(m, n)
		}
		if there {
			shared++
		} else {
			clash++
		}
	}
	switch {
	case shared >= 1 && clash >= 1 && len(b.Parents) > shared:
		return HalfSibling
	case shared == 0 && len(a.Parents) > 1 && len(b.Parents) > 1:
		return StepSibling
	}
	return Sibling
}

func sameName(a, b Name) bool {
	given := Fold(a.Given) == Fold(b.Given) || PetForm(a.Given, b.Given) || Sound(a.Given) == Sound(b.Given)
	return Fold(a.Given) != "" && given && (Fold(a.Family) == "" || Fold(b.Family) == "" || Sound(a.Family) == Sound(b.Family))
}
