package dedupe

import (
	"cmp"
	"slices"
)

// close joins pairs into people, the surest first, and gives every pair of each.
func (t *table) close(pairs []pair, w *weights) []Pair {
	slices.SortFunc(pairs, func(x, y pair) int {
		return cmp.Or(-cmp.Compare(x.score, y.score), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	of := make([]int32, len(t.rows))
	members := make([][]int32, len(t.rows))
	for i := range of {
		of[i], members[i] = int32(i), []int32{int32(i)}
	}
	joined := map[uint64]float64{} // two rows of one person: the bits of the weakest step between them
	for _, p := range pairs {
		if chance(p.score) < Threshold {
			break
		}
		x, y := of[p.a], of[p.b]
		if x == y || !t.fit(members[x], members[y], w) {
			continue
		}
		for _, a := range members[x] {
			for _, b := range members[y] {
				joined[uint64(min(a, b))<<32|uint64(max(a, b))] = p.score
			}
		}
		for _, b := range members[y] {
			of[b] = x
		}
		members[x], members[y] = append(members[x], members[y]...), nil
	}
	var out []Pair
	for k, bits := range joined {
		a, b := int(k>>32), int(uint32(k))
		if t.opt.Split > 0 && (a < t.opt.Split) == (b < t.opt.Split) {
			continue
		}
		out = append(out, Pair{a, b, chance(bits)})
	}
	slices.SortFunc(out, func(x, y Pair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	return out
}

// against is how far below nothing the mean of two groups may be before they are not
// joined by their one good pair.
const against = -12

// fit says that two groups may be one person: all together they do not speak
// against it.
func (t *table) fit(x, y []int32, w *weights) bool {
	sum := 0.0
	for _, a := range x {
		for _, b := range y {
			p := pair{a: min(a, b), b: max(a, b)}
			t.compare(&p)
			sum += max(w.score(t, p), -30)
		}
	}
	return sum/float64(len(x)*len(y)) > against
}
