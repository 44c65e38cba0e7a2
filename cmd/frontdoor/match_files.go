package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/matchfile"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
	"frontdoor/internal/register"
)

func readModel(path string) (*person.Model, error) {
	if path == "" {
		return person.DefaultModel(), nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the model: %w", err)
	}
	m, err := person.ReadModel(string(text))
	if err != nil {
		return nil, refusal.New(refusal.Invalid, fmt.Sprintf("%s: %v", path, err))
	}
	return m, nil
}

// days counts children by their day of birth.
type days map[civil.Date]int

// oddOnes is the share of children whose day of birth may be later than today by a slip.
const oddOnes = 2000

// today is the day that ages are counted on: the birth of the youngest children. A few
// who were born later by a slip are passed over.
func (d days) today() civil.Date {
	var all []civil.Date
	total := 0
	for day, n := range d {
		all = append(all, day)
		total += n
	}
	slices.SortFunc(all, func(a, b civil.Date) int { return b.Compare(a) })
	left := total / oddOnes
	for _, day := range all {
		if left -= d[day]; left < 0 {
			return day
		}
	}
	return civil.Date{}
}

// largeRegister is the number of children from which memory is collected more often,
// so that reading a register needs little more than keeping it.
const largeRegister = 500_000

// readRegister puts a register file in memory. Ages are counted on the day.
func readRegister(path string, model *person.Model, progress io.Writer) (*register.Register, civil.Date, error) {
	t, done, err := openTable(path, "person_id")
	if err != nil {
		return nil, civil.Date{}, err
	}
	defer done()
	step := bar(progress, "reading the register")
	born := days{}
	limit := now().Date()
	var failed error
	people := t.People(&failed, func(n int) {
		step(n, 0)
		if n == largeRegister {
			debug.SetGCPercent(10)
		}
	})
	reg := register.Build(model, func(yield func(person.Person) bool) {
		people(func(p person.Person) bool {
			if !p.Unborn && !p.Born.IsZero() && !p.Born.After(limit) {
				born[p.Born]++
			}
			return yield(p)
		})
	})
	if failed != nil {
		return nil, civil.Date{}, failed
	}
	if id, twice := reg.Twice(); twice {
		return nil, civil.Date{}, refusal.New(refusal.Invalid, fmt.Sprintf("%s has the person_id %q twice: give each row one of its own", path, id))
	}
	warn(progress, t)
	debug.FreeOSMemory()
	return reg, born.today(), nil
}

// readRelationships records the brothers and sisters of a file. Without a path there
// are none.
func readRelationships(path string, reg *register.Register, progress io.Writer) error {
	if path == "" {
		return nil
	}
	t, done, err := openTable(path, "person_id", "related_person_id")
	if err != nil {
		return err
	}
	defer done()
	var failed error
	read := 0
	known := reg.Relate(func(yield func(a, b string) bool) {
		t.Siblings(&failed)(func(a, b string) bool { read++; return yield(a, b) })
	})
	if failed == nil && known == 0 && read > 0 {
		return refusal.New(refusal.Invalid, fmt.Sprintf("%s relates nobody who is in the register: person_id must be the register's", path))
	}
	return failed
}

func warn(w io.Writer, t *matchfile.Table) {
	if text := t.Warning(); text != "" {
		fmt.Fprintln(w, "frontdoor:", text)
	}
}

func openTable(path string, need ...string) (*matchfile.Table, func(), error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", path, err)
	}
	t, err := matchfile.Open(path, bufio.NewReaderSize(f, 1<<20))
	if err == nil {
		err = t.Need(need...)
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return t, func() { _ = f.Close() }, nil
}

// csvOut writes a CSV file beside its place and puts it there when it is whole, so
// that nothing half-written is left. Without a path it writes nothing.
type csvOut struct {
	path string
	f    *os.File
	w    *csv.Writer
	err  error
}

func createCSV(path string, head ...string) (*csvOut, error) {
	if path == "" {
		return &csvOut{}, nil
	}
	f, err := os.Create(path + ".part")
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	o := &csvOut{path: path, f: f, w: csv.NewWriter(bufio.NewWriterSize(f, 1<<20))}
	o.row(head...)
	return o, nil
}

func (o *csvOut) row(fields ...string) {
	if o.w != nil && o.err == nil {
		o.err = o.w.Write(fields)
	}
}

// finish puts the file in its place when err is nil, and removes it otherwise.
func (o *csvOut) finish(err error) error {
	if o.f == nil {
		return err
	}
	if err == nil {
		o.w.Flush()
		err = errors.Join(o.err, o.w.Error())
	}
	if failed := o.f.Close(); err == nil && failed != nil {
		err = failed
	}
	if err == nil {
		err = os.Rename(o.path+".part", o.path)
	} else {
		_ = os.Remove(o.path + ".part")
	}
	o.f = nil
	return err
}
