package returns

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/refusal"
	"frontdoor/internal/statutory/cincensus"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	bringPage = web.NewPage(templates, "templates/census.html")
	foundPage = web.NewPage(templates, "templates/found.html")
)

// censusLimit is the largest census that is taken: some 300,000 children.
const censusLimit = 512 << 20

// rowsOnPage is how many findings a page shows.
const rowsOnPage = 50

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.Route("GET "+web.PathCensus, access.CheckReturn, d.showBring)
	s.Limit("POST "+web.PathCensus, censusLimit)
	s.Route("POST "+web.PathCensus, access.CheckReturn, d.check)
	s.Route("GET "+web.PathCensusFound, access.CheckReturn, d.showFound)
	s.Route("GET "+web.PathCensusFile, access.CheckReturn, d.download)
	s.Route("POST "+web.PathCensusForget, access.CheckReturn, d.forget)
}

type bringView struct {
	Form *web.Form
	Own  []ownView
}

// HasErrors says whether the form shows errors.
func (v bringView) HasErrors() bool { return v.Form.HasErrors() }

type ownView struct{ File, Says, Path, Until string }

func bringForm() *web.Form {
	years := []web.Option{{Value: "", Label: "The year that the file names"}}
	for y := cincensus.Provisional; y >= cincensus.FirstYear; y-- {
		label := fmt.Sprintf("%d (%d to %d)", y, y-1, y)
		if y == cincensus.Provisional {
			label += ", provisional"
		}
		years = append(years, web.Option{Value: strconv.Itoa(y), Label: label})
	}
	return web.NewForm(
		web.Field{Name: "year", Label: "Which census is it?", Kind: "select", Options: years},
		web.Field{Name: "file", Label: "The census file", Hint: "XML, up to 500 MB, from any system. It is read as it comes in; nothing of it is stored. What is found is kept for an hour, for you alone", Kind: "file"},
	)
}

func (d *Desk) showBring(w http.ResponseWriter, r *http.Request) error {
	return d.bringWith(w, r, http.StatusOK, bringForm())
}

func (d *Desk) bringWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	own, err := d.Own(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := bringView{Form: f}
	for _, c := range own {
		v.Own = append(v.Own, ownView{c.File, totals(c.Report), web.CensusPath(c.ID, ""), c.Until.Clock()})
	}
	return web.Render(w, r, code, bringPage, v)
}

// check reads the form as it comes in: the year, then the file, which is checked
// while it arrives.
func (d *Desk) check(w http.ResponseWriter, r *http.Request) error {
	f := bringForm()
	// A large file over a slow line takes longer than a page may.
	ctl := http.NewResponseController(w)
	_ = ctl.SetReadDeadline(time.Time{}) // not every writer can, and then the usual limits hold
	_ = ctl.SetWriteDeadline(time.Time{})
	c, err := d.readForm(r, f)
	if err != nil { // let the rest of the file arrive, so that the answer is heard
		_, _ = io.Copy(io.Discard, r.Body)
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		err = refusal.Field("file", "The census must be 500 MB or smaller")
	case refusal.KindOf(err) == refusal.TooLarge, refusal.KindOf(err) == refusal.Invalid:
		if why, ok := refusal.As(err); ok && len(why.Problems) == 0 {
			err = refusal.Field("file", why.Message)
		}
	}
	if f.Reject(err) {
		return d.bringWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.CensusPath(c.ID, ""))
}

func (d *Desk) readForm(r *http.Request, f *web.Form) (*Checked, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, refusal.Field("file", "Select the census file")
	}
	var o cincensus.Options
	for {
		p, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, refusal.Field("file", "Select the census file")
		}
		if err != nil {
			return nil, uploadFault(err)
		}
		switch p.FormName() {
		case "year":
			o.Year = yearOf(p, f)
		case "file":
			if p.FileName() == "" {
				return nil, refusal.Field("file", "Select the census file")
			}
			c, err := d.Check(r.Context(), web.Actor(r), nameOf(p), p, o)
			return c, uploadFault(err)
		}
	}
}

// uploadFault tells a file that stopped coming from what is wrong with it.
func uploadFault(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return refusal.Field("file", "The file did not arrive whole. Try again")
	}
	return err
}

func yearOf(p *multipart.Part, f *web.Form) int {
	b, err := io.ReadAll(io.LimitReader(p, 16))
	if err != nil {
		return 0
	}
	f.Field("year").Value = string(b)
	y, err := strconv.Atoi(string(b))
	if err != nil {
		return 0 // the first choice: the year that the file names
	}
	return y
}

// nameOf is the file's own name, without folders.
func nameOf(p *multipart.Part) string {
	name := filepath.Base(strings.ReplaceAll(p.FileName(), `\`, "/"))
	return name[:min(len(name), 100)]
}

func totals(rep *cincensus.Report) string {
	e, q := rep.Totals()
	if e+q == 0 {
		return "nothing to correct"
	}
	return fmt.Sprintf("%d to correct, %d to correct or explain", e, q)
}

func (d *Desk) showFound(w http.ResponseWriter, r *http.Request) error {
	c, err := d.Find(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, foundPage, foundOf(c, r.URL.Query()))
}

// files are what can be downloaded: how each is written and what it is.
var files = map[string]struct {
	kind  string
	write func(c *Checked, w io.Writer) error
}{
	"report.csv": {"text/csv; charset=utf-8", func(c *Checked, w io.Writer) error { return c.Report.WriteCSV(w) }},
	"report.json": {"application/json", func(c *Checked, w io.Writer) error {
		return c.Report.WriteJSON(w, cincensus.Summary{File: c.File, Seconds: c.Seconds})
	}},
	"report.html": {"text/html; charset=utf-8", func(c *Checked, w io.Writer) error {
		return c.Report.WriteHTML(w, cincensus.Summary{File: c.File, Seconds: c.Seconds})
	}},
}

func (d *Desk) download(w http.ResponseWriter, r *http.Request) error {
	c, err := d.Find(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f, ok := files[r.PathValue("name")]
	if !ok {
		return refusal.Hidden()
	}
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Content-Disposition", `attachment; filename="census-`+strconv.Itoa(c.Report.Year)+`-`+r.PathValue("name")+`"`)
	return f.write(c, w)
}

func (d *Desk) forget(w http.ResponseWriter, r *http.Request) error {
	if err := d.Forget(r.Context(), web.Actor(r), r.PathValue("id")); err != nil {
		return err
	}
	return web.See(w, r, web.PathCensus)
}

// foundView is what the page of a checked census shows.
type foundView struct {
	File, About, Totals, Until string
	Errors, Queries, Children  int
	Concerned                  int
	Notes                      []string
	Rules                      []ruleView
	Filter                     filterView
	Rows                       []rowView
	Of                         string // what the rows are of
	Shown                      int
	Pages                      web.Pages
	Base                       string
	ByChild                    []childView
	MoreChildren               int
}

type ruleView struct {
	Code, Title, Path string
	Mark              web.Mark
	Times             int
}

type rowView struct {
	Code, Title, Child, Where, Message string
	Mark                               web.Mark
}

type childView struct {
	Child, Path     string
	Errors, Queries int
}

type filterView struct {
	Rule, Severity string
	Rules          []web.Option
	Severities     []web.Option
	Child          string // place in the list of children
	ChildName      string
	Clear          string
	On             bool
}

func markOf(s cincensus.Severity) web.Mark {
	if s == cincensus.Error {
		return web.Mark{Words: "Error", Tone: "risk"}
	}
	return web.Mark{Words: "Query", Tone: "soon"}
}

// problem is one finding or fault, as a list has them.
type problem struct {
	code, title, child, message string
	severity                    cincensus.Severity
	line                        int
}

// problems are everything that was found, errors first, by rule and line.
func problems(rep *cincensus.Report) []problem {
	var out []problem
	for _, g := range rep.ByRule() {
		for _, f := range g.Findings {
			out = append(out, problem{g.Rule.Code, g.Rule.Title, f.Child, f.Message(), f.Severity(), f.Line()})
		}
	}
	for _, f := range rep.Faults {
		out = append(out, problem{cincensus.StructureCode, f.Title(), f.Child, f.Message(), f.Severity, f.Line})
	}
	return out
}

func foundOf(c *Checked, q url.Values) foundView {
	rep := c.Report
	base := web.CensusPath(c.ID, "")
	v := foundView{File: c.File, Totals: totals(rep), Until: c.Until.Clock(), Children: rep.Children, Notes: rep.Notes, Base: base}
	v.Errors, v.Queries = rep.Totals()
	v.About = fmt.Sprintf("%d census, reference date %s", rep.Year, refDate(rep))
	all := problems(rep)
	children := childrenOf(all)
	v.Concerned = len(children)
	v.ByChild, v.MoreChildren = children[:min(len(children), rowsOnPage)], max(0, len(children)-rowsOnPage)
	for i := range v.ByChild {
		v.ByChild[i].Path = base + "?" + url.Values{"child": {strconv.Itoa(i)}}.Encode() + "#list"
	}
	v.Rules = rulesOf(all, base)
	v.filter(q, children)
	v.list(all, q)
	return v
}

func refDate(rep *cincensus.Report) string {
	if d := rep.Header.ReferenceDate; d.Known() {
		return d.Day.Words()
	}
	return "not given"
}

// childrenOf lists the children with findings, those with most to correct first. The
// place in this list stands for a child in addresses, so that no number of a child
// is in an address.
func childrenOf(all []problem) []childView {
	at := map[string]int{}
	var out []childView
	for _, p := range all {
		if p.child == "" {
			continue
		}
		i, ok := at[p.child]
		if !ok {
			i = len(out)
			at[p.child] = i
			out = append(out, childView{Child: p.child})
		}
		if p.severity == cincensus.Error {
			out[i].Errors++
		} else {
			out[i].Queries++
		}
	}
	slices.SortStableFunc(out, func(a, b childView) int {
		return cmp.Or(cmp.Compare(b.Errors, a.Errors), cmp.Compare(b.Queries, a.Queries))
	})
	return out
}

func rulesOf(all []problem, base string) []ruleView {
	at := map[string]int{}
	var out []ruleView
	for _, p := range all {
		key := p.code + string(p.severity)
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			title := p.title
			if p.code == cincensus.StructureCode {
				title = "The file's structure"
			}
			out = append(out, ruleView{Code: p.code, Title: title, Mark: markOf(p.severity), Path: base + "?" + url.Values{"rule": {p.code}, "severity": {string(p.severity)}}.Encode() + "#list"})
		}
		out[i].Times++
	}
	return out
}

func (v *foundView) filter(q url.Values, children []childView) {
	f := filterView{Rule: q.Get("rule"), Severity: q.Get("severity"), Clear: v.Base}
	f.Severities = []web.Option{{Value: "", Label: "Errors and queries"}, {Value: "error", Label: "Errors only"}, {Value: "query", Label: "Queries only"}}
	f.Rules = []web.Option{{Value: "", Label: "All rules"}}
	seen := map[string]bool{}
	for _, r := range v.Rules {
		if !seen[r.Code] {
			f.Rules = append(f.Rules, web.Option{Value: r.Code, Label: r.Code + ": " + r.Title})
		}
		seen[r.Code] = true
	}
	if n, err := strconv.Atoi(q.Get("child")); err == nil && n >= 0 && n < len(children) {
		f.Child, f.ChildName = strconv.Itoa(n), children[n].Child
	}
	f.On = f.Rule != "" || f.Severity != "" || f.Child != ""
	v.Filter = f
}

// list puts the findings that the filter leaves on the page, fifty at a time.
func (v *foundView) list(all []problem, q url.Values) {
	f := v.Filter
	var left []problem
	for _, p := range all {
		if f.Rule != "" && p.code != f.Rule || f.Severity != "" && string(p.severity) != f.Severity || f.Child != "" && p.child != f.ChildName {
			continue
		}
		left = append(left, p)
	}
	v.Shown = len(left)
	page, err := strconv.Atoi(q.Get("page"))
	last := max(1, (len(left)+rowsOnPage-1)/rowsOnPage)
	if err != nil || page < 1 || page > last {
		page = 1
	}
	for _, p := range left[(page-1)*rowsOnPage : min(len(left), page*rowsOnPage)] {
		where := "the return as a whole"
		if p.line > 0 {
			where = "line " + strconv.Itoa(p.line)
		}
		v.Rows = append(v.Rows, rowView{p.code, p.title, p.child, where, p.message, markOf(p.severity)})
	}
	at := func(n int) string {
		to := url.Values{"page": {strconv.Itoa(n)}}
		for name, value := range map[string]string{"rule": f.Rule, "severity": f.Severity, "child": f.Child} {
			if value != "" {
				to.Set(name, value)
			}
		}
		return v.Base + "?" + to.Encode() + "#list"
	}
	if last > 1 {
		v.Pages.Where = fmt.Sprintf("Page %d of %d", page, last)
		if page > 1 {
			v.Pages.Previous = at(page - 1)
		}
		if page < last {
			v.Pages.Next = at(page + 1)
		}
	}
	v.Of = f.ChildName
}
