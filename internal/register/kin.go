package register

import (
	"iter"
	"slices"

	"frontdoor/internal/person"
)

// kin is who is recorded as whose brother or sister, as rows. Those of row r are
// list[starts[r]:starts[r+1]], or those of changed[r] where it has any entry.
type kin struct {
	starts, list []uint32
	changed      map[uint32][]uint32
	weights      *person.SiblingWeights // learned from them, nil when not
}

func (k *kin) of(row uint32) []uint32 {
	if others, ok := k.changed[row]; ok {
		return others
	}
	if int(row)+1 < len(k.starts) {
		return k.list[k.starts[row]:k.starts[row+1]]
	}
	return nil
}

// change makes others those of a row.
func (k *kin) change(row uint32, others []uint32) {
	if k.changed == nil {
		k.changed = map[uint32][]uint32{}
	}
	k.changed[row] = others
}

// Relate records brothers and sisters, each pair once or twice. Ids that are not in
// the register are left out. It gives the number of pairs that are.
func (r *Register) Relate(pairs iter.Seq2[string, string]) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ids.newer == nil {
		r.ids.sort()
	}
	var edges []uint64
	for row := range uint32(r.rows.n) {
		for _, other := range r.kin.of(row) {
			edges = append(edges, uint64(row)<<32|uint64(other))
		}
	}
	for a, b := range pairs {
		x, ok := r.ids.find(a)
		y, too := r.ids.find(b)
		if ok && too && x != y {
			edges = append(edges, uint64(x)<<32|uint64(y), uint64(y)<<32|uint64(x))
		}
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	k := kin{starts: make([]uint32, r.rows.n+1), list: make([]uint32, len(edges)), changed: map[uint32][]uint32{}, weights: r.kin.weights}
	for i, e := range edges {
		k.starts[e>>32+1]++
		k.list[i] = uint32(e)
	}
	for i := 1; i < len(k.starts); i++ {
		k.starts[i] += k.starts[i-1]
	}
	r.kin = k
	return len(edges) / 2
}

// SetKin makes others all who are recorded as a child's brothers and sisters: who was not is
// now, and who is not among them is not any more. Ids that are not in the register are
// left out.
func (r *Register) SetKin(id string, others ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	x, ok := r.ids.find(id)
	if !ok {
		return
	}
	var now []uint32
	for _, other := range others {
		if y, ok := r.ids.find(other); ok && x != y && !slices.Contains(now, y) {
			now = append(now, y)
		}
	}
	was := r.kin.of(x)
	for _, y := range was {
		if !slices.Contains(now, y) {
			r.kin.change(y, slices.DeleteFunc(slices.Clone(r.kin.of(y)), func(z uint32) bool { return z == x }))
		}
	}
	for _, y := range now {
		if theirs := r.kin.of(y); !slices.Contains(theirs, x) {
			r.kin.change(y, append(slices.Clone(theirs), x))
		}
	}
	r.kin.change(x, now)
}

// strangersEach is how many children taken at random one is compared with, to learn
// how often those who are not related agree.
const strangersEach = 4

// LearnSiblings counts what those recorded as brothers and sisters have in common, and
// what children taken at random have, so that Siblings weighs it as it is here. people
// are those of the register, or some of them.
func (r *Register) LearnSiblings(people iter.Seq[person.Person]) {
	var recorded, strangers []person.Levels
	n := 0
	for p := range people {
		n++
		strangers = append(strangers, r.Strangers(p.AsDescribed(), strangersEach, uint64(n))...)
		recorded = append(recorded, r.RecordedLevels(p)...)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	w := person.DefaultSiblings()
	w.Learn(recorded, strangers, n)
	r.kin.weights = w
}

// RecordedLevels compares a person with each of those recorded as their brothers and
// sisters, for training.
func (r *Register) RecordedLevels(p person.Person) []person.Levels {
	r.mu.RLock()
	defer r.mu.RUnlock()
	row, ok := r.ids.find(p.ID)
	if !ok {
		return nil
	}
	var out []person.Levels
	q := person.NewQuery(r.words, p.AsDescribed())
	for _, other := range r.alive(r.kin.of(row)) {
		out = append(out, q.Compare(other))
	}
	return out
}

// Twice gives an id that two rows have.
func (r *Register) Twice() (id string, twice bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for i := 1; i < len(r.ids.order); i++ {
		if id := r.ids.at(r.ids.order[i]); id == r.ids.at(r.ids.order[i-1]) {
			return id, true
		}
	}
	return "", false
}

// alive are the people of rows, without those who are gone.
func (r *Register) alive(rows []uint32) []*person.Compact {
	var buf [8]*person.Compact
	out := buf[:0]
	for _, x := range rows {
		if !r.gone[x] {
			out = append(out, r.rows.at(x))
		}
	}
	return out
}
