package feeds

import (
	"net/http"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/feed"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	lagsPage = web.NewPage(templates, "templates/lags.html", "templates/parts.html")
	listPage = web.NewPage(templates, "templates/list.html", "templates/parts.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	d.stateRoutes(s)
	d.reconcileRoutes(s)
	// The police and the authority get the same bytes.
	s.List(web.PathFeedLag, access.SeePromptness, web.Listing{Name: "police-lag", Page: d.showLags, Sheet: sheetOf(d.lags), JSON: asAny(d.lags)})
	s.List(web.PathFiguresPolice, access.SeePromptness, web.Listing{Name: "police-promptness", Page: d.showList, Sheet: sheetOf(d.whole), JSON: func(r *http.Request) (any, error) {
		l, err := d.whole(r)
		if err != nil {
			return nil, err
		}
		return map[string]any{"from": l.Filter.From, "to": l.Filter.To, "notifications": l.Rows}, nil
	}})
}

type lagView struct {
	Words, Median, P90, P95, Longest string
	N, Over, Late                    int
	Whole                            bool
	All, OverPath, LatePath          string
}

type gradeView struct {
	Grade, Limit, Caption string
	Rows                  []lagView
}

type districtView struct {
	Name   string
	Grades []gradeView
}

type forceView struct {
	Name      string
	Grades    []gradeView
	Districts []districtView
}

type lagsView struct {
	From, To, Force, District, Grade string
	Forces, Grades                   []web.Option
	Error, Field                     string
	Period                           string
	Sections                         []forceView
	CSV, JSON, Checked               string
	Links                            bool
}

// HasErrors says whether the filter was wrong.
func (v lagsView) HasErrors() bool { return v.Error != "" }

// wrongFilter is what is wrong with a filter, and at which question.
func wrongFilter(err error) (field, message string) {
	if f, ok := refusal.As(err); ok && len(f.Problems) > 0 {
		return f.Problems[0].Field, f.Problems[0].Message
	}
	return "from", err.Error()
}

func (d *Desk) showLags(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := lagsView{From: q.Get("from"), To: q.Get("to"), Force: q.Get("force"), District: q.Get("district"), Grade: q.Get("grade"), Grades: gradeOptions()}
	code := http.StatusOK
	f, err := d.FilterOf(q)
	if err != nil {
		v.Field, v.Error = wrongFilter(err)
		code = http.StatusUnprocessableEntity
		if f, err = d.FilterOf(nil); err != nil {
			return err
		}
	}
	l, err := d.Lags(r.Context(), web.Actor(r), f)
	if err != nil {
		return err
	}
	v.Period, v.Checked = f.From.Words()+" to "+f.To.Words(), l.now.Clock()
	v.CSV, v.JSON = web.PathFeedLag+".csv?"+f.query(), web.PathFeedLag+".json?"+f.query()
	v.Links = access.ScopeOf(web.Actor(r), access.SeePromptness).Allowed
	if access.ScopeOf(web.Actor(r), access.SeePromptness).AgencyID == "" && len(l.forces) > 1 {
		v.Forces = forceOptions(l.forces)
	}
	v.Sections = l.sections()
	return web.Render(w, r, code, lagsPage, v)
}

func gradeOptions() []web.Option {
	out := []web.Option{{Value: "", Label: "All grades"}}
	for _, g := range feed.Grades() {
		out = append(out, web.Option{Value: orNone(g), Label: gradeWords(g)})
	}
	return out
}

func forceOptions(all []Force) []web.Option {
	out := []web.Option{{Value: "", Label: "All forces"}}
	for _, f := range all {
		out = append(out, web.Option{Value: f.ID, Label: f.Name})
	}
	return out
}

// sections lays the rows out as the page shows them: a force, its districts together
// and then each, and a table for each grade.
func (l *Lags) sections() []forceView {
	var out []forceView
	for i := 0; i < len(l.Rows); i += int(feed.StageCount) {
		r := l.Rows[i]
		if len(out) == 0 || out[len(out)-1].Name != r.forceName {
			out = append(out, forceView{Name: r.forceName})
		}
		g := gradeView{Grade: gradeWords(r.row.Grade), Limit: limitWords(l.Limits, r.row.Grade)}
		for _, s := range l.Rows[i : i+int(feed.StageCount)] {
			g.Rows = append(g.Rows, l.view(s))
		}
		at := &out[len(out)-1]
		g.Caption = g.Grade + " risk, " + at.Name
		if r.row.Grade == "" {
			g.Caption = g.Grade + ", " + at.Name
		}
		if r.row.AllDistricts {
			at.Grades = append(at.Grades, g)
			continue
		}
		name := web.Capital(r.District)
		g.Caption += ", " + name
		if n := len(at.Districts); n == 0 || at.Districts[n-1].Name != name {
			at.Districts = append(at.Districts, districtView{Name: name})
		}
		last := &at.Districts[len(at.Districts)-1]
		last.Grades = append(last.Grades, g)
	}
	return out
}

func (l *Lags) view(r Lag) lagView {
	f := l.filter
	f.Force, f.Grade, f.Stage = r.row.Force, orNone(r.row.Grade), r.row.Stage
	if !r.row.AllDistricts {
		f.District = orNone(r.row.District)
	}
	v := lagView{Words: r.row.Stage.Words(), Median: took(r.N, r.Median), P90: took(r.N, r.P90), P95: took(r.N, r.P95), Longest: took(r.N, r.Longest), N: r.N, Over: r.Over, Late: r.Late,
		Whole: r.row.Stage == feed.Told, All: listPath(f)}
	f.Over = feed.Long / (24 * 60 * 60)
	v.OverPath = listPath(f)
	f.Over, f.Late = 0, true
	v.LatePath = listPath(f)
	return v
}

func listPath(f Filter) string { return web.PathFiguresPolice + "?" + f.query() }

func took(n int, seconds uint32) string {
	if n == 0 {
		return "–"
	}
	return civil.Span(feed.Duration(seconds))
}

func (d *Desk) lags(r *http.Request) (*Lags, error) {
	f, err := d.FilterOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	return d.Lags(r.Context(), web.Actor(r), f)
}

type arrivedView struct {
	Arrived
	Took, Path string
}

type listView struct {
	Title, CSV, JSON, More, Checked string
	Rows                            []arrivedView
	Links                           bool
	Stage                           string
}

func (d *Desk) list(r *http.Request, all bool) (*List, error) {
	f, err := d.FilterOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	return d.List(r.Context(), web.Actor(r), f, all)
}

func (f Filter) title() string {
	t := "Notifications received " + f.From.Words() + " to " + f.To.Words()
	if f.Grade != "" {
		g := f.Grade
		if g == none {
			g = ""
		}
		t = gradeWords(g) + map[bool]string{true: " risk n", false: ": n"}[g != ""] + t[1:]
	}
	if f.District != "" {
		t += ", district " + districtWords(false, map[bool]string{true: "", false: f.District}[f.District == none])
	}
	if f.Over > 0 {
		t += ", more than " + strconv.Itoa(f.Over) + " days after the incident"
	}
	if f.Late {
		t += ", over the agreed limit"
	}
	return t
}

func (d *Desk) showList(w http.ResponseWriter, r *http.Request) error {
	l, err := d.list(r, false)
	if err != nil {
		return err
	}
	query := l.Filter.query()
	v := listView{Title: l.Filter.title(), CSV: web.PathFiguresPolice + ".csv?" + query, JSON: web.PathFiguresPolice + ".json?" + query, Checked: l.Now.Clock(),
		Links: access.ScopeOf(web.Actor(r), access.OpenContact).Allowed, Stage: l.Filter.Stage.Words()}
	if l.Next.ID != "" {
		v.More = web.PathFiguresPolice + "?" + query + "&lag=" + strconv.FormatInt(l.Next.Lag, 10) + "&at=" + l.Next.At.String() + "&after=" + l.Next.ID
	}
	for _, a := range l.Rows {
		t, ok := a.stamps().Took(l.Filter.Stage)
		av := arrivedView{Arrived: a, Took: took(map[bool]int{true: 1}[ok], t)}
		if v.Links && a.Ref != "" {
			av.Path = web.ContactPath(a.Ref, "")
		}
		v.Rows = append(v.Rows, av)
	}
	return web.Render(w, r, http.StatusOK, listPage, v)
}

// whole is the list that an address asks for, all of it.
func (d *Desk) whole(r *http.Request) (*List, error) { return d.list(r, true) }

// sheeted is something that can be written as a file.
type sheeted interface{ Sheet() web.Sheet }

// sheetOf makes a file of what a page shows.
func sheetOf[T sheeted](of func(*http.Request) (T, error)) func(*http.Request) (web.Sheet, error) {
	return func(r *http.Request) (web.Sheet, error) {
		x, err := of(r)
		if err != nil {
			return web.Sheet{}, err
		}
		return x.Sheet(), nil
	}
}

// asAny gives what a page shows to be written as JSON.
func asAny[T any](of func(*http.Request) (T, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) { return of(r) }
}
