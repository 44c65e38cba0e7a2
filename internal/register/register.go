// Package register keeps a register of children in memory so that a description can
// be compared with everybody who shares anything with it in well under a
// millisecond. It holds no text but name words and ids, can be thrown away at any
// time, and is built again from the record.
package register

import (
	"cmp"
	"iter"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"frontdoor/internal/person"
)

// Register is a searchable set of people. It may be asked and added to at once.
type Register struct {
	mu      sync.RWMutex
	words   *person.Words
	model   *person.Model
	rows    []person.Compact
	ids     ids
	base    table
	crowd   map[uint32]int32    // doors and postcodes that more than a few share
	delta   map[uint32][]uint32 // keys of rows added since the base was built
	dead    map[uint32]bool     // rows that were replaced
	byID    map[string]uint32   // made when first needed
	scratch sync.Pool
}

// ids keeps the ids of all rows in one text.
type ids struct {
	text []byte
	ends []uint32
}

func (s *ids) add(id string) {
	s.text = append(s.text, id...)
	s.ends = append(s.ends, uint32(len(s.text)))
}

func (s *ids) at(row uint32) string {
	from := uint32(0)
	if row > 0 {
		from = s.ends[row-1]
	}
	return string(s.text[from:s.ends[row]])
}

// batch is how many people are made comparable at a time.
const batch = 512

// Build makes a register of everybody in people, on all processors.
func Build(model *person.Model, people iter.Seq[person.Person]) *Register {
	r := &Register{words: person.NewWords(), model: model, delta: map[uint32][]uint32{}, dead: map[uint32]bool{}}
	r.scratch.New = func() any { return &scratch{} }
	type piece struct {
		at     int
		people []person.Person
		rows   []person.Compact
	}
	todo, done := make(chan piece, 8), make(chan piece, 8)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for p := range todo {
				p.rows = make([]person.Compact, len(p.people))
				for i := range p.people {
					p.rows[i] = person.Compile(r.words, p.people[i])
				}
				p.people = nil
				done <- p
			}
		})
	}
	var collect sync.WaitGroup
	collect.Go(func() {
		for p := range done {
			if need := p.at + len(p.rows); need > len(r.rows) {
				r.rows = slices.Grow(r.rows, need-len(r.rows))[:need]
			}
			copy(r.rows[p.at:], p.rows)
		}
	})
	n := 0
	var next []person.Person
	for p := range people {
		r.ids.add(p.ID)
		if next = append(next, p); len(next) == batch {
			todo <- piece{at: n, people: next}
			n, next = n+len(next), nil
		}
	}
	if len(next) > 0 {
		todo <- piece{at: n, people: next}
	}
	close(todo)
	workers.Wait()
	close(done)
	collect.Wait()
	r.rows = slices.Clip(r.rows)
	r.base.build(r.rows, r.words)
	r.count()
	return r
}

// Len is how many people are in the register.
func (r *Register) Len() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.rows) - len(r.dead)
}

// Add puts a person in, or puts what is now known in place of what was.
func (r *Register) Add(p person.Person) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop(p.ID)
	row := uint32(len(r.rows))
	r.rows = append(r.rows, person.Compile(r.words, p))
	r.ids.add(p.ID)
	r.byID[p.ID] = row
	var keys []uint32
	r.rows[row].Keys(r.words, func(k uint32) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
			r.delta[k] = append(r.delta[k], row)
		}
	})
}

// Remove takes a person out.
func (r *Register) Remove(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop(id)
	delete(r.byID, id)
}

func (r *Register) drop(id string) {
	if r.byID == nil {
		r.byID = make(map[string]uint32, len(r.rows))
		for row := range r.rows {
			r.byID[r.ids.at(uint32(row))] = uint32(row)
		}
	}
	if old, ok := r.byID[id]; ok {
		r.dead[old] = true
	}
}

// Hit is somebody a description may be of.
type Hit struct {
	ID string
	person.Scored
}

// Found is the answer to a description: the most likely first, and how likely it is
// that it is one of them, a new child of a family we know, or nobody known.
type Found struct {
	Hits     []Hit
	Outcome  person.Outcome
	Compared int
}

// scratch is what one question needs and the next can use again.
type scratch struct {
	rows   []uint32
	seen   []uint64
	scored []person.Scored
}

// How much is looked at: a key that more share than longest is asked only when there
// is nothing else; keys that many share only when few were found.
const (
	longest = 4000
	enough  = 40
)

// Find compares a description with everybody who shares a key with it.
func (r *Register) Find(d person.Described, most int) Found {
	return r.find(d, most, nil)
}

// Compared gives every comparison that Find would make, for training.
func (r *Register) Compared(d person.Described, each func(id string, s person.Scored)) {
	r.find(d, math.MaxInt, each)
}

func (r *Register) find(d person.Described, most int, each func(string, person.Scored)) Found {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s := r.scratch.Get().(*scratch)
	defer r.scratch.Put(s)
	q := person.NewQuery(r.words, d)
	r.gather(q, s)
	scorer := r.model.Scorer(q, person.Around{People: len(r.rows) - len(r.dead), Sharing: r.sharing})
	s.scored = s.scored[:0]
	for _, row := range s.rows {
		l := q.Compare(&r.rows[row])
		same, family := scorer.Score(l)
		s.scored = append(s.scored, person.Scored{Row: row, Levels: l, Same: same, Family: family})
	}
	compared := len(s.scored)
	top, outcome := scorer.Judge(s.scored, most, func(row uint32) []string { return r.rows[row].GivenWords(r.words) })
	f := Found{Outcome: outcome, Compared: compared}
	for _, c := range top {
		id := r.ids.at(c.Row)
		if each != nil {
			each(id, c)
			continue
		}
		f.Hits = append(f.Hits, Hit{id, c})
	}
	return f
}

// Kin is somebody who may be a brother or sister, with the chance of it.
type Kin struct {
	ID     string
	Chance float64
	Levels person.Levels
}

// sureKin is the chance from which a brother or sister is proposed.
const sureKin = 0.5

// Siblings finds who is likely to be a brother or sister of a person, from what a
// family shares, in the year given. Nothing of it is more than a proposal.
func (r *Register) Siblings(p person.Person, year int) []Kin {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s := r.scratch.Get().(*scratch)
	defer r.scratch.Put(s)
	q := person.NewQuery(r.words, p.AsDescribed())
	r.begin(s)
	for _, key := range q.FamilyLookUps(year) {
		r.takeAll(s, key)
	}
	r.end(s)
	people := len(r.rows) - len(r.dead)
	scorer := r.model.Scorer(q, person.Around{People: people, Sharing: r.sharing})
	var out []Kin
	for _, row := range s.rows {
		l := q.Compare(&r.rows[row])
		if id := r.ids.at(row); id != p.ID && q.MayBeSiblings(&r.rows[row], l) {
			if c := scorer.Sibling(l, people); c >= sureKin {
				out = append(out, Kin{id, c, l})
			}
		}
	}
	slices.SortFunc(out, func(a, b Kin) int { return cmp.Or(-cmp.Compare(a.Chance, b.Chance), strings.Compare(a.ID, b.ID)) })
	return out
}

func (r *Register) begin(s *scratch) {
	if need := len(r.rows)/64 + 1; len(s.seen) < need {
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

// takeAll takes everybody with a key, unless it is too common to say much.
func (r *Register) takeAll(s *scratch, key uint32) (long []entry) {
	list := r.base.find(key)
	if len(list) > longest {
		return list
	}
	for _, e := range list {
		r.take(s, e.row)
	}
	for _, row := range r.delta[key] {
		r.take(s, row)
	}
	return nil
}

// gather lists everybody who shares a key with the query, each once.
func (r *Register) gather(q *person.Query, s *scratch) {
	r.begin(s)
	var shortest []entry
	keys := q.LookUps()
	for _, common := range []bool{false, true} {
		if common && len(s.rows) >= enough {
			break
		}
		for _, k := range keys {
			if k.Common != common {
				continue
			}
			if long := r.takeAll(s, k.Key); long != nil && (shortest == nil || len(long) < len(shortest)) {
				shortest = long
			}
		}
	}
	if len(s.rows) == 0 {
		for _, e := range shortest {
			r.take(s, e.row)
		}
	}
	r.end(s)
}

func (r *Register) take(s *scratch, row uint32) {
	if s.seen[row/64]&(1<<(row%64)) != 0 || len(r.dead) > 0 && r.dead[row] {
		return
	}
	s.seen[row/64] |= 1 << (row % 64)
	s.rows = append(s.rows, row)
}

// sharing is how many share a door, a postcode or a telephone.
func (r *Register) sharing(key uint32) int {
	if n, ok := r.crowd[key]; ok {
		return int(n)
	}
	return len(r.base.find(key)) + len(r.delta[key])
}

// few is how many may share a door or a postcode without being counted.
const few = 4

// count notes which doors and postcodes many share: a refuge, a home, a site.
func (r *Register) count() {
	r.crowd = map[uint32]int32{}
	keys := make([]uint32, 0, 2*len(r.rows))
	for i := range r.rows {
		keys = r.rows[i].PlaceKeys(keys)
	}
	slices.Sort(keys)
	for from := 0; from < len(keys); {
		to := from
		for to < len(keys) && keys[to] == keys[from] {
			to++
		}
		if to-from > few {
			r.crowd[keys[from]] = int32(to - from)
		}
		from = to
	}
}

// entry says that a person has a key.
type entry struct{ key, row uint32 }

// table finds rows by key: entries lie in buckets by the first bits of their key.
type table struct {
	shift   uint
	starts  []uint32
	entries []entry
}

func (t *table) find(key uint32) []entry {
	if len(t.entries) == 0 {
		return nil
	}
	b := key >> t.shift
	list := t.entries[t.starts[b]:t.starts[b+1]]
	from := 0
	if len(list) > 16 {
		from, _ = slices.BinarySearchFunc(list, key, func(e entry, k uint32) int {
			if e.key < k {
				return -1
			}
			return 1
		})
	}
	for from < len(list) && list[from].key < key {
		from++
	}
	to := from
	if len(list)-from > 64 && list[from].key == key {
		n, _ := slices.BinarySearchFunc(list[from:], key, func(e entry, k uint32) int {
			if e.key <= k {
				return -1
			}
			return 1
		})
		return list[from : from+n]
	}
	for to < len(list) && list[to].key == key {
		to++
	}
	return list[from:to]
}

// build counts, places and sorts, so that it needs no second copy.
func (t *table) build(rows []person.Compact, words *person.Words) {
	if len(rows) == 0 {
		return
	}
	n := uint(4)
	for 1<<n < len(rows) && n < 26 {
		n++
	}
	t.shift = 32 - n
	buckets := 1 << n
	t.starts = make([]uint32, buckets+2)
	each(len(rows), func(from, to int) {
		keysOf(rows, words, from, to, func(key, _ uint32) { atomic.AddUint32(&t.starts[key>>t.shift+2], 1) })
	})
	for i := 2; i < len(t.starts); i++ {
		t.starts[i] += t.starts[i-1]
	}
	t.entries = make([]entry, t.starts[len(t.starts)-1])
	each(len(rows), func(from, to int) {
		keysOf(rows, words, from, to, func(key, row uint32) {
			t.entries[atomic.AddUint32(&t.starts[key>>t.shift+1], 1)-1] = entry{key, row}
		})
	})
	each(buckets, func(from, to int) {
		for b := from; b < to; b++ {
			slices.SortFunc(t.entries[t.starts[b]:t.starts[b+1]], func(a, b entry) int {
				if a.key != b.key {
					if a.key < b.key {
						return -1
					}
					return 1
				}
				return int(int64(a.row) - int64(b.row))
			})
		}
	})
}

func keysOf(rows []person.Compact, words *person.Words, from, to int, yield func(key, row uint32)) {
	keys := make([]uint32, 0, 64)
	for row := from; row < to; row++ {
		keys = keys[:0]
		rows[row].Keys(words, func(k uint32) {
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
				yield(k, uint32(row))
			}
		})
	}
}

// each shares a range out over the processors.
func each(n int, do func(from, to int)) {
	parts := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { do(n*p/parts, n*(p+1)/parts) })
	}
	wg.Wait()
}
