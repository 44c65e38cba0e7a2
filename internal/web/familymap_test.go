package web

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// bells is a family with everything a map can show.
func bells() FamilyMap {
	return FamilyMap{ID: "map", Title: "Family of Ana Bell on 24 November 2026", Desc: "The table before it says the same in words.",
		People: []MapPerson{
			{ID: "ben", Name: "Ben Bell", Sub: "10", Shape: "square", Home: true},
			{ID: "ana", Name: "Ana Bell", Sub: "8", Shape: "circle", Self: true, Home: true},
			{ID: "half", Name: "Reuben Smith-Jones & Sons of Thornbury", Sub: "13", Shape: "square"},
			{ID: "baby", Name: "Unborn child Bell", Sub: "expected 2027-01-09", Shape: "triangle"},
			{ID: "mum", Name: "Rosa <Bell>", Sub: "age not known", Shape: "circle", Generation: 1, Home: true},
			{ID: "joe", Name: "Joe Hart", Sub: "34", Shape: "diamond", Generation: 1, Faint: true},
			{ID: "dad", Name: "Not known", Sub: "father", Shape: "square", Generation: 1, Faint: true},
			{ID: "gran", Name: "Nell Bell", Sub: "68", Shape: "circle", Generation: 2},
		},
		Lines: []MapLine{
			{A: "mum", B: "ana"}, {A: "mum", B: "ben"}, {A: "mum", B: "half", Thought: true}, {A: "mum", B: "baby"}, {A: "dad", B: "ana", Faint: true},
			{A: "gran", B: "mum"}, {A: "gran", B: "ana", Thought: true}, {A: "mum", B: "joe", Across: true, Faint: true}, {A: "ben", B: "half", Across: true, Thought: true},
		}}
}

func TestFamilyMap(t *testing.T) { drawn(t, "familymap", string(bells().SVG())+"\n", "<Bell>") }

// drawn holds an image to its golden copy, and to having nothing in it that the content
// policy forbids or that was not escaped.
func drawn(t *testing.T, name, got string, unescaped string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed; if that is meant, run with -update\ngot:\n%s", name, got)
	}
	for _, no := range []string{"style=", "<script", "class=\"\"", unescaped} {
		if strings.Contains(got, no) {
			t.Errorf("%s has %q in it", name, no)
		}
	}
}

// TestAnyFamilyMapIsWellFormed draws families at random: the image is well-formed,
// everybody is in it once, and no two stand in one place.
func TestAnyFamilyMapIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 24).Draw(t, "people")
		m := FamilyMap{ID: "m", Title: rapid.StringMatching(`[ -~ÉéŁ]{0,40}`).Draw(t, "title")}
		for i := range n {
			m.People = append(m.People, MapPerson{ID: fmt.Sprint(i), Name: fmt.Sprintf("N%dz", i), Sub: rapid.StringMatching(`[ -~]{0,30}`).Draw(t, "sub"),
				Generation: rapid.IntRange(-1, 2).Draw(t, "generation"), Shape: rapid.SampledFrom([]string{"square", "circle", "triangle", ""}).Draw(t, "shape"),
				Self: i == 0, Home: rapid.Bool().Draw(t, "home"), Lost: rapid.Bool().Draw(t, "lost")})
		}
		for range rapid.IntRange(0, 40).Draw(t, "lines") {
			m.Lines = append(m.Lines, MapLine{A: fmt.Sprint(rapid.IntRange(0, n).Draw(t, "a")), B: fmt.Sprint(rapid.IntRange(0, n).Draw(t, "b")),
				Across: rapid.Bool().Draw(t, "across"), Thought: rapid.Bool().Draw(t, "thought"), Faint: rapid.Bool().Draw(t, "faint")})
		}
		svg := string(m.SVG())
		dec := xml.NewDecoder(strings.NewReader(svg))
		for {
			if _, err := dec.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%v in %s", err, svg)
			}
		}
		for i := range n {
			if strings.Count(svg, fmt.Sprintf(">N%dz<", i)) != 1 {
				t.Fatalf("person %d is not there once", i)
			}
		}
	})
}
