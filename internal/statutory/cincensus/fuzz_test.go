package cincensus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"frontdoor/internal/refusal"
)

// FuzzValidate gives any bytes to the whole of it: it must answer with a report or a
// refusal, and every format must be able to write the report.
func FuzzValidate(f *testing.F) {
	files, err := filepath.Glob("testdata/samples/*.xml")
	if err != nil || len(files) == 0 {
		f.Fatal("no samples", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, uint8(0))
	}
	f.Add(invented(f, Invented{Children: 3, Number: 1, Errors: 1}), uint8(3))
	f.Add([]byte(census(smallChild)), uint8(9))
	f.Add([]byte("\xff\xfe<\x00M\x00"), uint8(0))
	f.Add([]byte(`<?xml version="1.0" encoding="latin1"?><Message/>`), uint8(0))
	f.Fuzz(func(t *testing.T, file []byte, how uint8) {
		o := Options{Mode: []Mode{Spec, Reference}[how%2]}
		if y := int(how/2) % 8; y > 0 && y < 7 {
			o.Year = FirstYear + y - 1
		}
		rep, err := Validate(bytes.NewReader(file), o)
		if err != nil {
			if refusal.KindOf(err) == refusal.Fault {
				t.Fatalf("%v is a fault, not an answer for people", err)
			}
			return
		}
		sensible(t, rep)
		for _, write := range []func() error{
			func() error { return rep.WriteJSON(io.Discard, Summary{File: "x"}) },
			func() error { return rep.WriteCSV(io.Discard) },
			func() error { return rep.WriteText(io.Discard, Summary{File: "x"}) },
			func() error { return rep.WriteHTML(io.Discard, Summary{File: "x"}) },
		} {
			if err := write(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// sensible holds what every report must be.
func sensible(t *testing.T, rep *Report) {
	t.Helper()
	for _, f := range rep.Findings {
		if f.Message() == "" || f.Rule.Level == RowLevel && len(f.Places) == 0 {
			t.Fatalf("%s finds %+v", f.Rule.Code, f)
		}
		for _, p := range f.Places {
			if p.Row < 0 || p.Line < 0 || len(p.Fields) == 0 || len(p.Fields) != len(p.Values) || p.Table == NoTable {
				t.Fatalf("%s points at %+v", f.Rule.Code, p)
			}
		}
	}
	for _, f := range rep.Faults {
		if f.Message() == "" || f.Line < 1 {
			t.Fatalf("fault %+v", f)
		}
	}
}

// FuzzRules gives every rule a child with groups that are missing, malformed,
// duplicated, out of order and empty, in every year and both modes.
func FuzzRules(f *testing.F) {
	f.Add(uint64(1), []byte{1, 2, 3, 4, 5, 6, 7, 8})
	f.Add(uint64(2), []byte{})
	f.Add(uint64(3), bytes.Repeat([]byte{200, 13, 77}, 60))
	f.Fuzz(func(t *testing.T, number uint64, wishes []byte) {
		for year := FirstYear; year <= lastYear; year++ {
			for _, mode := range []Mode{Spec, Reference} {
				v := Invented{Children: 1, Number: number, Year: year}
				children := []*Child{v.child(0), goodChild(), v.child(1)}
				m := &mangler{wishes: wishes}
				for _, c := range children {
					m.child(c)
				}
				h := &Header{Year: m.text(Of(fmt.Sprint(year))), ReferenceDate: m.date(On(lastOfMarch(year)))}
				sensible(t, &Report{Findings: check(year, mode, h, Rules(year), children)})
			}
		}
	})
}

// mangler spoils a child as the fuzzer's bytes wish.
type mangler struct {
	wishes []byte
	at     int
}

func (m *mangler) wish() byte {
	if len(m.wishes) == 0 {
		return 255
	}
	m.at++
	return m.wishes[(m.at-1)%len(m.wishes)]
}

func (m *mangler) text(t Text) Text {
	odd := []string{"", "x", "0", "1", "TRUE", "NONE", "RC8", "UN7", "21", "18A", "A123456789123", "é", "-1", "99999999999999999999", "0000-00-00", "2026-03-31"}
	if w := m.wish(); int(w) < len(odd) {
		return Of(odd[w])
	}
	return t
}

func (m *mangler) date(d Date) Date {
	switch w := m.wish(); {
	case w < 20:
		return Date{}
	case w < 30:
		return day("31/03/2026")
	case w < 40:
		return day("0001-01-01")
	case w < 50:
		return day("9999-12-31")
	case w < 90 && d.Known():
		return On(d.Day.AddDays(int(w) - 70))
	}
	return d
}

// groups takes out, empties, doubles and turns round groups.
func mangle[T any](m *mangler, list []*T, each func(*T)) []*T {
	for _, g := range list {
		each(g)
	}
	switch w := m.wish(); {
	case w < 15:
		return nil
	case w < 30:
		return append(list, new(T))
	case w < 50 && len(list) > 0:
		return append(list, list[0])
	case w < 60:
		slices.Reverse(list)
	}
	return list
}

func (m *mangler) child(c *Child) {
	i := &c.Identifiers
	i.LAchildID, i.UPN, i.FormerUPN, i.UPNunknown = m.text(i.LAchildID), m.text(i.UPN), m.text(i.FormerUPN), m.text(i.UPNunknown)
	i.GenderCurrent, i.Sex = m.text(i.GenderCurrent), m.text(i.Sex)
	c.Characteristics.Ethnicity = m.text(c.Characteristics.Ethnicity)
	for n := range c.Characteristics.Disabilities {
		c.Characteristics.Disabilities[n].Code = m.text(c.Characteristics.Disabilities[n].Code)
	}
	if m.wish() < 40 {
		c.Characteristics.Disabilities = append(c.Characteristics.Disabilities, Disability{}, Disability{Code: Of("NONE")})
	}
	for _, d := range c.dates() {
		*d = m.date(*d)
	}
	c.Episodes = mangle(m, c.Episodes, m.episode)
}

func (m *mangler) episode(e *CINdetails) {
	e.ReferralSource, e.PrimaryNeedCode, e.ReasonForClosure, e.ReferralNFA = m.text(e.ReferralSource), m.text(e.PrimaryNeedCode), m.text(e.ReasonForClosure), m.text(e.ReferralNFA)
	e.Assessments = mangle(m, e.Assessments, func(a *Assessment) {
		for n := range a.Factors {
			a.Factors[n] = m.text(a.Factors[n])
		}
		if m.wish() < 30 {
			a.Factors = append(a.Factors, Text{}, Of("21"), Of("21"))
		}
	})
	e.CINPlans = mangle(m, e.CINPlans, func(*CINPlan) {})
	e.Section47s = mangle(m, e.Section47s, func(s *Section47) { s.ICPCnotRequired = m.text(s.ICPCnotRequired) })
	e.ProtectionPlans = mangle(m, e.ProtectionPlans, func(p *ProtectionPlan) {
		p.InitialCategoryOfAbuse, p.LatestCategoryOfAbuse, p.NumberOfPreviousCPP = m.text(p.InitialCategoryOfAbuse), m.text(p.LatestCategoryOfAbuse), m.text(p.NumberOfPreviousCPP)
		p.Reviews = mangle(m, p.Reviews, func(g *Reviews) {
			if m.wish() < 40 {
				g.Dates = nil
			}
		})
	})
	e.PreProceedings = mangle(m, e.PreProceedings, func(x *PreProceedings) {
		x.FGDMMeetingOffer, x.FGDMMeetingFac, x.PPOutcome, x.ReviewMeetingsCount = m.text(x.FGDMMeetingOffer), m.text(x.FGDMMeetingFac), m.text(x.PPOutcome), m.text(x.ReviewMeetingsCount)
	})
}

// What the writer writes, the reader reads.
func FuzzWrittenIsRead(f *testing.F) {
	f.Add(uint64(1), uint16(3), 2026)
	f.Fuzz(func(t *testing.T, number uint64, n uint16, year int) {
		if year < FirstYear || year > lastYear {
			return
		}
		v := Invented{Children: 1, Number: number, Year: year, Errors: 0.5}
		c := v.child(int(n))
		var first, second bytes.Buffer
		w := NewWriter(&first, Header{Year: Of(fmt.Sprint(year))})
		w.Child(c)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := NewReader(bytes.NewReader(first.Bytes()), 0)
		if err != nil {
			t.Fatal(err)
		}
		read, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("after the child: %v", err)
		}
		w = NewWriter(&second, *r.Header())
		w.Child(read)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("written\n%s\nread and written again\n%s", first.Bytes(), second.Bytes())
		}
	})
}
