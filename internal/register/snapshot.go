package register

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"

	"frontdoor/internal/person"
)

// ErrStale says that a snapshot was made by another version of the matcher, or is
// not whole: the register is then built from the record.
var ErrStale = errors.New("the snapshot is of another version or is not whole")

// Snapshot writes the register for a warm start. reached says how far of the record
// it holds, in the caller's own words; Load gives it back. Questions and changes wait
// only while it is copied in memory.
//
// It is the format, reached, the words, the ids, the rows, the recorded brothers and
// sisters, and the SHA-256 of all that. What finds rows is built again by Load: that
// is as fast as reading it.
func (r *Register) Snapshot(w io.Writer, reached string) error {
	sum := sha256.New()
	out := io.MultiWriter(w, sum)
	if _, err := out.Write(r.dump(reached)); err != nil {
		return fmt.Errorf("write the snapshot: %w", err)
	}
	if _, err := w.Write(sum.Sum(nil)); err != nil {
		return fmt.Errorf("write the snapshot: %w", err)
	}
	return nil
}

func (r *Register) dump(reached string) []byte {
	r.mu.RLock()
	defer r.mu.RUnlock()
	b := make([]byte, 0, r.rows.n*(person.CompactSize+24)+1<<16)
	b = text(text(b, person.Format), reached)
	b = r.words.Append(b)
	b = binary.AppendUvarint(b, uint64(r.people()))
	at := make([]uint32, r.rows.n) // rows without those that are gone
	n := uint32(0)
	for row := range uint32(r.rows.n) {
		at[row] = n
		if !r.gone[row] {
			b = text(b, r.ids.at(row))
			b = r.rows.at(row).Append(b)
			n++
		}
	}
	for row := range uint32(r.rows.n) {
		for _, other := range r.kin.of(row) {
			if row < other && !r.gone[row] && !r.gone[other] {
				b = binary.AppendUvarint(b, uint64(at[row])+1)
				b = binary.AppendUvarint(b, uint64(at[other])+1)
			}
		}
	}
	return binary.AppendUvarint(b, 0)
}

func text(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// Load reads a register that Snapshot wrote, and how far it reached. Anything else,
// and one of another format, is ErrStale.
func Load(in io.Reader, model *person.Model) (*Register, string, error) {
	f := &snapshotReader{r: bufio.NewReaderSize(in, 1<<20), sum: sha256.New()}
	if format := f.text(); f.err != nil || format != person.Format {
		return nil, "", ErrStale
	}
	reached := f.text()
	r := empty(model)
	if f.err == nil {
		r.words, f.err = person.ReadWords(f)
	}
	n := f.number()
	buf := make([]byte, person.CompactSize)
	for row := uint64(0); row < n && f.err == nil; row++ {
		r.ids.add(f.text())
		r.rows.grow(int(row) + 1)
		if _, f.err = io.ReadFull(f, buf); f.err == nil {
			f.err = r.rows.at(uint32(row)).Read(buf, r.words)
		}
	}
	var pairs [][2]uint32
	for f.err == nil {
		a := f.number()
		if a == 0 {
			break
		}
		b := f.number()
		if a > n || b == 0 || b > n {
			return nil, "", ErrStale
		}
		pairs = append(pairs, [2]uint32{uint32(a - 1), uint32(b - 1)})
	}
	f.check()
	if f.err != nil {
		return nil, "", fmt.Errorf("%w: %v", ErrStale, f.err)
	}
	r.index()
	r.Relate(func(yield func(string, string) bool) {
		for _, p := range pairs {
			if !yield(r.ids.at(p[0]), r.ids.at(p[1])) {
				return
			}
		}
	})
	return r, reached, nil
}

// snapshotReader reads a snapshot's parts and sums them; it remembers its first fault.
type snapshotReader struct {
	r   *bufio.Reader
	sum hash.Hash
	err error
}

func (f *snapshotReader) Read(b []byte) (int, error) {
	n, err := f.r.Read(b)
	f.sum.Write(b[:n])
	return n, err
}

func (f *snapshotReader) ReadByte() (byte, error) {
	b, err := f.r.ReadByte()
	if err == nil {
		f.sum.Write([]byte{b})
	}
	return b, err
}

func (f *snapshotReader) number() uint64 {
	if f.err != nil {
		return 0
	}
	var n uint64
	n, f.err = binary.ReadUvarint(f)
	return n
}

func (f *snapshotReader) text() string {
	n := f.number()
	if n > 1<<16 && f.err == nil {
		f.err = fmt.Errorf("a text of %d bytes", n)
	}
	if f.err != nil {
		return ""
	}
	b := make([]byte, n)
	_, f.err = io.ReadFull(f, b)
	return string(b)
}

// check compares the sum at the end with what was read.
func (f *snapshotReader) check() {
	if f.err != nil {
		return
	}
	got := f.sum.Sum(nil)
	want := make([]byte, len(got))
	if _, f.err = io.ReadFull(f.r, want); f.err == nil && !bytes.Equal(got, want) {
		f.err = errors.New("it was changed")
	}
}
