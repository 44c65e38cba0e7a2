// Package dedupe finds the rows of any person table, or of two, that are of one
// person, without being told any: how common a value is comes from the table, how
// often each kind of slip happens is shipped, or learned from the table too. It is pure. The record's own children are matched by package
// person, which knows families; this is for other people's lists.
package dedupe

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"frontdoor/internal/person"
)

// Kind says how a column's values are compared.
type Kind uint8

// The kinds of column.
const (
	Name   Kind = iota // a person's name: sound and spelling
	Text               // an address line, a town: spelling, words joined or parted
	Code               // a postcode, a house number: a slip of a digit
	Date               // digits of a date, day and month swapped
	Number             // an identity number
)

// Column is one thing the rows say. Swaps names a column that its value is
// sometimes written in by mistake, as a given name is in the family name's.
type Column struct {
	Name  string
	Kind  Kind
	Swaps string
}

// Pair is two rows of one person, a before b, and the chance that they are.
type Pair struct {
	A, B  int
	Score float64
}

// Options bound the work. Split is the number of rows of the first of two tables:
// then only pairs across are given. 0 is one table.
type Options struct {
	Split int
	Train bool // fit the chances of slips on the rows themselves
	Seed  uint64
}

// Threshold is the chance from which two rows are given as one person's, fixed
// beforehand.
const Threshold = 0.5

// The levels of agreement of two values; 0 is that one of them is missing.
const (
	missing = iota
	same
	slip    // one edit, or two neighbours changed
	slips   // two edits, or only spaces differ, or it sounds the same
	alike   // more than that, and still alike
	swapped // each stands in the other's column
	different
	levels
)

// value is a normalised cell.
type value struct {
	text  string // folded, without spaces
	sound uint32
	id    int32
	bits  float64 // how rare it is among the rows that have a value here
}

type table struct {
	columns []Column
	swaps   []int
	rows    [][]value
	opt     Options
}

// Find gives every pair of rows that are of one person. Pairs are closed: when a is
// b and b is c, a is c, unless what they say cannot be one person's.
func Find(columns []Column, rows [][]string, opt Options) []Pair {
	t := newTable(columns, rows, opt)
	pairs := t.candidates()
	w := t.learn(pairs)
	for i := range pairs {
		pairs[i].score = w.score(t, pairs[i])
	}
	return t.close(pairs, w)
}

func newTable(columns []Column, rows [][]string, opt Options) *table {
	t := &table{columns: columns, opt: opt, swaps: make([]int, len(columns)), rows: make([][]value, len(rows))}
	for c, col := range columns {
		t.swaps[c] = slices.IndexFunc(columns, func(o Column) bool { return o.Name == col.Swaps && col.Swaps != "" })
	}
	ids := make([]map[string]int32, len(columns))
	counts := make([][]int, len(columns))
	filled := make([]int, len(columns))
	for c := range columns {
		ids[c] = map[string]int32{}
	}
	cells := make([]value, len(rows)*len(columns))
	for i, row := range rows {
		t.rows[i] = cells[i*len(columns) : (i+1)*len(columns)]
		for c, col := range columns {
			text := strings.ReplaceAll(person.Fold(row[c]), " ", "")
			if text == "" {
				continue
			}
			id, ok := ids[c][text]
			if !ok {
				id = int32(len(counts[c])) + 1
				ids[c][text], counts[c] = id, append(counts[c], 0)
			}
			counts[c][id-1]++
			filled[c]++
			v := value{text: text, id: id}
			if col.Kind == Name || col.Kind == Text {
				v.sound = hash(person.Sound(text))
			} else {
				v.sound = hash(text)
			}
			t.rows[i][c] = v
		}
	}
	for i := range t.rows {
		for c := range t.rows[i] {
			if v := &t.rows[i][c]; v.id > 0 {
				v.bits = -math.Log2(max(float64(counts[c][v.id-1])/float64(filled[c]), 1/float64(len(t.rows))))
			}
		}
	}
	return t
}

func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h ^ h>>15
}

// pair is two rows that may be of one person, and how each column agrees.
type pair struct {
	a, b   int32
	levels [maxColumns]uint8
	score  float64
}

const (
	maxColumns = 16
	mostShared = 60 // rows that share two values; more say little
)

// candidates are the pairs that agree, as they sound, in two columns or in a number
// or date.
func (t *table) candidates() []pair {
	type keyed struct {
		key uint64
		row int32
	}
	var keys []keyed
	for i, row := range t.rows {
		for c := range row {
			if row[c].id == 0 {
				continue
			}
			if k := t.columns[c].Kind; k == Number || k == Date {
				keys = append(keys, keyed{uint64(c+1)<<56 | uint64(row[c].sound), int32(i)})
			}
			for d := c + 1; d < len(row); d++ {
				if row[d].id != 0 {
					keys = append(keys, keyed{stir(uint64(row[c].sound)<<32|uint64(row[d].sound), c*maxColumns+d), int32(i)})
				}
			}
			if o := t.swaps[c]; o > c && row[o].id != 0 { // written the other way round
				keys = append(keys, keyed{stir(uint64(row[o].sound)<<32|uint64(row[c].sound), c*maxColumns+o), int32(i)})
			}
		}
	}
	slices.SortFunc(keys, func(x, y keyed) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.row, y.row)) })
	var found []uint64
	for from := 0; from < len(keys); {
		to := from + 1
		for to < len(keys) && keys[to].key == keys[from].key {
			to++
		}
		if to-from <= mostShared {
			for i := from; i < to; i++ {
				for j := i + 1; j < to; j++ {
					a, b := keys[i].row, keys[j].row
					if a != b && (t.opt.Split == 0 || (int(a) < t.opt.Split) != (int(b) < t.opt.Split)) {
						found = append(found, uint64(a)<<32|uint64(b))
					}
				}
			}
		}
		from = to
	}
	slices.Sort(found)
	found = slices.Compact(found)
	out := make([]pair, len(found))
	for i, f := range found {
		out[i] = pair{a: int32(f >> 32), b: int32(uint32(f))}
		t.compare(&out[i])
	}
	return out
}

func stir(x uint64, salt int) uint64 {
	x ^= uint64(salt) * 0x9e3779b97f4a7c15
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

func (t *table) compare(p *pair) {
	a, b := t.rows[p.a], t.rows[p.b]
	for c := range t.columns {
		p.levels[c] = t.level(c, &a[c], &b[c])
	}
	for c, o := range t.swaps {
		if o <= c || p.levels[c] < alike && p.levels[o] < alike && p.levels[c]+p.levels[o] > 0 {
			continue
		}
		x, y := t.level(c, &a[c], &b[o]), t.level(c, &a[o], &b[c])
		if (x == same || y == same) && x <= slip && y <= slip && x+y > 0 && (p.levels[c] >= alike || p.levels[o] >= alike || x > 0 && y > 0) {
			p.levels[c], p.levels[o] = swapped, swapped
		}
	}
}

// level compares two values of a column.
func (t *table) level(c int, a, b *value) uint8 {
	switch {
	case a.id == 0 || b.id == 0:
		return missing
	case a.text == b.text:
		return same
	}
	n := edits(a.text, b.text)
	long := max(len(a.text), len(b.text))
	switch t.columns[c].Kind {
	case Code, Number:
		switch {
		case n == 1 && long > 1:
			return slip
		case n == 2 && long > 4:
			return slips
		case n <= long/2 && long > 6:
			return alike
		}
		return different
	case Date:
		switch {
		case n == 1 || dayMonth(a.text, b.text):
			return slip
		case n == 2:
			return slips
		case n == 3:
			return alike
		}
		return different
	}
	switch {
	case n == 1 && long > 2:
		return slip
	case n == 2 && long > 4, a.sound == b.sound && long > 3:
		return slips
	case n*3 <= long, long > 5 && (strings.HasPrefix(a.text, b.text) || strings.HasPrefix(b.text, a.text)), n*2 <= long && person.JaroWinkler(a.text, b.text) >= 0.88:
		return alike
	}
	return different
}

// dayMonth says that two dates of eight digits differ by day and month swapped.
func dayMonth(a, b string) bool {
	return len(a) == 8 && len(b) == 8 && a[:4] == b[:4] && a[4:6] == b[6:] && a[6:] == b[4:6]
}

// edits is how many letters were put in, left out, changed, or changed places; at
// most about half the longer word is counted.
func edits(a, b string) int {
	if len(a) > 63 || len(b) > 63 {
		a, b = a[:min(len(a), 63)], b[:min(len(b), 63)]
	}
	var rows [3][64]int
	for j := range len(b) + 1 {
		rows[1][j] = j
	}
	before, last, this := &rows[0], &rows[1], &rows[2]
	for i := range len(a) {
		this[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			n := min(last[j]+cost, last[j+1]+1, this[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				n = min(n, before[j-1]+1)
			}
			this[j+1] = n
		}
		before, last, this = last, this, before
	}
	return last[len(b)]
}

// weights are what was learned: the chance of each level when two rows are of one
// person, and when they are not.
type weights struct {
	m, u [maxColumns][levels]float64
	bits [maxColumns][levels]float64 // of m against u; of m alone for equal values
}

func (w *weights) weigh(columns int) {
	for c := range columns {
		for l := 1; l < levels; l++ {
			w.bits[c][l] = math.Log2(w.m[c][l] / w.u[c][l])
		}
		w.bits[c][same] = math.Log2(w.m[c][same])
	}
}

// learn takes the chances of strangers from random pairs of rows, and those of slips
// as shipped, or fitted by expectation and maximisation on the candidates.
func (t *table) learn(pairs []pair) *weights {
	w := &weights{}
	rng := rand.New(rand.NewPCG(t.opt.Seed, 7))
	n := len(t.rows)
	for c := range t.columns {
		for l := 1; l < levels; l++ {
			w.u[c][l] = 0.5
		}
	}
	for range strangers {
		a, b := rng.IntN(n), rng.IntN(n)
		if a == b {
			continue
		}
		p := pair{a: int32(min(a, b)), b: int32(max(a, b))}
		t.compare(&p)
		for c := range t.columns {
			w.u[c][p.levels[c]]++
		}
	}
	for c := range t.columns {
		total := 0.0
		for l := 1; l < levels; l++ {
			total += w.u[c][l]
		}
		for l := 1; l < levels; l++ {
			w.u[c][l] /= total
			w.m[c][l] = firstGuess[l]
		}
	}
	for round := 0; t.opt.Train && round < rounds; round++ {
		w.weigh(len(t.columns))
		var m [maxColumns][levels]float64
		for c := range t.columns {
			for l := 1; l < levels; l++ {
				m[c][l] = 4 * firstGuess[l]
			}
		}
		for i := range pairs {
			r := chance(w.score(t, pairs[i]))
			if r < 1e-4 {
				continue
			}
			for c := range t.columns {
				m[c][pairs[i].levels[c]] += r
			}
		}
		for c := range t.columns {
			total := 0.0
			for l := 1; l < levels; l++ {
				total += m[c][l]
			}
			for l := 1; l < levels; l++ {
				w.m[c][l] = m[c][l] / total
			}
		}
	}
	w.weigh(len(t.columns))
	return w
}

const (
	strangers = 20_000 // pairs taken at random
	rounds    = 10     // of fitting: it settles in fewer
)

// firstGuess is what is shipped: how often each level is seen between two rows of
// one person. From published experience with registers typed by hand.
var firstGuess = [levels]float64{same: 0.8, slip: 0.08, slips: 0.04, alike: 0.02, swapped: 0.01, different: 0.05}

func chance(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }

// score is the bits that two rows are of one person, with what is to be expected of
// any two rows. Equal values are weighed by how common they are.
func (w *weights) score(t *table, p pair) float64 {
	s := math.Log2(2 / float64(len(t.rows)))
	for c := range t.columns {
		l := p.levels[c]
		s += w.bits[c][l]
		if l == same {
			s += t.rows[p.a][c].bits
		}
	}
	return s
}
