package load

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/queue"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	loadPage   = web.NewPage(templates, "templates/load.html")
	limitsPage = web.NewPage(templates, "templates/limits.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.List(web.PathLoad, access.SeeLoad, web.Listing{Name: "front-door-load", Page: d.showLoad, Sheet: func(r *http.Request) (web.Sheet, error) {
		st, err := d.asked(r)
		if err != nil {
			return web.Sheet{}, err
		}
		return st.Sheet(web.Actor(r)), nil
	}})
	s.Route("GET "+web.PathLoadLimits, access.SetLoadLimit, d.showLimits)
	s.Route("POST "+web.PathLoadLimits, access.SetLoadLimit, d.saveLimit)
}

// asked is what the address asks for. With an error and a state, the address was wrong
// and the state is what is shown instead.
func (d *Desk) asked(r *http.Request) (*State, error) {
	q := r.URL.Query()
	ask, wrong := AskOf(q.Get("hours"), q.Get("times"))
	s, err := d.Load(r.Context(), web.Actor(r), ask)
	if err != nil {
		return nil, err
	}
	return s, wrong
}

type ageView struct {
	Words, Path, Tone string
	N                 int
}

type handView struct {
	Name, Path, State, Tone string
	N                       int
	Due                     web.Due
	Has                     bool
}

type hourView struct {
	At, Come, Decided, Waiting, Band, Passed, IfWaiting, IfPassed, Over string
}

type pastView struct {
	At, Foreseen, State, Tone, Held string
	Waited                          int
}

type loadView struct {
	Files             web.Files
	Alarm             web.LoadAlarm
	Checked           string
	Total             int
	TotalPath         string
	Ages              []ageView
	Nobody            handView
	Hands             []handView
	Own, Names        bool
	OverLimit, People int
	PersonLimit       int
	Desk              string
	CanSet            bool
	Known             bool
	Weeks             int
	Times, Error      string
	Hours             []web.Option
	AskedHours        int
	Pace, Title, If   string
	Chart             template.HTML
	Rows              []hourView
	IfName            string
	DeskLimit         int
	Past              []pastView
	Left, Spread      string
}

// HasErrors says whether the address was wrong.
func (v loadView) HasErrors() bool { return v.Error != "" }

func (d *Desk) showLoad(w http.ResponseWriter, r *http.Request) error {
	s, err := d.asked(r)
	if s == nil {
		return err
	}
	who := web.Actor(r)
	board := access.ScopeOf(who, access.ListContacts).Allowed
	v := loadView{Files: web.FilesOf(r), Alarm: web.LoadAlarmOf(s.Alarm, who), Checked: s.Now.Words(), Total: len(s.Waiting), Own: s.Own, Names: s.Names, OverLimit: s.OverLimit(), People: len(s.Hands),
		PersonLimit: s.Limits.Person, Desk: s.Limits.DeskState(len(s.Waiting)), CanSet: !who.ReadOnly && access.ScopeOf(who, access.SetLoadLimit).Allowed, Known: s.Usual.Known(), Weeks: s.Usual.Weeks,
		Times: times(s.Ask.Times), AskedHours: s.Ask.Hours, DeskLimit: s.Limits.Desk, IfName: "with " + times(s.Ask.Times) + " times the usual"}
	v.Alarm.Path = ""
	if p, ok := refusal.As(err); ok && len(p.Problems) > 0 {
		v.Error = p.Problems[0].Message
		v.Times = r.URL.Query().Get("times")
	}
	link := func(key, value string) string {
		if !board {
			return ""
		}
		return web.PathBoard + "?" + url.Values{key: {value}}.Encode()
	}
	if board {
		v.TotalPath = web.PathBoard
	}
	for _, a := range s.AgeCounts {
		x := ageView{Words: web.Capital(a.Words), Path: link("only", a.Key), N: a.N}
		if a.Key == queue.Late && a.N > 0 {
			x.Tone = "risk"
		}
		v.Ages = append(v.Ages, x)
	}
	v.Nobody = handOf(s, s.Nobody)
	v.Nobody.Path, v.Nobody.State, v.Nobody.Tone = link("working", "nobody"), "", ""
	for _, h := range s.Shown(who) {
		x := handOf(s, h)
		x.Path = link("working", h.ID)
		v.Hands = append(v.Hands, x)
	}
	for _, h := range []int{Shortest, Longest} {
		v.Hours = append(v.Hours, web.Option{Value: strconv.Itoa(h), Label: strconv.Itoa(h) + " hours"})
	}
	if v.Known {
		s.foresee(&v)
	}
	v.past(s)
	return web.Render(w, r, http.StatusOK, loadPage, v)
}

func handOf(s *State, h queue.Hand) handView {
	x := handView{Name: h.Name, N: h.N, State: web.Capital(s.Limits.State(h.N)), Has: h.N > 0}
	if s.Limits.Over(h) {
		x.Tone = "risk"
	}
	if x.Has {
		x.Due = web.DueOf(s.Now, h.Next, h.Next.Add(-dueSoon))
	}
	return x
}

// dueSoon is when a due time turns: the board's own.
const dueSoon = 4 * time.Hour

func times(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func whole(n float64) string { return strconv.FormatFloat(n, 'f', 0, 64) }

// foresee words the forecast: what is usual, its finding, the chart and the hours.
func (s *State) foresee(v *loadView) {
	v.Pace = fmt.Sprintf("%d came in the last 24 hours. Usual for these hours: %.0f; more than %d hardly ever come by chance.", s.Pace.Got, s.Pace.Usual, s.Pace.High)
	if s.Pace.Faster() {
		v.Pace += fmt.Sprintf(" The forecast goes on with %.1f times the usual.", s.Pace.Times)
	} else {
		v.Pace += " The forecast goes on with the usual."
	}
	v.Title = firstWords(s.Course, "As contacts come now", s.Ask.Hours)
	v.If = firstWords(s.If, "If "+v.Times+" times as many come as usual", s.Ask.Hours)
	if v.Error != "" {
		v.If = firstWords(s.If, "If "+times(s.Ask.Times)+" times as many come as usual", s.Ask.Hours)
	}
	v.Chart = s.chart(v.Title).SVG()
	v.Spread = strconv.FormatFloat(s.Usual.Spread, 'f', 1, 64)
	for _, d := range s.Usual.Left {
		if v.Left != "" {
			v.Left += " and "
		}
		v.Left += d.Words()
	}
	for i, p := range s.Course.Points {
		if last := len(s.Course.Points) - 1; i%everyHours != 0 && i != last {
			continue
		}
		other := s.If.Points[i]
		low, high := s.Usual.Band(p, queue.Eight)
		row := hourView{At: web.DateWords(s.Now, p.At), Come: whole(p.Arrived), Decided: whole(p.Decided), Waiting: whole(p.Waiting), Band: whole(low) + " to " + whole(high),
			Passed: whole(p.Passed), IfWaiting: whole(other.Waiting), IfPassed: whole(other.Passed)}
		if i == 0 {
			row.At = "now"
		}
		if s.Limits.Desk > 0 {
			row.Over = fmt.Sprintf("%.0f in 100", 100*s.Usual.ChanceOver(p, s.Limits.Desk))
		}
		v.Rows = append(v.Rows, row)
	}
}

// everyHours is how many hours apart the rows of the page are; the file has every hour.
const everyHours = 3

func firstWords(c queue.Course, as string, hours int) string {
	last := c.Last()
	if c.First.Due.IsZero() {
		return fmt.Sprintf("%s, none more passes its time in the next %d hours, and %.0f wait at their end", as, hours, last.Waiting)
	}
	return fmt.Sprintf("%s, the first passes its time on %s, and %.0f wait after %d hours", as, c.First.Due.Words(), last.Waiting, hours)
}

// backHours is how much of what happened stands before the forecast on the chart.
const backHours = 24

// chart draws the last day and the hours to come.
func (s *State) chart(title string) web.QueueChart {
	c := web.QueueChart{ID: "queue", Title: title, Limit: s.Limits.Desk, IfName: times(s.Ask.Times) + " × usual", Passes: !s.Course.First.Due.IsZero(), IfPassing: !s.If.First.Due.IsZero(),
		First: s.Course.First.Due.Sub(s.Now).Hours(), IfFirst: s.If.First.Due.Sub(s.Now).Hours(),
		Desc: "Contacts waiting in each of the last 24 hours, how many are expected with the band that chance stays within eight times of ten, and how many if more or fewer come. A square is where the first passes its time. The table below says the same."}
	hour := civil.At(s.Now.Time().Truncate(time.Hour))
	for back := backHours; back >= 0; back-- {
		at := hour.Add(-time.Duration(back) * time.Hour)
		c.Past = append(c.Past, web.QueuePoint{Hours: at.Sub(s.Now).Hours(), Waiting: float64(s.WaitedAt(at))})
	}
	c.Past = append(c.Past, web.QueuePoint{Waiting: float64(len(s.Waiting))})
	for i, p := range s.Course.Points {
		at := p.At.Sub(s.Now).Hours()
		low, high := s.Usual.Band(p, queue.Eight)
		c.Course, c.If = append(c.Course, web.QueuePoint{Hours: at, Waiting: p.Waiting}), append(c.If, web.QueuePoint{Hours: at, Waiting: s.If.Points[i].Waiting})
		c.Low, c.High = append(c.Low, web.QueuePoint{Hours: at, Waiting: low}), append(c.High, web.QueuePoint{Hours: at, Waiting: high})
	}
	every := (backHours + s.Ask.Hours) / 8
	for h := -backHours; h <= s.Ask.Hours; h += every {
		at := hour.Add(time.Duration(h) * time.Hour)
		if x := at.Sub(s.Now).Hours(); x >= c.Past[0].Hours {
			c.Ticks = append(c.Ticks, web.QueueTick{Hours: x, Label: at.London().Format("Mon 15:04")})
		}
	}
	return c
}

// past words how past days stood to their own limits, and to what was foreseen.
func (v *loadView) past(s *State) {
	for _, p := range s.Past {
		x := pastView{At: p.At.Words(), Waited: p.Waited, State: web.Capital((queue.Limits{Desk: p.Limit}).DeskState(p.Waited)), Foreseen: "not known yet"}
		if p.Limit > 0 && p.Waited > p.Limit {
			x.Tone = "risk"
		}
		if p.Known {
			x.Foreseen = fmt.Sprintf("%.0f, between %.0f and %.0f", p.Foreseen, p.Low, p.High)
			x.Held = "within"
			if float64(p.Waited) < p.Low-0.5 || float64(p.Waited) > p.High+0.5 {
				x.Held = "outside"
			}
		}
		v.Past = append(v.Past, x)
	}
}

type limitView struct{ Of, Most, From, Why, By, Begun, Source string }

type limitsView struct {
	Form   *web.Form
	Limits []limitView
	Now    string
}

// HasErrors says whether an answer was wrong.
func (v limitsView) HasErrors() bool { return v.Form.HasErrors() }

var ofWords = map[string]string{record.LimitOfPerson: "One person", record.LimitOfDesk: "The whole desk"}

func limitForm(today civil.Date) *web.Form {
	return web.NewForm(
		web.Field{Name: "of", Label: "Whose limit is it?", Kind: "radios", Options: []web.Option{{Value: record.LimitOfPerson, Label: ofWords[record.LimitOfPerson], Hint: "How many contacts one person should work on at once"}, {Value: record.LimitOfDesk, Label: ofWords[record.LimitOfDesk], Hint: "How many contacts should wait at the front door at once"}}},
		web.Field{Name: "most", Label: "How many contacts?", Hint: "A whole number. Enter 0 for no limit", Kind: "text", Width: 5},
		web.Field{Name: "from", Label: "From which day?", Hint: "Today or later. Past days keep the limit they had", Kind: "date", Day: strconv.Itoa(today.Day), Month: strconv.Itoa(int(today.Month)), Year: strconv.Itoa(today.Year)},
		web.Field{Name: "why", Label: "Why is it changed?", Kind: "textarea", Rows: 2})
}

func (d *Desk) showLimits(w http.ResponseWriter, r *http.Request) error {
	return d.limitsWith(w, r, http.StatusOK, nil)
}

func (d *Desk) limitsWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	all, now, err := d.Set(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := limitsView{Form: f}
	if f == nil {
		v.Form = limitForm(now.Date())
	}
	for _, l := range all {
		x := limitView{ofWords[l.Of], strconv.Itoa(l.Most), l.From.Words(), l.Why, l.By, l.Begun.Words(), l.Source}
		if l.Most == 0 {
			x.Most = "no limit"
		}
		v.Limits = append(v.Limits, x)
	}
	return web.Render(w, r, code, limitsPage, v)
}

func (d *Desk) saveLimit(w http.ResponseWriter, r *http.Request) error {
	f := limitForm(d.Record.Now().Date())
	f.Read(r)
	l := record.LoadLimit{Of: f.Value("of"), Why: f.Value("why"), Most: -1}
	if n, err := strconv.Atoi(f.Value("most")); err == nil {
		l.Most = n
	}
	day, err := f.Date("from")
	if l.From = day; err == nil {
		err = d.SetLimit(r.Context(), web.Actor(r), l)
	}
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return d.limitsWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PathLoad)
}
