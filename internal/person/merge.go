package person

import (
	"math"
	"strings"
)

// twice is the share of records that are a second record of a child we know, which is
// assumed before anything is compared.
const twice = 0.02

// OneChild is the chance that two records are of one child, from how far they agree:
// against another child of the family, and against somebody not related. people is
// how many records there are.
func (s Scored) OneChild(people int) float64 {
	n := float64(max(people, 100))
	same := math.Exp2(s.Same) * twice / n
	family := math.Exp2(s.Family) * meanSiblings / n
	return same / (same + family + 1)
}

// leastTwice is the chance from which two records are proposed to people as one child.
const leastTwice = 0.5

// MayBeOneChild says that two records should be shown to people as perhaps one child's.
// It never says so of two whose numbers differ, nor of twins: born on one day with two
// given names that are not forms of each other.
func (s Scored) MayBeOneChild(people int) bool {
	l := s.Levels
	switch {
	case l[FieldNHS] == Differs || l[FieldUPN] == Differs || l[FieldDate] == DateUnborn:
		return false
	case l[FieldGiven] >= GivenInitial && l[FieldDate] == DateSame && l[FieldNHS] != Same && l[FieldUPN] != Same:
		return false
	}
	return s.OneChild(people) >= leastTwice
}

// String is a comparison in the words of the weights, such as "given=same date=days",
// without what could not be compared.
func (l Levels) String() string {
	var out []string
	for f := range fields {
		if l[f] != 0 {
			out = append(out, fieldNames[f]+"="+levelNames[f][l[f]])
		}
	}
	return strings.Join(out, " ")
}
