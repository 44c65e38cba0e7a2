package enquiries

import (
	"embed"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	listPage    = web.NewPage(templates, "templates/list.html")
	enquiryPage = web.NewPage(templates, "templates/enquiry.html")
	formPage    = web.NewPage(templates, "templates/form.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	d.reportRoutes(s)
	s.List(web.PathEnquiries, access.ListEnquiries, web.Listing{Name: "enquiries", Page: d.showList, Sheet: d.sheet})
	s.Route("POST "+web.PathEnquiries, access.WorkEnquiry, d.begin)
	s.Route("GET "+web.PathStartEarly, access.AuthoriseEnquiry, d.showEarly)
	s.Route("POST "+web.PathStartEarly, access.AuthoriseEnquiry, d.saveEarly)
	s.Route("GET "+web.PathEnquiry, access.OpenEnquiry, d.showEnquiry)
	s.Route("POST "+web.PathEnquiryTogether, access.ActInEnquiry, d.saveTogether)
	s.Route("POST "+web.PathEnquiryAction, access.WorkEnquiry, d.saveAction)
	s.Route("POST "+web.PathEnquiryDone, access.ActInEnquiry, d.saveDone)
	s.Route("POST "+web.PathEnquiryEvent, access.WorkEnquiry, d.saveEvent)
	s.Route("GET "+web.PathEnquiryOutcome, access.WorkEnquiry, d.showOutcome)
	s.Route("POST "+web.PathEnquiryOutcome, access.WorkEnquiry, d.saveOutcome)
	s.Route("GET "+web.PathEnquiryAuthority, access.AuthoriseEnquiry, d.showAuthority)
	s.Route("POST "+web.PathEnquiryAuthority, access.AuthoriseEnquiry, d.saveAuthority)
}

type toOpenView struct {
	Waiting
	DueAt web.Due
	Form  *web.Form
}

type entryView struct {
	Entry
	DueAt                  web.Due
	Path, Outcome, Started string
}

type listView struct {
	ToOpen                       []toOpenView
	Open, Done                   []entryView
	Late                         int
	Partner                      bool
	Files                        web.Files
	CanWork                      bool
	CanStart                     bool
	More                         bool
	Checked                      string
	Undecided, Suspects, Victims int
	Shown                        *shownView
	Conferences                  bool
}

// shownView is the list behind one of the figures.
type shownView struct {
	Title, Since string
	Rows         []Overdue
}

func (l *List) shown(which string) *shownView {
	switch which {
	case "undecided":
		return &shownView{"The facts ask for a joint investigation, and the two agencies have not both said", "Started", l.Undecided}
	case "suspects":
		return &shownView{"People alleged to be responsible, not spoken to by the promised date", "Promised for", l.Suspects}
	case "victims":
		return &shownView{"Children not spoken to by the promised date", "Promised for", l.Victims}
	}
	return nil
}

func (d *Desk) showList(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	l, err := d.Enquiries(r.Context(), who)
	if err != nil {
		return err
	}
	may := func(a access.Action) bool { return !who.ReadOnly && access.ScopeOf(who, a).Allowed }
	v := listView{Files: web.FilesOf(r), Partner: who.AgencyID != "", CanWork: may(access.WorkEnquiry), CanStart: may(access.AuthoriseEnquiry), More: l.More, Checked: l.Now.Clock(),
		Undecided: len(l.Undecided), Suspects: len(l.Suspects), Victims: len(l.Victims), Shown: l.shown(r.URL.Query().Get("show")), Conferences: access.ScopeOf(who, access.ListConferences).Allowed}
	for _, x := range l.ToOpen {
		if l.Now.After(x.Due) {
			v.Late++
		}
		v.ToOpen = append(v.ToOpen, toOpenView{x, web.DueOf(l.Now, x.Due, x.Warn), web.NewForm()})
	}
	for _, e := range l.Open {
		ev := entryView{Entry: e, Path: web.EnquiryPath(e.Ref, ""), Started: e.Started.Words(), DueAt: web.DueOf(l.Now, e.Due, e.Due.Add(-48*3600e9))}
		if !e.Due.IsZero() && l.Now.After(e.Due) {
			v.Late++
		}
		v.Open = append(v.Open, ev)
	}
	for _, e := range l.Done {
		o, _ := pathway.EnquiryOutcomeOf(e.Outcome)
		v.Done = append(v.Done, entryView{Entry: e, Path: web.EnquiryPath(e.Ref, ""), Outcome: o.Name, DueAt: web.Due{Words: "Authorised " + e.Authorised.Words(), Date: "started " + e.Started.Words(), State: "ended"}})
	}
	return web.Render(w, r, http.StatusOK, listPage, v)
}

func (d *Desk) begin(w http.ResponseWriter, r *http.Request) error {
	f := web.NewForm(web.Field{Name: "child", Kind: "hidden"})
	f.Read(r)
	ref, err := d.Begin(r.Context(), web.Actor(r), f.Value("child"))
	if err != nil {
		return err
	}
	return web.See(w, r, web.EnquiryPath(ref, ""))
}

type formView struct {
	Title, Intro, Button, Back string
	Form                       *web.Form
}

// HasErrors says whether the form shows errors.
func (v formView) HasErrors() bool { return v.Form.HasErrors() }

func earlyForm() *web.Form {
	return web.NewForm(web.Field{Name: "child", Label: "The child’s reference", Hint: "Like C-26-7K3QM9", Kind: "text", Width: 20},
		web.Field{Name: "why", Label: "Why can the enquiry not wait for the discussion?", Kind: "textarea"})
}

func (d *Desk) showEarly(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	err := d.Record.Look(r.Context(), who, who.WorkPurpose(), func(v *record.View) error {
		v.Saw("form to start an enquiry early")
		return v.Allow(access.AuthoriseEnquiry, access.About{})
	})
	if err != nil {
		return err
	}
	return d.earlyWith(w, r, http.StatusOK, earlyForm())
}

func (d *Desk) earlyWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	return web.Render(w, r, code, formPage, formView{Title: "Start an enquiry before the discussion", Button: "Start the enquiry now", Back: web.PathEnquiries, Form: f,
		Intro: "For a child who cannot wait. A discussion must have been asked for: police and health go on being waited for, and the early start is counted apart with your reason."})
}

func (d *Desk) saveEarly(w http.ResponseWriter, r *http.Request) error {
	f := earlyForm()
	f.Read(r)
	ref, err := d.StartEarly(r.Context(), web.Actor(r), strings.ToUpper(f.Value("child")), f.Value("why"))
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.earlyWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.EnquiryPath(ref, ""))
}

type deedView struct {
	Deed
	Words, Who, Did string
	DueAt           web.Due
	Done            *web.Form // to record it, for whoever may
}

type eventView struct {
	Event
	Whose, Outcome, Used string
	Form                 *web.Form
}

type viewView struct{ Who, Words, Why, Criteria string }

type waitView struct {
	Words string
	DueAt web.Due
}

type enquiryView struct {
	*Enquiry
	Path, ConferenceDay, JointWords, OutcomeName string
	Staff, CanWork, CanAuthorise, Finished       bool
	Views                                        []viewView
	Deeds                                        []deedView
	Events                                       []eventView
	Open                                         []waitView
	Together, Action                             *web.Form
	Errors                                       *web.Form
	Thinks                                       []string
	Links                                        bool // may write down places, vehicles and peers
}

// HasErrors says whether a small form on the page was refused.
func (v enquiryView) HasErrors() bool { return v.Errors.HasErrors() }

// conferenceDays is how many working days an initial conference has from the discussion
// (timescales CP4).
const conferenceDays = 15

func (d *Desk) showEnquiry(w http.ResponseWriter, r *http.Request) error {
	return d.enquiryWith(w, r, http.StatusOK, nil)
}

func (d *Desk) enquiryWith(w http.ResponseWriter, r *http.Request, code int, wrong *web.Form) error {
	who := web.Actor(r)
	e, now, err := d.Open(r.Context(), who, r.PathValue("ref"))
	if err != nil {
		return err
	}
	may := func(a access.Action) bool { return !who.ReadOnly && access.ScopeOf(who, a).Allowed }
	v := enquiryView{Enquiry: e, Path: web.EnquiryPath(e.Ref, ""), Staff: who.AgencyID == "", CanWork: may(access.WorkEnquiry), CanAuthorise: may(access.AuthoriseEnquiry), Links: may(access.LinkSubject),
		Finished: e.State == pathway.EnquiryAuthorised, JointWords: jointWords(e), Errors: wrong}
	if wrong == nil {
		v.Errors = web.NewForm()
	}
	if n, err := d.Record.Calendar.WorkingDaysBetween(e.StartedAt.Date(), now.Date()); err == nil && !v.Finished {
		v.ConferenceDay = fmt.Sprintf("Working day %d of %d to a conference, counted from the discussion, should one be needed", n, conferenceDays)
	}
	if o, ok := pathway.EnquiryOutcomeOf(e.Outcome); ok {
		v.OutcomeName = o.Name
	}
	for _, x := range e.Views {
		vv := viewView{Who: web.Capital(pathway.AgencyName(pathway.Agency(x.Agency))) + ", " + x.By + ", " + x.At.Words(), Words: strings.TrimSuffix(map[string]string{"joint": "Joint", "single": "Social care alone"}[x.View]+": "+pathway.SingleReason(x.Reason), ": "), Why: x.Why}
		for _, c := range pathway.Criteria() {
			for _, k := range x.Criteria {
				if k == c.Key {
					vv.Criteria = strings.TrimPrefix(vv.Criteria+"; "+c.Name, "; ")
				}
			}
		}
		v.Views = append(v.Views, vv)
	}
	for _, a := range e.Deeds {
		v.Deeds = append(v.Deeds, deedOf(a, who, now, !v.Finished && may(access.ActInEnquiry)))
	}
	if v.Staff {
		for _, x := range e.Events {
			v.Events = append(v.Events, eventOf(x, v.CanWork && !v.Finished))
		}
	}
	for _, x := range e.Waits {
		if v.Staff || who.AgencyKind == x.Agency {
			v.Open = append(v.Open, waitView{web.Capital(pathway.AgencyName(pathway.Agency(x.Agency))) + ", " + x.Owner + ": " + x.What, web.DueOf(now, x.Due, x.Warn)})
		}
	}
	for _, x := range []struct{ who, view, why string }{{"Police", e.PoliceView, e.PoliceWhy}, {"Health", e.HealthView, e.HealthWhy}} {
		if x.view != "" {
			v.Thinks = append(v.Thinks, strings.TrimSuffix(x.who+" "+map[string]string{"agrees": "agree", "disagrees": "do not agree", "not_asked": "were not asked"}[x.view]+": "+x.why, ": "))
		}
	}
	if !v.Finished && may(access.ActInEnquiry) {
		v.Together = togetherForm(v.Staff)
		if v.CanWork {
			v.Action = actionForm()
		}
	}
	v.keep(wrong)
	return web.Render(w, r, code, enquiryPage, v)
}

func jointWords(e *Enquiry) string {
	police, social := e.view(pathway.Police), e.view(pathway.SocialWork)
	words := map[string]string{"joint": "Joint, agreed by both agencies", "single": "Social care alone, agreed by both agencies"}
	switch {
	case police == "" && social == "":
		return "Neither agency has said yet"
	case police == social:
		return words[police]
	case police == "":
		return "Social care has said; police have not"
	case social == "":
		return "Police have said; social care has not"
	}
	return "The two agencies do not agree"
}

func deedOf(a Deed, who access.Actor, now civil.Instant, may bool) deedView {
	v := deedView{Deed: a, Words: a.What, Who: strings.TrimSuffix(web.Capital(pathway.AgencyName(a.On))+", "+a.OwnerName, ", "), DueAt: web.DueOf(now, a.By, a.By.Add(-4*3600e9))}
	if v.Words == "" {
		for _, k := range pathway.ActionKinds() {
			if k.Value == string(a.Kind) {
				v.Words = k.Label
			}
		}
	}
	switch {
	case !a.EnquiryAction.Done.IsZero():
		v.DueAt = web.Due{Words: "Done " + a.EnquiryAction.Done.Words(), Date: "was due " + a.By.Words(), State: "ended"}
		v.Did = strings.TrimSpace(a.DoneBy + ". " + a.How)
	case a.Let != "":
		v.DueAt, v.Did = web.Due{Words: "Not needed after all", Date: "was due " + a.By.Words(), State: "ended"}, a.Let
	case may && (who.AgencyID == "" || who.AgencyID == a.Owner):
		v.Done = doneForm(a.ID, a.Kind)
	}
	return v
}

func doneForm(action string, k pathway.ActionKind) *web.Form {
	return web.NewForm(web.Field{Name: "action", Kind: "hidden", Value: action}, web.Field{Name: "at", Label: "When was it done?", Kind: "datetime"},
		web.Field{Name: "by", Label: "Who did it?", Kind: "text"}, web.Field{Name: "how", Label: howAsk(k), Kind: "text"}, web.Field{Name: "let", Label: "Or why is it not needed?", Kind: "text"}).Of(action)
}

func howAsk(k pathway.ActionKind) string {
	switch k {
	case pathway.ChildSeen:
		return "Was the child seen alone, and if not why?"
	case pathway.ChildSpoken:
		return "What the child said, in the child’s words"
	}
	return "How, and what came of it"
}

func eventOf(x Event, may bool) eventView {
	v := eventView{Event: x, Outcome: "not decided yet", Whose: "This child"}
	if x.Outcome != "" {
		v.Outcome = pathway.OutcomeName(x.Outcome)
	}
	if x.Sibling {
		v.Whose = "A brother or sister"
	}
	switch x.Use {
	case "cited":
		v.Used = "Used by " + x.By + ": " + x.Reason
	case "set_aside":
		v.Used = "Set aside by " + x.By + ": " + x.Reason
	}
	if may {
		v.Form = eventForm(x.ID)
	}
	return v
}

func eventForm(event string) *web.Form {
	return web.NewForm(web.Field{Name: "event", Kind: "hidden", Value: event},
		web.Field{Name: "how", Label: "What is made of it?", Kind: "radios", Options: []web.Option{{Value: "cited", Label: "Used in the analysis"}, {Value: "set_aside", Label: "Set aside"}}},
		web.Field{Name: "reason", Label: "What it means here, or why it is set aside", Kind: "text"}).Of(event)
}

func togetherForm(staff bool) *web.Form {
	var criteria []web.Option
	for _, c := range pathway.Criteria() {
		criteria = append(criteria, web.Option{Value: c.Key, Label: c.Name})
	}
	var reasons []web.Option
	for _, r := range pathway.SingleReasons() {
		reasons = append(reasons, web.Option{Value: r.Key, Label: r.Name})
	}
	f := web.NewForm()
	if staff {
		f.Fields = append(f.Fields, &web.Field{Name: "agency", Label: "Who says so?", Kind: "radios", Options: []web.Option{{Value: "social_work", Label: "Social care"}, {Value: "police", Label: "Police, on the phone"}}})
	}
	f.Fields = append(f.Fields,
		&web.Field{Name: "criteria", Label: "Which of these are true?", Hint: "Each asks for a joint investigation", Kind: "checkboxes", Options: criteria},
		&web.Field{Name: "view", Label: "Investigate together?", Kind: "radios", Options: []web.Option{{Value: "joint", Label: "Joint"}, {Value: "single", Label: "Social care alone"}}},
		&web.Field{Name: "single-reason", Label: "Why does social care investigate alone?", Kind: "radios", Options: reasons, Follows: "view|single"},
		&web.Field{Name: "why", Label: "Reason in words", Hint: "Needed when the facts ask for a joint investigation and it is not one", Kind: "text"},
		&web.Field{Name: "by", Label: "Name and role of who says so", Kind: "text"})
	return f
}

func actionForm() *web.Form {
	var kinds, agencies []web.Option
	for _, k := range pathway.ActionKinds() {
		kinds = append(kinds, web.Option{Value: k.Value, Label: k.Label})
	}
	for _, a := range []pathway.Agency{pathway.SocialWork, pathway.Police, pathway.Health, pathway.School} {
		agencies = append(agencies, web.Option{Value: string(a), Label: web.Capital(pathway.AgencyName(a))})
	}
	return web.NewForm(web.Field{Name: "kind", Label: "What is to be done?", Kind: "radios", Options: kinds}, web.Field{Name: "what", Label: "In words, if it is something else", Kind: "text"},
		web.Field{Name: "agency", Label: "Who does it?", Kind: "radios", Options: agencies}, web.Field{Name: "by", Label: "By when?", Kind: "datetime"}).Of("action")
}

// keep puts the small form that was refused back in its place, with what was typed.
func (v *enquiryView) keep(refused *web.Form) {
	if refused == nil {
		return
	}
	is := func(question string) bool {
		return slices.ContainsFunc(refused.Fields, func(f *web.Field) bool { return f.Name == question })
	}
	switch {
	case is("view") && v.Together != nil:
		v.Together = refused
	case is("kind") && v.Action != nil:
		v.Action = refused
	}
	for i := range v.Deeds {
		if v.Deeds[i].Done != nil && v.Deeds[i].ID == refused.Value("action") {
			for _, x := range v.Deeds[i].Done.Fields {
				refused.Field(x.Name).Label = x.Label
			}
			v.Deeds[i].Done = refused
		}
	}
	for i := range v.Events {
		if v.Events[i].Form != nil && v.Events[i].ID == refused.Value("event") {
			v.Events[i].Form = refused
		}
	}
}

// after goes back to the enquiry, with what is wrong above it when something is.
func (d *Desk) after(w http.ResponseWriter, r *http.Request, f *web.Form, err error) error {
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.enquiryWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.EnquiryPath(r.PathValue("ref"), ""))
}

func (d *Desk) saveTogether(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	f := togetherForm(who.AgencyID == "")
	f.Read(r)
	return d.after(w, r, f, d.Together(r.Context(), who, r.PathValue("ref"), pathway.JointView{Agency: pathway.Agency(f.Value("agency")), View: f.Value("view"), Criteria: f.Field("criteria").Values, Reason: f.Value("single-reason"), Why: f.Value("why"), By: f.Value("by")}))
}

func (d *Desk) saveAction(w http.ResponseWriter, r *http.Request) error {
	f := actionForm()
	f.Read(r)
	by, err := f.Instant("by")
	if err == nil {
		err = d.Agree(r.Context(), web.Actor(r), r.PathValue("ref"), pathway.EnquiryAction{Kind: pathway.ActionKind(f.Value("kind")), What: f.Value("what"), On: pathway.Agency(f.Value("agency")), By: by})
	}
	return d.after(w, r, f, err)
}

func (d *Desk) saveDone(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return refusal.New(refusal.Invalid, "The form could not be read. Open the page again")
	}
	f := doneForm(r.PostForm.Get("action"), "")
	f.Read(r)
	at, err := f.Instant("at")
	if err == nil {
		err = d.Do(r.Context(), web.Actor(r), r.PathValue("ref"), pathway.Deed{Action: f.Value("action"), At: at, By: f.Value("by"), How: f.Value("how"), Let: f.Value("let")})
	}
	return d.after(w, r, f, err)
}

func (d *Desk) saveEvent(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return refusal.New(refusal.Invalid, "The form could not be read. Open the page again")
	}
	f := eventForm(r.PostForm.Get("event"))
	f.Read(r)
	return d.after(w, r, f, d.Use(r.Context(), web.Actor(r), r.PathValue("ref"), f.Value("event"), f.Value("how"), f.Value("reason")))
}

func outcomeForm(e *Enquiry) *web.Form {
	var outcomes []web.Option
	for _, o := range pathway.EnquiryOutcomes() {
		outcomes = append(outcomes, web.Option{Value: string(o.Code), Label: o.Name})
	}
	f := web.NewForm(web.Field{Name: "version", Kind: "hidden", Value: fmt.Sprint(e.Version)},
		web.Field{Name: "outcome", Label: "What did the enquiry find?", Kind: "radios", Options: outcomes},
		web.Field{Name: "analysis", Label: "What do the history and what was learned mean together?", Kind: "textarea", Rows: 6},
		web.Field{Name: "siblings", Label: "How do the brothers and sisters stand?", Kind: "textarea", Rows: 3})
	if n := e.OpenEvidence(); n > 0 {
		f.Fields = append(f.Fields, &web.Field{Name: "open-why", Label: fmt.Sprintf("%d agreed to secure evidence and not done. Why?", n), Kind: "textarea", Rows: 2})
	}
	return f
}

func (d *Desk) showOutcome(w http.ResponseWriter, r *http.Request) error {
	e, _, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return d.outcomeWith(w, r, http.StatusOK, e, outcomeForm(e))
}

func (d *Desk) outcomeWith(w http.ResponseWriter, r *http.Request, code int, e *Enquiry, f *web.Form) error {
	intro := "Another manager authorises it. "
	if e.Unread > 0 {
		intro += fmt.Sprintf("%d earlier events of this family are not used yet: cite each, or set it aside with a reason, before it can be authorised.", e.Unread)
	}
	return web.Render(w, r, code, formPage, formView{Title: "What " + e.Ref + " found", Button: "Record the outcome", Back: web.EnquiryPath(e.Ref, ""), Form: f, Intro: intro})
}

func (d *Desk) saveOutcome(w http.ResponseWriter, r *http.Request) error {
	who, ref := web.Actor(r), r.PathValue("ref")
	e, _, err := d.Open(r.Context(), who, ref)
	if err != nil {
		return err
	}
	f := outcomeForm(e)
	f.Read(r)
	err = d.Found(r.Context(), who, ref, pathway.Finding{Outcome: pathway.EnquiryOutcome(f.Value("outcome")), Analysis: f.Value("analysis"), Siblings: f.Value("siblings"), OpenWhy: f.Value("open-why")}, web.VersionOf(f))
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.outcomeWith(w, r, http.StatusUnprocessableEntity, e, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.EnquiryPath(ref, ""))
}

func authorityForm(e *Enquiry) *web.Form {
	thinks := []web.Option{{Value: "agrees", Label: "Agree"}, {Value: "disagrees", Label: "Do not agree"}, {Value: "not_asked", Label: "Were not asked"}}
	return web.NewForm(web.Field{Name: "version", Kind: "hidden", Value: fmt.Sprint(e.Version)},
		web.Field{Name: "police", Label: "What do police think of the outcome?", Kind: "radios", Options: thinks},
		web.Field{Name: "police-why", Label: "If they do not agree or were not asked, why?", Kind: "text"},
		web.Field{Name: "health", Label: "What does health think of the outcome?", Kind: "radios", Options: thinks},
		web.Field{Name: "health-why", Label: "If they do not agree or were not asked, why not?", Kind: "text"})
}

func (d *Desk) showAuthority(w http.ResponseWriter, r *http.Request) error {
	e, _, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return d.authorityWith(w, r, http.StatusOK, e, authorityForm(e))
}

func (d *Desk) authorityWith(w http.ResponseWriter, r *http.Request, code int, e *Enquiry, f *web.Form) error {
	o, _ := pathway.EnquiryOutcomeOf(e.Outcome)
	return web.Render(w, r, code, formPage, formView{Title: "Authorise what " + e.Ref + " found", Button: "Authorise", Back: web.EnquiryPath(e.Ref, ""), Form: f,
		Intro: "Recorded by " + e.RecordedByName + ": " + o.Name + ". A conference is counted from the discussion that started the enquiry."})
}

func (d *Desk) saveAuthority(w http.ResponseWriter, r *http.Request) error {
	who, ref := web.Actor(r), r.PathValue("ref")
	e, _, err := d.Open(r.Context(), who, ref)
	if err != nil {
		return err
	}
	f := authorityForm(e)
	f.Read(r)
	err = d.Authorise(r.Context(), who, ref, pathway.Authority{
		Agencies: map[pathway.Agency]string{pathway.Police: f.Value("police"), pathway.Health: f.Value("health")},
		Why:      map[pathway.Agency]string{pathway.Police: f.Value("police-why"), pathway.Health: f.Value("health-why")}}, web.VersionOf(f))
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.authorityWith(w, r, http.StatusUnprocessableEntity, e, f)
	}
	if err != nil {
		return err
	}
	// An outcome can end the work, and with it what the manager's team may read.
	if _, _, err := d.Open(r.Context(), who, ref); refusal.KindOf(err) == refusal.NotFound {
		return web.See(w, r, web.PathEnquiries)
	}
	return web.See(w, r, web.EnquiryPath(ref, ""))
}
