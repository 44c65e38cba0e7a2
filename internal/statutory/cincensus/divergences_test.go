package cincensus

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// divergences are the rules with a row in docs/returns/divergences.md.
func divergences(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../../../docs/returns/divergences.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rules, _ := strings.Cut(string(text), "## Rules")
	rules, _, _ = strings.Cut(rules, "\n## ")
	out := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+Q?) \|`).FindAllStringSubmatch(rules, -1) {
		out[m[1]] = true
	}
	return out
}

func TestEveryDifferenceOfTheModesHasARow(t *testing.T) {
	listed := divergences(t)
	if len(listed) < 20 {
		t.Fatalf("%d rules are listed: the test looks in the wrong place", len(listed))
	}
	eachReferenceResult(t, func(t *testing.T, file string, year int, want map[string]string) {
		got := found(t, file, year, Spec)
		for _, r := range Rules(year) {
			if got[r.Code] != want[r.Code] && !listed[r.Code] {
				t.Errorf("rule %s flags %q and the reference %q, and the page does not say why", r.Code, got[r.Code], want[r.Code])
			}
		}
	})
	for _, r := range catalogue {
		source, err := os.ReadFile("rule_" + strings.ToLower(r.Code) + ".go")
		if err != nil {
			t.Fatal(err)
		}
		differs := regexp.MustCompile(`r\.reference|r\.offset\(|oldFactor\(`).Match(source)
		if differs && !listed[r.Code] {
			t.Errorf("rule %s reads differently in the two modes and has no row", r.Code)
		}
	}
}
