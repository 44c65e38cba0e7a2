// Package register keeps a register of children in memory so that a description can
// be compared with everybody who shares anything with it in well under a
// millisecond. It holds no text but name words and ids, can be thrown away at any
// time, and is built again from the record.
package register

import (
	"cmp"
	"iter"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"

	"frontdoor/internal/person"
)

// Register is a searchable set of people. It may be asked and added to at once.
type Register struct {
	mu      sync.RWMutex
	words   *person.Words
	model   *person.Model
	rows    rows
	ids     ids
	base    *table
	delta   delta // what was added since the base was built
	frozen  delta // what is being put into the base now
	merging bool
	idle    sync.Cond // when nothing is being put into the base
	gone    map[uint32]bool
	kin     kin
	scratch sync.Pool
}

func empty(model *person.Model) *Register {
	r := &Register{words: person.NewWords(), model: model, base: &table{}, delta: newDelta(), gone: map[uint32]bool{}}
	r.idle.L = &r.mu
	r.scratch.New = func() any { return &scratch{} }
	return r
}

// batch is how many people are made comparable at a time.
const batch = 512

// Build makes a register of everybody in people, on all processors.
func Build(model *person.Model, people iter.Seq[person.Person]) *Register {
	r := empty(model)
	type piece struct {
		at     int
		people []person.Person
		rows   []person.Compact
	}
	todo, done := make(chan piece, 8), make(chan piece, 8)
	var workers, collect sync.WaitGroup
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
	collect.Go(func() {
		for p := range done {
			r.rows.grow(p.at + len(p.rows))
			for i := range p.rows {
				*r.rows.at(uint32(p.at + i)) = p.rows[i]
			}
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
	r.index()
	return r
}

// index makes everybody in the rows findable.
func (r *Register) index() {
	r.words.Index()
	var parts []keyed
	for _, p := range ranges(r.rows.n) {
		parts = append(parts, func(yield func(key, row uint32)) {
			var keys []uint32
			for row := p[0]; row < p[1]; row++ {
				keys = r.keys(keys[:0], uint32(row))
				for _, k := range keys {
					yield(k, uint32(row))
				}
			}
		})
	}
	r.base = newTable(r.rows.n, parts)
	r.ids.sort()
}

// keys appends each key of a row, once.
func (r *Register) keys(keys []uint32, row uint32) []uint32 {
	r.rows.at(row).Keys(r.words, func(k uint32) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	})
	return keys
}

// Len is how many people are in the register.
func (r *Register) Len() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.people()
}

func (r *Register) people() int { return r.rows.n - len(r.gone) }

// Use puts another model in the place of the one in use.
func (r *Register) Use(m *person.Model) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.model = m
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

// Find compares a description with everybody who shares a key with it, and with those
// beside, who are not in the register or take the place of those who are.
func (r *Register) Find(d person.Described, most int, beside ...person.Person) Found {
	return r.find(d, most, beside, nil)
}

// Compared gives every comparison that Find would make, for training.
func (r *Register) Compared(d person.Described, each func(id string, s person.Scored)) {
	r.find(d, math.MaxInt, nil, each)
}

func (r *Register) find(d person.Described, most int, beside []person.Person, each func(string, person.Scored)) Found {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s := r.scratch.Get().(*scratch)
	defer r.scratch.Put(s)
	q := person.NewQuery(r.words, d)
	scorer := r.model.Scorer(q, r.around(q))
	r.begin(s)
	defer r.end(s)
	s.scored = s.scored[:0]
	instead := r.instead(beside)
	for _, turn := range person.Turns() {
		if turn != person.Said && scorer.Hopeful(s.scored) {
			break
		}
		r.gather(s, q.LookUps(turn), turn)
		for _, row := range s.rows[len(s.scored):] {
			s.scored = append(s.scored, r.compare(q, scorer, row))
		}
	}
	if len(beside) > 0 {
		s.scored = slices.DeleteFunc(s.scored, func(c person.Scored) bool { return instead[c.Row] })
		s.scored = append(s.scored, r.compareBeside(scorer, d, beside)...)
	}
	f := Found{Compared: len(s.scored)}
	var top []person.Scored
	top, f.Outcome = scorer.Judge(s.scored, most)
	for _, c := range top {
		id := r.idOf(c.Row, beside)
		if each != nil {
			each(id, c)
			continue
		}
		f.Hits = append(f.Hits, Hit{id, c})
	}
	return f
}

// Compare compares a description with one person of the register.
func (r *Register) Compare(d person.Described, id string) (person.Scored, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	row, ok := r.ids.find(id)
	if !ok || r.gone[row] {
		return person.Scored{}, false
	}
	q := person.NewQuery(r.words, d)
	return r.compare(q, r.model.Scorer(q, r.around(q)), row), true
}

// Everybody compares a description with everybody, without the index: slow, and what the
// index is held against.
func (r *Register) Everybody(d person.Described, each func(id string, s person.Scored)) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	q := person.NewQuery(r.words, d)
	scorer := r.model.Scorer(q, r.around(q))
	for row := range uint32(r.rows.n) {
		if !r.gone[row] {
			each(r.ids.at(row), r.compare(q, scorer, row))
		}
	}
}

// Strangers compares a description with people taken at random, for training. seed
// says which.
func (r *Register) Strangers(d person.Described, many int, seed uint64) []person.Levels {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.rows.n == 0 {
		return nil
	}
	q := person.NewQuery(r.words, d)
	rng := rand.New(rand.NewPCG(seed, 11))
	var out []person.Levels
	for range many {
		if row := uint32(rng.IntN(r.rows.n)); !r.gone[row] {
			l := q.Compare(r.rows.at(row))
			if kin := r.kin.of(row); len(kin) > 0 {
				l = q.WithSiblings(l, r.alive(kin))
			}
			out = append(out, l)
		}
	}
	return out
}

// hopeless is the bits below which what brothers and sisters are known by is not looked at.
const hopeless = 0

func (r *Register) compare(q *person.Query, scorer *person.Scorer, row uint32) person.Scored {
	l := q.Compare(r.rows.at(row))
	same, family := scorer.Score(l)
	if kin := r.kin.of(row); len(kin) > 0 && max(same, family) > hopeless {
		l = q.WithSiblings(l, r.alive(kin))
		same, family = scorer.Score(l)
	}
	return person.Scored{Row: row, Levels: l, Same: same, Family: family}
}

// around counts who shares the place and telephone of a description.
func (r *Register) around(q *person.Query) person.Around {
	a := person.Around{People: r.people(), Counted: true}
	code, door := q.Places()
	for i, key := range []uint32{code, door} {
		if key == 0 {
			continue
		}
		n, there := 0, 0
		r.each(key, func(row uint32) {
			if n++; n <= mostCounted && q.SameDoor(r.rows.at(row)) {
				there++
			}
		})
		if i == 0 {
			a.Postcode = n
		}
		a.Door = max(a.Door, there)
	}
	for _, key := range q.PhoneKeys() {
		n := 0
		r.each(key, func(uint32) { n++ })
		a.Phone = max(a.Phone, n)
	}
	return a
}

// mostCounted is how many with a postcode are looked at to count who shares a door.
const mostCounted = 4000

// each gives every row that has a key, perhaps twice when it was changed lately.
func (r *Register) each(key uint32, do func(row uint32)) {
	for _, list := range [...][]uint32{r.base.find(key), r.frozen.keys[key], r.delta.keys[key]} {
		for _, row := range list {
			do(row)
		}
	}
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
	weights := r.kin.weights
	if weights == nil {
		weights = person.DefaultSiblings()
	}
	r.begin(s)
	defer r.end(s)
	s.lists = s.lists[:0]
	for _, key := range q.FamilyLookUps(year) {
		s.lists = r.lists(s.lists, key)
	}
	r.takeAll(s, mostIn[person.Said])
	scorer := r.model.Scorer(q, r.around(q))
	var out []Kin
	for _, row := range s.rows {
		l := q.Compare(r.rows.at(row))
		if id := r.ids.at(row); id != p.ID && q.MayBeSiblings(r.rows.at(row), l) {
			if c := scorer.Sibling(l, weights); c >= sureKin {
				out = append(out, Kin{id, c, l})
			}
		}
	}
	slices.SortFunc(out, func(a, b Kin) int { return cmp.Or(-cmp.Compare(a.Chance, b.Chance), strings.Compare(a.ID, b.ID)) })
	return out
}
