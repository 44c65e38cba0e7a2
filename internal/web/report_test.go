package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"frontdoor/internal/civil"
)

func sampleReport() *Report {
	at := civil.DateOf(2026, 11, 24).AtTime(9, 0)
	return &Report{
		Title: "Not seen: 2 children", Intro: "Send somebody.", Empty: "Everybody was seen.", Checked: at, Notes: []string{"Counted in days"},
		Columns: []Column{{Head: "Child", Key: "child"}, {Key: "reference"}, {Head: "Days", Key: "days", Number: true}, {Head: "On the page alone"}},
		Rows: [][]Cell{
			{{Text: "Ana <Bell>", Href: "/children/C-1"}, {Text: "C-1"}, Count(9), {Text: "late", Tone: "risk"}},
			{{Text: "=SUM(A1)"}, {Text: "C-2"}, Count(6), {}},
		},
	}
}

// The page shows the columns with a heading, the files those with a name, each the same
// rows; nothing typed by a person is read as markup or as a formula.
func TestAReportIsOneListInThreeForms(t *testing.T) {
	rep := sampleReport()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/list", nil)
	if err := Render(w, r, http.StatusOK, reportPage, rep); err != nil {
		t.Fatal(err)
	}
	page := w.Body.String()
	for _, want := range []string{"Ana &lt;Bell&gt;", `href="/children/C-1"`, "fd-mark--risk", "Counted in days", `<th scope="col" class="fd-num">Days</th>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "C-2") {
		t.Error("the page shows a column of the files")
	}
	var b bytes.Buffer
	if err := rep.Sheet().WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0], ","); got != "child,reference,days" {
		t.Errorf("columns of the file: %s", got)
	}
	if len(rows) != 3 || rows[2][0] != "'=SUM(A1)" || rows[1][2] != "9" {
		t.Errorf("rows of the file: %v", rows)
	}
	text, err := json.Marshal(rep.Body())
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Total int
		Rows  []struct {
			Child, Reference string
			Days             int
		}
	}
	if err := json.Unmarshal(text, &body); err != nil {
		t.Fatal(err)
	}
	if body.Total != 2 || body.Rows[0].Child != "Ana <Bell>" || body.Rows[1].Days != 6 {
		t.Errorf("%s", text)
	}
}

// An empty list says what it checked and when.
func TestAnEmptyReportSaysWhatItChecked(t *testing.T) {
	rep := sampleReport()
	rep.Rows = nil
	w := httptest.NewRecorder()
	if err := Render(w, httptest.NewRequest(http.MethodGet, "/list", nil), http.StatusOK, reportPage, rep); err != nil {
		t.Fatal(err)
	}
	if page := w.Body.String(); !strings.Contains(page, "Everybody was seen. Checked Tue 24 Nov 2026, 09:00.") {
		t.Error("the empty page does not say what it checked and when")
	}
	if text, err := json.Marshal(rep.Body()); err != nil || !strings.Contains(string(text), `"rows":[]`) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestColumnsCanBeLeftOutOfTheFiles(t *testing.T) {
	rep := sampleReport().Without("child")
	if got := strings.Join(rep.Sheet().Head, ","); got != "reference,days" {
		t.Errorf("columns: %s", got)
	}
	if len(sampleReport().Sheet().Head) != 3 || strings.Contains(strings.Join(rep.Sheet().Rows[0], ","), "Ana") {
		t.Error("a name is left in")
	}
}
