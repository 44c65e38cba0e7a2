package register

import (
	"slices"

	"frontdoor/internal/person"
)

// delta is who was added or changed since the base was built. A row that was changed
// has all its keys here; those it had in the base lead to it still, which does no
// harm: it is compared as it is now.
type delta struct {
	keys map[uint32][]uint32
	rows map[uint32][]uint32 // the keys of each row
}

func newDelta() delta { return delta{map[uint32][]uint32{}, map[uint32][]uint32{}} }

// Add puts a person in, or puts what is now known in place of what was.
func (r *Register) Add(p person.Person) {
	r.mu.Lock()
	defer r.mu.Unlock()
	row, known := r.ids.find(p.ID)
	if !known {
		row = uint32(r.rows.n)
		r.rows.grow(r.rows.n + 1)
		if r.ids.newer == nil {
			r.ids.sort()
		}
		r.ids.add(p.ID)
	}
	delete(r.gone, row)
	*r.rows.at(row) = person.Compile(r.words, p)
	r.delta.put(row, r.keys(nil, row))
	r.mergeLater()
}

// Remove takes a person out.
func (r *Register) Remove(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if row, ok := r.ids.find(id); ok {
		*r.rows.at(row) = person.Compact{}
		r.gone[row] = true
		r.delta.put(row, nil)
	}
}

// put sets the keys of a row.
func (d *delta) put(row uint32, keys []uint32) {
	for _, k := range d.rows[row] {
		if list := slices.DeleteFunc(d.keys[k], func(x uint32) bool { return x == row }); len(list) > 0 {
			d.keys[k] = list
		} else {
			delete(d.keys, k)
		}
	}
	d.rows[row] = keys
	for _, k := range keys {
		d.keys[k] = append(d.keys[k], row)
	}
}

// The delta is put into the base when it has this many rows, and this share of the
// base's.
const (
	leastMerged  = 2000
	mergedShare  = 20
	mostUnmerged = 50_000
)

// mergeLater begins to put the delta into the base when it has grown large. Questions
// are answered meanwhile, from both.
func (r *Register) mergeLater() {
	if r.merging || len(r.delta.rows) < min(max(leastMerged, r.rows.n/mergedShare), mostUnmerged) {
		return
	}
	r.merging = true
	r.frozen, r.delta = r.delta, newDelta()
	go r.merge(r.base, r.frozen, r.rows.n)
}

func (r *Register) merge(base *table, d delta, people int) {
	changed := make(map[uint32]bool, len(d.rows))
	for row := range d.rows {
		changed[row] = true
	}
	parts := []keyed{func(yield func(key, row uint32)) {
		for row, keys := range d.rows {
			for _, k := range keys {
				yield(k, row)
			}
		}
	}}
	if len(base.rows) > 0 {
		for _, p := range ranges(len(base.starts) - 2) {
			parts = append(parts, base.part(p, changed))
		}
	}
	merged := newTable(people, parts)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.base, r.frozen, r.merging = merged, delta{}, false
	r.idle.Broadcast()
}

// Settle waits until nothing is being put into the base: for tests and measures.
func (r *Register) Settle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.merging {
		r.idle.Wait()
	}
}
