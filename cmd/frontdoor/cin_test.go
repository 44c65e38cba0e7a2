package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCinCommands(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	generate := func(args ...string) string {
		t.Helper()
		code, out, errs := frontdoor(t, append([]string{"cin", "generate"}, args...)...)
		if code != 0 {
			t.Fatalf("generate ends with %d: %s", code, errs)
		}
		return out
	}
	clean := write("clean.xml", generate("--children", "200", "--number", "2"))
	spoiled := write("spoiled.xml", generate("--children", "200", "--number", "2", "--errors", "0.5"))
	queried := write("queried.xml", strings.Replace(generate("--children", "1", "--number", "2", "--year", "2025"), "<Children>", "<!-- one child cannot have eight disabilities --><Children>", 1))
	sample := "../../internal/statutory/cincensus/testdata/samples/CIN_Census_2024.xml"

	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"a clean census", []string{clean}, 0, "Nothing to correct"},
		{"a census with queries only", []string{queried}, 0, "Few disability codes"},
		{"a census with errors", []string{spoiled}, 1, "to correct"},
		{"only one rule", []string{spoiled, "--rules", "8500"}, 1, "Child has no number"},
		{"only rules that find nothing", []string{spoiled, "--rules", "8520,8915"}, 0, "Nothing to correct"},
		{"as CSV", []string{sample, "--format", "csv"}, 1, "1103,error,child_fails_assessments,Assessments,1,AssessmentActualStartDate"},
		{"as a page", []string{sample, "--format", "html"}, 1, "<h1>Children in need census 2023"},
		{"as another year", []string{sample, "--year", "2025"}, 1, "ERROR 1580"},
		{"as the reference reads it", []string{sample, "--mode", "reference"}, 1, "reference validator's reading"},
		{"a file that is not there", []string{filepath.Join(dir, "none.xml")}, 2, "no such file"},
		{"a folder", []string{dir}, 2, "is a folder"},
		{"an empty file", []string{write("empty.xml", "")}, 2, "The file is empty"},
		{"a file that is no census", []string{write("html.xml", "<html/>")}, 2, "not with Message"},
		{"a file that is cut short", []string{write("cut.xml", "<Message><Children><Child>")}, 2, "before it is complete"},
		{"a rule that is not there", []string{clean, "--rules", "1"}, 2, "There is no rule 1"},
		{"a year that is not there", []string{clean, "--year", "2019"}, 2, "must be from 2022 to 2027"},
		{"a mode that is not there", []string{clean, "--mode", "strict"}, 2, "mode"},
		{"a format that is not there", []string{clean, "--format", "pdf"}, 2, "format"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := frontdoor(t, append([]string{"cin", "validate"}, tt.args...)...)
			if code != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Errorf("ends with %d, want %d; says %s%s, want %q", code, tt.code, out, errs, tt.says)
			}
			if code == 1 && errs != "" {
				t.Errorf("a census with errors is no failure of the command, but it says %q", errs)
			}
		})
	}

	t.Run("as JSON", func(t *testing.T) {
		code, out, _ := frontdoor(t, "cin", "validate", sample, "--format", "json", "--mode", "reference", "--year", "2023")
		var got struct {
			File     string
			Year     int
			Children int
			Rules    map[string][]string
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		if code != 1 || got.File != sample || got.Year != 2023 || got.Children != 2 || len(got.Rules) != 20 {
			t.Errorf("ends with %d: %+v", code, got)
		}
	})
	t.Run("the rules", func(t *testing.T) {
		for year, n := range map[string]int{"2023": 105, "2026": 109, "2027": 121} {
			code, out, _ := frontdoor(t, "cin", "rules", "--year", year)
			if lines := strings.Count(out, "\n"); code != 0 || lines != n+1 {
				t.Errorf("%s: ends with %d and %d lines, want %d", year, code, lines, n+1)
			}
		}
		if code, out, _ := frontdoor(t, "cin", "rules", "--format", "json"); code != 0 || !json.Valid([]byte(out)) || !strings.Contains(out, `"8896"`) {
			t.Errorf("ends with %d: %s", code, out)
		}
		if code, _, _ := frontdoor(t, "cin", "rules", "--year", "2019"); code != 2 {
			t.Errorf("2019 ends with %d, want 2", code)
		}
	})
	t.Run("an impossible census", func(t *testing.T) {
		if code, _, errs := frontdoor(t, "cin", "generate", "--children", "0"); code != 1 || !strings.Contains(errs, "1 or more") {
			t.Errorf("ends with %d: %s", code, errs)
		}
	})
}
