package children

import (
	"fmt"
	"net/http"
	"net/url"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var fairnessPage = web.NewPage(templates, "templates/fairness.html")

func (d *Desk) fairnessRoutes(s *web.Server) {
	s.List(web.PathFairness, access.SeeFairness, web.Listing{Name: "fairness", Page: d.showFairness, Sheet: d.fairnessSheet})
}

type fairnessView struct {
	Title, From, Since, Checked string
	Heads                       []string
	Rows                        []fairRowView
	Chart                       []fairBar
	ChartHeight                 int
	Alarms                      []fairAlarm
	Enough                      bool
	Notes                       []string
	CSV, JSON, Error            string
	List                        []record.Missed
	ListOf, Back                string
}

// HasErrors says whether the day was wrong.
func (v fairnessView) HasErrors() bool { return v.Error != "" }

type fairRowView struct{ Cells []string }

type fairAlarm struct{ Words, Path string }

// fairBar is a group on the chart: a mark for the share found, a line for its interval.
type fairBar struct {
	Group, Says              string
	Y, Text, Low, Mark, High int
	Width                    int
	Alarm                    bool
}

func (d *Desk) showFairness(w http.ResponseWriter, r *http.Request) error {
	q, who := r.URL.Query(), web.Actor(r)
	v := fairnessView{From: q.Get("from"), Heads: fairHeads}
	since, err := fairSince(v.From)
	var f *Fairness
	if err == nil {
		f, err = d.Fairness(r.Context(), who, since)
	}
	code := http.StatusOK
	if refusal.KindOf(err) == refusal.Invalid {
		v.Error, code, since = err.Error(), http.StatusUnprocessableEntity, civil.Date{}
		f, err = d.Fairness(r.Context(), who, since)
	}
	if err != nil {
		return err
	}
	opens := access.ScopeOf(who, access.OpenContact).Allowed
	if group := q.Get("group"); group != "" && v.Error == "" {
		of := person.Measure(q.Get("of"))
		if v.List, err = d.Missed(r.Context(), who, since, group, of); err != nil {
			return err
		}
		v.ListOf = listTitle(group, of)
		v.Back = web.PathFairness + "?" + url.Values{"from": {f.Since.String()}}.Encode()
	}
	v.show(f, opens)
	return web.Render(w, r, code, fairnessPage, v)
}

func listTitle(group string, of person.Measure) string {
	if of == person.MeasureCertain {
		return group + " children who were not linked by the system"
	}
	return group + " children who were not found"
}

func fairSince(s string) (civil.Date, error) {
	if s == "" {
		return civil.Date{}, nil
	}
	day, err := civil.ParseDate(s)
	if err != nil {
		return day, refusal.Field("from", "Enter a date such as 2026-01-21")
	}
	return day, nil
}

func (v *fairnessView) show(f *Fairness, opens bool) {
	v.Title = "Are children of every group found alike?"
	v.Since, v.Checked, v.Notes = f.Since.Words(), f.Now.Words(), f.Notes()
	query := url.Values{"from": {f.Since.String()}}.Encode()
	v.CSV, v.JSON = web.PathFairness+".csv?"+query, web.PathFairness+".json?"+query
	for _, row := range f.Table() {
		v.Rows = append(v.Rows, fairRowView{row})
	}
	v.Enough = f.Enough
	alarmed := map[string]bool{}
	for _, a := range f.Alarms {
		alarmed[a.Group] = true
		x := fairAlarm{Words: a.Words()}
		if opens {
			x.Path = web.PathFairness + "?" + url.Values{"from": {f.Since.String()}, "group": {a.Group}, "of": {string(a.Measure)}}.Encode()
		}
		v.Alarms = append(v.Alarms, x)
	}
	v.chart(f, alarmed)
}

// The chart's sizes: names to the left, shares from 0 to 100 % beside them.
const (
	chartLeft  = 130
	chartWide  = 500
	chartRow   = 34
	chartTop   = 40
	chartBelow = 30
)

func (v *fairnessView) chart(f *Fairness, alarmed map[string]bool) {
	x := func(p float64) int { return chartLeft + int(p*chartWide+0.5) }
	for _, r := range append(f.Rows[:len(f.Rows):len(f.Rows)], f.All) {
		if r.Hidden || r.N == 0 {
			continue
		}
		y := chartTop + chartRow*len(v.Chart)
		b := fairBar{Group: r.Group, Y: y, Text: y + 5, Low: x(r.Found.Low), Mark: x(r.Found.P), High: x(r.Found.High), Alarm: alarmed[r.Group]}
		b.Width = max(b.High-b.Low, 1)
		b.Says = fmt.Sprintf("%.0f %%, %.0f to %.0f", 100*r.Found.P, 100*r.Found.Low, 100*r.Found.High)
		if b.Alarm {
			b.Says += ", alarm"
		}
		v.Chart = append(v.Chart, b)
	}
	v.ChartHeight = chartTop + chartRow*len(v.Chart) + chartBelow
}

func (d *Desk) fairnessSheet(r *http.Request) (web.Sheet, error) {
	since, err := fairSince(r.URL.Query().Get("from"))
	if err != nil {
		return web.Sheet{}, err
	}
	f, err := d.Fairness(r.Context(), web.Actor(r), since)
	if err != nil {
		return web.Sheet{}, err
	}
	return f.Sheet(), nil
}
