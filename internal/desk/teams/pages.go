package teams

import (
	"embed"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
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
	queuesPage = web.NewPage(templates, "templates/queues.html", "templates/rows.html")
	listPage   = web.NewPage(templates, "templates/list.html")
	teamPage   = web.NewPage(templates, "templates/team.html")
	formPage   = web.NewPage(templates, "templates/form.html")
	movePage   = web.NewPage(templates, "templates/move.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.List(web.PathTeams, access.SeeTeams, web.Listing{Name: "teams", Page: d.showQueues, Sheet: d.queuesSheet})
	s.List(web.PathTeamChildren, access.ListTeams, web.Listing{Name: "team-children", Page: d.showChildren, Sheet: d.childrenSheet})
	s.Route("GET "+web.PathTeamNew, access.ManageTeams, d.showNew)
	s.Route("POST "+web.PathTeamNew, access.ManageTeams, d.saveNew)
	s.Route("GET "+web.PathTeam, access.SeeTeams, d.showTeam)
	for _, f := range []struct {
		path string
		form settingForm
	}{{web.PathTeamPeople, peopleForm}, {web.PathTeamChange, changeForm}, {web.PathTeamEnd, endForm}} {
		s.Route("GET "+f.path, access.ManageTeams, d.showSetting(f.form))
		s.Route("POST "+f.path, access.ManageTeams, d.saveSetting(f.form))
	}
	s.Route("GET "+web.PathTeamMove, access.MoveTeam, d.showMove)
	s.Route("POST "+web.PathTeamMove, access.MoveTeam, d.saveMove)
	s.Route("POST "+web.PathTeamUndo, access.MoveTeam, d.saveUndo)
}

// cell is a number with where its list is; "" where the reader may not see it.
type cell struct {
	Label, Says, Path string
	N                 int
}

type rowView struct {
	Row
	When, Path, Median, Longest string
	Cells                       []cell
}

type setUpView struct {
	SetUp
	Path  string
	Rows  []rowView
	Since []beforeAfter
	When  string
}

// beforeAfter is one team's children without a worker just before a set-up and at the
// moment that is shown.
type beforeAfter struct {
	Team          string
	Before, After string
	There         bool // before
}

type queuesView struct {
	Files                         web.Files
	From, At, Team, Field, Error  string
	Teams                         []Named
	Now                           []rowView
	SetUps                        []setUpView
	Weeks                         []rowView
	Total, Held                   int
	TotalAt, HeldAt               string // whose they are; "" where the reader may not see all of them
	When, Checked                 string
	Past                          bool
	Chart                         template.HTML
	ChartTitle, ChartNote         string
	MayManage, MayAllocate, Lists bool
}

// HasErrors says whether the filter was wrong.
func (v queuesView) HasErrors() bool { return v.Error != "" }

func wrong(err error) (field, message string) {
	if f, ok := refusal.As(err); ok && len(f.Problems) > 0 {
		return f.Problems[0].Field, f.Problems[0].Message
	}
	return "from", err.Error()
}

func days(seconds int64) float64 { return math.Round(float64(seconds)/8640) / 10 }

func span(seconds int64) string { return civil.Span(time.Duration(seconds) * time.Second) }

// listAt is where the children behind a number of a row are.
func (r Row) listAt(w What) string {
	q := url.Values{"team": {r.TeamID}, "what": {string(w)}}
	switch r.Kind {
	case rowWeekly:
		q.Set("week", r.Week.String())
	case rowSetUp:
		q.Set("before", r.At.String())
	default:
		q.Set("at", r.At.String())
	}
	return web.PathTeamChildren + "?" + q.Encode()
}

func (r Row) view() rowView {
	v := rowView{Row: r, Path: web.TeamPath(r.TeamID, ""), Median: "–", Longest: "–", When: r.At.Words()}
	if r.Kind == rowWeekly {
		v.When = r.Week.Words() + " to " + r.Week.AddDays(6).Words()
	}
	if r.Waiting > 0 {
		v.Median, v.Longest = span(r.Median), span(r.Longest)
	}
	for _, w := range whats {
		c := cell{Label: w.Name, Says: w.Says, N: *r.n(w.What)}
		if r.lists && c.N > 0 {
			c.Path = r.listAt(w.What)
		}
		v.Cells = append(v.Cells, c)
	}
	return v
}

func (d *Desk) showQueues(w http.ResponseWriter, r *http.Request) error {
	q, who := r.URL.Query(), web.Actor(r)
	v := queuesView{From: q.Get("from"), At: q.Get("at"), Team: q.Get("team")}
	code := http.StatusOK
	f, err := d.FilterOf(q)
	if err != nil {
		v.Field, v.Error = wrong(err)
		code, f = http.StatusUnprocessableEntity, Filter{}
	}
	x, err := d.Queues(r.Context(), who, f)
	if err != nil {
		return err
	}
	v.Files, v.Teams, v.Checked, v.When, v.Past = web.FilesOf(r), x.Teams, x.Now.Words(), x.At.Words(), x.At.Before(x.Now)
	if v.From == "" {
		v.From = x.From.String()
	}
	before := map[civil.Instant][]Row{}
	nowOf := map[string]Row{}
	for _, row := range x.Rows {
		switch row.Kind {
		case rowNow:
			v.Now, v.Total, v.Held = append(v.Now, row.view()), v.Total+row.Waiting, v.Held+row.Held
			nowOf[row.TeamID] = row
		case rowSetUp:
			before[row.At] = append(before[row.At], row)
		default:
			v.Weeks = append(v.Weeks, row.view())
		}
	}
	for i := len(x.SetUps) - 1; i >= 0; i-- {
		v.SetUps = append(v.SetUps, x.SetUps[i].view(before[x.SetUps[i].At], nowOf))
	}
	if chart, note := x.chart(); chart != nil {
		v.Chart, v.ChartTitle, v.ChartNote = chart.SVG(), chart.Title, note
	}
	v.MayManage = access.ScopeOf(who, access.ManageTeams).Allowed && !who.ReadOnly
	v.MayAllocate = access.ScopeOf(who, access.ListUnallocated).Allowed
	v.Lists = access.ScopeOf(who, access.ListTeams).Allowed
	if !slices.ContainsFunc(v.Now, func(r rowView) bool { return !r.lists }) {
		list := func(w What) string {
			return web.PathTeamChildren + "?" + url.Values{"team": {f.Team}, "what": {string(w)}, "at": {x.At.String()}}.Encode()
		}
		v.TotalAt, v.HeldAt = list(Waiting), list(Held)
	}
	return web.Render(w, r, code, queuesPage, v)
}

// view is a set-up with the queue of each team before and now.
func (s SetUp) view(before []Row, now map[string]Row) setUpView {
	v := setUpView{SetUp: s, Path: web.TeamPath(s.TeamID, ""), When: s.At.Words()}
	seen := map[string]bool{}
	for _, b := range before {
		seen[b.TeamID] = true
		v.Rows = append(v.Rows, b.view())
		v.Since = append(v.Since, beforeAfter{b.Team, waits(b), waits(now[b.TeamID]), true})
	}
	if n, ok := now[s.TeamID]; ok && !seen[s.TeamID] {
		v.Since = append(v.Since, beforeAfter{n.Team, "not there yet", waits(n), false})
	}
	return v
}

func waits(r Row) string {
	if r.Waiting == 0 {
		return "0"
	}
	return fmt.Sprintf("%d, half of them for %s or longer", r.Waiting, span(r.Median))
}

// baseWeeks is how many weeks the limits of the chart are made from.
const baseWeeks = 12

// chart draws the children without a worker at the end of each week, with limits of their
// own before and after each set-up: a step with its recorded reason. A part with fewer
// than two weeks has no limits of its own and keeps those before it.
func (q *Queues) chart() (*web.Chart, string) {
	var weeks []Row
	at := map[civil.Date]int{}
	for i := len(q.Rows) - 1; i >= 0; i-- {
		r := q.Rows[i]
		if r.Kind != rowWeekly {
			continue
		}
		if _, ok := at[r.Week]; !ok {
			at[r.Week] = len(weeks)
			weeks = append(weeks, Row{Week: r.Week, At: r.At})
		}
		weeks[at[r.Week]].Waiting += r.Waiting
	}
	if len(weeks) < 2 {
		return nil, ""
	}
	steps, reasons := q.steps(weeks)
	c := &web.Chart{ID: "waiting", Unit: "children", Varying: true, Stepped: true}
	note := ""
	var means []string
	for i, from := range steps {
		until := len(weeks)
		if i+1 < len(steps) {
			until = steps[i+1]
		}
		var values []float64
		for _, w := range weeks[from:until] {
			values = append(values, float64(w.Waiting))
		}
		x := feed.XmROf(values, baseWeeks, true)
		means = append(means, strconv.FormatFloat(x.Mean, 'f', 1, 64))
		for j, value := range values {
			p := web.ChartPoint{Value: value, Mean: round1(x.Mean), Lower: math.Max(round1(x.Lower), 0), Upper: round1(x.Upper)}
			if k := from + j; k == 0 || k == len(weeks)-1 || k == len(weeks)/2 {
				p.Label = weeks[k].Week.String()
			}
			if s := x.Signals[j]; s.Rule != "" {
				p.Signal = map[bool]string{true: "fewer than chance", false: "more than chance"}[s.Low]
			}
			c.Points = append(c.Points, p)
		}
	}
	c.Title = "Children without a worker at the end of each week: " + means[0] + " in a mean week"
	for i, m := range means[1:] {
		c.Title += ", " + m + " since the week in which " + reasons[i] + " was set up"
	}
	if len(steps) > 1 {
		note = "The limits step where a team was set up, for the reason given above."
	}
	if last := len(weeks) - steps[len(steps)-1]; last < baseWeeks {
		note += fmt.Sprintf(" The last limits are made from %d weeks: trial limits, which may move until there are twelve.", last)
	}
	c.Desc = "Children without a worker at the end of each week. The table below has the same numbers for each team."
	return c, note
}

// steps are the places in the weeks from which limits are made anew, and the team whose
// set-up is the reason of each but the first.
func (q *Queues) steps(weeks []Row) (steps []int, reasons []string) {
	steps = []int{0}
	for _, s := range q.SetUps {
		for i, w := range weeks {
			if w.At.After(s.At) { // the first week that ended after it
				if last := steps[len(steps)-1]; i-last >= 2 && len(weeks)-i >= 2 {
					steps, reasons = append(steps, i), append(reasons, s.Team)
				}
				break
			}
		}
	}
	return steps, reasons
}

func round1(v float64) float64 { return math.Round(v*10) / 10 }

// Sheet is the rows as a file.
func (q *Queues) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"row", "week", "at", "team", "team_id", "waiting", "median_days", "longest_days", "new", "moved_in", "moved_out", "allocated", "closed_without", "workers", "held"}}
	for _, r := range q.Rows {
		median, longest := "", ""
		if r.Waiting > 0 {
			median, longest = strconv.FormatFloat(days(r.Median), 'f', 1, 64), strconv.FormatFloat(days(r.Longest), 'f', 1, 64)
		}
		line := []string{r.Kind, r.Week.String(), r.At.String(), r.Team, r.TeamID, strconv.Itoa(r.Waiting), median, longest}
		for _, n := range []int{r.New, r.In, r.Out, r.Taken, r.Closed, r.Workers, r.Held} {
			line = append(line, strconv.Itoa(n))
		}
		s.Rows = append(s.Rows, line)
	}
	return s
}

func (d *Desk) queuesSheet(r *http.Request) (web.Sheet, error) {
	f, err := d.FilterOf(r.URL.Query())
	if err != nil {
		return web.Sheet{}, err
	}
	q, err := d.Queues(r.Context(), web.Actor(r), f)
	if err != nil {
		return web.Sheet{}, err
	}
	return q.Sheet(), nil
}

type kidView struct {
	Kid
	Waited, When, What, Allocate string
}

type listView struct {
	Files                web.Files
	Title, When, Checked string
	Rows                 []kidView
	More                 int
}

// mostListed is how many children the page shows; the files have all.
const mostListed = 200

func (d *Desk) showChildren(w http.ResponseWriter, r *http.Request) error {
	f, err := d.FilterOf(r.URL.Query())
	if err != nil {
		return err
	}
	x, err := d.Children(r.Context(), web.Actor(r), f)
	if err != nil {
		return err
	}
	v := listView{Files: web.FilesOf(r), Title: x.Team + ": " + strconv.Itoa(len(x.Rows)) + " " + nameOf(x.Filter.What), Checked: x.Now.Words(), When: x.when()}
	for _, k := range x.Rows[:min(len(x.Rows), mostListed)] {
		kv := kidView{Kid: k, Waited: span(k.Seconds), When: k.Decided.Words(), What: pathway.OutcomeName(k.Outcome)}
		if k.Work != "" {
			kv.Allocate = web.PathAllocations + "/" + k.Work
		}
		v.Rows = append(v.Rows, kv)
	}
	v.More = len(x.Rows) - len(v.Rows)
	return web.Render(w, r, http.StatusOK, listPage, v)
}

// when says of which time the list is.
func (x *List) when() string {
	still := x.Filter.What == Waiting || x.Filter.What == Held
	switch {
	case x.Whole && still:
		return "At the end of the week of " + x.Week.Words()
	case x.Whole:
		return "In the week of " + x.Week.Words()
	case x.Before && still:
		return "Just before " + x.At.Words()
	case still:
		return "At " + x.At.Words()
	}
	return "From " + x.Week.Words() + " until " + x.At.Words()
}

// Sheet is the list as a file.
func (x *List) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"child", "age", "child_reference", "contact", "team", "team_id", "decided_for", "decided", "waited_days", "worker"}}
	for _, k := range x.Rows {
		s.Rows = append(s.Rows, []string{k.Child, k.Age, k.ChildRef, k.Contact, k.Team, k.TeamID, pathway.OutcomeName(k.Outcome), k.Decided.String(), strconv.FormatFloat(days(k.Seconds), 'f', 1, 64), k.Worker})
	}
	return s
}

func (d *Desk) childrenSheet(r *http.Request) (web.Sheet, error) {
	f, err := d.FilterOf(r.URL.Query())
	if err != nil {
		return web.Sheet{}, err
	}
	x, err := d.Children(r.Context(), web.Actor(r), f)
	if err != nil {
		return web.Sheet{}, err
	}
	return x.Sheet(), nil
}
