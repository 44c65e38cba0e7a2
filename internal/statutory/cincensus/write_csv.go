package cincensus

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteCSV writes a report for spreadsheets, one line for each row that a rule flags
// and for each fault of structure. A value that a spreadsheet would take for a
// formula has an apostrophe before it.
func (r *Report) WriteCSV(out io.Writer) error {
	w := csv.NewWriter(out)
	put := func(cells ...string) {
		for i, c := range cells {
			cells[i] = noFormula(c)
		}
		_ = w.Write(cells) // a fault of the writer is told at the end
	}
	put("rule", "severity", "child", "table", "row", "fields", "values", "line", "problem", "title", "message")
	problem := 0
	for _, g := range r.ByRule() {
		for _, f := range g.Findings {
			problem++
			for _, row := range rowsOf(f, problem) {
				values := make([]string, len(row.Fields))
				for i, name := range row.Fields {
					values[i] = row.Values[name]
				}
				at := ""
				if row.Row != nil {
					at = strconv.Itoa(*row.Row)
				}
				put(row.Rule, string(row.Severity), row.Child, row.Table.String(), at, strings.Join(row.Fields, " | "), strings.Join(values, " | "),
					strconv.Itoa(row.Line), strconv.Itoa(problem), f.Rule.Title, row.Message)
			}
		}
	}
	for _, f := range r.Faults {
		problem++
		put(StructureCode, string(f.Severity), f.Child, f.In, "", f.Element, f.Value, strconv.Itoa(f.Line), strconv.Itoa(problem), f.Title(), f.Message())
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// noFormula keeps a spreadsheet from running what a file holds.
func noFormula(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		if _, err := strconv.ParseFloat(s, 64); err != nil {
			return "'" + s
		}
	}
	return s
}

// Title says what is wrong in short.
func (f Fault) Title() string {
	switch f.Kind {
	case UnknownElement:
		return "Element that does not belong there"
	case Missing:
		return "Element is missing"
	case Order:
		return "Element is in the wrong place"
	case TooMany:
		return "Element is given too often"
	case StrayText:
		return "Text between elements"
	case Attribute:
		return "Attribute or namespace"
	}
	return "Value is not of the right kind"
}
