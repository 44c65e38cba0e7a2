package person

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Fact is one thing that was compared, in a plain sentence, and how strongly it
// speaks. It never holds an address, a number or a telephone of ours.
type Fact struct {
	Field Field
	Level Level
	Text  string
	// Bits for "this child" and for "another child of this family", against "not
	// related"; below 0 speaks against.
	Same, Family float64
}

// strength is how much a fact says either way.
func (f Fact) strength() float64 { return max(math.Abs(f.Same), math.Abs(f.Family)) }

// Own says that a fact is about the child alone: brothers and sisters do not share it.
func (f Fact) Own() bool { return f.Field < FieldFamily }

// Explanation is the whole account of one comparison in bits: where it began, each
// fact, the strongest first, what was taken off because a family's facts agree
// together, and where it ended. For both hypotheses the beginning and the facts,
// less Damped, add up to the end.
type Explanation struct {
	Prior, FamilyPrior float64
	Facts              []Fact
	Damped             float64
	Same, Family       float64
}

// Explain says why a comparison came out as it did: l is how far d agrees with p. The
// sentences are made from what both say; the bits are those that Score added up.
func (s *Scorer) Explain(l Levels, d Described, p Person) Explanation {
	same, family := s.Score(l)
	x := Explanation{Prior: s.prior[sameChild] - s.prior[unrelated], FamilyPrior: s.prior[sameFamily] - s.prior[unrelated]}
	x.Same, x.Family = x.Prior+same, x.FamilyPrior+family
	t := telling{s: s, l: l, d: d, p: p}
	sum := 0.0
	for f := range fields {
		if l[f] == 0 {
			continue
		}
		b := s.bits[f][l[f]]
		sum += b[0]
		x.Facts = append(x.Facts, Fact{Field: f, Level: l[f], Text: t.words(f), Same: b[0], Family: b[1]})
	}
	x.Damped = sum - same
	slices.SortStableFunc(x.Facts, func(a, b Fact) int { return -cmp.Compare(a.strength(), b.strength()) })
	return x
}

// OneIn is odds below evens in words: 1 in how many, to two figures.
func OneIn(bits float64) string { return "1 in " + thousands(round2(1+math.Exp2(-bits))) }

// Lines is the explanation as text, a line for each step, with the bits for this child
// and for another child of the family.
func (x Explanation) Lines() []string {
	line := func(same, family float64, text string) string {
		return fmt.Sprintf("%+7.1f %+7.1f  %s", same, family, text)
	}
	out := []string{"  child  family", line(x.Prior, x.FamilyPrior, "Before anything is compared: "+OneIn(x.Prior))}
	for _, f := range x.Facts {
		out = append(out, line(f.Same, f.Family, f.Text))
	}
	if x.Damped >= 0.05 {
		out = append(out, line(-x.Damped, -x.Damped, DampedWords))
	}
	return append(out, line(x.Same, x.Family, "Together"))
}

// DampedWords is what is said of evidence that counts for less.
const DampedWords = "Name, address, phone and parents of one family agree together, so together they count for less"

// round2 keeps two figures of a whole number.
func round2(n float64) float64 {
	unit := 1.0
	for n/unit >= 100 {
		unit *= 10
	}
	return math.Round(n/unit) * unit
}

// thousands writes a whole number with commas.
func thousands(n float64) string {
	s := fmt.Sprintf("%.0f", n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
