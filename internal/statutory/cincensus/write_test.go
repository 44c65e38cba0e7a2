package cincensus

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files again")

// dirty is a report of a census with one spoiled child in five.
func dirty(t *testing.T) *Report {
	t.Helper()
	rep, err := Validate(bytes.NewReader(invented(t, Invented{Children: 200, Number: 5, Errors: 0.2})), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func TestJSONIsAsPromised(t *testing.T) {
	rep := dirty(t)
	var out bytes.Buffer
	if err := rep.WriteJSON(&out, Summary{File: "a.xml", Seconds: 1.5}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		File     string
		Year     int
		Mode     string
		Children int
		Seconds  float64
		Counts   map[string]int
		Rules    map[string][]string
		Findings []struct {
			Rule, Severity, Child, Table, Message string
			Row                                   *int
			Fields                                []string
			Values                                map[string]string
			Line, Problem                         int
		}
		Structure []struct{ Kind, Severity, Element, Message string }
	}
	d := json.NewDecoder(&out)
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.File != "a.xml" || got.Year != 2026 || got.Mode != "spec" || got.Children != 200 || got.Seconds != 1.5 {
		t.Errorf("head %+v", got)
	}
	counts := map[string]int{}
	for _, f := range got.Findings {
		counts[f.Rule]++
		if f.Row == nil && f.Line == 0 {
			continue // the return as a whole
		}
		if *f.Row < 0 || f.Line < 1 || len(f.Fields) == 0 || len(f.Values) != len(f.Fields) || f.Message == "" || f.Table == "" {
			t.Errorf("finding %+v", f)
		}
		if !slices.Contains(got.Rules[f.Rule], f.Child) {
			t.Errorf("child %q of rule %s is not listed", f.Child, f.Rule)
		}
	}
	for code, n := range got.Counts {
		if counts[code] != n {
			t.Errorf("rule %s counts %d, has %d findings", code, n, counts[code])
		}
		if !slices.IsSorted(got.Rules[code]) || len(slices.Compact(slices.Clone(got.Rules[code]))) != len(got.Rules[code]) {
			t.Errorf("rule %s lists %v: not sorted, or one twice", code, got.Rules[code])
		}
	}
	if len(got.Counts) != len(counts) || len(got.Counts) < 10 || len(got.Structure) == 0 {
		t.Errorf("%d rules counted, %d found, %d faults of structure", len(got.Counts), len(counts), len(got.Structure))
	}
}

func TestAnEmptyReportIsStillJSON(t *testing.T) {
	var out bytes.Buffer
	if err := (&Report{Year: 2026, Mode: Spec}).WriteJSON(&out, Summary{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"counts": {}`, `"rules": {}`, `"findings": [` + "\n ]", `"structure": [` + "\n ]"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in %s", want, out.String())
		}
	}
	if !json.Valid(out.Bytes()) {
		t.Errorf("not JSON: %s", out.String())
	}
}

func TestCSVKeepsFormulasFromRunning(t *testing.T) {
	text := strings.Replace(census(smallChild), "A1", `=cmd|' /C calc'!A1`, 1)
	rep, err := Validate(strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := rep.WriteCSV(&out); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 2 || rows[0][0] != "rule" {
		t.Fatalf("rows %v", rows)
	}
	for _, r := range rows[1:] {
		for _, c := range r {
			if strings.HasPrefix(c, "=") {
				t.Errorf("a spreadsheet would run %q", c)
			}
		}
	}
}

// The text report of a dirty sample is kept, so that a change is seen as a change of
// words.
func TestTheTextReportReadsAsSignedOff(t *testing.T) {
	census, err := os.ReadFile("testdata/samples/CIN_Census_2024.xml")
	if err != nil {
		t.Fatal(err)
	}
	rep, err := Validate(bytes.NewReader(census), Options{Year: 2025})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := rep.WriteText(&out, Summary{File: "CIN_Census_2024.xml"}); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/report.golden"
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("the report reads\n%s\nwant\n%s", out.Bytes(), want)
	}
}

func TestHTMLNeedsNothingElseAndEscapes(t *testing.T) {
	text := strings.Replace(census(smallChild), "A1", `&lt;script&gt;alert(1)&lt;/script&gt;`, 1)
	rep, err := Validate(strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := rep.WriteHTML(&out, Summary{File: "a<b>.xml"}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script>alert", "a<b>", "src=", "http://", "https://", "@import", "url("} {
		if strings.Contains(out.String(), bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, want := range []string{`<html lang="en">`, "<title>", "<caption>", `scope="col"`, "@media print", "Child&#39;s number holds something other"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the page holds no %q", want)
		}
	}
}

func TestOnlyTheRulesAskedForAreRun(t *testing.T) {
	census := invented(t, Invented{Children: 200, Number: 5, Errors: 1})
	rep, err := Validate(bytes.NewReader(census), Options{Rules: []string{"8896", "8897q"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range rep.ByRule() {
		if g.Rule.Code != "8896" && g.Rule.Code != "8897Q" {
			t.Errorf("rule %s was run", g.Rule.Code)
		}
	}
	if len(rep.Findings) == 0 || len(rep.Faults) != 0 {
		t.Errorf("%d findings, %d faults", len(rep.Findings), len(rep.Faults))
	}
	for _, wrong := range []Options{{Rules: []string{"1"}}, {Mode: "strict"}} {
		if _, err := Validate(bytes.NewReader(census), wrong); err == nil {
			t.Errorf("%+v is not refused", wrong)
		}
	}
}

func TestNoMoreIsKeptThanAskedFor(t *testing.T) {
	census := invented(t, Invented{Children: 300, Number: 5, Year: 2026})
	all, err := Validate(bytes.NewReader(census), Options{Year: 2024})
	if err != nil {
		t.Fatal(err)
	}
	few, err := Validate(bytes.NewReader(census), Options{Year: 2024, Most: 100})
	if err != nil {
		t.Fatal(err)
	}
	if len(few.Findings) != 100 || len(few.Faults) != 100 || few.Left != len(all.Findings)+len(all.Faults)-200 || all.Left != 0 {
		t.Errorf("keeps %d and %d and leaves %d of %d and %d", len(few.Findings), len(few.Faults), few.Left, len(all.Findings), len(all.Faults))
	}
	if few.Clean() || !strings.Contains(strings.Join(few.Notes, " "), "more were found") {
		t.Errorf("the report does not say that there is more: %q", few.Notes)
	}
}
