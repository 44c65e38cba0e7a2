package feed

import (
	"encoding/binary"
	"errors"
	"slices"
)

// Pack writes seconds in order as the steps between them, each in as few bytes as it
// needs. It sorts its list.
func Pack(took []uint32) []byte {
	slices.Sort(took)
	out := make([]byte, 0, 2*len(took))
	last := uint32(0)
	for _, t := range took {
		out = binary.AppendUvarint(out, uint64(t-last))
		last = t
	}
	return out
}

var errPacked = errors.New("a packed list of seconds cannot be read")

// Unpack appends what Pack wrote.
func Unpack(to []uint32, packed []byte) ([]uint32, error) {
	last := uint64(0)
	for len(packed) > 0 {
		step, n := uint64(packed[0]), 1
		if step >= 1<<7 {
			step, n = binary.Uvarint(packed)
		}
		last += step
		if n <= 0 || last > 1<<32-1 {
			return to, errPacked
		}
		to, packed = append(to, uint32(last)), packed[n:]
	}
	return to, nil
}

// hoursOfDay is how many hours a day is counted by.
const hoursOfDay = 24

// Hours counts arrivals in each hour of a day in England.
type Hours [hoursOfDay]int

// PackHours writes the counts.
func PackHours(h Hours) []byte {
	var out []byte
	for _, n := range h {
		out = binary.AppendUvarint(out, uint64(max(n, 0)))
	}
	return out
}

// UnpackHours reads what PackHours wrote.
func UnpackHours(packed []byte) (Hours, error) {
	var h Hours
	for i := range h {
		v, n := binary.Uvarint(packed)
		if n <= 0 || v > 1<<31 {
			return h, errPacked
		}
		h[i], packed = int(v), packed[n:]
	}
	if len(packed) > 0 {
		return h, errPacked
	}
	return h, nil
}
