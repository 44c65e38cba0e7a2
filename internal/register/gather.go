package register

import "frontdoor/internal/person"

// scratch is what one question needs and the next can use again.
type scratch struct {
	rows   []uint32
	seen   []uint64
	scored []person.Scored
}

// longest is how many may share a key: those that more share are asked only when
// there is nothing else.
const longest = 4000

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

// takeAll takes everybody with a key. When they are too many to say much it takes
// nobody and gives them.
func (r *Register) takeAll(s *scratch, key uint32) (long []uint32) {
	list := r.base.find(key)
	if len(list) > longest {
		return list
	}
	for _, row := range list {
		r.take(s, row)
	}
	for _, row := range r.frozen.keys[key] {
		r.take(s, row)
	}
	for _, row := range r.delta.keys[key] {
		r.take(s, row)
	}
	return nil
}

// gather lists everybody who shares a key with the query, each once.
func (r *Register) gather(s *scratch, keys []person.LookUp, common bool) {
	var shortest []uint32
	for _, k := range keys {
		if k.Common != common {
			continue
		}
		if long := r.takeAll(s, k.Key); long != nil && (shortest == nil || len(long) < len(shortest)) {
			shortest = long
		}
	}
	if len(s.rows) > 0 || !common {
		return
	}
	for _, row := range shortest {
		r.take(s, row)
	}
}

func (r *Register) take(s *scratch, row uint32) {
	if s.seen[row/64]&(1<<(row%64)) != 0 || len(r.gone) > 0 && r.gone[row] {
		return
	}
	s.seen[row/64] |= 1 << (row % 64)
	s.rows = append(s.rows, row)
}
