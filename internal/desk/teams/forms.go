package teams

import (
	"net/http"
	"net/url"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// formView is a page with one form.
type formView struct {
	Title, Intro, Button, Back, BackWords string
	Stands                                *Page // what stands on the team, where that keeps it from ending
	Form                                  *web.Form
}

// HasErrors says whether the form shows errors.
func (v formView) HasErrors() bool { return v.Form.HasErrors() }

func teamOptions(all []Named) []web.Option {
	out := []web.Option{{Label: "Select"}}
	for _, t := range all {
		out = append(out, web.Option{Value: t.ID, Label: t.Name})
	}
	return out
}

func staffOptions(all []Staff, role access.Role) (out []web.Option) {
	for _, s := range all {
		if s.Role == role {
			out = append(out, web.Option{Value: s.ID, Label: s.Name})
		}
	}
	return out
}

func workOptions() (out []web.Option) {
	for _, o := range pathway.TeamWork() {
		out = append(out, web.Option{Value: string(o.Code), Label: o.Name, Hint: o.Meaning})
	}
	return out
}

// fromFields ask for a day and its reasons, and whyLabel asks for the reason.
func fromFields(today civil.Date, label, whyLabel string) []web.Field {
	day := web.Field{Name: "from", Label: label, Hint: "Today or a day to come. A day that is over needs a reason, and changes nothing that was counted", Kind: "date"}
	day.Day, day.Month, day.Year = strconv.Itoa(today.Day), strconv.Itoa(int(today.Month)), strconv.Itoa(today.Year)
	return []web.Field{day,
		{Name: "why", Label: whyLabel, Hint: "It stands beside the figures from then on", Kind: "textarea", Rows: 2},
		{Name: "why-earlier", Label: "If from a day that is over: why?", Kind: "text"}}
}

// fromOf reads a day and its reasons.
func fromOf(f *web.Form) (pathway.From, error) {
	day, err := f.Date("from")
	return pathway.From{Day: day, Why: f.Value("why"), WhyEarlier: f.Value("why-earlier")}, err
}

func outcomesOf(f *web.Form) (out []pathway.Outcome) {
	for _, v := range f.Field("takes").Values {
		out = append(out, pathway.Outcome(v))
	}
	return out
}

func newForm(people []Staff, today civil.Date) *web.Form {
	kind := web.Field{Name: "kind", Label: "What kind of work is it there for?", Kind: "radios"}
	for _, k := range pathway.TeamKinds() {
		kind.Options = append(kind.Options, web.Option{Value: string(k), Label: pathway.TeamKindName(k)})
	}
	fields := []web.Field{
		{Name: "name", Label: "What is the team called?", Kind: "text"}, kind,
		{Name: "takes", Label: "Which new work goes to it from its day on?", Hint: "What is with other teams stays there until somebody moves it", Kind: "checkboxes", Options: workOptions()},
	}
	fields = append(fields, fromFields(today, "From which day?", "Why is it set up?")...)
	fields = append(fields,
		web.Field{Name: "manager", Label: "Who manages it?", Kind: "select", Options: append([]web.Option{{Label: "Nobody yet"}}, staffOptions(people, access.TeamManager)...)},
		web.Field{Name: "workers", Label: "Who works in it from its day on?", Kind: "checkboxes", Options: staffOptions(people, access.SocialWorker)},
		web.Field{Name: "stay", Label: "Do they stay in the team they are in as well?", Kind: "radios", Value: "no", Options: []web.Option{{Value: "no", Label: "No: they leave it that day"}, {Value: "yes", Label: "Yes"}}},
		web.Field{Name: "email", Label: "Mailbox of the team", Hint: "Without one each of its people is told", Kind: "email"},
		web.Field{Name: "phone", Label: "Duty phone of the team", Kind: "tel"})
	return web.NewForm(fields...)
}

func newView(f *web.Form) formView {
	return formView{Title: "Set up a team", Intro: "Nothing that was counted for a past day changes. Children who are with other teams stay there until somebody moves them.", Button: "Set up the team", Back: web.PathTeams, BackWords: "Teams", Form: f}
}

func (d *Desk) showNew(w http.ResponseWriter, r *http.Request) error {
	people, err := d.Staff(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, formPage, newView(newForm(people, d.Record.Now().Date())))
}

// refused says whether an error is shown beside the form, with what was typed kept.
func refused(f *web.Form, err error) bool {
	k := refusal.KindOf(err)
	return (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err)
}

func (d *Desk) saveNew(w http.ResponseWriter, r *http.Request) error {
	people, err := d.Staff(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	f := newForm(people, d.Record.Now().Date())
	f.Read(r)
	from, err := fromOf(f)
	id := ""
	if err == nil {
		id, err = d.SetUp(r.Context(), web.Actor(r), NewTeam{
			TeamSetUp: pathway.TeamSetUp{Name: f.Value("name"), Kind: pathway.TeamKind(f.Value("kind")), Takes: outcomesOf(f), From: from},
			Email:     f.Value("email"), Phone: f.Value("phone"), Manager: f.Value("manager"), Workers: f.Field("workers").Values, Stay: f.Value("stay") == "yes"})
	}
	if refused(f, asMember(err, "workers")) {
		return web.Render(w, r, http.StatusUnprocessableEntity, formPage, newView(f))
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.TeamPath(id, ""))
}

// asMember shows what is wrong with a person beside the question that asked for them.
func asMember(err error, field string) error {
	x, ok := refusal.As(err)
	if !ok {
		return err
	}
	y := *x
	y.Problems = nil
	for _, p := range x.Problems {
		if p.Field == "member" {
			p.Field = field
		}
		y.Problems = append(y.Problems, p)
	}
	return &y
}

// settingForm is a form about a team that is there.
type settingForm struct {
	title, intro, button string
	form                 func(*Page, civil.Date) *web.Form
	save                 func(*Desk, *http.Request, *Page, *web.Form) error
	stands               bool // what stands on the team is shown
}

var peopleForm = settingForm{
	title: "Who works in it", button: "Save",
	intro: "Somebody joins or leaves from a day on. Children they work with stay theirs, and which team a child’s past work belonged to does not change.",
	form: func(p *Page, today civil.Date) *web.Form {
		var all []web.Option
		seen := map[string]bool{}
		for _, s := range p.Staff {
			if !seen[s.ID] {
				seen[s.ID] = true
				all = append(all, web.Option{Value: s.ID, Label: s.Name})
			}
		}
		fields := []web.Field{
			{Name: "member", Label: "Who?", Kind: "select", Options: append([]web.Option{{Label: "Select"}}, all...)},
			{Name: "do", Label: "What changes?", Kind: "radios", Options: []web.Option{{Value: "join", Label: "They join the team"}, {Value: "leave", Label: "They leave the team"}}},
			{Name: "role", Label: "As what?", Hint: "A role they hold already. An administrator gives people their roles", Kind: "radios", Options: []web.Option{{Value: string(access.SocialWorker), Label: "Social worker"}, {Value: string(access.TeamManager), Label: "Team manager"}}},
		}
		fields = append(fields, fromFields(today, "From which day?", "Why?")...)
		return web.NewForm(append(fields,
			web.Field{Name: "until", Label: "Last day, if they join until a day that is known", Kind: "date"},
			web.Field{Name: "stay", Label: "Who joins: do they stay in the team they are in as well?", Kind: "radios", Value: "no", Options: []web.Option{{Value: "no", Label: "No: they leave it that day"}, {Value: "yes", Label: "Yes"}}})...)
	},
	save: func(d *Desk, r *http.Request, p *Page, f *web.Form) error {
		from, err := fromOf(f)
		if err != nil {
			return err
		}
		until, err := f.Date("until")
		if err != nil {
			return err
		}
		m := Member{User: f.Value("member"), Role: access.Role(f.Value("role")), Stay: f.Value("stay") == "yes", Until: until, From: from}
		switch f.Value("do") {
		case "join":
			return d.Join(r.Context(), web.Actor(r), p.ID, m)
		case "leave":
			return d.Leave(r.Context(), web.Actor(r), p.ID, m)
		}
		return refusal.Field("do", "Select whether they join or leave")
	},
}

var changeForm = settingForm{
	title: "Change the team", button: "Save",
	intro: "The name, the mailbox and the phone hold from now on; new work goes to the team, or no longer, from the day. Past days keep the name the team had.",
	form: func(p *Page, today civil.Date) *web.Form {
		takes := web.Field{Name: "takes", Label: "Which new work goes to it?", Kind: "checkboxes", Options: workOptions()}
		for _, t := range p.Takes {
			takes.Values = append(takes.Values, string(t.Outcome))
		}
		fields := []web.Field{{Name: "version", Kind: "hidden", Value: strconv.FormatInt(p.Version, 10)}, {Name: "name", Label: "What is the team called?", Kind: "text", Value: p.Name}, takes}
		fields = append(fields, fromFields(today, "From which day?", "Why does it change?")...)
		return web.NewForm(append(fields,
			web.Field{Name: "email", Label: "Mailbox of the team", Hint: "Without one each of its people is told", Kind: "email", Value: p.Email},
			web.Field{Name: "phone", Label: "Duty phone of the team", Kind: "tel", Value: p.Phone})...)
	},
	save: func(d *Desk, r *http.Request, p *Page, f *web.Form) error {
		from, err := fromOf(f)
		if err != nil {
			return err
		}
		return d.Change(r.Context(), web.Actor(r), p.ID, Changes{Name: f.Value("name"), Email: f.Value("email"), Phone: f.Value("phone"), Takes: outcomesOf(f), Version: web.VersionOf(f), From: from})
	},
}

var endForm = settingForm{
	title: "End the team", button: "End the team", stands: true,
	intro: "A team ends only when nothing stands on it. Its people leave it on its last day. What was counted for past days stays as it was.",
	form: func(p *Page, today civil.Date) *web.Form {
		fields := []web.Field{{Name: "to", Label: "Which team follows it?", Hint: "New work that came to it goes there from now on, and so do children of its people", Kind: "select", Options: teamOptions(p.Others)}}
		return web.NewForm(append(fields, fromFields(today, "From which day does it not exist any more?", "Why does it end?")...)...)
	},
	save: func(d *Desk, r *http.Request, p *Page, f *web.Form) error {
		from, err := fromOf(f)
		if err != nil {
			return err
		}
		return d.End(r.Context(), web.Actor(r), p.ID, f.Value("to"), from)
	},
}

func (s settingForm) view(p *Page, f *web.Form) formView {
	v := formView{Title: s.title + ": " + p.Name, Intro: s.intro, Button: s.button, Back: web.TeamPath(p.ID, ""), BackWords: p.Name, Form: f}
	if s.stands && !p.Standing.None() {
		v.Stands = p
	}
	return v
}

func (d *Desk) showSetting(s settingForm) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := d.Team(r.Context(), web.Actor(r), r.PathValue("id"))
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, formPage, s.view(p, s.form(p, p.Now.Date())))
	}
}

func (d *Desk) saveSetting(s settingForm) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := d.Team(r.Context(), web.Actor(r), r.PathValue("id"))
		if err != nil {
			return err
		}
		f := s.form(p, p.Now.Date())
		f.Read(r)
		err = s.save(d, r, p, f)
		if refused(f, err) {
			return web.Render(w, r, http.StatusUnprocessableEntity, formPage, s.view(p, f))
		}
		if err != nil {
			return err
		}
		return web.See(w, r, web.TeamPath(p.ID, ""))
	}
}

type personView struct {
	Person
	RoleWords, Since, Until string
	Now                     bool
}

type eventView struct{ When, What, Why, Earlier, By string }

type moveView struct {
	Moved
	When, Words, UndoneWords, UntilWords string
	Path                                 string
}

type teamView struct {
	*Page
	KindName          string
	State             string
	TakesWords        []string
	PeopleRows        []personView
	EventRows         []eventView
	MoveRows          []moveView
	WaitingAt, HeldAt string
	WaitsAt, Stands   string
	Change, People    string
	End, Move         string
	SuccessorPath     string
	Checked           string
	Wrong             string
	CountDesks        int
}

// HasErrors says whether an undo was refused.
func (v teamView) HasErrors() bool { return v.Wrong != "" }

var eventWords = map[string]string{"known": "Known as", "set_up": "Set up", "changed": "Changed", "joined": "Joined", "left": "Left", "ended": "Ended"}

func (d *Desk) showTeam(w http.ResponseWriter, r *http.Request) error {
	return d.team(w, r, http.StatusOK, "")
}

func (d *Desk) team(w http.ResponseWriter, r *http.Request, code int, wrong string) error {
	p, err := d.Team(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := teamView{Page: p, KindName: pathway.TeamKindName(p.Kind), Stands: p.Standing.Words(), Checked: p.Now.Words(), Wrong: wrong, CountDesks: p.Standing.Desks}
	v.Change, v.People, v.End, v.Move = web.TeamPath(p.ID, "change"), web.TeamPath(p.ID, "people"), web.TeamPath(p.ID, "end"), web.TeamPath(p.ID, "move")
	switch {
	case !p.Ended.IsZero() && p.Ended.After(p.Now):
		v.State = "Goes on until " + p.Ended.Words()
	case !p.Ended.IsZero():
		v.State = "Ended " + p.Ended.Words()
	case p.Begun.After(p.Now):
		v.State = "Begins " + p.Begun.Words()
	case !p.Begun.IsZero():
		v.State = "Since " + p.Begun.Words()
	default:
		v.State = "Since before this was kept"
	}
	if p.Successor.ID != "" {
		v.SuccessorPath = web.TeamPath(p.Successor.ID, "")
	}
	if p.Lists {
		at := p.Now.String()
		list := func(w What) string {
			return web.PathTeamChildren + "?" + url.Values{"team": {p.ID}, "what": {string(w)}, "at": {at}}.Encode()
		}
		v.WaitingAt, v.HeldAt = list(Waiting), list(Held)
		v.WaitsAt = web.PathWaiting + "?" + url.Values{"owner": {p.ID}}.Encode()
	}
	for _, t := range p.Takes {
		words := pathway.OutcomeName(t.Outcome)
		if t.From.After(p.Now) {
			words += ", from " + t.From.Words()
		}
		v.TakesWords = append(v.TakesWords, words)
	}
	for _, x := range p.People {
		pv := personView{Person: x, RoleWords: web.Capital(access.RoleName(x.Role)), Since: x.Begun.Words(), Until: "no end", Now: x.In(p.Now)}
		if !x.Ended.IsZero() {
			pv.Until = x.Ended.Words()
		}
		v.PeopleRows = append(v.PeopleRows, pv)
	}
	for _, e := range p.Events {
		ev := eventView{When: e.From.Words(), What: eventWords[e.Kind], Why: e.Why, Earlier: e.WhyEarlier, By: e.By + ", written down " + e.At.Words()}
		if e.Kind == "known" || e.Kind == "changed" || e.Kind == "set_up" {
			ev.What += ": " + e.Name
		}
		if e.Detail != "" {
			ev.What += ". " + e.Detail
		}
		v.EventRows = append(v.EventRows, ev)
	}
	for _, m := range p.Moves {
		mv := moveView{Moved: m, When: m.At.Words(), UntilWords: m.Until.Words(), Path: web.TeamPath(p.ID, "undo")}
		mv.Words = m.what() + " from " + m.From.Name + " to " + m.To.Name
		if !m.Undone.IsZero() {
			mv.UndoneWords = "Undone " + m.Undone.Words() + " by " + m.UndoneBy
			if m.Stayed > 0 {
				mv.UndoneWords += "; " + strconv.Itoa(m.Stayed) + " stayed, because somebody had changed them since"
			}
		}
		v.MoveRows = append(v.MoveRows, mv)
	}
	return web.Render(w, r, code, teamPage, v)
}

// what says in words what a move moved.
func (m Moved) what() string {
	words := plural(m.Children, "child", "children") + " and " + plural(m.Waits, "wait", "waits")
	if m.Desks > 0 {
		words += ", and who answers for " + plural(m.Desks, "kind of agency", "kinds of agency")
	}
	return words
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

type standingView struct {
	Standing
	What, When string
}

type movePageView struct {
	*Preview
	Form, Pick *web.Form
	Rows       []standingView
	Back       string
	Total      int
	DeskNames  []string
	Checked    string
	Asked      bool
}

// HasErrors says whether the form shows errors.
func (v movePageView) HasErrors() bool { return v.Form.HasErrors() }

// pickForm asks what moves, and where to: a page that is only read.
func pickForm(p *Preview, others []Named) *web.Form {
	work := []web.Option{{Label: "Any"}}
	for _, o := range pathway.TeamWork() {
		work = append(work, web.Option{Value: string(o.Code), Label: o.Name})
	}
	return web.NewForm(
		web.Field{Name: "to", Label: "To which team?", Kind: "select", Value: p.Selection.To, Options: teamOptions(others)},
		web.Field{Name: "which", Label: "What moves?", Kind: "select", Value: string(p.Which), Options: []web.Option{{Value: string(Everything), Label: "Everything that stands on the team"}, {Value: string(Unheld), Label: "Only children without a worker"}}},
		web.Field{Name: "outcome", Label: "Which work?", Kind: "select", Value: string(p.Outcome), Options: work})
}

func moveForm(p *Preview) *web.Form {
	return web.NewForm(
		web.Field{Name: "to", Kind: "hidden", Value: p.Selection.To}, web.Field{Name: "which", Kind: "hidden", Value: string(p.Which)},
		web.Field{Name: "outcome", Kind: "hidden", Value: string(p.Outcome)}, web.Field{Name: "digest", Kind: "hidden", Value: p.Digest},
		web.Field{Name: "why", Label: "Why do they move?", Hint: "It is written into each child’s story", Kind: "textarea", Rows: 2},
		web.Field{Name: "typed", Label: "How many move?", Hint: "Type the number that stands above the list, so that nothing moves by mistake", Kind: "text", Width: 5})
}

// selectionOf reads what somebody wants to move.
func selectionOf(from string, get func(string) string) Selection {
	s := Selection{From: from, To: get("to"), Which: Which(get("which")), Outcome: pathway.Outcome(get("outcome"))}
	if s.Which != Unheld {
		s.Which = Everything
	}
	return s
}

func (d *Desk) showMove(w http.ResponseWriter, r *http.Request) error {
	s := selectionOf(r.PathValue("id"), r.URL.Query().Get)
	p, err := d.Preview(r.Context(), web.Actor(r), s)
	if err != nil {
		return err
	}
	return d.move(w, r, http.StatusOK, p, moveForm(p))
}

func (d *Desk) move(w http.ResponseWriter, r *http.Request, code int, p *Preview, f *web.Form) error {
	t, err := d.Team(r.Context(), web.Actor(r), p.From.ID)
	if err != nil {
		return err
	}
	v := movePageView{Preview: p, Form: f, Pick: pickForm(p, t.Others), Back: web.TeamPath(p.From.ID, ""), Total: p.N(), Checked: p.Now.Words(), Asked: p.Selection.To != ""}
	for _, a := range p.Desks {
		v.DeskNames = append(v.DeskNames, pathway.AgencyName(pathway.Agency(a)))
	}
	for _, x := range p.Rows {
		v.Rows = append(v.Rows, standingView{x, pathway.OutcomeName(x.Outcome), x.Decided.Words()})
	}
	return web.Render(w, r, code, movePage, v)
}

func (d *Desk) saveMove(w http.ResponseWriter, r *http.Request) error {
	who, id := web.Actor(r), r.PathValue("id")
	if err := r.ParseForm(); err != nil {
		return err
	}
	s := selectionOf(id, r.PostForm.Get)
	f := moveForm(&Preview{Selection: s})
	f.Read(r)
	_, err := d.Move(r.Context(), who, Confirmed{Selection: s, Why: f.Value("why"), Typed: f.Value("typed"), Digest: f.Value("digest")})
	if refused(f, err) {
		// What was typed is kept; the list is as it stands now, and so is what is confirmed.
		s.To = f.Value("to")
		p, wrong := d.Preview(r.Context(), who, s)
		if wrong != nil {
			s.To = ""
			if p, wrong = d.Preview(r.Context(), who, s); wrong != nil {
				return wrong
			}
		}
		f.Field("digest").Value = p.Digest
		if refusal.KindOf(err) == refusal.Conflict {
			f.Field("typed").Value = "" // the list is another: it is counted again
		}
		return d.move(w, r, http.StatusUnprocessableEntity, p, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.TeamPath(id, ""))
}

func (d *Desk) saveUndo(w http.ResponseWriter, r *http.Request) error {
	_, err := d.Undo(r.Context(), web.Actor(r), r.PostFormValue("move"))
	if refusal.KindOf(err) == refusal.Conflict {
		return d.team(w, r, http.StatusConflict, err.Error())
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.TeamPath(r.PathValue("id"), ""))
}
