package register

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// table finds rows by key. Keys lie in buckets by their first bits; of the rest 16
// bits are kept beside each row, so that an entry is six bytes.
type table struct {
	shift  uint
	starts []uint32
	rows   []uint32
	tags   []uint16
}

// The number of buckets is between these powers of two: 16 bits of bucket and 16 of
// tag are a whole key.
const (
	fewestBuckets = 16
	mostBuckets   = 24
)

// find lists the rows with a key.
func (t *table) find(key uint32) []uint32 {
	if len(t.rows) == 0 {
		return nil
	}
	b := key >> t.shift
	start, end := t.starts[b], t.starts[b+1]
	tags, tag := t.tags[start:end], uint16(key)
	from := 0
	if len(tags) > 16 {
		from, _ = slices.BinarySearch(tags, tag)
	}
	for from < len(tags) && tags[from] < tag {
		from++
	}
	to := from
	if len(tags)-from > 64 && tag < 1<<16-1 {
		to, _ = slices.BinarySearch(tags, tag+1)
	}
	for to < len(tags) && tags[to] == tag {
		to++
	}
	return t.rows[start+uint32(from) : start+uint32(to)]
}

// keyed gives keys and rows to yield; it is asked twice.
type keyed func(yield func(key, row uint32))

// newTable makes a table of about so many people, each part in its own goroutine. It
// counts, places and sorts, so that it needs no second copy.
func newTable(people int, parts []keyed) *table {
	n := uint(fewestBuckets)
	for 1<<n < people && n < mostBuckets {
		n++
	}
	t := &table{shift: 32 - n, starts: make([]uint32, 1<<n+2)}
	together(parts, func(p keyed) {
		p(func(key, _ uint32) { atomic.AddUint32(&t.starts[key>>t.shift+2], 1) })
	})
	for i := 2; i < len(t.starts); i++ {
		t.starts[i] += t.starts[i-1]
	}
	total := t.starts[len(t.starts)-1]
	t.rows, t.tags = make([]uint32, total), make([]uint16, total)
	together(parts, func(p keyed) {
		p(func(key, row uint32) {
			at := atomic.AddUint32(&t.starts[key>>t.shift+1], 1) - 1
			t.rows[at], t.tags[at] = row, uint16(key)
		})
	})
	together(ranges(1<<n), func(r [2]int) {
		var buf []uint64
		for b := r[0]; b < r[1]; b++ {
			from, to := t.starts[b], t.starts[b+1]
			buf = buf[:0]
			for i := from; i < to; i++ {
				buf = append(buf, uint64(t.tags[i])<<32|uint64(t.rows[i]))
			}
			slices.Sort(buf)
			for i, x := range buf {
				t.rows[from+uint32(i)], t.tags[from+uint32(i)] = uint32(x), uint16(x>>32)
			}
		}
	})
	return t
}

// part gives a range of the table's buckets as keys and rows, without some rows.
func (t *table) part(buckets [2]int, without map[uint32]bool) keyed {
	return func(yield func(key, row uint32)) {
		for b := buckets[0]; b < buckets[1]; b++ {
			for i := t.starts[b]; i < t.starts[b+1]; i++ {
				if !without[t.rows[i]] {
					yield(uint32(b)<<t.shift|uint32(t.tags[i])&(1<<t.shift-1), t.rows[i])
				}
			}
		}
	}
}

// ranges shares 0 to n out over the processors.
func ranges(n int) [][2]int {
	parts := runtime.GOMAXPROCS(0)
	out := make([][2]int, parts)
	for p := range out {
		out[p] = [2]int{n * p / parts, n * (p + 1) / parts}
	}
	return out
}

func together[T any](parts []T, do func(T)) {
	var wg sync.WaitGroup
	for _, p := range parts {
		wg.Go(func() { do(p) })
	}
	wg.Wait()
}
