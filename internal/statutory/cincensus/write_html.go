package cincensus

import (
	"bufio"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
)

//go:embed report.html
var reportHTML string

var reportPage = template.Must(template.New("report").Parse(reportHTML))

// A page with everything in it would not open where there is very much, so it shows
// the first of each; the other formats have all.
const (
	mostRowsShown     = 1000
	mostChildrenShown = 2000
)

type htmlReport struct {
	Title, About        string
	Errors, Queries     int
	Children, Concerned int
	Notes               []string
	Sections            []htmlSection
	ByChild             []htmlChild
	MoreChildren        bool
}

type htmlSection struct {
	ID, Title, Code, Fails, Mend string
	Severity                     Severity
	Count                        int
	Rows                         []htmlRow
	More                         bool
}

// Kind is the severity as a heading has it.
func (s htmlSection) Kind() string { return severityWord(s.Severity) }

type htmlRow struct {
	ID, Child string
	Severity  Severity
	Line      int
	Also      []int // lines of the other rows it concerns
	Message   string
}

type htmlChild struct {
	Child           string
	Errors, Queries int
	Links           []htmlLink
}

// Severity is every kind of finding that the child has.
func (c htmlChild) Severity() string {
	var out []string
	if c.Errors > 0 {
		out = append(out, string(Error))
	}
	if c.Queries > 0 {
		out = append(out, string(Query))
	}
	return strings.Join(out, " ")
}

type htmlLink struct{ ID, Title string }

func severityWord(s Severity) string {
	if s == Error {
		return "Error"
	}
	return "Query"
}

// WriteHTML writes a report as one page that needs nothing else: by rule and by
// child, with a filter that works without a server, and fit to print.
func (r *Report) WriteHTML(out io.Writer, s Summary) error {
	w := bufio.NewWriterSize(out, block)
	if err := reportPage.Execute(w, r.page(s)); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

func (r *Report) page(s Summary) htmlReport {
	v := htmlReport{Title: "Children in need census " + fmt.Sprint(r.Year) + ": what to mend", Children: r.Children, Notes: r.Notes}
	v.About = fmt.Sprintf("%s, %s, reference date %s, checked by the %s.", s.File, counted(r.Children, "child", "children"), r.reference(), modeWords(r.Mode))
	if lea := r.Header.LEA.Value; lea != "" {
		v.About = "Authority " + lea + ", " + v.About
	}
	v.Errors, v.Queries = r.Totals()
	children := map[string]*htmlChild{}
	note := func(child string, sev Severity, id, title string) {
		if child == "" {
			return
		}
		c := children[child]
		if c == nil {
			c = &htmlChild{Child: child}
			children[child] = c
		}
		c.Errors += one(sev == Error)
		c.Queries += one(sev == Query)
		if len(c.Links) < 20 && !slices.ContainsFunc(c.Links, func(l htmlLink) bool { return l.Title == title }) {
			c.Links = append(c.Links, htmlLink{id, title})
		}
	}
	for _, sec := range append(r.ruleSections(note), r.faultSections(note)...) {
		sec.More = sec.Count > len(sec.Rows)
		v.Sections = append(v.Sections, sec)
	}
	slices.SortStableFunc(v.Sections, func(a, b htmlSection) int { return cmp.Compare(a.Severity, b.Severity) })
	v.Concerned = len(children)
	for _, c := range children {
		v.ByChild = append(v.ByChild, *c)
	}
	slices.SortFunc(v.ByChild, func(a, b htmlChild) int {
		return cmp.Or(-cmp.Compare(a.Errors, b.Errors), -cmp.Compare(a.Queries, b.Queries), cmp.Compare(a.Child, b.Child))
	})
	if len(v.ByChild) > mostChildrenShown {
		v.ByChild, v.MoreChildren = v.ByChild[:mostChildrenShown], true
	}
	return v
}

func (r *Report) reference() string {
	if d := r.Header.ReferenceDate; d.Known() {
		return d.Day.Words()
	}
	return "not given"
}

// ruleSections are the rules' findings, as sections of the page.
func (r *Report) ruleSections(note func(child string, s Severity, id, title string)) []htmlSection {
	var out []htmlSection
	for _, g := range r.ByRule() {
		sec := htmlSection{ID: "rule-" + g.Rule.Code, Title: g.Rule.Title, Code: g.Rule.Code, Fails: g.Rule.Fails, Mend: g.Rule.Mend, Severity: g.Rule.Severity, Count: len(g.Findings)}
		for n, f := range g.Findings {
			if len(f.Places) == 0 {
				continue
			}
			id := sec.ID
			if n < mostRowsShown {
				id = fmt.Sprintf("%s-%d", sec.ID, n+1)
				sec.Rows = append(sec.Rows, htmlRow{ID: id, Child: f.Child, Severity: f.Severity(), Line: f.Line(), Also: alsoLines(f), Message: f.Message()})
			}
			note(f.Child, f.Severity(), id, sec.Title)
		}
		out = append(out, sec)
	}
	return out
}

// alsoLines are the other lines that a finding concerns, at most five.
func alsoLines(f Finding) []int {
	var out []int
	for _, p := range f.Places[1:] {
		if p.Line != 0 && p.Line != f.Line() && !slices.Contains(out, p.Line) && len(out) < 5 {
			out = append(out, p.Line)
		}
	}
	return out
}

// faultSections are the faults of structure by kind, as sections of the page.
func (r *Report) faultSections(note func(child string, s Severity, id, title string)) []htmlSection {
	var out []htmlSection
	for _, f := range r.Faults {
		id := "structure-" + string(f.Kind) + "-" + string(f.Severity)
		i := slices.IndexFunc(out, func(s htmlSection) bool { return s.ID == id })
		if i < 0 {
			i = len(out)
			out = append(out, htmlSection{ID: id, Title: f.Title(), Code: "schema", Severity: f.Severity})
		}
		sec := &out[i]
		sec.Count++
		at := id
		if sec.Count <= mostRowsShown {
			at = fmt.Sprintf("%s-%d", id, sec.Count)
			sec.Rows = append(sec.Rows, htmlRow{ID: at, Child: f.Child, Severity: f.Severity, Line: f.Line, Message: f.Message()})
		}
		note(f.Child, f.Severity, at, sec.Title)
	}
	return out
}
