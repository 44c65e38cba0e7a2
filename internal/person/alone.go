package person

import "math"

// Placed is how likely one comparison is beside the others, and what band that is.
type Placed struct {
	Chance, FamilyChance float64
	Band                 Band
}

// Alone judges comparisons again as if only these had been made. It is for a reader
// from whom others are sealed: what is left must not show by its chances that
// somebody is missing. It never makes a match certain.
func Alone(all []Explanation) ([]Placed, Outcome) {
	top := 0.0
	for _, x := range all {
		top = max(top, x.Same, x.Family)
	}
	out := Outcome{Nobody: math.Exp2(-top)} // scaled by the largest, so that nothing overflows
	placed := make([]Placed, len(all))
	for i, x := range all {
		s := &placed[i]
		s.Chance, s.FamilyChance = math.Exp2(x.Same-top), math.Exp2(x.Family-top)
		out.Child += s.Chance
		out.Family += s.FamilyChance / 2 // brothers and sisters each say so
	}
	total := out.Child + out.Family + out.Nobody
	for i := range placed {
		s := &placed[i]
		s.Chance, s.FamilyChance = s.Chance/total, s.FamilyChance/total
		s.Band = bandOf(s.Chance, s.FamilyChance)
	}
	return placed, Outcome{out.Child / total, out.Family / total, out.Nobody / total}
}

// bandOf is the band of chances alone; certainty needs more than a chance.
func bandOf(chance, family float64) Band {
	switch {
	case chance > reviewChance:
		return Review
	case family > familyChance:
		return FamilyOnly
	}
	return Unlikely
}

// NotTheChild is the explanation when it is known that it is another child: what is left
// is that it may be of the same family.
func (x Explanation) NotTheChild() Explanation {
	x.Same = math.Inf(-1)
	return x
}
