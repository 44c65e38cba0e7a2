package leadership

import (
	"embed"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/escalation"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	firstPage = web.NewPage(templates, "templates/first.html", "templates/parts.html")
	planPage  = web.NewPage(templates, "templates/plan.html", "templates/parts.html")
	linePage  = web.NewPage(templates, "templates/line.html")
	formPage  = web.NewPage(templates, "templates/form.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.Route("GET "+web.PathOverview, access.SeeLeadership, d.showFirst)
	s.Route("GET "+web.PathImprovements, access.ListImprovements, d.showPlan)
	s.Route("GET "+web.PathImprovementsCSV, access.ListImprovements, d.planCSV)
	s.Route("GET "+web.PathImprovementsJSON, access.ListImprovements, d.planJSON)
	s.Route("GET "+web.PathImprovementNew, access.ChangeImprovements, d.showNew)
	s.Route("POST "+web.PathImprovementNew, access.ChangeImprovements, d.saveNew)
	s.Route("GET "+web.PathImprovement, access.ListImprovements, d.showLine)
	s.Route("GET "+web.PathImprovementOut, access.ChangeImprovements, d.showWithdraw)
	s.Route("POST "+web.PathImprovementOut, access.ChangeImprovements, d.saveWithdraw)
}

type waitingView struct {
	Agency, Path, LatePath, Longest string
	Waits, Late                     int
}

type mineView struct {
	Path, Partner, Step, AskedOf, Asked, Words, Tone string
	Level, Children                                  int
	Due                                              web.Due
}

type figureView struct{ Words, Value, Path string }

type partnerView struct {
	Name, Card, OwesPath, Longest, Level, LevelPath, Met, Since string
	Waits                                                       int
	Figures                                                     []figureView
}

type overrideView struct {
	At, Path, What, By, Why string
	Waiting                 int
}

type lineView struct {
	Line
	Path, DueWords, TodayWords, OnDayWords, Words, Tone string
}

type firstView struct {
	Checked, From         string
	Waits, Late           int
	Waiting               []waitingView
	Top, Mine             []mineView // Mine are the others
	ToMe, AtTop           int
	Partners              []partnerView
	Plan                  []lineView
	Missed, Open          int
	Overrides             []overrideView
	Quorate               string
	Feeds, Alarms, Silent []string
}

func (d *Desk) showFirst(w http.ResponseWriter, r *http.Request) error {
	f, err := d.First(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := firstView{Checked: f.Now.Words(), From: f.From.Words(), Feeds: f.Feeds, Alarms: f.Alarms}
	for _, x := range f.Waiting {
		v.Waits, v.Late = v.Waits+x.Waits, v.Late+x.Late
		path := web.PathWaiting + "?" + url.Values{"agency": {x.Agency}}.Encode()
		row := waitingView{Agency: web.Capital(pathway.AgencyName(pathway.Agency(x.Agency))), Path: path, LatePath: path + "&late=1", Waits: x.Waits, Late: x.Late}
		if !x.Oldest.IsZero() {
			row.Longest = web.DueOf(f.Now, x.Oldest, x.Oldest).Words
		}
		v.Waiting = append(v.Waiting, row)
	}
	for _, m := range f.AtTheTop() {
		v.Top = append(v.Top, mineOf(f.Now, m))
	}
	v.ToMe, v.AtTop = len(f.Mine), len(v.Top)
	for _, m := range f.Mine {
		if !m.silent() {
			v.Mine = append(v.Mine, mineOf(f.Now, m))
		}
	}
	for _, p := range f.Partners {
		v.Partners = append(v.Partners, partnerOf(f, p))
	}
	for _, l := range f.Plan {
		if l.Score == escalation.Withdrawn {
			continue
		}
		v.Open++
		if l.Score == escalation.NotAchieved {
			v.Missed++
		}
		v.Plan = append(v.Plan, lineOf(l))
	}
	for _, o := range f.Overrides {
		v.Overrides = append(v.Overrides, overrideView{o.At.Words(), web.EscalationPath(o.OwnerID, o.Step, ""), o.Owner + ": " + lowerFirst(d.Record.StepName(timescale.Key(o.Step), f.Now)), o.By, o.Why, o.Waiting})
	}
	if f.Quorate.Known {
		v.Quorate = measure(escalation.Quorate).Words(f.Quorate.N) + " of " + strconv.Itoa(f.Quorate.Of)
	}
	return web.Render(w, r, http.StatusOK, firstPage, v)
}

func measure(key string) escalation.Measure { m, _ := escalation.MeasureOf(key); return m }

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func mineOf(now civil.Instant, m Mine) mineView {
	v := mineView{Path: web.EscalationPath(m.OwnerID, string(m.Measure), ""), Partner: m.Owner, Step: lowerFirst(m.Name), AskedOf: m.Question.Partner, Asked: m.Asked.Words(),
		Words: m.State.Words(), Tone: "soon", Level: m.Question.Level, Children: len(m.At), Due: web.DueOf(now, m.By, m.By.Add(-12*time.Hour))}
	switch m.State {
	case escalation.Unanswered, escalation.NotKept:
		v.Tone = "risk"
	case escalation.Answered:
		v.Tone = "done"
		v.Due = web.Due{Words: "Answered", Date: "without a day", State: "ok"}
		if !m.Promise.IsZero() {
			v.Due.Date = "promised by " + web.DateWords(now, m.Promise)
		}
	}
	return v
}

func partnerOf(f *First, p Late) partnerView {
	owes := web.PathWaiting + "?" + url.Values{"owner": {p.ID}, "late": {"1"}}.Encode()
	v := partnerView{Name: p.Name, Card: web.ScorecardPath(p.ID, ""), Waits: p.Waits, OwesPath: owes}
	if p.Met.Known {
		v.Met = measure(escalation.StrategyInTime).Words(p.Met.N) + " of " + strconv.Itoa(p.Met.Of)
	}
	if !p.Oldest.IsZero() {
		v.Longest = lowerFirst(web.DueOf(f.Now, p.Oldest, p.Oldest).Words)
	}
	if p.Level > 0 {
		v.Level, v.LevelPath = "Level "+strconv.Itoa(p.Level), web.PathEscalations+"?"+url.Values{"agency": {p.Kind}}.Encode()
	}
	for _, l := range p.Lags {
		q := url.Values{"from": {f.From.String()}, "to": {f.Now.Date().String()}, "force": {p.ID}, "grade": {l.Grade}}
		late := url.Values{"from": q["from"], "to": q["to"], "force": q["force"], "grade": q["grade"], "late": {"1"}}
		v.Figures = append(v.Figures,
			figureView{web.Capital(feed.GradeWords(l.Grade)) + " risk: half received within", civil.Span(time.Duration(l.Median) * time.Second), web.PathFeedLag + "?" + q.Encode()},
			figureView{web.Capital(feed.GradeWords(l.Grade)) + " risk: over the agreed limit", strconv.Itoa(l.Late) + " of " + strconv.Itoa(l.N), web.PathFiguresPolice + "?" + late.Encode()})
	}
	switch {
	case p.IsForce && p.Last.IsZero():
		v.Since = "No notification has ever come"
	case p.IsForce:
		v.Since = "The last notification came " + p.Last.Words()
	}
	return v
}

func lineOf(l Line) lineView {
	v := lineView{Line: l, Path: web.ImprovementPath(l.Ref, ""), DueWords: l.Due.Words(), TodayWords: valueWords(l.measure, l.Today), OnDayWords: "its day is to come", Words: l.Score.Words()}
	switch l.Score {
	case escalation.Achieved, escalation.MetSoFar:
		v.Tone = "done"
	case escalation.NotAchieved:
		v.Tone = "risk"
	case escalation.NotYet:
		v.Tone = "soon"
	default:
		v.Tone, v.TodayWords, v.OnDayWords = "quiet", "", ""
	}
	if l.Score == escalation.Achieved || l.Score == escalation.NotAchieved {
		v.OnDayWords = valueWords(l.measure, l.OnDay)
	}
	return v
}

type planView struct {
	Rows                    []lineView
	Missed, Achieved, ToGo  int
	CSV, JSON, Checked, New string
}

func (d *Desk) showPlan(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	p, err := d.Improvements(r.Context(), who)
	if err != nil {
		return err
	}
	v := planView{CSV: web.PathImprovementsCSV, JSON: web.PathImprovementsJSON, Checked: p.AsAt.Words()}
	if !who.ReadOnly && access.ScopeOf(who, access.ChangeImprovements).Allowed {
		v.New = web.PathImprovementNew
	}
	for _, l := range p.Lines {
		v.Rows = append(v.Rows, lineOf(l))
		switch l.Score {
		case escalation.NotAchieved:
			v.Missed++
		case escalation.Achieved:
			v.Achieved++
		case escalation.NotYet, escalation.MetSoFar:
			v.ToGo++
		}
	}
	return web.Render(w, r, http.StatusOK, planPage, v)
}

func (d *Desk) planCSV(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Improvements(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return web.SendCSV(w, "improvement", p.Sheet())
}

func (d *Desk) planJSON(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Improvements(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return web.SendJSON(w, p)
}

type pastView struct {
	Day, Value string
	Of         int
	Meets      bool
}

type oneLineView struct {
	lineView
	Says, BegunWords, Source string
	Past                     []pastView
	Out                      string
}

func (d *Desk) showLine(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	l, past, now, err := d.Improvement(r.Context(), who, r.PathValue("ref"))
	if err != nil {
		return err
	}
	v := oneLineView{lineView: lineOf(l), Says: l.measure.Says, BegunWords: l.Begun.Words(), Source: sourceOf(l, now)}
	for _, x := range past {
		v.Past = append(v.Past, pastView{x.Day.Words(), valueWords(l.measure, x.Value), x.Of, l.measure.Meets(x.Value, l.Target)})
	}
	if !who.ReadOnly && access.ScopeOf(who, access.ChangeImprovements).Allowed && l.Withdrawn.IsZero() && !now.After(l.Due.EndOfDay()) {
		v.Out = web.ImprovementPath(l.Ref, "withdraw")
	}
	return web.Render(w, r, http.StatusOK, linePage, v)
}

// sourceOf is the list behind a line's figure of today.
func sourceOf(l Line, now civil.Instant) string {
	switch l.Measure {
	case escalation.LagMedian, escalation.LagNinetyFive:
		return web.PathFiguresPolice + "?" + url.Values{"from": {now.Date().AddDays(1 - escalation.Window).String()}, "to": {now.Date().String()}, "force": {l.PartnerID}, "grade": {l.Grade}}.Encode()
	case escalation.WaitsBreached:
		return web.PathWaiting + "?" + url.Values{"owner": {l.PartnerID}, "late": {"1"}}.Encode()
	case escalation.OpenQuestions:
		return web.PathEscalations
	}
	return web.PathMeetings
}

type formView struct {
	Title, Intro, Button, Back string
	Form                       *web.Form
}

// HasErrors says whether the form shows errors.
func (v formView) HasErrors() bool { return v.Form.HasErrors() }

func newForm(all []Partner) *web.Form {
	partner := web.Field{Name: "partner", Label: "Whose service is it to change?", Kind: "select", Options: []web.Option{{Label: "Select"}}}
	for _, p := range all {
		partner.Options = append(partner.Options, web.Option{Value: p.ID, Label: p.Name})
	}
	by := web.Field{Name: "measure", Label: "Which measure will show it?", Kind: "radios"}
	for _, m := range escalation.Measures() {
		by.Options = append(by.Options, web.Option{Value: m.Key, Label: m.Name, Hint: m.Says})
	}
	grade := web.Field{Name: "grade", Label: "Of which grade of risk?", Kind: "radios", Hint: "Only for the hours from incident to receipt", Follows: "measure|" + escalation.LagMedian + "," + escalation.LagNinetyFive}
	for _, g := range grades() {
		grade.Options = append(grade.Options, web.Option{Value: g, Label: web.Capital(feed.GradeWords(g))})
	}
	return web.NewForm(
		web.Field{Name: "action", Label: "What will be done?", Kind: "textarea", Rows: 3},
		partner, web.Field{Name: "who", Label: "Who does it, with their role?", Kind: "text"}, by, grade,
		web.Field{Name: "target", Label: "Target", Hint: "A number: hours, a percentage, or how many. Shares are met at or above it, everything else at or below it", Kind: "text", Width: 5},
		web.Field{Name: "due", Label: "By which day does it show?", Kind: "date"})
}

func (d *Desk) showNew(w http.ResponseWriter, r *http.Request) error {
	all, err := d.Partners(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return d.newWith(w, r, http.StatusOK, newForm(all))
}

func (d *Desk) newWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	return web.Render(w, r, code, formPage, formView{Title: "Write a line into the joint improvement plan", Button: "Write it into the plan", Back: web.PathImprovements, Form: f,
		Intro: "A line says what will be done, and by which number of the record it shows. Nobody sets its score: when its day has passed it is achieved or not by itself."})
}

func (d *Desk) saveNew(w http.ResponseWriter, r *http.Request) error {
	all, err := d.Partners(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	f := newForm(all)
	f.Read(r)
	p := escalation.Promised{Action: f.Value("action"), Partner: f.Value("partner"), Who: f.Value("who"), Measure: f.Value("measure"), Grade: f.Value("grade")}
	if p.Target, err = strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(f.Value("target")), "%"), 64); err != nil || p.Target != p.Target {
		p.Target = -1 // said by the rule, with everything else
	}
	if p.Due, err = f.Date("due"); err == nil {
		_, err = d.Promise(r.Context(), web.Actor(r), p)
	}
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return d.newWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PathImprovements)
}

func withdrawForm() *web.Form {
	return web.NewForm(web.Field{Name: "why", Label: "Why is it taken out?", Kind: "textarea", Rows: 3})
}

func (d *Desk) showWithdraw(w http.ResponseWriter, r *http.Request) error {
	return d.withdrawWith(w, r, http.StatusOK, withdrawForm())
}

func (d *Desk) withdrawWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	l, _, _, err := d.Improvement(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return web.Render(w, r, code, formPage, formView{Title: "Take a line out of the plan", Button: "Take it out on my name", Back: web.ImprovementPath(l.Ref, ""), Form: f,
		Intro: l.Action + " (" + l.Partner + ", by " + l.Due.Words() + "). It stays on the list with your name and reason."})
}

func (d *Desk) saveWithdraw(w http.ResponseWriter, r *http.Request) error {
	f := withdrawForm()
	f.Read(r)
	err := d.Withdraw(r.Context(), web.Actor(r), r.PathValue("ref"), f.Value("why"))
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.withdrawWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ImprovementPath(r.PathValue("ref"), ""))
}
