package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	backticked = regexp.MustCompile("`([^`]+)`")
	testFunc   = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
)

// TestTheTableOfFindingsNamesWhatExists holds docs/findings.md to the program: it has a
// row for each of the findings that working with partners answers, in their order; every
// story, test and page that it names exists; and a row without evidence says that it is
// not built.
func TestTheTableOfFindingsNamesWhatExists(t *testing.T) {
	text, err := os.ReadFile("../../docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, pages := testsOf(t), []string{}
	srv, _, _ := house(t)
	for _, r := range srv.Routes() {
		if path, ok := strings.CutPrefix(r.Pattern, "GET "); ok {
			pages = append(pages, path)
		}
	}
	want := []int{57, 58, 76, 132, 135, 139}
	for n := 35; n >= 1; n-- {
		want = append([]int{n}, want...)
	}
	got := []int{}
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 7 {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(cells[1]))
		if err != nil {
			continue // the head of the table
		}
		got = append(got, n)
		shown := backticked.FindAllStringSubmatch(cells[5], -1)
		if unbuilt := strings.Contains(cells[3], "Not built yet"); unbuilt != (len(shown) == 0) {
			t.Errorf("row %d names %d stories and tests and says not built: %v", n, len(shown), unbuilt)
		}
		for _, m := range backticked.FindAllStringSubmatch(cells[4], -1) {
			if !slices.Contains(pages, m[1]) {
				t.Errorf("row %d: no page is at %s", n, m[1])
			}
		}
		for _, m := range shown {
			_, err := os.Stat(filepath.Join("../../testdata/stories", m[1]))
			if !tests[m[1]] && (err != nil || !strings.HasSuffix(m[1], ".txt")) {
				t.Errorf("row %d: there is no story and no test %s", n, m[1])
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the rows are %v, want %v", got, want)
	}
}

// testsOf are the names of all tests of the program.
func testsOf(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, root := range []string{"../../internal", "../../cmd", "../../browsertest"} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range testFunc.FindAllStringSubmatch(string(text), -1) {
				out[m[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}
