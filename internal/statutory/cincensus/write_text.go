package cincensus

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteText writes a report for people at a terminal: what is wrong, by rule, with
// the line and child of each finding and how to mend it.
func (r *Report) WriteText(out io.Writer, s Summary) error {
	w := bufio.NewWriterSize(out, block)
	fmt.Fprintf(w, "%s: %d census, %s, checked by the %s.\n", s.File, r.Year, counted(r.Children, "child", "children"), modeWords(r.Mode))
	errors, queries := r.Totals()
	switch {
	case errors+queries == 0:
		fmt.Fprintln(w, "Nothing to correct and nothing to explain.")
	default:
		fmt.Fprintf(w, "%s to correct, %s to correct or explain.\n", counted(errors, "error", "errors"), counted(queries, "query", "queries"))
	}
	for _, n := range r.Notes {
		fmt.Fprintln(w, "Note:", n)
	}
	if len(r.Faults) > 0 {
		fmt.Fprintf(w, "\nSTRUCTURE  %s that the %d schema does not allow\n", counted(len(r.Faults), "fault", "faults"), r.Year)
		for _, f := range r.Faults {
			fmt.Fprintf(w, "  %s%s\n", where(f.Line, f.Child, f.Severity == Query), f.Message())
		}
	}
	for _, g := range r.ByRule() {
		fmt.Fprintf(w, "\n%s %s  %s\n", strings.ToUpper(string(g.Rule.Severity)), g.Rule.Code, g.Rule.Title)
		for _, f := range g.Findings {
			fmt.Fprintf(w, "  %s%s\n", where(f.Line(), f.Child, false), f.Message())
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// where says where to look: the line and the child.
func where(line int, child string, query bool) string {
	out := ""
	if line > 0 {
		out = fmt.Sprintf("line %d  ", line)
	}
	if child != "" {
		out += "child " + child + "  "
	}
	if query {
		out += "(query) "
	}
	return out
}

func modeWords(m Mode) string {
	if m == Reference {
		return "reference validator's reading of the rules"
	}
	return "rules' wording"
}

func counted(n int, single, plural string) string {
	if n == 1 {
		return "1 " + single
	}
	return fmt.Sprintf("%d %s", n, plural)
}
