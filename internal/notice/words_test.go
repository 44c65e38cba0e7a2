package notice

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryKindHasWords looks for the kinds that rules and doors send.
func TestEveryKindHasWords(t *testing.T) {
	sent := regexp.MustCompile(`Kind: +"([a-z-]+)", To:`)
	n := 0
	for _, folder := range []string{"../pathway", "../partner/school", "../desk/contacts", "../desk/allocations"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range sent.FindAllStringSubmatch(string(b), -1) {
				n++
				if kinds[m[1]].Subject == "" || kinds[m[1]].Body == "" {
					t.Errorf("%s sends %q, which has no words", f, m[1])
				}
			}
		}
	}
	if n < 5 {
		t.Errorf("only %d kinds found: the test looks in the wrong place", n)
	}
}

func TestNoticesSayNothingOfAChild(t *testing.T) {
	for kind, w := range kinds {
		for _, word := range []string{"{name", "{child", "protection", "abuse", "address", "school"} {
			if strings.Contains(strings.ToLower(w.Subject+w.Body), word) {
				t.Errorf("notice %s says %q", kind, word)
			}
		}
	}
}
