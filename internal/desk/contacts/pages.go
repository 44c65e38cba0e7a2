package contacts

import (
	"embed"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/queue"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	boardPage     = web.NewPage(templates, "templates/board.html")
	contactPage   = web.NewPage(templates, "templates/contact.html", "templates/head.html")
	peoplePage    = web.NewPage(templates, "templates/people.html", "templates/candidate.html", "templates/head.html")
	historyPage   = web.NewPage(templates, "templates/history.html", "templates/head.html", "templates/historylist.html")
	checksPage    = web.NewPage(templates, "templates/checks.html", "templates/head.html")
	agreementPage = web.NewPage(templates, "templates/agreement.html", "templates/head.html")
	decisionPage  = web.NewPage(templates, "templates/decision.html", "templates/head.html", "templates/historylist.html")
	requestPage   = web.NewPublicPage(templates, "templates/request.html")
	callPage      = web.NewPage(templates, "templates/call.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.List(web.PathBoard, access.ListContacts, web.Listing{Name: "contacts", Page: d.showBoard, Sheet: d.boardSheet})
	s.Route("GET "+web.PathNewContact, access.ScreenContact, d.showCall)
	s.Route("POST "+web.PathNewContact, access.ScreenContact, d.saveCall)
	s.Route("GET "+web.PathContact, access.OpenContact, d.showContact)
	s.Route("POST "+web.PathTake, access.TakeContact, d.saveTake)
	s.Route("POST "+web.PathScreen, access.ScreenContact, d.saveScreen)
	s.Route("POST "+web.PathFacts, access.ScreenContact, d.saveFact)
	s.Route("GET "+web.PathPeople, access.OpenContact, d.showPeople)
	s.Route("POST "+web.PathPeople, access.LinkPerson, d.savePeople)
	s.Route("GET "+web.PathHistory, access.OpenContact, d.showHistory)
	s.Route("POST "+web.PathHistory, access.ScreenContact, d.saveHistory)
	s.Route("GET "+web.PathChecks, access.OpenContact, d.showChecks)
	s.Route("POST "+web.PathChecks, access.AskPartner, d.saveChecks)
	s.Route("GET "+web.PathFamily, access.OpenContact, d.showAgreement)
	s.Route("POST "+web.PathFamily, access.RecordAttempt, d.saveAgreement)
	s.Route("GET "+web.PathDecision, access.OpenContact, d.showDecision)
	s.Route("POST "+web.PathDecision, access.DecideContact, d.saveDecision)
	s.Route("POST "+web.PathSecond, access.DecideContact, d.saveSecond)
	d.feedbackRoutes(s)
	s.Route("GET "+web.PathFile, access.DownloadFile, d.download)
	s.Open("GET "+web.PathRequest, access.AnswerRequest, d.showRequest)
	s.Open("POST "+web.PathRequest, access.AnswerRequest, d.saveRequest)
	d.partnerRoutes(s)
}

type number struct {
	N     int
	Words string
	Path  string
	Here  bool
}

type cardView struct {
	Ref, Path, Children, Sub, From string
	Due                            web.Due
	Danger                         bool
	Marks                          []pathway.Mark
	Waiting                        []string
	Worker, Next, NextPath         string
}

type boardView struct {
	Files           web.Files
	Feeds           []string
	Lost            int
	Strip           Strip
	Numbers         []number
	Cards           []cardView
	Sources         []web.Option
	Working         []web.Option
	From, WorkingOn string
	Only            string
	Filtered        bool
	More            string
	Checked, Last   string
	Alarms          []string
	Joint           bool
	Load            web.LoadAlarm
	SeesLoad        bool
	Age             string // the band of age that is shown, in words
}

func (d *Desk) showBoard(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	show := Show{Only: q.Get("only"), From: q.Get("from"), Working: q.Get("working")}
	if at, err := civil.ParseInstant(q.Get("since")); err == nil {
		rank, _ := strconv.ParseInt(q.Get("rank"), 10, 64)
		show.After = Cursor{Rank: rank, Since: at, ID: q.Get("after")}
	}
	b, err := d.Board(r.Context(), web.Actor(r), show)
	if err != nil {
		return err
	}
	v := boardView{Files: web.FilesOf(r, "rank", "since"), Strip: b.Strip, From: show.From, WorkingOn: show.Working, Only: show.Only, Filtered: show.Only+show.From+show.Working != "",
		Checked: b.Now.Clock(), Alarms: b.Alarms, Feeds: b.Feeds, Lost: b.Lost, Joint: b.Joint, Load: web.LoadAlarmOf(b.Load, web.Actor(r)), SeesLoad: access.ScopeOf(web.Actor(r), access.SeeLoad).Allowed}
	if age, ok := queue.AgeOf(show.Only); ok {
		v.Age = age.Words
	}
	if !b.Last.IsZero() {
		v.Last = b.Last.Words()
	}
	for _, n := range []struct {
		n          int
		words, key string
	}{{b.Strip.Late, "late", "late"}, {b.Strip.Soon, "due in 4 hours", "soon"}, {b.Strip.Waiting, "waiting for a decision", ""},
		{b.Strip.Partners, "waiting for partners", "partners"}, {b.Strip.Unread, "received and unread over 1 hour", "unread"}} {
		path := web.PathBoard
		if n.key != "" {
			path += "?only=" + n.key
		}
		v.Numbers = append(v.Numbers, number{n.n, n.words, path, show.Only == n.key})
	}
	if who := web.Actor(r); access.ScopeOf(who, access.ReadMessages).Allowed {
		v.Numbers = append(v.Numbers, number{b.Strip.Messages, "messages from partners unread", web.PathMessages + "?show=unread", false})
	}
	if who := web.Actor(r); access.ScopeOf(who, access.SeeWorries).Allowed {
		v.Numbers = append(v.Numbers, number{b.Strip.Worries, "partners still worried", web.PathWorries + "?state=open", false})
	}
	if access.ScopeOf(web.Actor(r), access.ListFeedback).Allowed {
		v.Numbers = append(v.Numbers, number{b.Strip.Untold, "referrers not told in time", web.PathTold + "?show=overdue", false})
	}
	v.Sources = []web.Option{{Label: "Everybody"}}
	for _, a := range []pathway.Agency{pathway.Police, pathway.School, pathway.Health, pathway.Housing, pathway.OtherPartner, "public"} {
		v.Sources = append(v.Sources, web.Option{Value: string(a), Label: web.Capital(pathway.AgencyName(a))})
	}
	v.Working = []web.Option{{Label: "Everyone"}, {Value: "nobody", Label: "Nobody yet"}}
	for _, p := range b.Workers {
		v.Working = append(v.Working, web.Option{Value: p.ID, Label: p.Name})
	}
	for _, c := range b.Cards {
		v.Cards = append(v.Cards, c.view(b.Now))
	}
	if b.Next.ID != "" {
		v.More = web.Query(r, "after", b.Next.ID) + fmt.Sprintf("&rank=%d&since=%s", b.Next.Rank, b.Next.Since)
	}
	return web.Render(w, r, http.StatusOK, boardPage, v)
}

func (c Card) view(now civil.Instant) cardView {
	v := cardView{Ref: c.Ref, Path: web.ContactPath(c.Ref, ""), Due: web.DueOf(now, c.DueAt, c.WarnAt), Marks: c.Marks,
		Danger: c.Danger == "yes", Sub: c.Ref + " · " + pathway.ChannelName(c.Channel)}
	if c.Masked {
		v.Children, v.From, v.Waiting, v.Next, v.NextPath = "Restricted record", "", []string{"Restricted desk"}, "Ask the named person", v.Path
		return v
	}
	v.Children, v.From = childrenWords(c.Kids), c.fromWords(now)
	for _, q := range c.Waiting {
		v.Waiting = append(v.Waiting, q.Owner+": "+strings.ToLower(web.DueOf(now, q.Due, civil.Instant{}).Words))
	}
	if len(v.Waiting) == 0 {
		v.Waiting = []string{"Front door"}
	}
	if c.WorkingName != "" {
		v.Worker = c.WorkingName
	}
	v.Next, v.NextPath = c.next()
	return v
}

// next is the next step a contact needs.
func (c Card) next() (words, path string) {
	for _, k := range c.Kids {
		if k.Link == string(pathway.LinkOpen) {
			return "Match", web.ContactPath(c.Ref, "people")
		}
	}
	switch {
	case !c.Screened:
		return "Screen", web.ContactPath(c.Ref, "")
	case !c.HistoryRead:
		return "Read history", web.ContactPath(c.Ref, "history")
	}
	return "Decide", web.ContactPath(c.Ref, "decision")
}

// nextWords says a next step of the board in a sentence.
var nextWords = map[string]string{"Match": "say who each child is", "Screen": "take a first look", "Read history": "read the history", "Decide": "decide for each child"}

func childrenWords(kids []CardKid) string {
	if len(kids) == 0 {
		return "No child named"
	}
	words := kids[0].Name
	if kids[0].Age != "" {
		words += " (" + kids[0].Age + ")"
	}
	switch n := len(kids) - 1; {
	case n == 1:
		words += " and 1 other"
	case n > 1:
		words += fmt.Sprintf(" and %d others", n)
	}
	return words
}

func (c Card) fromWords(now civil.Instant) string {
	words := c.Source
	if c.Grade != "" {
		words += ", " + c.Grade + " risk"
	}
	if !c.IncidentAt.IsZero() {
		words += " · incident " + civil.AgoDays(c.IncidentAt, now)
	}
	return words
}

type tab struct {
	Path, Name string
	Here       bool
}

// head is what stands above each page of a contact.
type head struct {
	Title, Ref, Path  string
	Channel           string
	Due               web.Due
	Worker, WorkerID  string
	CanTake           bool
	Tabs              []tab
	Form              *web.Form
	Manager, CanWrite bool
	Next, NextPath    string // the step the contact needs, when it is on another page than this
}

// HasErrors says whether the page's form shows errors.
func (h head) HasErrors() bool { return h.Form.HasErrors() }

func headOf(r *http.Request, p *Row, now civil.Instant, here string, f *web.Form) head {
	who := web.Actor(r)
	h := head{Ref: p.Ref, Path: web.ContactPath(p.Ref, ""), Channel: pathway.ChannelName(p.Channel) + ", " + p.SourceName,
		Worker: p.WorkingName, WorkerID: p.WorkingOn, Form: f, Manager: isManager(who), CanWrite: !who.ReadOnly}
	c := Card{Ref: p.Ref, Screened: p.Screened, HistoryRead: p.HistoryRead}
	for _, k := range p.Kids {
		c.Kids = append(c.Kids, CardKid{Name: k.Name(), Age: k.AgeWords(now.Date()), Link: string(k.Link)})
	}
	h.Title = childrenWords(c.Kids)
	if p.DecidedAt.IsZero() {
		h.Due = web.DueOf(now, p.DueAt, p.DueAt.Add(-warnBefore))
		if next, path := c.next(); h.CanWrite && path != web.ContactPath(p.Ref, here) {
			h.Next, h.NextPath = nextWords[next], path
		}
	} else {
		h.Due = web.Due{Words: "Decided", Date: p.DecidedAt.Words(), State: "ended"}
	}
	h.CanTake = h.CanWrite && p.DecidedAt.IsZero() && p.WorkingOn != who.ID
	for _, t := range []tab{{"", "What was said", false}, {"people", "Who is this?", false}, {"history", "History", false}, {"checks", "Partners", false},
		{"agreement", "Family and agreement", false}, {"decision", "Decision", false}, {"feedback", "Referrer", false}, {"schools", "Schools", false}} {
		if t.Path == "schools" && p.Channel != pathway.ByPolice {
			continue
		}
		h.Tabs = append(h.Tabs, tab{web.ContactPath(p.Ref, t.Path), t.Name, t.Path == here})
	}
	return h
}

type fact struct{ What, Words string }

type childView struct {
	Name, Age, Person, PersonPath, Link string
	Identity                            pathway.Mark
	Marks                               []pathway.Mark
	Outcome, Decided, By                string
	Waits                               []owedView
	Facts                               []factView
	Triggers                            []string
	Consider                            string
}

// factView is something recorded about a child that may ask for a strategy discussion.
type factView struct{ ID, Name, By, When string }

type owedView struct {
	Due   web.Due
	Words string
}

type lineView struct{ Text, When, Source string }

type contactView struct {
	head
	Contact   *Row
	KeepAway  string
	Facts     []fact
	Sections  []form.Section
	Files     []File
	Unread    Unread
	Children  []childView
	Household []Member
	CanScreen bool
	CanLink   bool // places, vehicles and peers
	Screened  string
	InHand    *web.Form // to say that a child in danger is safe
	Lines     []lineView
	Look      []*web.Field // the questions of the first look
	Known     []*web.Field // what is known about each child
	FactForm  *web.Form    // to record a fact after the first look
	BackForm  *web.Form    // to take one back
}

// HasErrors says whether one of the page's forms shows errors.
func (v contactView) HasErrors() bool {
	return v.head.HasErrors() || v.FactForm.HasErrors() || v.BackForm.HasErrors() || v.InHand.HasErrors()
}

func inHandForm() *web.Form {
	return web.NewForm(web.Field{Name: "in-hand", Label: "What has been done to make the child safe?", Kind: "textarea", Rows: 3})
}

// factOptions are the facts that somebody may record.
func factOptions() []web.Option {
	var out []web.Option
	if rules, err := pathway.TheTriggers(); err == nil { // the service does not start without them
		for _, k := range rules.Recorded() {
			out = append(out, web.Option{Value: k.Key, Label: k.Name})
		}
	}
	return out
}

// screenForm asks for the first look; with the children, what is known of each.
func screenForm(kids []Kid) *web.Form {
	f := web.NewForm(
		web.Field{Name: "danger", Label: "Is any child in danger now?", Kind: "radios", Options: []web.Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}, {Value: "not_known", Label: "Not known"}}},
		web.Field{Name: "rag", Label: "How urgent is it?", Kind: "radios", Options: []web.Option{{Value: "red", Label: "Red", Hint: "Significant harm, or likely today"}, {Value: "amber", Label: "Amber"}, {Value: "green", Label: "Green"}}},
		web.Field{Name: "rag-reason", Label: "Reason for the rating", Kind: "textarea", Rows: 2},
		web.Field{Name: "version", Kind: "hidden"},
	)
	for _, k := range kids {
		f.Fields = append(f.Fields, &web.Field{Name: "facts-" + k.ID, Label: "What is known about " + k.Name() + "?", Kind: "checkboxes", Options: factOptions(),
			Hint: "Each of these asks a manager to say yes or no to a strategy discussion. Leave blank what nobody has said or seen"})
	}
	return f
}

func (d *Desk) showContact(w http.ResponseWriter, r *http.Request) error {
	return d.contactWith(w, r, http.StatusOK, nil)
}

// factForm records a fact about a child after the first look.
func factForm(kids []Kid) *web.Form {
	child := web.Field{Name: "child", Label: "About which child?", Kind: "radios"}
	for _, k := range kids {
		child.Options = append(child.Options, web.Option{Value: k.ID, Label: k.Name()})
	}
	if len(kids) == 1 {
		child = web.Field{Name: "child", Kind: "hidden", Value: kids[0].ID}
	}
	return web.NewForm(child,
		web.Field{Name: "fact", Label: "What was said or seen?", Kind: "radios", Options: factOptions()},
		web.Field{Name: "said-by", Label: "Who says so, and how do they know?", Kind: "text", Max: 300})
}

func backForm(facts []record.RecordedFact) *web.Form {
	which := web.Field{Name: "fact", Label: "What was recorded by mistake?", Kind: "radios"}
	rules, err := pathway.TheTriggers()
	for _, x := range facts {
		if k, ok := rules.Fact(x.Key); err == nil && ok && x.Stands() {
			which.Options = append(which.Options, web.Option{Value: x.ID, Label: k.Name, Hint: x.SaidBy + ", " + x.At.Words()})
		}
	}
	return web.NewForm(web.Field{Name: "what", Kind: "hidden", Value: "back"}, which, web.Field{Name: "why", Label: "Why was it a mistake?", Kind: "text", Max: 300})
}

// saveFact records a fact about a child, or takes one back.
func (d *Desk) saveFact(w http.ResponseWriter, r *http.Request) error {
	ctx, who, id := r.Context(), web.Actor(r), r.PathValue("id")
	var err error
	if r.PostFormValue("what") == "back" {
		err = d.TakeFactBack(ctx, who, id, r.PostFormValue("fact"), form.Clean(r.PostFormValue("why")))
	} else {
		err = d.RecordFact(ctx, who, id, r.PostFormValue("child"), r.PostFormValue("fact"), form.Clean(r.PostFormValue("said-by")))
	}
	if refusal.KindOf(err) == refusal.Invalid {
		return d.contactWith(w, r, http.StatusUnprocessableEntity, func(v *contactView) bool {
			f := v.FactForm
			if r.PostFormValue("what") == "back" {
				f = v.BackForm
			}
			if f == nil {
				return false
			}
			f.Read(r)
			return f.Reject(err)
		})
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(id, ""))
}

// contactWith shows a contact. wrong puts a refused answer back into the form that it
// came from, and says whether it could.
func (d *Desk) contactWith(w http.ResponseWriter, r *http.Request, code int, wrong func(*contactView) bool) error {
	if err := d.read(r); err != nil {
		return err
	}
	p, err := d.Open(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	c := p.Contact
	f := screenForm(c.Kids)
	f.Field("version").Value = fmt.Sprint(c.Version)
	v := contactView{head: headOf(r, c, p.Now, "", f), Contact: c, KeepAway: c.KeepAway(), Files: p.Files, Unread: p.Unread, Household: p.Household, Facts: p.facts()}
	v.CanScreen, v.CanLink = v.CanWrite && !c.Screened, v.CanWrite
	if v.CanWrite && c.Screened {
		v.FactForm = factForm(c.Kids)
		if slices.ContainsFunc(p.Asking.Facts, record.RecordedFact.Stands) {
			v.BackForm = backForm(p.Asking.Facts)
		}
	}
	if c.Screened {
		v.Screened = fmt.Sprintf("Rated %s: %s. Danger now: %s. %s", c.RAG, strings.TrimRight(c.RAGReason, ". "), strings.ReplaceAll(c.Danger, "_", " "), c.ScreenedAt.Words())
	}
	if c.Answers != "" {
		if def, err := form.Load("referral"); err == nil {
			if a, err := form.ReadAnswers(c.Answers); err == nil {
				v.Sections = def.Summary(a, false)
			}
		}
	}
	for _, k := range c.Kids {
		v.Children = append(v.Children, p.child(k))
	}
	for _, x := range p.Waits {
		if x.Step == "contact.danger" && x.Ended.IsZero() && v.Manager {
			v.InHand = inHandForm()
		}
	}
	for _, l := range p.Lines {
		line := lineView{l.Text, l.At.Words(), web.Capital(pathway.AgencyName(pathway.Agency(l.Source)))}
		if !slices.Contains(v.Lines, line) { // the same event stands in each child's story
			v.Lines = append(v.Lines, line)
		}
	}
	for _, x := range f.Fields {
		if x.Kind == "checkboxes" {
			v.Known = append(v.Known, x)
		} else {
			v.Look = append(v.Look, x)
		}
	}
	if wrong != nil && !wrong(&v) {
		return refusal.New(refusal.Conflict, "This contact has changed since you opened it. Read what changed, then save again")
	}
	return web.Render(w, r, code, contactPage, v)
}

// read notes the first time a person opens a contact. It is a change of the
// record, so it is a command of its own; somebody who may only read leaves it.
func (d *Desk) read(r *http.Request) error {
	who := web.Actor(r)
	if who.ReadOnly {
		return nil
	}
	return d.MarkOpened(r.Context(), who, r.PathValue("id"))
}

func (p *Page) facts() []fact {
	c := p.Contact
	out := []fact{{"Came", c.ReceivedAt.Words()}}
	add := func(what, words string) {
		if words != "" {
			out = append(out, fact{what, words})
		}
	}
	if !c.IncidentAt.IsZero() {
		add("Incident", c.IncidentAt.Words()+", "+civil.AgoDays(c.IncidentAt, p.Now))
	}
	for _, s := range []struct {
		what string
		at   civil.Instant
	}{{"Officer’s report", c.ReportedAt}, {"Graded", c.GradedAt}, {"Sent", c.SentAt}} {
		add(s.what, s.at.Words())
	}
	add("Risk grade", c.Grade)
	add("Professional judgement", c.Judgement)
	add("Where the child is now", c.WhereNow)
	add("Level the referrer asked for", c.LevelAsked)
	add("Their reference", c.SenderRef)
	add("Family’s agreement", pathway.ConsentName(c.Consent))
	if c.Answers != "" {
		add("How complete the form is", fmt.Sprintf("%d of 100", c.Completeness))
	}
	return out
}

func (p *Page) child(k Kid) childView {
	v := childView{Name: k.Name(), Age: k.AgeWords(p.Now.Date()), Link: linkWords[k.Link]}
	v.Identity, _ = identityMark(k.PersonID, k.Link, k.Band)
	if person, ok := p.Persons[k.PersonID]; ok {
		v.Person, v.PersonPath = person.Ref, web.ChildPath(person.Ref, "")
	}
	if k.PersonID != "" {
		v.Marks = p.Histories[k.ID].Marks(p.Contact.Channel == pathway.ByPolice)
	}
	for _, m := range p.Decisions {
		if m.ID == k.DecisionID {
			v.Outcome, v.Decided, v.By = pathway.OutcomeName(m.Outcome), m.At.Words(), m.By
		}
	}
	v.Triggers, v.Consider = p.Asking.Of(k.ID).Names(), web.ConsiderPath(k.ID)
	if rules, err := pathway.TheTriggers(); err == nil {
		for _, x := range p.Asking.Of(k.ID).Facts {
			if kind, ok := rules.Fact(x.Key); ok && x.Stands() {
				v.Facts = append(v.Facts, factView{x.ID, kind.Name, x.SaidBy, x.At.Words()})
			}
		}
	}
	for _, w := range p.Waits {
		if w.Child == k.ID && w.Ended.IsZero() {
			v.Waits = append(v.Waits, owedView{web.DueOf(p.Now, w.Due, w.Warn), w.Owner + ": " + w.What})
		}
	}
	return v
}

var linkWords = map[pathway.LinkState]string{
	pathway.LinkOpen: "Not matched yet", pathway.LinkSystem: "Linked by the system; can be undone",
	pathway.LinkPerson: "Linked by a person", pathway.LinkNew: "A new record", pathway.LinkUnresolved: "Looked, not settled",
}

func (d *Desk) saveTake(w http.ResponseWriter, r *http.Request) error {
	if err := d.Take(r.Context(), web.Actor(r), r.PathValue("id"), r.PostFormValue("from")); err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(r.PathValue("id"), ""))
}

func (d *Desk) saveScreen(w http.ResponseWriter, r *http.Request) error {
	f := screenForm(nil)
	f.Read(r)
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64)
	s := pathway.Screen{Danger: f.Value("danger"), RAG: f.Value("rag"), RAGReason: f.Value("rag-reason"), Facts: map[string][]string{}}
	for name, values := range r.PostForm {
		if child, ok := strings.CutPrefix(name, "facts-"); ok {
			s.Facts[child] = values
		}
	}
	err := d.Screen(r.Context(), web.Actor(r), r.PathValue("id"), s, version)
	if k := refusal.KindOf(err); k == refusal.Invalid || k == refusal.Conflict {
		return d.contactWith(w, r, http.StatusUnprocessableEntity, func(v *contactView) bool {
			now := v.Form.Value("version")
			v.Form.Read(r)
			v.Form.Field("version").Value = now
			return v.Form.Reject(err)
		})
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(r.PathValue("id"), "people"))
}

type historyOf struct {
	Name  string
	Known bool
	H     pathway.History
}

type historyView struct {
	head
	Histories []historyOf
	Past      Pasts
	Kindred   []Kindred
	Names     string
	CanRead   bool
	Read      string
}

func (p *Page) histories() (out []historyOf, names string) {
	for _, k := range p.Contact.Kids {
		h, ok := p.Histories[k.ID]
		out = append(out, historyOf{k.Name(), ok, h})
	}
	n := len(p.Contact.Kids) + len(p.Household)
	return out, fmt.Sprintf("%d %s", n, map[bool]string{true: "name", false: "names"}[n == 1])
}

func historyForm() *web.Form {
	return web.NewForm(web.Field{Name: "history-sentence", Label: "What does the history mean for the children now?", Hint: "One sentence is enough", Kind: "textarea", Rows: 2})
}

func (d *Desk) showHistory(w http.ResponseWriter, r *http.Request) error {
	return d.historyWith(w, r, http.StatusOK, historyForm())
}

func (d *Desk) historyWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	p, err := d.Open(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := historyView{head: headOf(r, p.Contact, p.Now, "history", f), Past: p.Past, Kindred: p.Kindred, Read: p.Contact.History, CanRead: !web.Actor(r).ReadOnly && !p.Contact.HistoryRead}
	v.Histories, v.Names = p.histories()
	return web.Render(w, r, code, historyPage, v)
}

func (d *Desk) saveHistory(w http.ResponseWriter, r *http.Request) error {
	f := historyForm()
	f.Read(r)
	err := d.ReadHistory(r.Context(), web.Actor(r), r.PathValue("id"), f.Value("history-sentence"))
	if f.Reject(err) {
		return d.historyWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(r.PathValue("id"), "decision"))
}

type askedView struct {
	R          Request
	Who, Child string
	Due        web.Due
	Stale      bool
	State      string
	Note       *web.Form // to note an answer given on the phone
}

type checksView struct {
	head
	Requests []askedView
	CanAsk   bool
	Link     string
}

// HasErrors says whether one of the page's forms shows errors.
func (v checksView) HasErrors() bool {
	return v.head.HasErrors() || slices.ContainsFunc(v.Requests, func(a askedView) bool { return a.Note.HasErrors() })
}

func noteForm(request string) *web.Form {
	return web.NewForm(web.Field{Name: "request", Kind: "hidden", Value: request},
		web.Field{Name: "state", Label: "Do they know anything about this child?", Kind: "radios", Options: []web.Option{
			{Value: "answered", Label: "Yes"}, {Value: "nothing_known", Label: "No, nothing"}, {Value: "declined", Label: "They declined to answer"}}},
		web.Field{Name: "answer", Label: "What they said", Kind: "textarea", Rows: 3},
		web.Field{Name: "by", Label: "Who said it, and their role", Kind: "text"}).Of(request)
}

var requestStates = map[string]string{"answered": "Answered", "nothing_known": "Knows nothing about the child", "declined": "Declined", "withdrawn": "Withdrawn: decided without it"}

func askForm(p *Page) *web.Form {
	child := web.Field{Name: "child", Label: "About which child?", Kind: "radios"}
	for _, k := range p.Contact.Kids {
		child.Options = append(child.Options, web.Option{Value: k.ID, Label: k.Name()})
	}
	who := web.Field{Name: "organisation", Label: "Who do you ask?", Kind: "select", Options: []web.Option{{Label: "Select"}}}
	for _, x := range p.Partners {
		who.Options = append(who.Options, web.Option{Value: x.ID, Label: x.Name})
	}
	return web.NewForm(child, who,
		web.Field{Name: "question", Label: "What do you ask?", Kind: "textarea", Rows: 3, Max: 2000},
		web.Field{Name: "why", Label: "Why do you ask?", Kind: "textarea", Rows: 2, Max: 1000},
		web.Field{Name: "basis", Label: "What makes it lawful to ask?", Kind: "radios", Options: []web.Option{
			{Value: string(pathway.BasisAgreed), Label: "The family agreed to checks"},
			{Value: string(pathway.BasisHarm), Label: "Reasonable cause to suspect significant harm", Hint: "A manager chooses this"},
			{Value: string(pathway.BasisDispensed), Label: "A manager recorded why the family is not asked"}}},
		web.Field{Name: "way", Label: "How do you ask?", Kind: "radios", Options: []web.Option{
			{Value: pathway.ByLink, Label: "By a one-time link to their e-mail address"},
			{Value: pathway.ByAccount, Label: "In their own account here"},
			{Value: pathway.ByTelephone, Label: "On the telephone", Hint: "You note the answer below"}}},
		web.Field{Name: "sensitive", Label: "Is the question sensitive?", Kind: "checkboxes", Options: []web.Option{
			{Value: "yes", Label: "Open the link only with a code", Hint: "A code of six digits goes to the named contact of the organisation by another way. A restricted record always needs one"}}})
}

func (d *Desk) showChecks(w http.ResponseWriter, r *http.Request) error {
	return d.checksWith(w, r, http.StatusOK, checksView{})
}

// checksWith shows the page with what v holds of it already: a form that was refused, or
// the link of a question that was sent.
func (d *Desk) checksWith(w http.ResponseWriter, r *http.Request, code int, v checksView, noted ...*web.Form) error {
	p, err := d.Open(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f := v.Form
	if f == nil {
		f = askForm(p)
	}
	v.head, v.CanAsk = headOf(r, p.Contact, p.Now, "checks", f), !web.Actor(r).ReadOnly
	for _, q := range p.Requests {
		a := askedView{R: q, Who: q.Organisation, Due: web.DueOf(p.Now, q.DueAt, q.DueAt), Stale: q.Stale(p.Now.Date()), State: requestStates[q.State]}
		if k, ok := p.Contact.Kid(q.Child); ok {
			a.Child = k.Name()
		}
		if v.CanAsk && q.Open() {
			a.Note = noteForm(q.ID)
			for _, n := range noted {
				if n.Value("request") == q.ID {
					a.Note = n
				}
			}
		}
		v.Requests = append(v.Requests, a)
	}
	return web.Render(w, r, code, checksPage, v)
}

func (d *Desk) saveChecks(w http.ResponseWriter, r *http.Request) error {
	ctx, who, id := r.Context(), web.Actor(r), r.PathValue("id")
	if q := r.PostFormValue("request"); q != "" {
		f := noteForm(q)
		f.Read(r)
		err := d.Answer(ctx, who, q, Reply{State: f.Value("state"), Answer: f.Value("answer"), By: f.Value("by"), How: "phone"})
		if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
			return d.checksWith(w, r, http.StatusUnprocessableEntity, checksView{}, f)
		}
		if err != nil {
			return err
		}
		return web.See(w, r, web.ContactPath(id, "checks"))
	}
	p, err := d.Open(ctx, who, id)
	if err != nil {
		return err
	}
	f := askForm(p)
	f.Read(r)
	link, err := d.Ask(ctx, who, id, Asked{Child: f.Value("child"), Organisation: f.Value("organisation"), Question: f.Value("question"), Why: f.Value("why"),
		Basis: pathway.Basis(f.Value("basis")), Way: f.Value("way"), Sensitive: f.Value("sensitive") == "yes"})
	if f.Reject(err) {
		return d.checksWith(w, r, http.StatusUnprocessableEntity, checksView{head: head{Form: f}})
	}
	if err != nil {
		return err
	}
	// The link's word is not kept anywhere, so it is shown on this answer alone.
	if link == "" {
		return web.See(w, r, web.ContactPath(id, "checks"))
	}
	return d.checksWith(w, r, http.StatusOK, checksView{Link: link})
}

type agreementView struct {
	head
	Records   []struct{ Status, Words, When string }
	Tries     []Tried
	Try       *web.Form
	CanRecord bool
}

// HasErrors says whether either form shows errors.
func (v agreementView) HasErrors() bool { return v.head.HasErrors() || v.Try.HasErrors() }

func agreementForm(manager bool) *web.Form {
	status := web.Field{Name: "status", Label: "What did the family agree?", Kind: "radios", Options: []web.Option{
		{Value: "given", Label: "They agreed"}, {Value: "refused", Label: "They were asked and refused"}, {Value: "not_sought", Label: "They were not asked"}}}
	if manager {
		status.Options = append(status.Options, web.Option{Value: "dispensed", Label: "Go on without their agreement", Hint: "A manager’s decision, with its reason"})
	}
	reason := web.Field{Name: "reason", Label: "Why are they not asked?", Kind: "radios", Follows: "status|not_sought,dispensed"}
	for _, x := range pathway.DispenseReasons() {
		reason.Options = append(reason.Options, web.Option{Value: x.Code, Label: x.Words})
	}
	return web.NewForm(status,
		web.Field{Name: "who", Label: "Who was asked?", Hint: "Somebody with parental responsibility", Kind: "text", Follows: "status|given,refused"},
		web.Field{Name: "how", Label: "How were they asked?", Kind: "text", Follows: "status|given,refused"},
		web.Field{Name: "at", Label: "When were they asked?", Kind: "datetime", Follows: "status|given,refused"},
		web.Field{Name: "to-what", Label: "What did they agree to?", Kind: "text", Follows: "status|given"},
		reason,
		web.Field{Name: "reason-words", Label: "Why does that reason apply here?", Kind: "textarea", Rows: 2, Follows: "status|not_sought,dispensed"})
}

func tryForm() *web.Form {
	return web.NewForm(
		web.Field{Name: "try-who", Label: "Who did you try to reach?", Kind: "text"},
		web.Field{Name: "try-how", Label: "How?", Hint: "For example: phone, text message, visit", Kind: "text"},
		web.Field{Name: "try-at", Label: "When?", Kind: "datetime"},
		web.Field{Name: "try-result", Label: "What happened?", Kind: "textarea", Rows: 2})
}

func (d *Desk) showAgreement(w http.ResponseWriter, r *http.Request) error {
	f, try := agreementForm(isManager(web.Actor(r))), tryForm()
	f.SetInstant("at", d.Record.Now())
	try.SetInstant("try-at", d.Record.Now())
	return d.agreementWith(w, r, http.StatusOK, f, try)
}

func (d *Desk) agreementWith(w http.ResponseWriter, r *http.Request, code int, f, try *web.Form) error {
	p, err := d.Open(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := agreementView{head: headOf(r, p.Contact, p.Now, "agreement", f), Tries: p.Attempts, Try: try, CanRecord: !web.Actor(r).ReadOnly}
	for _, a := range p.Agreements {
		var words []string
		for _, s := range []string{a.Who, a.How, a.ToWhat, reasonWords(a.Reason), a.Words} {
			if s != "" {
				words = append(words, s)
			}
		}
		v.Records = append(v.Records, struct{ Status, Words, When string }{web.Capital(pathway.ConsentName(a.Status)), strings.Join(words, "; "), a.RecordedAt.Words() + ", " + a.By})
	}
	return web.Render(w, r, code, agreementPage, v)
}

func reasonWords(code string) string {
	for _, x := range pathway.DispenseReasons() {
		if x.Code == code {
			return x.Words
		}
	}
	return ""
}

func (d *Desk) saveAgreement(w http.ResponseWriter, r *http.Request) error {
	who, id := web.Actor(r), r.PathValue("id")
	f, try := agreementForm(isManager(who)), tryForm()
	if r.PostFormValue("what") == "try" {
		try.Read(r)
		at, err := try.Instant("try-at")
		if err == nil {
			err = prefixed("try-", d.Attempted(r.Context(), who, id, pathway.Attempt{Who: try.Value("try-who"), How: try.Value("try-how"), Result: try.Value("try-result"), At: at}))
		}
		if try.Reject(err) {
			return d.agreementWith(w, r, http.StatusUnprocessableEntity, f, try)
		}
		if err != nil {
			return err
		}
		return web.See(w, r, web.ContactPath(id, "agreement"))
	}
	f.Read(r)
	at, err := f.Instant("at")
	if err == nil {
		err = d.RecordConsent(r.Context(), who, id, pathway.ConsentRecord{Status: pathway.ConsentStatus(f.Value("status")), Who: f.Value("who"), How: f.Value("how"),
			ToWhat: f.Value("to-what"), At: at, Reason: f.Value("reason"), Words: f.Value("reason-words")})
	}
	if f.Reject(err) {
		return d.agreementWith(w, r, http.StatusUnprocessableEntity, f, try)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(id, "agreement"))
}

// prefixed puts a prefix before the fields of a refusal, for a page with two forms.
func prefixed(prefix string, err error) error {
	x, ok := refusal.As(err)
	if !ok || x.Kind != refusal.Invalid {
		return err
	}
	var p []refusal.Problem
	for _, one := range x.Problems {
		p = append(p, refusal.Problem{Field: prefix + one.Field, Message: one.Message})
	}
	return refusal.Fields(p)
}

// download serves a file as a download under our own name and type, so that a
// browser never runs it.
func (d *Desk) download(w http.ResponseWriter, r *http.Request) error {
	f, body, err := d.Download(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", "attachment; filename=\"file-"+r.PathValue("id")[:8]+"\"")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	_, err = w.Write(body)
	return err
}
