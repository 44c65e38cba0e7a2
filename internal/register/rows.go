package register

import "frontdoor/internal/person"

// rows are people, in pieces so that they grow without being copied.
type rows struct {
	pieces [][]person.Compact
	n      int
}

const pieceBits = 14

func (r *rows) at(i uint32) *person.Compact { return &r.pieces[i>>pieceBits][i&(1<<pieceBits-1)] }

// grow makes room for n rows.
func (r *rows) grow(n int) {
	for len(r.pieces)<<pieceBits < n {
		r.pieces = append(r.pieces, make([]person.Compact, 1<<pieceBits))
	}
	r.n = max(r.n, n)
}
