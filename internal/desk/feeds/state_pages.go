package feeds

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	statesPage = web.NewPage(templates, "templates/states.html", "templates/parts.html")
	weeksPage  = web.NewPage(templates, "templates/weeks.html", "templates/parts.html")
)

func (d *Desk) stateRoutes(s *web.Server) {
	s.List(web.PathFeeds, access.SeePromptness, web.Listing{Name: "police-feeds", Page: d.showStates, Sheet: sheetOf(d.states), JSON: asAny(d.states)})
	s.List(web.PathFeedWeeks, access.SeePromptness, web.Listing{Name: "police-weeks", Page: d.showWeeks, JSON: asAny(d.states), Sheet: func(r *http.Request) (web.Sheet, error) {
		x, err := d.states(r)
		if err != nil {
			return web.Sheet{}, err
		}
		return x.WeekSheet(), nil
	}})
	s.Route("GET "+web.PathFeedBacklog, access.DeclareBacklog, d.showBacklog)
	s.Route("POST "+web.PathFeedBacklog, access.DeclareBacklog, d.saveBacklog)
}

type windowView struct{ Days, Received, Usual, Band, State string }

type partView struct {
	District, Grade string
	Windows         []windowView
	State, Tone     string
}

type backlogView struct{ Grade, Waiting, AsAt string }

type stateView struct {
	Name, State, Tone string
	Alarms            []string
	Last, Connection  string
	Today, UsualByNow string
	Windows           []windowView
	Parts             []partView
	Backlog           []backlogView
	Weeks             string
	ID                string
}

type statesView struct {
	Feeds              []stateView
	CSV, JSON, Checked string
	Declares, Holds    bool
	Schools            bool // may see how often schools knew in time
}

func tone(state string) string {
	switch state {
	case "below", "above":
		return "risk"
	case "usual":
		return "done"
	}
	return "quiet"
}

func stateName(state string) string {
	switch state {
	case "below", "above":
		return web.Capital(state) + " its usual band"
	case "usual":
		return "As usual"
	}
	return "Not known yet"
}

func windowViews(all []Window) []windowView {
	var out []windowView
	for _, w := range all {
		v := windowView{Days: "in " + strconv.Itoa(w.Days) + " days", Received: strconv.Itoa(w.Received), Usual: "not known yet", Band: "–"}
		if w.Days == 1 {
			v.Days = "Today so far"
		}
		if w.Known {
			v.Usual, v.Band = strconv.FormatFloat(w.Usual, 'f', 1, 64), bandWords(w.Low, w.High)
			switch {
			case w.Received < w.Low:
				v.State = "below"
			case w.Received > w.High:
				v.State = "above"
			}
		}
		out = append(out, v)
	}
	return out
}

func bandWords(low, high int) string { return strconv.Itoa(low) + " to " + strconv.Itoa(high) }

func (s State) view(i int) stateView {
	v := stateView{Name: s.Name, State: stateName(s.State), Tone: tone(s.State), Last: "nothing yet", Today: strconv.Itoa(s.Today), Windows: windowViews(s.Windows),
		Weeks: web.PathFeedWeeks + "?force=" + s.Force, ID: "feed-" + strconv.Itoa(i)}
	for _, a := range s.Alarms {
		v.Alarms = append(v.Alarms, strings.TrimPrefix(a, s.Name+": "))
	}
	if !s.Last.IsZero() {
		v.Last = s.Last.Words()
	}
	if len(s.Windows) > 0 && s.Windows[0].Known {
		v.UsualByNow = strconv.FormatFloat(s.UsualByNow, 'f', 1, 64)
	}
	switch s.Connection {
	case "no heartbeat":
		v.Connection = "Their system sends no sign of life: whether it is there shows only by what comes"
	default:
		v.Connection = "Their system was last heard of " + s.Seen.Words()
	}
	for _, p := range s.Parts {
		v.Parts = append(v.Parts, partView{web.Capital(p.District), web.Capital(p.Grade), windowViews(p.Windows), stateName(p.State), tone(p.State)})
	}
	for _, b := range s.Backlog {
		v.Backlog = append(v.Backlog, backlogView{web.Capital(b.Grade), strconv.Itoa(b.Waiting), b.AsAt.Words()})
	}
	return v
}

func (d *Desk) states(r *http.Request) (*States, error) {
	return d.States(r.Context(), web.Actor(r), r.URL.Query().Get("force"))
}

func (d *Desk) showStates(w http.ResponseWriter, r *http.Request) error {
	s, err := d.states(r)
	if err != nil {
		return err
	}
	who := web.Actor(r)
	v := statesView{CSV: web.PathFeeds + ".csv", JSON: web.PathFeeds + ".json", Checked: s.AsAt.Words(), Declares: access.ScopeOf(who, access.DeclareBacklog).Allowed, Schools: access.ScopeOf(who, access.SeeTelling).Allowed,
		Holds: access.ScopeOf(who, access.ReconcileFeed).Allowed}
	for i, f := range s.Feeds {
		v.Feeds = append(v.Feeds, f.view(i))
	}
	return web.Render(w, r, http.StatusOK, statesPage, v)
}

type weekView struct {
	From, To, Received, Usual, Band, Alarm, Signal, Path string
}

type weeksView struct {
	Name, CSV, JSON, Checked string
	Chart                    template.HTML
	Title                    string
	Weeks                    []weekView
	Base                     int
}

var signalWords = map[string]string{
	"limit": "outside the limits", "trend": "seven rising or falling", "two-of-three": "two of three near a limit", "run": "seven on one side",
}

func (d *Desk) showWeeks(w http.ResponseWriter, r *http.Request) error {
	s, err := d.states(r)
	if err != nil {
		return err
	}
	if len(s.Feeds) == 0 {
		return refusal.Hidden()
	}
	f := s.Feeds[0]
	q := "?force=" + f.Force
	v := weeksView{Name: f.Name, CSV: web.PathFeedWeeks + ".csv" + q, JSON: web.PathFeedWeeks + ".json" + q, Checked: s.AsAt.Words(), Base: min(baseWeeks, len(f.Weeks))}
	if len(f.Weeks) > 1 {
		c := chartOf(f, "weeks")
		v.Chart, v.Title = c.SVG(), c.Title
	}
	for i := len(f.Weeks) - 1; i >= 0; i-- {
		x := f.Weeks[i]
		row := weekView{From: x.From.Words(), To: x.To.Words(), Received: strconv.Itoa(x.Received), Usual: "not known yet", Band: "–", Signal: signalWords[x.Signal],
			Path: listPath(Filter{From: x.From, To: x.To, Force: f.Force})}
		if x.Known {
			row.Usual, row.Band = strconv.FormatFloat(x.Usual, 'f', 1, 64), bandWords(x.Low, x.High)
		}
		if x.Alarm != "" {
			row.Alarm = stateName(x.Alarm) + " from " + x.AlarmFrom.Words()
		}
		v.Weeks = append(v.Weeks, row)
	}
	return web.Render(w, r, http.StatusOK, weeksPage, v)
}

var backlogPage = web.NewPage(templates, "templates/backlog.html")

type declareView struct {
	Form *web.Form
	Last []backlogView
}

// HasErrors says whether an answer was wrong.
func (v declareView) HasErrors() bool { return v.Form.HasErrors() }

func backlogForm() *web.Form {
	var fields []web.Field
	for _, g := range []string{"high", "medium", "standard"} {
		fields = append(fields, web.Field{Name: g, Label: "How many " + g + " risk reports wait for triage?", Hint: "A whole number. Enter 0 when none waits", Kind: "text", Width: 5})
	}
	return web.NewForm(fields...)
}

func (d *Desk) showBacklog(w http.ResponseWriter, r *http.Request) error {
	return d.backlogWith(w, r, http.StatusOK, backlogForm())
}

func (d *Desk) backlogWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	last, err := d.Backlog(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := declareView{Form: f}
	for _, b := range last {
		v.Last = append(v.Last, backlogView{web.Capital(b.Grade), strconv.Itoa(b.N), b.AsAt.Words()})
	}
	return web.Render(w, r, code, backlogPage, v)
}

func (d *Desk) saveBacklog(w http.ResponseWriter, r *http.Request) error {
	f := backlogForm()
	f.Read(r)
	var b Declared
	var wrong []refusal.Problem
	for _, x := range []struct {
		name string
		to   *int
	}{{"high", &b.High}, {"medium", &b.Medium}, {"standard", &b.Standard}} {
		n, err := strconv.Atoi(f.Value(x.name))
		if err != nil {
			wrong = append(wrong, refusal.Problem{Field: x.name, Message: "Enter how many " + x.name + " risk reports wait for triage, such as 0 or 12"})
		}
		*x.to = n
	}
	err := refusal.Fields(wrong)
	if err == nil {
		err = d.Declare(r.Context(), web.Actor(r), b)
	}
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return d.backlogWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PathFeeds)
}
