package escalations

import (
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/escalation"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	listPage   = web.NewPage(templates, "templates/list.html", "templates/parts.html")
	onePage    = web.NewPage(templates, "templates/one.html", "templates/parts.html")
	formPage   = web.NewPage(templates, "templates/form.html")
	ladderPage = web.NewPage(templates, "templates/ladder.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.Route("GET "+web.PathEscalations, access.ListEscalations, d.showList)
	s.Route("GET "+web.PathEscalationsCSV, access.ListEscalations, d.listCSV)
	s.Route("GET "+web.PathEscalationsJSON, access.ListEscalations, d.listJSON)
	s.Route("GET "+web.PathLadder, access.ListEscalations, d.showLadder)
	s.Route("POST "+web.PathLadder, access.NameAddressee, d.saveLadder)
	s.Route("GET "+web.PathEscalation, access.ListEscalations, d.showOne)
	for _, a := range acts {
		s.Route("GET "+a.path, a.action, d.showForm(a))
		s.Route("POST "+a.path, a.action, d.saveForm(a))
	}
}

type questionView struct {
	Row
	Path, Words, AskedAt string
	Due                  web.Due
	Tone                 string // of the mark, "" for none
	ReadBy               []string
}

func questionOf(now civil.Instant, r Row) questionView {
	v := questionView{Row: r, Path: web.EscalationPath(r.PartnerID, r.StepKey, ""), Words: r.State.Words(), AskedAt: r.Asked.Words()}
	v.Due, v.Tone = dueOf(now, r.State, r.By, r.Promise)
	return v
}

// dueOf words when an answer is due, or how it was answered.
func dueOf(now civil.Instant, s escalation.State, by, promise civil.Instant) (web.Due, string) {
	switch s {
	case escalation.Unanswered:
		return web.DueOf(now, by, by), "risk"
	case escalation.NotKept:
		if promise.IsZero() {
			promise = by
		}
		return web.DueOf(now, promise, promise), "risk"
	case escalation.Answered:
		d := web.Due{Words: "Answered", Date: "without a day", State: "ok"}
		if !promise.IsZero() {
			d = web.DueOf(now, promise, promise)
			d.Date = "promised by " + web.DateWords(now, promise)
		}
		return d, "done"
	}
	return web.DueOf(now, by, by.Add(-warnHours*3600e9)), "soon"
}

// warnHours is how long before it is due an answer is shown as due soon.
const warnHours = 12

type noteView struct {
	Note
	Path, AtWords, Says string
}

func noteOf(n Note) noteView {
	v := noteView{Note: n, Path: web.EscalationPath(n.OwnerID, string(n.Measure), ""), AtWords: n.At.Words()}
	switch n.Kind {
	case record.NoteAnswer:
		v.Says = "Answered at level " + strconv.Itoa(n.Level) + " by " + n.AnsweredBy
		if !n.ByPartner {
			v.Says += ", as " + n.By + " recorded"
		}
		if !n.Promise.IsZero() {
			v.Says += ". Promised by " + n.Promise.Words()
		}
	case record.NoteRaise:
		v.Says = "Raised to level " + strconv.Itoa(n.Level) + " by " + n.By
	case record.NoteOverride:
		v.Says = "Ended by override, by " + n.By
	default:
		v.Says = "What came of it, recorded by " + n.By
	}
	if n.Children > 0 {
		v.Says += " (" + childrenWords(n.Children) + ")"
	}
	return v
}

type listView struct {
	Title, Checked    string
	Rows              []questionView
	All               int // open, whatever the filter leaves
	Unanswered, AtTop int // of all
	Agencies, Levels  []web.Option
	States            []web.Option
	Agency, Level     string
	State             string
	Filtered, Partner bool
	CSV, JSON         string
	Overrides, Closed []noteView
	Unsaid            []overView
}

type overView struct {
	Path, What, Ended string
	Children          int
}

func filterOf(q url.Values) Filter {
	f := Filter{Agency: q.Get("agency"), State: escalation.State(q.Get("state"))}
	if n, err := strconv.Atoi(q.Get("level")); err == nil && n > 0 && n <= escalation.Top {
		f.Level = n
	}
	return f
}

func (d *Desk) showList(w http.ResponseWriter, r *http.Request) error {
	q, who := r.URL.Query(), web.Actor(r)
	l, err := d.List(r.Context(), who)
	if err != nil {
		return err
	}
	v := listView{Title: "Escalations to partners", Checked: l.Now.Clock(), Agency: q.Get("agency"), Level: q.Get("level"), State: q.Get("state"), Filtered: len(q) > 0, Partner: who.AgencyID != "",
		CSV: web.PathEscalationsCSV, JSON: web.PathEscalationsJSON}
	if v.Partner {
		v.Title = "What is asked of us"
	}
	if r.URL.RawQuery != "" {
		v.CSV, v.JSON = v.CSV+"?"+r.URL.RawQuery, v.JSON+"?"+r.URL.RawQuery
	}
	for _, x := range l.Rows(filterOf(q)) {
		v.Rows = append(v.Rows, questionOf(l.Now, x))
	}
	for _, x := range l.Rows(Filter{}) {
		v.All++
		if x.State == escalation.Unanswered {
			v.Unanswered++
			if x.Level == escalation.Top {
				v.AtTop++
			}
		}
	}
	v.Agencies, v.Levels, v.States = []web.Option{{Label: "Everybody"}}, []web.Option{{Label: "All levels"}}, []web.Option{{Label: "All"}}
	for _, a := range d.Record.Ladders.Agencies() {
		v.Agencies = append(v.Agencies, web.Option{Value: a, Label: agencyWords(a)})
	}
	for level := escalation.Top; level > 0; level-- {
		v.Levels = append(v.Levels, web.Option{Value: strconv.Itoa(level), Label: "Level " + strconv.Itoa(level)})
	}
	for _, s := range []escalation.State{escalation.Unanswered, escalation.NotKept, escalation.Asked, escalation.Answered} {
		v.States = append(v.States, web.Option{Value: string(s), Label: s.Words()})
	}
	for _, n := range l.Overrides {
		v.Overrides = append(v.Overrides, noteOf(n))
	}
	for _, n := range l.Closed {
		v.Closed = append(v.Closed, noteOf(n))
	}
	for _, o := range l.Unsaid {
		v.Unsaid = append(v.Unsaid, overView{web.EscalationPath(o.OwnerID, string(o.Measure), "close"), o.Owner + ": " + lowerFirst(o.Name), o.Ended.Words(), o.Children})
	}
	return web.Render(w, r, http.StatusOK, listPage, v)
}

func (d *Desk) listCSV(w http.ResponseWriter, r *http.Request) error {
	l, err := d.List(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return web.SendCSV(w, "escalations", sheetOf(l.Rows(filterOf(r.URL.Query()))))
}

func (d *Desk) listJSON(w http.ResponseWriter, r *http.Request) error {
	l, err := d.List(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return web.SendJSON(w, map[string]any{"as_at": l.Now, "questions": l.Rows(filterOf(r.URL.Query()))})
}

type childView struct {
	Child
	ChildPath, WaitPath string
	Late                web.Due
	Answer              web.Due
	StateWords, Tone    string
}

type actView struct{ Path, Text string }

type recoveredView struct{ Contact, Due, Ended, How string }

type oneView struct {
	Title, Path, Checked string
	Owner, Name, Agency  string
	OnLadder             int
	More                 int // children whom the page leaves to the files
	NotOn                int // who wait for the same and are not on the ladder
	Longest              string
	Past                 int
	Silent               []string // what is unanswered at the top, in words
	Questions            []questionView
	Children             []childView
	Notes                []noteView
	Recovered            []recoveredView
	Acts                 []actView
	Waits                string
	Ended                bool
}

func (d *Desk) showOne(w http.ResponseWriter, r *http.Request) error {
	step, isCSV := strings.CutSuffix(r.PathValue("step"), ".csv")
	step, isJSON := strings.CutSuffix(step, ".json")
	who := web.Actor(r)
	o, err := d.Open(r.Context(), who, r.PathValue("id"), timescale.Key(step))
	switch {
	case err != nil:
		return err
	case isCSV:
		return web.SendCSV(w, "escalation", childSheet(o.Children()))
	case isJSON:
		return web.SendJSON(w, map[string]any{"as_at": o.Now, "partner": o.Owner, "step": o.Measure, "children": o.Children()})
	}
	return web.Render(w, r, http.StatusOK, onePage, d.viewOf(who, o))
}

// childrenShown is how many children a page and a form show; the files have them all.
const childrenShown = 100

func (d *Desk) viewOf(who access.Actor, o *One) oneView {
	v := oneView{Path: web.EscalationPath(o.OwnerID, string(o.Measure), ""), Owner: o.Owner, Name: o.Name, Agency: agencyWords(o.Agency), Checked: o.Now.Words(),
		Title: o.Owner + ": " + lowerFirst(o.Name)}
	if access.ScopeOf(who, access.ListWaits).Allowed {
		v.Waits = web.PathWaiting + "?" + url.Values{"owner": {o.OwnerID}, "step": {string(o.Measure)}}.Encode()
	} else if access.ScopeOf(who, access.SeeOwed).Allowed {
		v.Waits = web.PathOwed + "?" + url.Values{"step": {string(o.Measure)}}.Encode()
	}
	all := o.Children()
	v.OnLadder, v.NotOn, v.Ended = len(all), len(o.Waits)-len(all), len(all) == 0
	for _, q := range o.Questions {
		x := questionOf(o.Now, rowOf(o.Escalation, q, o.People))
		if q.Level == escalation.Top && q.State == escalation.Unanswered {
			v.Silent = append(v.Silent, "Not answered at the highest level: "+x.AskedOf+" was asked "+x.AskedAt+" and was to answer by "+x.By.Words())
		}
		for _, r := range o.Reads {
			if r.Level == q.Level && !r.At.Before(q.Asked) {
				x.ReadBy = append(x.ReadBy, "Read "+r.At.Words()+" by "+r.By)
			}
		}
		v.Questions = append(v.Questions, x)
	}
	opens := access.ScopeOf(who, access.OpenChild).Allowed
	var longest civil.Instant
	for i, c := range all {
		if o.Now.After(c.Due) {
			v.Past++
			if longest.IsZero() || c.Due.Before(longest) {
				longest = c.Due
			}
		}
		if i >= childrenShown {
			v.More = len(all) - childrenShown
			continue
		}
		x := childView{Child: c, Late: web.DueOf(o.Now, c.Due, c.Due), WaitPath: "/waiting/" + c.Wait, StateWords: c.State.Words()}
		x.Answer, x.Tone = dueOf(o.Now, c.State, c.By, c.Promise)
		if opens && c.Reference != "" {
			x.ChildPath = web.ChildPath(c.Reference, "")
		}
		v.Children = append(v.Children, x)
	}
	if !longest.IsZero() {
		v.Longest = civil.Span(o.Now.Sub(longest))
	}
	for _, n := range o.Notes {
		v.Notes = append(v.Notes, noteOf(n))
	}
	for _, x := range o.Recovered {
		how := "They have it"
		if x.How != "met" {
			how = web.Capital(string(x.How))
		}
		v.Recovered = append(v.Recovered, recoveredView{x.Contact, x.Due.Words(), x.Ended.Words(), how})
	}
	for _, a := range acts {
		if !who.ReadOnly && access.ScopeOf(who, a.action).Allowed && a.when(o) {
			v.Acts = append(v.Acts, actView{web.EscalationPath(o.OwnerID, string(o.Measure), a.name), a.link})
		}
	}
	return v
}

// act is one thing that may be done, with its form.
type act struct {
	path, name, link, title, intro, button string
	action                                 access.Action
	when                                   func(*One) bool // there is something to do
	form                                   func(*http.Request, access.Actor, *One) *web.Form
	do                                     func(*Desk, *http.Request, access.Actor, *One, *web.Form) error
}

var acts = []act{
	{path: web.PathEscalationAnswer, name: "answer", link: "Record an answer", title: "Answer what is asked", action: access.AnswerEscalation, button: "Record the answer",
		intro: "The answer is for every child for whom the question stands. An answer with a day holds the next level back until that day, and no longer than the ladder lets it. The question ends when the children have what they wait for.",
		when:  func(o *One) bool { return len(o.Standing().Unanswered()) > 0 }, form: answerForm, do: saveAnswer},
	{path: web.PathEscalationRaise, name: "raise", link: "Raise to a higher level now", title: "Raise to a higher level", action: access.RaiseEscalation, button: "Raise it",
		intro: "It climbs by itself when an answer is due and the children still wait. Raise it when that is too slow.",
		when:  func(o *One) bool { return len(raisable(o)) > 0 }, form: raiseForm, do: saveRaise},
	{path: web.PathEscalationClose, name: "close", link: "Record what came of it", title: "Record what came of it", action: access.CloseEscalation, button: "Record what came of it",
		intro: "An escalation ends when every child it names has what they waited for. Say what came of it for them.",
		when:  func(o *One) bool { return len(o.OnLadder()) == 0 }, form: closeForm, do: saveClose},
	{path: web.PathEscalationStop, name: "override", link: "End it while children still wait", title: "End it while children still wait", action: access.OverrideEscalation, button: "End it on my name",
		intro: "Nobody is asked any more about these children. They stay on every list of who waits. Your name and reason stand on the list of escalations for a year.",
		when:  func(o *One) bool { return len(o.OnLadder()) > 0 }, form: stopForm, do: saveStop},
}

func answerForm(r *http.Request, who access.Actor, o *One) *web.Form {
	level := web.Field{Name: "level", Label: "Which question is answered?", Kind: "radios"}
	rows := map[int]Row{}
	for _, q := range o.Questions {
		rows[q.Level] = rowOf(o.Escalation, q, o.People)
	}
	for _, n := range o.Standing().Unanswered() {
		row := rows[n]
		level.Options = append(level.Options, web.Option{Value: strconv.Itoa(n), Label: "Level " + strconv.Itoa(n) + ": " + row.AskedOf, Hint: childrenWords(row.Children) + ", asked " + row.Asked.Words()})
	}
	level.Value = r.URL.Query().Get("level")
	if len(level.Options) == 1 {
		level.Value = level.Options[0].Value
	}
	by := web.Field{Name: "by", Label: "Who answers, with their role?", Kind: "text"}
	if who.AgencyID != "" {
		by.Value = who.Name
	}
	return web.NewForm(level, by, web.Field{Name: "words", Label: "What is the answer?", Hint: "Do not write a child’s name", Kind: "textarea", Rows: 4},
		web.Field{Name: "promise", Label: "By when will the children be seen to? (optional)", Kind: "datetime"},
		web.Field{Name: "seen", Kind: "hidden", Value: o.Now.String()})
}

func saveAnswer(d *Desk, r *http.Request, who access.Actor, o *One, f *web.Form) error {
	g := escalation.Given{By: f.Value("by"), Words: f.Value("words")}
	g.Level, _ = strconv.Atoi(f.Value("level"))
	if at, err := civil.ParseInstant(f.Value("seen")); err == nil {
		g.Seen = at
	}
	var err error
	if g.Promise, err = f.Instant("promise"); err != nil {
		return err
	}
	return d.Answer(r.Context(), who, o.OwnerID, o.Measure, g)
}

// raisable are the children for whom a higher level is left.
func raisable(o *One) []record.Escalated {
	return slices.DeleteFunc(slices.Clone(o.Waits), func(w record.Escalated) bool { return w.Masked || w.Step().Level >= escalation.Top })
}

func raiseForm(r *http.Request, _ access.Actor, o *One) *web.Form {
	level := web.Field{Name: "level", Label: "To which level?", Kind: "radios"}
	for n := 1; n <= escalation.Top; n++ {
		x := web.Option{Value: strconv.Itoa(n), Label: "Level " + strconv.Itoa(n)}
		if rung, ok := o.ladders.Rung(o.Agency, n, o.Now); ok {
			x.Label += ": " + o.People[o.OwnerID][n].Beside(rung.Partner)
			x.Hint = "Answer within " + rung.Limit() + ". Asked by: " + lowerFirst(o.People[""][n].Beside(rung.Council))
		}
		level.Options = append(level.Options, x)
	}
	who := web.Field{Name: "waits", Label: "For which children?", Kind: "checkboxes", Values: r.URL.Query()["wait"]}
	rows := raisable(o)
	slices.SortStableFunc(rows, func(a, b record.Escalated) int { // who was chosen on the page before comes first
		return chosen(who.Values, b.Wait) - chosen(who.Values, a.Wait)
	})
	for _, w := range rows[:min(len(rows), childrenShown)] {
		hint := "Due " + w.Due.Words()
		if w.On() {
			hint += ", asked at level " + strconv.Itoa(w.Step().Level)
		}
		who.Options = append(who.Options, web.Option{Value: w.Wait, Label: w.Child + ", " + w.Contact, Hint: hint})
	}
	return web.NewForm(level, who, web.Field{Name: "why", Label: "Why is it raised?", Hint: "Do not write a child’s name", Kind: "textarea", Rows: 3})
}

func chosen(all []string, wait string) int {
	if slices.Contains(all, wait) {
		return 1
	}
	return 0
}

func saveRaise(d *Desk, r *http.Request, who access.Actor, o *One, f *web.Form) error {
	level, _ := strconv.Atoi(f.Value("level"))
	return d.Raise(r.Context(), who, o.OwnerID, o.Measure, level, f.Field("waits").Values, f.Value("why"))
}

func closeForm(*http.Request, access.Actor, *One) *web.Form {
	return web.NewForm(web.Field{Name: "outcome", Label: "What came of it for the children?", Hint: "Do not write a child’s name", Kind: "textarea", Rows: 4})
}

func saveClose(d *Desk, r *http.Request, who access.Actor, o *One, f *web.Form) error {
	return d.Close(r.Context(), who, o.OwnerID, o.Measure, f.Value("outcome"))
}

func stopForm(_ *http.Request, _ access.Actor, o *One) *web.Form {
	return web.NewForm(web.Field{Name: "why", Label: "Why is nobody asked any more while " + childrenWords(len(o.OnLadder())) + " still wait?", Hint: "Do not write a child’s name", Kind: "textarea", Rows: 4})
}

func saveStop(d *Desk, r *http.Request, who access.Actor, o *One, f *web.Form) error {
	return d.Override(r.Context(), who, o.OwnerID, o.Measure, f.Value("why"))
}

type formView struct {
	Title, About, Intro, Button, Back string
	Form                              *web.Form
}

// HasErrors says whether the form shows errors.
func (v formView) HasErrors() bool { return v.Form.HasErrors() }

func (d *Desk) showForm(a act) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		who := web.Actor(r)
		o, err := d.Open(r.Context(), who, r.PathValue("id"), timescale.Key(r.PathValue("step")))
		if err != nil {
			return err
		}
		return d.form(w, r, http.StatusOK, a, o, a.form(r, who, o))
	}
}

func (d *Desk) form(w http.ResponseWriter, r *http.Request, code int, a act, o *One, f *web.Form) error {
	return web.Render(w, r, code, formPage, formView{Title: a.title, About: o.Owner + ": " + lowerFirst(o.Name), Intro: a.intro, Button: a.button,
		Back: web.EscalationPath(o.OwnerID, string(o.Measure), ""), Form: f})
}

func (d *Desk) saveForm(a act) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		who := web.Actor(r)
		o, err := d.Open(r.Context(), who, r.PathValue("id"), timescale.Key(r.PathValue("step")))
		if err != nil {
			return err
		}
		f := a.form(r, who, o)
		f.Read(r)
		err = a.do(d, r, who, o, f)
		if refusal.KindOf(err) == refusal.NotFound { // it was there to be opened
			err = refusal.New(refusal.Conflict, "Nobody waits for this any more. Record what came of it instead")
		}
		if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
			return d.form(w, r, http.StatusUnprocessableEntity, a, o, f)
		}
		if err != nil {
			return err
		}
		return web.See(w, r, web.EscalationPath(o.OwnerID, string(o.Measure), ""))
	}
}

type rungView struct {
	Level                    int
	Partner, Council, Limits string
}

type ladderView struct {
	Name, Source, From, Reviewed string
	Rungs                        []rungView
}

type peopleView struct {
	Partner string
	Lines   []string
}

type laddersView struct {
	Ladders []ladderView
	People  []peopleView
	Form    *web.Form
	CanName bool
}

// HasErrors says whether the form shows errors.
func (v laddersView) HasErrors() bool { return v.Form.HasErrors() }

func (d *Desk) showLadder(w http.ResponseWriter, r *http.Request) error {
	return d.ladderWith(w, r, http.StatusOK, nil)
}

func nameForm(l *Ladders) *web.Form {
	partner := web.Field{Name: "partner", Label: "For whom?", Kind: "select", Options: []web.Option{{Label: "Select"}, {Value: Ours, Label: "The council’s own side"}}}
	for _, p := range l.Partners {
		partner.Options = append(partner.Options, web.Option{Value: p.ID, Label: p.Name})
	}
	level := web.Field{Name: "level", Label: "At which level?", Kind: "radios"}
	for n := 1; n <= escalation.Top; n++ {
		level.Options = append(level.Options, web.Option{Value: strconv.Itoa(n), Label: "Level " + strconv.Itoa(n)})
	}
	account := web.Field{Name: "account", Label: "Their account here (optional)", Hint: "Whoever has one reads and answers in the service, and it is kept when they read", Kind: "select", Options: append([]web.Option{{Label: "No account"}}, l.Accounts...)}
	return web.NewForm(partner, level, account, web.Field{Name: "person", Label: "Name of the person", Hint: "Leave empty when you select an account", Kind: "text"},
		web.Field{Name: "email", Label: "E-mail address (optional)", Hint: "Without one, notices go to the partner’s own address", Kind: "email"})
}

func (d *Desk) ladderWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	who := web.Actor(r)
	l, err := d.Ladder(r.Context(), who)
	if err != nil {
		return err
	}
	v := laddersView{Form: f, CanName: !who.ReadOnly && access.ScopeOf(who, access.NameAddressee).Allowed}
	if f == nil {
		v.Form = nameForm(l)
	}
	for _, x := range l.Ladders {
		if who.AgencyID != "" && x.Agency != who.AgencyKind {
			continue
		}
		lv := ladderView{Name: x.Name, Source: x.Source, From: x.From.Words(), Reviewed: x.Reviewed.Words()}
		for _, g := range x.Rungs {
			lv.Rungs = append(lv.Rungs, rungView{g.Level, g.Partner, g.Council, g.Limit() + " to answer; an answer with a day may hold the next level back for " + workingDays(g.Hold)})
		}
		v.Ladders = append(v.Ladders, lv)
	}
	for _, p := range append([]Partner{{Name: "The council’s own side"}}, l.Partners...) {
		x := peopleView{Partner: p.Name}
		for n := 1; n <= escalation.Top; n++ {
			if a := l.People[p.ID][n]; a.Name != "" {
				line := "Level " + strconv.Itoa(n) + ": " + a.Name + ", from " + a.From.Words()
				if a.UserID != "" {
					line += ", answers in the service"
				}
				x.Lines = append(x.Lines, line)
			}
		}
		if len(x.Lines) > 0 {
			v.People = append(v.People, x)
		}
	}
	return web.Render(w, r, code, ladderPage, v)
}

func workingDays(n int) string {
	if n == 1 {
		return "1 working day"
	}
	return strconv.Itoa(n) + " working days"
}

func (d *Desk) saveLadder(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	l, err := d.Ladder(r.Context(), who)
	if err != nil {
		return err
	}
	f := nameForm(l)
	f.Read(r)
	a := record.Addressee{OwnerID: f.Value("partner"), Name: f.Value("person"), Email: f.Value("email"), UserID: f.Value("account")}
	a.Level, _ = strconv.Atoi(f.Value("level"))
	err = d.Name(r.Context(), who, a)
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return d.ladderWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PathLadder)
}
