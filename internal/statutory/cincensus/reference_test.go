package cincensus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// referenceResults are what the reference validator reports for a sample.
type referenceResults struct {
	File    string
	Results []struct {
		Ruleset   string
		TableRows map[string]int `json:"table_rows"`
		Rules     []struct {
			Code    string
			Type    string
			Cells   [][3]any
			LALevel bool `json:"la_level"`
		}
	}
}

// rulesets are the reference's names of the censuses.
var rulesets = map[string]int{"cin2022_23": 2023, "cin2023_24": 2024, "cin2024_25": 2025, "cin2025_26": 2026}

func TestReferenceModeEqualsTheReferenceCellByCell(t *testing.T) {
	eachReferenceResult(t, func(t *testing.T, file string, year int, want map[string]string) {
		got := found(t, file, year, Reference)
		for code, cells := range want {
			if got[code] != cells {
				t.Errorf("rule %s flags %q, the reference %q", code, got[code], cells)
			}
		}
		for code, cells := range got {
			if want[code] == "" {
				t.Errorf("rule %s flags %q, the reference nothing", code, cells)
			}
		}
	})
}

// found is what a mode finds in a sample: severity and cells by rule.
func found(t *testing.T, file string, year int, mode Mode) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata/samples", file))
	if err != nil {
		t.Fatal(err)
	}
	rep, err := Validate(bytes.NewReader(text), Options{Year: year, Mode: mode})
	if err != nil {
		t.Fatal(err)
	}
	byRule := map[string][]Finding{}
	for _, f := range rep.Findings {
		byRule[f.Rule.Code] = append(byRule[f.Rule.Code], f)
	}
	out := map[string]string{}
	for code, list := range byRule {
		out[code] = string(list[0].Severity()) + " " + cells(list)
	}
	return out
}

func eachReferenceResult(t *testing.T, do func(t *testing.T, file string, year int, want map[string]string)) {
	t.Helper()
	files, err := filepath.Glob("testdata/reference-results/*.json")
	if err != nil || len(files) != 9 {
		t.Fatalf("%d files of reference results (%v), want 9", len(files), err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var ref referenceResults
		if err := json.Unmarshal(text, &ref); err != nil {
			t.Fatal(err)
		}
		if len(ref.Results) != len(rulesets) {
			t.Fatalf("%s has %d rulesets, want %d", path, len(ref.Results), len(rulesets))
		}
		for _, res := range ref.Results {
			t.Run(ref.File+" "+res.Ruleset, func(t *testing.T) {
				want := map[string]string{}
				for _, r := range res.Rules {
					list := []string{}
					for _, c := range r.Cells {
						list = append(list, fmt.Sprintf("%v.%v.%v", c[0], c[1], c[2]))
					}
					if r.LALevel {
						list = append(list, "LA")
					}
					slices.Sort(list)
					want[r.Code] = strings.ToLower(r.Type) + " " + strings.Join(list, " ")
				}
				do(t, ref.File, rulesets[res.Ruleset], want)
			})
		}
	}
}
