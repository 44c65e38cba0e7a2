package partners

import (
	"net/http"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	worriesPage   = web.NewPage(templates, "templates/worries.html", "templates/parts.html")
	worryPage     = web.NewPage(templates, "templates/worry.html")
	worryFormPage = web.NewPage(templates, "templates/worry-form.html")
)

func (d *Desk) worryRoutes(s *web.Server) {
	s.Route("GET "+web.PathSayWorry, access.SayWorry, d.showSayWorry)
	s.Route("POST "+web.PathSayWorry, access.SayWorry, d.saveSayWorry)
	s.List(web.PathWorries, access.SeeWorries, web.Listing{Name: "worries", Page: d.showWorries, Sheet: d.worriesSheet})
	s.Route("GET "+web.PathWorry, access.SeeWorries, d.showWorry)
	s.Route("POST "+web.PathWorry, access.AnswerWorry, d.saveWorry)
}

type worryFormView struct {
	Ref, Phone string
	Children   []ReferredChild
	Decided    bool
	Writes     bool
	Form       *web.Form
}

// HasErrors says whether the form shows errors.
func (v worryFormView) HasErrors() bool { return v.Form.HasErrors() }

func sayWorryForm(children []ReferredChild) *web.Form {
	which := web.Field{Name: "child", Label: "Which child are you still worried about?", Kind: "radios"}
	for _, c := range children {
		if c.Decided {
			which.Options = append(which.Options, web.Option{Value: c.ID, Label: c.Said, Hint: c.Sentence})
		}
	}
	fields := []web.Field{
		{Name: "why", Label: "What still worries you?", Hint: "What you see, hear or know, and since when", Kind: "textarea", Rows: 5, Max: 4000},
		{Name: "wants", Label: "What do you think should happen?", Kind: "textarea", Rows: 3, Max: 2000},
	}
	if len(children) > 1 {
		fields = append([]web.Field{which}, fields...)
	}
	return web.NewForm(fields...)
}

func (d *Desk) showSayWorry(w http.ResponseWriter, r *http.Request) error {
	return d.sayWorryWith(w, r, http.StatusOK, nil)
}

func (d *Desk) sayWorryWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	x, err := d.Referral(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	if f == nil {
		f = sayWorryForm(x.Children)
	}
	v := worryFormView{Ref: x.Ref, Children: x.Children, Form: f, Writes: access.ScopeOf(web.Actor(r), access.SendMessage).Allowed}
	for _, c := range x.Children {
		v.Decided = v.Decided || c.Decided
	}
	return web.Render(w, r, code, worryFormPage, v)
}

func (d *Desk) saveSayWorry(w http.ResponseWriter, r *http.Request) error {
	who, contact := web.Actor(r), r.PathValue("ref")
	x, err := d.Referral(r.Context(), who, contact)
	if err != nil {
		return err
	}
	f := sayWorryForm(x.Children)
	f.Read(r)
	ref, err := d.StillWorried(r.Context(), who, contact, Disagreed{Child: f.Value("child"), Why: f.Value("why"), Wants: f.Value("wants")})
	if f.Reject(err) {
		return d.sayWorryWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.WorryPath(ref))
}

type worryView struct {
	Worry
	DueAt         web.Due
	Path, Outcome string
	ResultWords   string
	ReadWords     string
}

func worryViews(all []Worry, now civil.Instant) []worryView {
	var out []worryView
	for _, x := range all {
		out = append(out, worryViewOf(x, now))
	}
	return out
}

func worryViewOf(x Worry, now civil.Instant) worryView {
	v := worryView{Worry: x, DueAt: web.DueOf(now, x.Due, x.Due.Add(-4*3600e9)), Path: web.WorryPath(x.Ref), Outcome: pathway.OutcomeName(x.Outcome), ResultWords: pathway.WorryWords(x.Result)}
	if !x.Open() {
		v.DueAt = web.Due{Words: "Answered " + x.Answered.Words(), Date: "was due " + x.Due.Words(), State: "ended"}
		if x.Answered.After(x.Due) {
			v.DueAt.Words += ", late"
		}
		if v.ReadWords = "not read by the partner yet"; !x.Read.IsZero() {
			v.ReadWords = "read by the partner " + x.Read.Words()
		}
	}
	return v
}

type worriesView struct {
	Files   web.Files
	Checked string
	Rows    []worryView
	Late    int
	Open    int
	Partner bool
	State   string
	Most    bool
}

func (d *Desk) showWorries(w http.ResponseWriter, r *http.Request) error {
	state := r.URL.Query().Get("state")
	all, now, err := d.Worries(r.Context(), web.Actor(r), state)
	if err != nil {
		return err
	}
	v := worriesView{Files: web.FilesOf(r), Checked: now.Clock(), Rows: worryViews(all, now), Partner: web.Actor(r).AgencyID != "", State: state, Most: len(all) == mostListed}
	for _, x := range all {
		if x.Open() {
			v.Open++
			if now.After(x.Due) {
				v.Late++
			}
		}
	}
	return web.Render(w, r, http.StatusOK, worriesPage, v)
}

func (d *Desk) worriesSheet(r *http.Request) (web.Sheet, error) {
	all, _, err := d.Worries(r.Context(), web.Actor(r), r.URL.Query().Get("state"))
	s := web.Sheet{Head: []string{"reference", "contact", "child", "agency", "by", "raised", "due", "owner", "result", "answered", "answered_by", "read"}}
	for _, x := range all {
		s.Rows = append(s.Rows, []string{x.Ref, x.Contact, x.Child, x.Agency, x.By, x.Raised.String(), x.Due.String(), x.Owner, string(x.Result), x.Answered.String(), x.AnsweredBy, x.Read.String()})
	}
	return s, err
}

type oneWorryView struct {
	worryView
	Partner, CanAnswer, CanOpen, CanDecide bool
	CanWrite                               bool
	Form                                   *web.Form
}

// HasErrors says whether the form shows errors.
func (v oneWorryView) HasErrors() bool { return v.Form.HasErrors() }

func answerWorryForm() *web.Form {
	what := web.Field{Name: "result", Label: "What follows from it?", Kind: "radios"}
	for _, x := range pathway.WorryResults() {
		what.Options = append(what.Options, web.Option{Value: x.Code, Label: x.Words})
	}
	return web.NewForm(what, web.Field{Name: "answer", Label: "What do you answer, and why?", Hint: "The partner reads this. Say nothing of the family that they do not need to keep the child safe", Kind: "textarea", Rows: 5, Max: 4000})
}

func (d *Desk) showWorry(w http.ResponseWriter, r *http.Request) error {
	return d.worryWith(w, r, http.StatusOK, answerWorryForm())
}

func (d *Desk) worryWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	who := web.Actor(r)
	x, now, err := d.Worry(r.Context(), who, r.PathValue("ref"))
	if err != nil {
		return err
	}
	v := oneWorryView{worryView: worryViewOf(x, now), Partner: who.AgencyID != "", Form: f, CanOpen: access.ScopeOf(who, access.OpenContact).Allowed}
	v.CanWrite = !who.ReadOnly && access.ScopeOf(who, access.SendMessage).Allowed
	v.CanAnswer = x.Open() && !who.ReadOnly && access.ScopeOf(who, access.AnswerWorry).Allowed
	v.CanDecide = x.Result == pathway.WorryAgain && !who.ReadOnly && access.ScopeOf(who, access.DecideContact).Allowed
	return web.Render(w, r, code, worryPage, v)
}

func (d *Desk) saveWorry(w http.ResponseWriter, r *http.Request) error {
	f := answerWorryForm()
	f.Read(r)
	ref := r.PathValue("ref")
	err := d.AnswerWorry(r.Context(), web.Actor(r), ref, pathway.WorryResult(f.Value("result")), f.Value("answer"))
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.worryWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.WorryPath(ref))
}
