package cincensus

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// Summary names a report: which file it is of and how long it took.
type Summary struct {
	File    string
	Seconds float64
}

// jsonFinding is one row that a rule flags. A finding that concerns several rows is
// several of these with the same problem number.
type jsonFinding struct {
	Rule     string            `json:"rule"`
	Severity Severity          `json:"severity"`
	Child    string            `json:"child"`
	Table    Table             `json:"table"`
	Row      *int              `json:"row"` // null for the return as a whole
	Fields   []string          `json:"fields"`
	Values   map[string]string `json:"values"`
	Line     int               `json:"line"`
	Message  string            `json:"message"`
	Problem  int               `json:"problem"`
}

type jsonFault struct {
	Kind     Kind     `json:"kind"`
	Severity Severity `json:"severity"`
	Child    string   `json:"child"`
	Element  string   `json:"element"`
	In       string   `json:"in"`
	Value    string   `json:"value"`
	Line     int      `json:"line"`
	Message  string   `json:"message"`
}

// WriteJSON writes a report for programs. "counts" and "findings" count every row
// that a rule flags; "problem" numbers tell which rows belong together. "rules" lists
// the children of each rule, sorted, each once; a finding on the return as a whole is
// of no child. "structure" holds the faults of structure.
func (r *Report) WriteJSON(out io.Writer, s Summary) error {
	w := bufio.NewWriterSize(out, block)
	counts, children := map[string]int{}, map[string][]string{}
	groups := r.ByRule()
	for _, g := range groups {
		children[g.Rule.Code] = g.Children()
		for _, f := range g.Findings {
			counts[g.Rule.Code] += max(1, len(f.Places))
		}
	}
	head := []struct {
		name  string
		value any
	}{
		{"file", s.File}, {"year", r.Year}, {"mode", r.Mode}, {"children", r.Children}, {"seconds", s.Seconds},
		{"notes", append([]string{}, r.Notes...)}, {"counts", counts}, {"rules", children},
	}
	before := "{"
	for _, h := range head {
		text, err := json.Marshal(h.value)
		if err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
		fmt.Fprintf(w, "%s\n %q: %s", before, h.name, text)
		before = ","
	}
	list := newList(w, "findings")
	problem := 0
	for _, g := range groups {
		for _, f := range g.Findings {
			problem++
			for _, row := range rowsOf(f, problem) {
				list.add(row)
			}
		}
	}
	list.end()
	list = newList(w, "structure")
	for _, f := range r.Faults {
		list.add(jsonFault{f.Kind, f.Severity, f.Child, f.Element, f.In, f.Value, f.Line, f.Message()})
	}
	list.end()
	fmt.Fprint(w, "\n}\n")
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// rowsOf are the rows that a finding flags.
func rowsOf(f Finding, problem int) []jsonFinding {
	row := jsonFinding{Rule: f.Rule.Code, Severity: f.Severity(), Child: f.Child, Table: f.Rule.Module, Fields: []string{}, Values: map[string]string{}, Message: f.Message(), Problem: problem}
	if len(f.Places) == 0 {
		return []jsonFinding{row}
	}
	var out []jsonFinding
	for _, p := range f.Places {
		row.Table, row.Row, row.Line, row.Fields = p.Table, &p.Row, p.Line, p.Fields
		row.Values = map[string]string{}
		for i, name := range p.Fields {
			row.Values[name] = p.Values[i]
		}
		out = append(out, row)
	}
	return out
}

// jsonList writes a list one entry at a time, so that a long one is never held twice.
type jsonList struct {
	w     *bufio.Writer
	comma string
}

func newList(w *bufio.Writer, name string) *jsonList {
	fmt.Fprintf(w, ",\n %q: [", name)
	return &jsonList{w: w}
}

func (l *jsonList) add(v any) {
	text, err := json.Marshal(v)
	if err != nil {
		return // texts and numbers only: it cannot fail
	}
	fmt.Fprintf(l.w, "%s\n  %s", l.comma, text)
	l.comma = ","
}

func (l *jsonList) end() { fmt.Fprint(l.w, "\n ]") }
