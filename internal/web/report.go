package web

import (
	"fmt"
	"html/template"
	"net/http"
	"path"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
)

// Report is a list with a page and two files at the same address: PATH, PATH.csv and
// PATH.json hold the same rows.
type Report struct {
	Title   string // states what was found, with the number
	Intro   string // what is counted, and what to do next
	Empty   string // what it means that there is nothing
	Columns []Column
	Rows    [][]Cell
	Checked civil.Instant
	More    string // where there is more to read, in words
	Notes   []string
	Links   []Link
	// A chart above the list, with its own table and heading.
	Chart      template.HTML
	ChartTitle string
	ChartHint  string
	// A table of numbers above the list, each number opening its own list.
	Caption string
	Heads   []Column
	Numbers [][]Cell

	Files Files // set when it is shown
}

// Column is one column: its heading, and its name in the files. A column without a
// heading stands in the files alone; one without a name on the page alone.
type Column struct {
	Head, Key string
	Number    bool
}

// Cell is one value, as the page shows it and as the files have it.
type Cell struct {
	Text, Sub, Href string
	Hidden          string // after the text, for those who hear the link by itself
	Tone            string // of a mark; "" shows plain text
	Value           any    // in the files; nil is the text
}

func (c Cell) value() any {
	if c.Value == nil {
		return c.Text
	}
	return c.Value
}

// When is a moment in a cell.
func When(t civil.Instant) Cell { return Cell{Text: t.Words(), Value: t} }

// Count is a number in a cell.
func Count(n int) Cell { return Cell{Text: fmt.Sprint(n), Value: n} }

// Shown are the columns that stand on the page, each with its place in a row.
func (r *Report) Shown() []int {
	var out []int
	for i, c := range r.Columns {
		if c.Head != "" {
			out = append(out, i)
		}
	}
	return out
}

// Sheet is the report as a file of rows.
func (r *Report) Sheet() Sheet {
	var s Sheet
	for _, c := range r.Columns {
		if c.Key != "" {
			s.Head = append(s.Head, c.Key)
		}
	}
	for _, row := range r.Rows {
		var line []string
		for i, c := range r.Columns {
			if c.Key != "" {
				line = append(line, fmt.Sprint(row[i].value()))
			}
		}
		s.Rows = append(s.Rows, line)
	}
	return s
}

// Body is the report as JSON: the same rows by the same names.
func (r *Report) Body() map[string]any {
	rows := []map[string]any{}
	for _, row := range r.Rows {
		one := map[string]any{}
		for i, c := range r.Columns {
			if c.Key != "" {
				one[c.Key] = row[i].value()
			}
		}
		rows = append(rows, one)
	}
	return map[string]any{"as_at": r.Checked, "total": len(rows), "rows": rows}
}

// Without is the report with some columns left out of the files.
func (r *Report) Without(keys ...string) *Report {
	out := *r
	out.Columns = slices.Clone(r.Columns)
	for i := range out.Columns {
		if slices.Contains(keys, out.Columns[i].Key) {
			out.Columns[i].Key = ""
		}
	}
	return &out
}

var reportPage = NewPage(templateFiles, "templates/report.html")

// Report adds a list with its page and its files.
func (s *Server) Report(at string, act access.Action, build func(*http.Request) (*Report, error)) {
	s.List(at, act, Listing{
		Name: path.Base(at),
		Page: func(w http.ResponseWriter, r *http.Request) error {
			rep, err := build(r)
			if err != nil {
				return err
			}
			rep.Files = FilesOf(r)
			return Render(w, r, http.StatusOK, reportPage, rep)
		},
		Sheet: func(r *http.Request) (Sheet, error) {
			rep, err := build(r)
			if err != nil {
				return Sheet{}, err
			}
			return rep.Sheet(), nil
		},
		JSON: func(r *http.Request) (any, error) {
			rep, err := build(r)
			if err != nil {
				return nil, err
			}
			return rep.Body(), nil
		},
	})
}
