package cincensus

import (
	"bytes"
	"fmt"
	"testing"
)

// invented is a generated census as a file.
func invented(t testing.TB, v Invented) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Generate(&out, v); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCleanCensusesRaiseNothing(t *testing.T) {
	for year := FirstYear; year <= lastYear; year++ {
		for number := range uint64(6) {
			t.Run(fmt.Sprintf("%d number %d", year, number), func(t *testing.T) {
				rep, err := Validate(bytes.NewReader(invented(t, Invented{Children: 1500, Number: number, Year: year})), Options{})
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range rep.Findings {
					t.Errorf("%s: child %s line %d: %s", f.Rule.Code, f.Child, f.Line(), f.Message())
				}
				for _, f := range rep.Faults {
					t.Errorf("line %d: %s", f.Line, f.Message())
				}
				if rep.Children != 1500 || rep.Year != year {
					t.Errorf("%d children of %d, want 1500 of %d", rep.Children, rep.Year, year)
				}
			})
		}
	}
}

func TestTheSameNumberGivesTheSameCensus(t *testing.T) {
	v := Invented{Children: 200, Number: 7, Errors: 0.2}
	one, two := invented(t, v), invented(t, v)
	if !bytes.Equal(one, two) {
		t.Error("two censuses of one number differ")
	}
	v.Number = 8
	if bytes.Equal(one, invented(t, v)) {
		t.Error("censuses of two numbers are the same")
	}
	v.Number, v.Children = 7, 100
	if short := invented(t, v); !bytes.HasPrefix(one, bytes.TrimSuffix(short, []byte(" </Children>\n</Message>\n"))) {
		t.Error("the first children depend on how many there are")
	}
}

func TestDirtyCensusesAreAsDirtyAsAsked(t *testing.T) {
	rep, err := Validate(bytes.NewReader(invented(t, Invented{Children: 5000, Number: 3, Errors: 0.1})), Options{})
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[string]bool{}
	for _, f := range rep.Findings {
		wrong[fmt.Sprint(f.Child, f.Line())] = true
	}
	errors, _ := rep.Totals()
	if errors < 500 || errors > 1500 {
		t.Errorf("%d errors among 5,000 children of which a tenth are spoiled", errors)
	}
}

func TestEverySpoilingIsFoundByItsRule(t *testing.T) {
	for i, s := range spoilings {
		t.Run(fmt.Sprint(i, " ", s.rule), func(t *testing.T) {
			v := Invented{Children: 1, Number: 11, Year: 2026}
			start, end := period(lastOfMarch(v.Year))
			var out bytes.Buffer
			w := NewWriter(&out, Header{Collection: Of("CIN"), Year: Of("2026"), ReferenceDate: On(end), LEA: Of("999")})
			before := v.child(99)
			w.Child(before)
			n := 100
			for c := v.child(n); !s.spoil(&inventor{year: v.Year, start: start, end: end}, c, n); c = v.child(n) {
				n++
			}
			c := v.child(n)
			s.spoil(&inventor{year: v.Year, start: start, end: end}, c, 100)
			w.Child(c)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			rep, err := Validate(bytes.NewReader(out.Bytes()), Options{Rules: []string{s.rule}})
			if err != nil {
				t.Fatal(err)
			}
			if len(rep.Findings)+len(rep.Faults) == 0 {
				t.Errorf("rule %s finds nothing in\n%s", s.rule, out.Bytes())
			}
		})
	}
}

func TestAnImpossibleCensusIsRefused(t *testing.T) {
	for _, v := range []Invented{{Children: 0}, {Children: -1}, {Children: 1, Errors: 2}, {Children: 1, Errors: -0.1}, {Children: 1, Year: 2021}, {Children: 1, Year: 2028}} {
		if err := Generate(&bytes.Buffer{}, v); err == nil {
			t.Errorf("%+v is not refused", v)
		}
	}
}
