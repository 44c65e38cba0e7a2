package cincensus

import (
	"encoding/csv"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestTheCatalogueIsWhole(t *testing.T) {
	if len(catalogue) != 121 {
		t.Errorf("%d rules, want 121", len(catalogue))
	}
	for year, want := range map[int]int{2022: 105, 2023: 105, 2024: 105, 2025: 109, 2026: 109, 2027: 121} {
		if got := len(Rules(year)); got != want {
			t.Errorf("the %d census has %d rules, want %d", year, got, want)
		}
	}
	seen := map[string]bool{}
	for _, r := range catalogue {
		if seen[r.Code] {
			t.Errorf("rule %s is there twice", r.Code)
		}
		seen[r.Code] = true
		if r.Title == "" || r.Fails == "" || r.Mend == "" || r.Fields == "" || r.Module == NoTable {
			t.Errorf("rule %s is not described: %+v", r.Code, r)
		}
		if (r.Severity == Query) != strings.HasSuffix(r.Code, "Q") {
			t.Errorf("rule %s is a %s", r.Code, r.Severity)
		}
		kinds := one(r.child != nil) + one(r.episode != nil) + one(r.whole != nil)
		if kinds != 1 {
			t.Errorf("rule %s looks in %d ways, want 1", r.Code, kinds)
		}
		if strings.HasSuffix(r.Title, ".") || !strings.HasSuffix(r.Mend, ".") {
			t.Errorf("rule %s: a title has no full stop, a sentence has: %q, %q", r.Code, r.Title, r.Mend)
		}
	}
}

func TestEveryRuleHasItsFileAndTest(t *testing.T) {
	for _, r := range catalogue {
		for _, suffix := range []string{".go", "_test.go"} {
			name := "rule_" + strings.ToLower(r.Code) + suffix
			text, err := os.ReadFile(name)
			if err != nil {
				t.Error(err)
				continue
			}
			if !strings.Contains(string(text), "ule"+r.Code) {
				t.Errorf("%s does not hold rule %s", name, r.Code)
			}
		}
	}
}

// A sentence names only fields that the rule's places can have.
func TestSentencesNameRealFields(t *testing.T) {
	fields := map[string]bool{}
	var walk func(*element)
	walk = func(e *element) {
		fields[e.name] = true
		for _, p := range e.parts {
			walk(p)
		}
	}
	walk(schema())
	for _, r := range catalogue {
		for _, m := range regexp.MustCompile(`\{([^}]*)\}`).FindAllStringSubmatch(r.Mend, -1) {
			for _, name := range strings.Split(m[1], "|") {
				if _, after, ok := strings.Cut(name, "."); ok {
					name = after
				}
				if !fields[name] {
					t.Errorf("rule %s names %s, which is no element", r.Code, name)
				}
			}
		}
	}
}

func TestCodeSetsAreRead(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(codesetsCSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, set := range codes() {
		n += len(set)
	}
	if n != len(rows)-1 || n != 140 {
		t.Errorf("%d codes of %d rows, want 140", n, len(rows)-1)
	}
	tests := []struct {
		set, code string
		year      int
		want      bool
	}{
		{closureReasons, "RC9", 2022, false}, {closureReasons, "RC9", 2023, true}, {referralSources, "5D", 2022, false}, {referralSources, "5D", 2023, true},
		{genders, "9", 2024, true}, {genders, "9", 2025, false}, {sexes, "M", 2024, false}, {sexes, "M", 2025, true},
		{assessmentFactor, "18A", 2022, false}, {assessmentFactor, "18A", 2026, true}, {assessmentFactor, "8A", 2026, false}, {ppOutcomes, "A", 2026, false}, {ppOutcomes, "A", 2027, true},
	}
	for _, tt := range tests {
		if got := codeIn(tt.set, tt.code, tt.year); got != tt.want {
			t.Errorf("%s %s in %d: %v, want %v", tt.set, tt.code, tt.year, got, tt.want)
		}
	}
	if !slices.ContainsFunc(catalogue, func(r *Rule) bool { return r.Code == "8896" }) {
		t.Error("no rule 8896")
	}
	if r, ok := RuleOf("8897"); !ok || r.Code != "8897Q" {
		t.Errorf("8897 finds %v", r)
	}
}
