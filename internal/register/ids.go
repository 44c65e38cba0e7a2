package register

import (
	"encoding/binary"
	"slices"
	"strings"
)

// ids keeps the ids of all rows in one text, each after its length.
type ids struct {
	text   []byte
	starts []uint32
	order  []uint32          // rows in the order of their ids, of those there were when it was made
	newer  map[string]uint32 // those added since
}

func (s *ids) add(id string) {
	s.starts = append(s.starts, uint32(len(s.text)))
	s.text = binary.AppendUvarint(s.text, uint64(len(id)))
	s.text = append(s.text, id...)
	if s.newer != nil {
		s.newer[id] = uint32(len(s.starts) - 1)
	}
}

func (s *ids) at(row uint32) string {
	from := int(s.starts[row])
	n, size := binary.Uvarint(s.text[from:])
	return string(s.text[from+size : from+size+int(n)])
}

// sort makes rows findable by id.
func (s *ids) sort() {
	s.order, s.newer = make([]uint32, len(s.starts)), map[string]uint32{}
	for i := range s.order {
		s.order[i] = uint32(i)
	}
	slices.SortFunc(s.order, func(a, b uint32) int { return strings.Compare(s.at(a), s.at(b)) })
}

// find is the row of an id.
func (s *ids) find(id string) (row uint32, ok bool) {
	if row, ok = s.newer[id]; ok {
		return row, true
	}
	at, ok := slices.BinarySearchFunc(s.order, id, func(row uint32, id string) int { return strings.Compare(s.at(row), id) })
	if !ok {
		return 0, false
	}
	return s.order[at], true
}
