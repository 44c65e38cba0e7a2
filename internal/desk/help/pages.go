package help

import (
	"embed"
	"html/template"
	"math"
	"net/http"
	"strconv"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	measurePage = web.NewPage(templates, "templates/measure.html")
	listPage    = web.NewPage(templates, "templates/list.html")
	givenPage   = web.NewPage(templates, "templates/given.html")
)

// measures are the desk's two measures with their words and pages.
var measures = []struct {
	Measure
	path, kids           string
	title, unit, starts  string
	reached, not, column string
}{
	{First, web.PathFirstHelp, web.PathFirstHelpKids, "From the concern to the first help", "concern",
		"the incident, or the moment we were told where none is known", "Reached by help", "Not reached yet", "First help"},
	{Effective, web.PathEffective, web.PathEffectiveKids, "From the decision to the first effective action", "decision",
		"the decision that the child needs help", "Something was done", "Nothing done yet", "First action"},
}

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	for i, m := range measures {
		s.Route("GET "+m.path, access.SeeHelp, d.showMeasure(i))
		s.Route("GET "+m.path+".csv", access.SeeHelp, d.weeksCSV(i))
		s.Route("GET "+m.path+".json", access.SeeHelp, d.weeksJSON(i))
		s.Route("GET "+m.kids, access.ListHelp, d.showList(i))
		s.Route("GET "+m.kids+".csv", access.ListHelp, d.listCSV(i))
		s.Route("GET "+m.kids+".json", access.ListHelp, d.listJSON(i))
	}
	s.Route("GET "+web.PathChildHelp, access.RecordHelp, d.showGiven)
	s.Route("POST "+web.PathChildHelp, access.RecordHelp, d.saveGiven)
}

type weekView struct {
	Words, Half, Longest    string
	N, Met, Waiting, Ended  int
	All, MetAt, WaitAt, End string
	Signal                  string
}

type measureView struct {
	Title, Unit, Starts, Reached, Not string
	From, To, Error, Field            string
	Period, Checked, CSV, JSON        string
	Chart                             template.HTML
	ChartTitle                        string
	Base                              int
	All                               weekView
	Weeks                             []weekView
	Counts                            []pathway.HelpCount
	Lists                             bool
	Other, OtherTitle                 string
}

// HasErrors says whether the filter was wrong.
func (v measureView) HasErrors() bool { return v.Error != "" }

func days(seconds int64) float64 { return math.Round(float64(seconds)/8640) / 10 }

func span(seconds int64) string { return civil.Span(time.Duration(seconds) * time.Second) }

func (d *Desk) showMeasure(i int) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		m, other, q := measures[i], measures[1-i], r.URL.Query()
		v := measureView{Title: m.title, Unit: m.unit, Starts: m.starts, Reached: m.reached, Not: m.not, From: q.Get("from"), To: q.Get("to"), Other: other.path, OtherTitle: other.title}
		code := http.StatusOK
		f, err := d.FilterOf(m.Measure, q)
		if err != nil {
			v.Field, v.Error = wrong(err)
			code = http.StatusUnprocessableEntity
			if f, err = d.FilterOf(m.Measure, nil); err != nil {
				return err
			}
		}
		f.Week, f.State = civil.Date{}, ""
		x, err := d.Measured(r.Context(), web.Actor(r), f)
		if err != nil {
			return err
		}
		v.Period, v.Checked = f.From.Words()+" to "+f.To.Words(), x.Now.Words()
		v.CSV, v.JSON = m.path+".csv?"+f.query(), m.path+".json?"+f.query()
		v.Lists = access.ScopeOf(web.Actor(r), access.ListHelp).Allowed
		for _, c := range pathway.HelpCounts() {
			if m.Measure == First && c.First || m.Measure == Effective && c.Effective {
				v.Counts = append(v.Counts, c)
			}
		}
		v.All = x.All.view(f, m.kids)
		chart, signals := x.chart(m.title)
		if chart != nil {
			v.Chart, v.ChartTitle, v.Base = chart.SVG(), chart.Title, min(len(chart.Points), baseWeeks)
		}
		for j := len(x.Weeks) - 1; j >= 0; j-- {
			wv := x.Weeks[j].view(f, m.kids)
			wv.Signal = signals[x.Weeks[j].Monday]
			v.Weeks = append(v.Weeks, wv)
		}
		return web.Render(w, r, code, measurePage, v)
	}
}

func wrong(err error) (field, message string) {
	if f, ok := refusal.As(err); ok && len(f.Problems) > 0 {
		return f.Problems[0].Field, f.Problems[0].Message
	}
	return "from", err.Error()
}

func (w Week) view(f Filter, list string) weekView {
	v := weekView{N: w.N, Met: w.Met, Waiting: w.Waiting, Ended: w.Ended, Half: "not yet", Longest: "–", Words: "All weeks"}
	f.Week = w.Monday
	if !w.Monday.IsZero() {
		v.Words = w.Monday.Words() + " to " + w.Monday.AddDays(6).Words()
	}
	if w.N == 0 {
		v.Half = "–"
	}
	if w.Half > 0 || w.Met > 0 && w.Met*2 >= w.N {
		v.Half = span(w.Half)
	}
	if w.Met > 0 {
		v.Longest = span(w.Longest)
	}
	for _, x := range []struct {
		state State
		to    *string
	}{{"", &v.All}, {Met, &v.MetAt}, {Waiting, &v.WaitAt}, {Ended, &v.End}} {
		f.State = x.state
		*x.to = list + "?" + f.query()
	}
	return v
}

// baseWeeks is how many weeks the limits of the chart are made from.
const baseWeeks = 12

// chart draws the days within which half of the children of each week were reached. A
// week in which fewer than half were is not on it: it is in the table, as not yet.
func (f *Found) chart(title string) (*web.Chart, map[civil.Date]string) {
	var values []float64
	var weeks []civil.Date
	for _, w := range f.Weeks {
		if w.N > 0 && w.Met*2 >= w.N {
			values, weeks = append(values, days(w.Half)), append(weeks, w.Monday)
		}
	}
	signals := map[civil.Date]string{}
	if len(values) < 2 {
		return nil, signals
	}
	x := feed.XmROf(values, baseWeeks, true)
	c := &web.Chart{ID: "half", Unit: "days", Mean: days(int64(x.Mean * 86400)), Lower: days(int64(x.Lower * 86400)), Upper: days(int64(x.Upper * 86400))}
	outside := 0
	for i, v := range values {
		p := web.ChartPoint{Value: v}
		if i == 0 || i == len(values)-1 || i == len(values)/2 {
			p.Label = weeks[i].String()
		}
		if s := x.Signals[i]; s.Rule != "" {
			outside++
			p.Signal = map[bool]string{true: "faster than chance", false: "slower than chance"}[s.Low]
			signals[weeks[i]] = p.Signal
		}
		c.Points = append(c.Points, p)
	}
	c.Title = title + ": half of the children within " + strconv.FormatFloat(c.Mean, 'f', 1, 64) + " days in a mean week"
	if outside > 0 {
		c.Title += ", " + strconv.Itoa(outside) + " weeks that chance does not explain"
	}
	c.Desc = "Days within which half of the children of each week were reached, by week. The table below has the same numbers."
	return c, signals
}

// Sheet is the weeks as a file.
func (f *Found) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"week", "children", "reached", "waiting", "ended_without", "half_within_days", "longest_days"}}
	for _, w := range f.Weeks {
		half, longest := "", ""
		if w.N > 0 && w.Met*2 >= w.N {
			half = strconv.FormatFloat(days(w.Half), 'f', 1, 64)
		}
		if w.Met > 0 {
			longest = strconv.FormatFloat(days(w.Longest), 'f', 1, 64)
		}
		s.Rows = append(s.Rows, []string{w.Monday.String(), strconv.Itoa(w.N), strconv.Itoa(w.Met), strconv.Itoa(w.Waiting), strconv.Itoa(w.Ended), half, longest})
	}
	return s
}

// Children is the list as a file.
func (f *Found) list() web.Sheet {
	s := web.Sheet{Head: []string{"child", "age", "child_reference", "contact", "decided", "from", "reached", "what", "days", "state", "week"}}
	for _, r := range f.Rows {
		at := ""
		if !r.At.IsZero() {
			at = r.At.String()
		}
		s.Rows = append(s.Rows, []string{r.Child, r.Age, r.ChildRef, r.Contact, pathway.OutcomeName(r.Outcome), r.From.String(), at, r.What, strconv.FormatFloat(days(r.Seconds), 'f', 1, 64), string(r.State), r.Week.String()})
	}
	return s
}

func (d *Desk) weeks(r *http.Request, i int) (*Found, error) {
	f, err := d.FilterOf(measures[i].Measure, r.URL.Query())
	if err != nil {
		return nil, err
	}
	f.Week, f.State = civil.Date{}, ""
	return d.Measured(r.Context(), web.Actor(r), f)
}

func (d *Desk) weeksCSV(i int) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		x, err := d.weeks(r, i)
		if err != nil {
			return err
		}
		return web.SendCSV(w, string(measures[i].Measure), x.Sheet())
	}
}

func (d *Desk) weeksJSON(i int) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		x, err := d.weeks(r, i)
		if err != nil {
			return err
		}
		return web.SendJSON(w, map[string]any{"measure": x.Filter.Measure, "from": x.Filter.From, "to": x.Filter.To, "all": x.All, "weeks": x.Weeks})
	}
}

type rowView struct {
	Row
	Took, FromWords, Outcome, How string
}

type listView struct {
	Title, Column, Back, BackTitle, CSV, JSON, Checked string
	Rows                                               []rowView
	More                                               int
	MayRecord                                          bool
}

// mostListed is how many children the page shows; the files have all.
const mostListed = 200

func (d *Desk) kids(r *http.Request, i int) (*Found, error) {
	f, err := d.FilterOf(measures[i].Measure, r.URL.Query())
	if err != nil {
		return nil, err
	}
	return d.Children(r.Context(), web.Actor(r), f)
}

var stateWords = map[State]string{"": "children", Met: "children who were reached", Waiting: "children who wait", Ended: "children whose work was closed before"}

func (d *Desk) showList(i int) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		x, err := d.kids(r, i)
		if err != nil {
			return err
		}
		m, f := measures[i], x.Filter
		v := listView{Title: m.title + ": " + stateWords[f.State], Column: m.column, BackTitle: m.title, CSV: m.kids + ".csv?" + f.query(), JSON: m.kids + ".json?" + f.query(), Checked: x.Now.Words()}
		if !f.Week.IsZero() {
			v.Title += ", week of " + f.Week.Words()
		}
		f.Week, f.State = civil.Date{}, ""
		v.Back = m.path + "?" + f.query()
		for _, row := range x.Rows[:min(len(x.Rows), mostListed)] {
			rv := rowView{Row: row, Took: span(row.Seconds), FromWords: row.From.Words(), Outcome: pathway.OutcomeName(row.Outcome)}
			switch row.State {
			case Met:
				rv.How = web.Capital(row.What) + ", " + row.At.Words()
			case Waiting:
				rv.How = "Not yet"
			default:
				rv.How = "Closed before"
			}
			v.Rows = append(v.Rows, rv)
		}
		v.More = len(x.Rows) - len(v.Rows)
		who := web.Actor(r)
		v.MayRecord = access.ScopeOf(who, access.RecordHelp).Allowed && !who.ReadOnly
		return web.Render(w, r, http.StatusOK, listPage, v)
	}
}

func (d *Desk) listCSV(i int) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		x, err := d.kids(r, i)
		if err != nil {
			return err
		}
		return web.SendCSV(w, string(measures[i].Measure)+"-children", x.list())
	}
}

func (d *Desk) listJSON(i int) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		x, err := d.kids(r, i)
		if err != nil {
			return err
		}
		rows := x.Rows
		if rows == nil {
			rows = []Row{}
		}
		return web.SendJSON(w, map[string]any{"measure": x.Filter.Measure, "from": x.Filter.From, "to": x.Filter.To, "children": rows})
	}
}

type givenView struct {
	*Page
	Name string
	Form *web.Form
	Past []pastView
}

type pastView struct{ When, What, Words, Recorded string }

// HasErrors says whether the form shows errors.
func (v givenView) HasErrors() bool { return v.Form.HasErrors() }

func givenForm() *web.Form {
	var kinds []web.Option
	for _, c := range pathway.HelpCounts() {
		if c.Recorded {
			kinds = append(kinds, web.Option{Value: string(c.Kind), Label: web.Capital(pathway.HelpName(c.Kind))})
		}
	}
	return web.NewForm(web.Field{Name: "kind", Label: "What took place?", Kind: "radios", Options: kinds},
		web.Field{Name: "at", Label: "When?", Kind: "datetime"},
		web.Field{Name: "by", Label: "Who was with the child, and their role?", Kind: "text"},
		web.Field{Name: "met", Label: "Was the child met?", Kind: "radios", Options: []web.Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No", Hint: "Then no clock stops, and the attempt is on record"}}},
		web.Field{Name: "alone", Label: "Alone? If not, why?", Kind: "text", Follows: "met|yes"},
		web.Field{Name: "words", Label: "What did the child say or show? If the child was not met: what was tried?", Kind: "textarea", Rows: 4})
}

func (d *Desk) showGiven(w http.ResponseWriter, r *http.Request) error {
	return d.given(w, r, givenForm(), http.StatusOK)
}

func (d *Desk) given(w http.ResponseWriter, r *http.Request, f *web.Form, code int) error {
	p, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	if p.Moved {
		return web.See(w, r, web.ChildPath(p.Child.Ref, "help"))
	}
	v := givenView{Page: p, Form: f, Name: web.Capital(p.Child.Given + " " + p.Child.Family)}
	for _, g := range p.Given {
		x := pastView{When: g.At.Words(), What: web.Capital(pathway.HelpName(g.Kind)) + ", " + g.By, Words: g.Words, Recorded: g.Recorded.Words()}
		if g.Met == "no" {
			x.What += ": the child was not met"
		} else {
			x.What += ". Alone: " + g.Alone
		}
		v.Past = append(v.Past, x)
	}
	return web.Render(w, r, code, givenPage, v)
}

func (d *Desk) saveGiven(w http.ResponseWriter, r *http.Request) error {
	f := givenForm()
	f.Read(r)
	at, err := f.Instant("at")
	if err == nil {
		err = d.Give(r.Context(), web.Actor(r), r.PathValue("ref"), pathway.HelpGiven{Kind: pathway.HelpKind(f.Value("kind")), At: at, By: f.Value("by"), Met: f.Value("met"), Alone: f.Value("alone"), Words: f.Value("words")})
	}
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.given(w, r, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ChildPath(r.PathValue("ref"), "help"))
}
