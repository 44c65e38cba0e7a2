package register

import (
	"cmp"
	"slices"

	"frontdoor/internal/person"
)

// scratch is what one question needs and the next can use again.
type scratch struct {
	rows   []uint32
	seen   []uint64
	lists  [][]uint32
	scored []person.Scored
}

// mostIn is how many people more are compared in each turn. Keys that few share are
// asked first: they say most. So a question costs about as much in a large register as
// in a small one.
var mostIn = [...]int{person.Said: 2500, person.Slips: 1500, person.OneFact: 1000}

func (r *Register) begin(s *scratch) {
	if need := r.rows.n/64 + 1; len(s.seen) < need {
		s.seen = make([]uint64, need+need/8)
	}
	s.rows = s.rows[:0]
}

// end makes the scratch clean for the next question.
func (r *Register) end(s *scratch) {
	for _, row := range s.rows {
		s.seen[row/64] = 0
	}
}

// gather lists everybody who shares a key with the query, each once and those with the
// rarest keys first, up to a bound.
func (r *Register) gather(s *scratch, keys []uint32, turn person.Turn) {
	s.lists = s.lists[:0]
	for _, k := range keys {
		s.lists = r.lists(s.lists, k)
	}
	r.takeAll(s, len(s.rows)+mostIn[turn])
}

// lists appends the lists of those who have a key.
func (r *Register) lists(out [][]uint32, key uint32) [][]uint32 {
	for _, list := range [...][]uint32{r.base.find(key), r.frozen.keys[key], r.delta.keys[key]} {
		if len(list) > 0 {
			out = append(out, list)
		}
	}
	return out
}

// takeAll takes everybody in the lists, the shortest first, until there are so many.
// A list that does not fit is left out, for nobody of it should come before another,
// unless nobody was found otherwise.
func (r *Register) takeAll(s *scratch, most int) {
	slices.SortStableFunc(s.lists, func(a, b []uint32) int { return cmp.Compare(len(a), len(b)) })
	for _, list := range s.lists {
		if len(s.rows) > 0 && len(s.rows)+len(list) > most {
			return
		}
		for _, row := range list[:min(len(list), most)] {
			r.take(s, row)
		}
	}
}

func (r *Register) take(s *scratch, row uint32) {
	if s.seen[row/64]&(1<<(row%64)) != 0 || len(r.gone) > 0 && r.gone[row] {
		return
	}
	s.seen[row/64] |= 1 << (row % 64)
	s.rows = append(s.rows, row)
}
