package cincensus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
)

// BenchmarkValidate checks dirty censuses of growing size; the steps below it say
// where the time goes.
func BenchmarkValidate(b *testing.B) {
	for _, n := range []int{300, 10000} {
		file := invented(b, Invented{Children: n, Number: 1, Errors: 0.05})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				if _, err := Validate(bytes.NewReader(file), Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSteps adds one step after another: the bytes, their characters, XML, the
// children, the structure, the rules.
func BenchmarkSteps(b *testing.B) {
	file := invented(b, Invented{Children: 3000, Number: 1, Errors: 0.05})
	steps := []struct {
		name string
		do   func() error
	}{
		{"1 bytes", func() error { _, err := io.Copy(io.Discard, struct{ io.Reader }{bytes.NewReader(file)}); return err }},
		{"2 characters", func() error {
			d, err := newDecoder(bytes.NewReader(file))
			if err != nil {
				return err
			}
			buf := make([]byte, block)
			for {
				d.mark = d.given
				if _, err := d.Read(buf); errors.Is(err, io.EOF) {
					return nil
				} else if err != nil {
					return err
				}
			}
		}},
		{"3 XML", func() error {
			r, err := NewReader(bytes.NewReader(file), 0)
			if err != nil {
				return err
			}
			for {
				r.dec.mark = r.dec.given
				if _, err := r.xml.Token(); errors.Is(err, io.EOF) {
					return nil
				} else if err != nil {
					return err
				}
			}
		}},
		{"4 children", func() error { return readThrough(file, nil) }},
		{"5 structure", func() error { return readThrough(file, func(Fault) {}) }},
		{"6 rules", func() error { _, err := Validate(bytes.NewReader(file), Options{}); return err }},
	}
	for _, s := range steps {
		b.Run(s.name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				if err := s.do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func readThrough(file []byte, faults func(Fault)) error {
	r, err := NewReader(bytes.NewReader(file), 0)
	if err != nil {
		return err
	}
	r.faults = faults
	for {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
