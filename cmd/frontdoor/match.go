package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/matchfile"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
	"frontdoor/internal/register"
)

type matchCmd struct {
	Link   matchLinkCmd   `cmd:"" help:"Find who each contact is about in a register."`
	Dedupe matchDedupeCmd `cmd:"" help:"Find the rows of a table that are of one person."`
	Pair   matchPairCmd   `cmd:"" help:"Find the rows of two tables that are of one person."`
}

type matchLinkCmd struct {
	Register      string `required:"" type:"existingfile" help:"The register of children, CSV." placeholder:"FILE"`
	Contacts      string `required:"" type:"existingfile" help:"The contacts, CSV." placeholder:"FILE"`
	Out           string `required:"" help:"Where to write the candidates, CSV." placeholder:"FILE"`
	Relationships string `type:"existingfile" help:"Recorded relationships, CSV." placeholder:"FILE"`
	Latency       string `help:"Where to write how long each contact took, CSV." placeholder:"FILE"`
	Model         string `type:"existingfile" help:"Weights to use in place of those shipped." placeholder:"FILE"`
}

// mostCandidates is how many candidates are written for a contact.
const mostCandidates = 10

// Run links contacts with a register on one thread.
func (c matchLinkCmd) Run(ctx context.Context, s *settings, io streams) error {
	model, err := readModel(c.Model)
	if err != nil {
		return err
	}
	reg, today, err := readRegister(c.Register, model, io.err)
	if err != nil {
		return err
	}
	in, closeIn, err := openTable(c.Contacts, "contact_id")
	if err != nil {
		return err
	}
	defer closeIn()
	out, err := createCSV(c.Out, "contact_id", "person_id", "score", "band")
	if err != nil {
		return err
	}
	latency, err := createCSV(c.Latency, "contact_id", "micros")
	if err != nil {
		return err
	}
	step := bar(io.err, "matching contacts")
	for n := 1; ; n++ {
		more, err := in.Next()
		if err != nil {
			return errors.Join(err, out.abandon(), latency.abandon())
		}
		if !more {
			break
		}
		id, said := in.Of("contact_id"), in.Described(today)
		begun := time.Now()
		found := reg.Find(said, mostCandidates)
		took := time.Since(begun)
		latency.row(id, strconv.FormatFloat(float64(took.Nanoseconds())/1000, 'f', 1, 64))
		for _, h := range found.Hits {
			out.row(id, h.ID, strconv.FormatFloat(h.Chance, 'g', 9, 64), bandWord(h.Band))
		}
		if n%1000 == 0 {
			step(n, 0)
			if err := ctx.Err(); err != nil {
				return errors.Join(err, out.abandon(), latency.abandon())
			}
		}
	}
	return errors.Join(out.finish(), latency.finish())
}

func bandWord(b person.Band) string {
	switch b {
	case person.Certain:
		return "certain"
	case person.Review, person.FamilyOnly:
		return "review"
	}
	return "no"
}

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

// readRegister puts a register file in memory. The day is that of the youngest child:
// ages that were said are counted on it.
func readRegister(path string, model *person.Model, progress io.Writer) (*register.Register, civil.Date, error) {
	var today civil.Date
	t, done, err := openTable(path, "person_id")
	if err != nil {
		return nil, today, err
	}
	defer done()
	step := bar(progress, "reading the register")
	var failed error
	limit := now().Date()
	people := t.People(&failed, func(n int) { step(n, 0) })
	reg := register.Build(model, func(yield func(person.Person) bool) {
		people(func(p person.Person) bool {
			if !p.Unborn && p.Born.After(today) && !p.Born.After(limit) {
				today = p.Born
			}
			return yield(p)
		})
	})
	debug.FreeOSMemory()
	return reg, today, failed
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

func (o *csvOut) finish() error {
	if o.w == nil {
		return nil
	}
	o.w.Flush()
	if err := errors.Join(o.err, o.w.Error(), o.f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", o.path, err)
	}
	return os.Rename(o.path+".part", o.path)
}

func (o *csvOut) abandon() error {
	if o.f == nil {
		return nil
	}
	return errors.Join(o.f.Close(), os.Remove(o.path+".part"))
}
