package meetings

import (
	"embed"
	"fmt"
	"net/http"
	"slices"
	"strconv"
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
	listPage       = web.NewPage(templates, "templates/list.html")
	meetingPage    = web.NewPage(templates, "templates/meeting.html", "templates/parts.html")
	formPage       = web.NewPage(templates, "templates/form.html", "templates/parts.html")
	packPage       = web.NewPage(templates, "templates/pack.html", "templates/parts.html")
	packPaper      = web.NewPaper(templates, "templates/pack.html", "templates/parts.html")
	invitationPage = web.NewPublicPage(templates, "templates/invitation.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	d.consideredRoutes(s)
	d.reportRoutes(s)
	s.List(web.PathMeetings, access.ListMeetings, web.Listing{Name: "strategy-discussions", Page: d.showList, Sheet: d.sheet})
	s.Route("POST "+web.PathMeetings, access.ConveneMeeting, d.begin)
	s.Route("GET "+web.PathAskMeeting, access.RequestMeeting, d.showAsk)
	s.Route("POST "+web.PathAskMeeting, access.RequestMeeting, d.saveAsk)
	s.Route("GET "+web.PathMeeting, access.OpenMeeting, d.showMeeting)
	d.printer = s.Printer
	s.Route("GET "+web.PathMeetingPack, access.OpenMeeting, d.showPack)
	s.Route("GET "+web.PathMeetingPackPDF, access.OpenMeeting, d.packPDF)
	s.Route("GET "+web.PathMeetingCalendar, access.OpenMeeting, d.calendar)
	s.Route("GET "+web.PathConvene, access.ConveneMeeting, d.showConvene)
	s.Route("POST "+web.PathConvene, access.ConveneMeeting, d.saveConvene)
	s.Route("POST "+web.PathSchedule, access.ConveneMeeting, d.saveSchedule)
	s.Route("POST "+web.PathCancelMeeting, access.ConveneMeeting, d.saveCancel)
	s.Route("GET "+web.PathHeld, access.ConveneMeeting, d.showHeld)
	s.Route("POST "+web.PathHeld, access.ConveneMeeting, d.saveHeld)
	s.Route("GET "+web.PathMeetingDecision, access.DecideMeeting, d.showDecision)
	s.Route("POST "+web.PathMeetingDecision, access.DecideMeeting, d.saveDecision)
	s.Route("POST "+web.PathMeetingAnswer, access.AnswerMeeting, d.saveAnswer)
	s.Route("POST "+web.PathMeetingSign, access.AnswerMeeting, d.saveSign)
	s.Route("GET "+web.PathMeetingVisit, access.VisitMeanwhile, d.showVisit)
	s.Route("POST "+web.PathMeetingVisit, access.VisitMeanwhile, d.saveVisit)
	s.Open("GET "+web.PathInvitation, access.AnswerMeeting, d.showInvitation)
	s.Open("POST "+web.PathInvitation, access.AnswerMeeting, d.saveInvitation)
	s.Open("GET "+web.PathInvitationCalendar, access.AnswerMeeting, d.invitationCalendar)
}

type entryView struct {
	Entry
	DueAt            web.Due
	Path, StateWords string
	When, Meanwhile  string
	MeanwhileLate    bool
	RequestedAgo     string
}

type askedView struct {
	Asked
	DueAt web.Due
	Path  string
	Form  *web.Form
}

type listView struct {
	Lost                                   int // notices that reached nobody
	Files                                  web.Files
	Shown                                  *shownView
	HeldLate, WithoutPolice, WithoutHealth int
	ToConvene                              []askedView
	Open, Decided                          []entryView
	Late                                   int
	Partner                                bool
	CanConvene                             bool
	More                                   bool
	Checked                                string
	Considers                              bool
	Kinds                                  []OfKind
}

var stateWords = map[pathway.StrategyState]string{
	pathway.StrategyRequested: "No date yet", pathway.StrategyScheduled: "Has a date", pathway.StrategyHeld: "Held, not decided yet", pathway.StrategyDecided: "Decided",
}

func viewOf(e Entry, now civil.Instant) entryView {
	v := entryView{Entry: e, Path: web.MeetingPath(e.Ref, ""), StateWords: stateWords[e.State], RequestedAgo: civil.Span(now.Sub(e.Requested))}
	switch {
	case !e.Due.IsZero():
		v.DueAt = web.DueOf(now, e.Due, e.Due.Add(-4*3600e9))
	case e.State == pathway.StrategyDecided:
		v.DueAt = web.Due{Words: "Held " + e.Held.Words(), Date: "decided " + e.Decided.Words(), State: "ended"}
	default:
		v.DueAt = web.Due{Words: "Held " + e.Held.Words(), Date: "decide and circulate", State: "soon"}
	}
	switch {
	case e.State == pathway.StrategyScheduled:
		v.When = "set for " + e.Scheduled.Words()
	case e.Quoracy == pathway.NotQuorate && e.State == pathway.StrategyRequested:
		v.When = "met without everybody it needs: the clock is still running"
	}
	if e.State == pathway.StrategyRequested || e.State == pathway.StrategyScheduled {
		switch {
		case e.LastVisit.IsZero():
			v.Meanwhile, v.MeanwhileLate = "No visit while waiting", now.After(e.SeenDue)
		default:
			v.Meanwhile, v.MeanwhileLate = "Last visit "+e.LastVisit.Words()+", next "+e.NextVisit.Words(), now.After(e.NextVisit) || now.After(e.SeenDue)
		}
	}
	return v
}

// shownView is the list behind one of the figures.
type shownView struct {
	Title string
	Rows  []Held21
}

// shown is the list that a figure opens.
func (f Figures) shown(which string) *shownView {
	switch which {
	case "held-late":
		return &shownView{"Held more than three weeks after they were asked for", f.HeldLate}
	case "without-police":
		return &shownView{"Met without police", f.WithoutPolice}
	case "without-health":
		return &shownView{"Met without health", f.WithoutHealth}
	}
	for _, k := range f.Kinds {
		if which == string(k.Kind) {
			return &shownView{k.Name + ": asked for in the last year", k.Rows}
		}
	}
	return nil
}

func (d *Desk) showList(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	l, err := d.Meetings(r.Context(), who)
	if err != nil {
		return err
	}
	v := listView{Files: web.FilesOf(r), Lost: l.Lost, Partner: who.AgencyID != "", Considers: access.ScopeOf(who, access.ListTriggers).Allowed, CanConvene: access.ScopeOf(who, access.ConveneMeeting).Allowed && !who.ReadOnly, More: l.More, Checked: l.Now.Clock(),
		Shown: l.Figures.shown(r.URL.Query().Get("show")), HeldLate: len(l.Figures.HeldLate), WithoutPolice: len(l.Figures.WithoutPolice), WithoutHealth: len(l.Figures.WithoutHealth), Kinds: l.Figures.Kinds}
	for _, a := range l.ToConvene {
		if l.Now.After(a.Due) {
			v.Late++
		}
		v.ToConvene = append(v.ToConvene, askedView{Asked: a, DueAt: web.DueOf(l.Now, a.Due, a.Warn), Path: web.ContactPath(a.Contact, ""), Form: web.NewForm()})
	}
	for _, e := range l.Open {
		if !e.Due.IsZero() && l.Now.After(e.Due) {
			v.Late++
		}
		v.Open = append(v.Open, viewOf(e, l.Now))
	}
	for _, e := range l.Decided {
		v.Decided = append(v.Decided, viewOf(e, l.Now))
	}
	return web.Render(w, r, http.StatusOK, listPage, v)
}

// begin opens the discussion of a contact and goes to it.
func (d *Desk) begin(w http.ResponseWriter, r *http.Request) error {
	f := web.NewForm(web.Field{Name: "contact", Kind: "hidden"})
	f.Read(r)
	ref, err := d.Begin(r.Context(), web.Actor(r), f.Value("contact"))
	if err != nil {
		return err
	}
	return web.See(w, r, web.MeetingPath(ref, "convene"))
}

type formView struct {
	Title, Intro, Button, Back string
	Form                       *web.Form
	Due                        *web.Due
}

// HasErrors says whether the form shows errors.
func (v formView) HasErrors() bool { return v.Form.HasErrors() }

func askForm(child string) *web.Form {
	var kinds []web.Option
	for _, c := range pathway.Categories {
		kinds = append(kinds, web.Option{Value: c, Label: web.Capital(c)})
	}
	return web.NewForm(
		web.Field{Name: "child", Label: "The child’s reference", Hint: "Like C-26-7K3QM9", Kind: "text", Width: 20, Value: child},
		web.Field{Name: "kind", Label: "What is the discussion for?", Kind: "radios", Options: kindOptions()},
		web.Field{Name: "suspected", Label: "What is suspected, who suspects it and since when?", Kind: "textarea"},
		web.Field{Name: "category", Label: "Which kind of harm?", Kind: "radios", Options: kinds})
}

// kindOptions are the kinds of discussion, each with its purpose. None is chosen for
// anybody, and there is no other.
func kindOptions() []web.Option {
	var out []web.Option
	for _, k := range pathway.StrategyKinds() {
		out = append(out, web.Option{Value: string(k.Kind), Label: k.Name, Hint: web.Capital(k.Purpose)})
	}
	return out
}

func (d *Desk) showAsk(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	err := d.Record.Look(r.Context(), who, who.WorkPurpose(), func(v *record.View) error {
		v.Saw("form to ask for a discussion")
		return v.Allow(access.RequestMeeting, access.About{})
	})
	if err != nil {
		return err
	}
	return d.askWith(w, r, http.StatusOK, askForm(r.URL.Query().Get("child")))
}

func (d *Desk) askWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	return web.Render(w, r, code, formPage, formView{Title: "Ask for a strategy discussion", Button: "Ask police and health to meet", Back: web.PathMeetings, Form: f,
		Intro: "For reasonable cause to suspect significant harm to a child who is already known here. Police and health are waited for from the moment you ask. If a child is in danger now, call 999 first."})
}

func (d *Desk) saveAsk(w http.ResponseWriter, r *http.Request) error {
	f := askForm("")
	f.Read(r)
	ref, err := d.Request(r.Context(), web.Actor(r), strings.ToUpper(f.Value("child")), pathway.StrategyRequest{Suspected: f.Value("suspected"), Category: f.Value("category"), Kind: pathway.StrategyKind(f.Value("kind")), Manager: web.Actor(r).LeadsWork()})
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.askWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.MeetingPath(ref, "convene"))
}

type seatView struct {
	Seat
	Who, PartWords, AnswerWords, ThereWords, SignWords string
	Mine, CanAnswer, CanSign                           bool
	Answer, Sign                                       *web.Form
	Due                                                *web.Due
}

type pointView struct{ Ask, Answer, Why string }

type actionView struct {
	Action
	Child, Who string
	DueAt      web.Due
}

type visitView struct {
	Visit
	Child string
}

type waitView struct {
	Who, What string
	DueAt     web.Due
}

type meetingView struct {
	*Meeting
	Staff, CanConvene, CanDecide, CanVisit, CanCancel bool
	CanWrite                                          bool // to another agency about a child
	Banner, KindWords, QuoracyWords                   string
	Lateness                                          *web.Due
	Seats                                             []seatView
	Points                                            []pointView
	Actions                                           []actionView
	Visits                                            []visitView
	Open                                              []waitView
	Earlier                                           []string
	Schedule, Cancel                                  *web.Form
	Errors                                            *web.Form
	Path                                              string
	MeanwhileLate                                     bool
	Typed                                             []string // what somebody typed who was second
	Links                                             bool     // may write down places, vehicles and peers
	OpensContact                                      bool
}

// keep keeps what was typed into a small form that was refused: in the form, or, when
// somebody else was first and there is no such form any more, in words above.
func (v *meetingView) keep(refused *web.Form) {
	if refused == nil {
		return
	}
	i := slices.IndexFunc(v.Seats, func(s seatView) bool { return s.ID == refused.Value("seat") })
	is := func(question string) bool {
		return slices.ContainsFunc(refused.Fields, func(f *web.Field) bool { return f.Name == question })
	}
	switch {
	case i >= 0 && v.Seats[i].CanAnswer && is("comes"):
		v.Seats[i].Answer = refused
		return
	case i >= 0 && v.Seats[i].CanSign && is("agrees"):
		v.Seats[i].Sign = refused
		return
	case v.Schedule != nil && is("place"):
		refused.Field("version").Value, v.Schedule = v.Schedule.Value("version"), refused
		return
	case v.Cancel != nil && is("reason") && !is("comes"):
		v.Cancel = refused
		return
	}
	for i := range refused.Errors { // its question is not here any more
		refused.Errors[i].Field = "main"
	}
	for _, f := range refused.Fields {
		if f.Kind != "hidden" && f.Value != "" {
			v.Typed = append(v.Typed, f.Label+" "+f.Value)
		}
	}
}

// HasErrors says whether a small form on the page was refused.
func (v meetingView) HasErrors() bool { return v.Errors.HasErrors() }

// kindWords say which discussion it is and what it is for.
func kindWords(k pathway.StrategyKind) string {
	x, _ := pathway.StrategyKindOf(k)
	return x.Name + " (" + x.Purpose + ")"
}

func partList(parts []pathway.Part) string {
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = pathway.PartWords(p)
	}
	return strings.Join(words, ", ")
}

func quoracyWords(m *Meeting) string {
	switch m.Recorded {
	case pathway.Quorate:
		return "Properly constituted: everybody it needs was there."
	case pathway.NotQuorateUrgent:
		_, missing, _ := m.Quoracy()
		return "Held in immediate danger without " + partList(missing) + ". It must be held again with everybody. The first clock is still running."
	case pathway.NotQuorate:
		_, missing, _ := m.Quoracy()
		return "Not constituted: no " + partList(missing) + ". The clock is still running."
	}
	return ""
}

func (d *Desk) showMeeting(w http.ResponseWriter, r *http.Request) error {
	return d.meetingWith(w, r, http.StatusOK, nil)
}

func (d *Desk) meetingWith(w http.ResponseWriter, r *http.Request, code int, wrong *web.Form) error {
	who := web.Actor(r)
	m, now, err := d.Open(r.Context(), who, r.PathValue("ref"))
	if err != nil {
		return err
	}
	may := func(a access.Action) bool { return !who.ReadOnly && access.ScopeOf(who, a).Allowed }
	v := meetingView{Meeting: m, Staff: who.AgencyID == "", CanConvene: may(access.ConveneMeeting), CanDecide: may(access.DecideMeeting), CanVisit: may(access.VisitMeanwhile), Links: may(access.LinkSubject), CanWrite: may(access.SendMessage),
		CanCancel: who.LeadsWork() && !who.ReadOnly, OpensContact: access.ScopeOf(who, access.OpenContact).Allowed, KindWords: kindWords(m.Kind), QuoracyWords: quoracyWords(m), Errors: wrong, Path: web.MeetingPath(m.Ref, "")}
	if wrong == nil {
		v.Errors = web.NewForm()
	}
	for _, x := range m.Waits {
		if x.Ended.IsZero() && (v.Staff || x.Owner == who.Name || v.mineByAgency(who, x)) {
			due := web.DueOf(now, x.Due, x.Warn)
			v.Open = append(v.Open, waitView{Who: m.Kid(x.Child).Name + ": " + pathway.AgencyName(pathway.Agency(x.Agency)) + ", " + x.Owner, What: x.What, DueAt: due})
			if x.Step == "strategy.discussion" && v.Lateness == nil {
				v.Lateness = &due
			}
		}
	}
	for _, s := range m.Invited {
		v.Seats = append(v.Seats, d.seatOf(s, m, who, now))
	}
	for _, p := range pathway.AgendaFor(m.Kind) {
		if i := slices.IndexFunc(m.Points, func(x Settled) bool { return x.Key == p.Key }); i >= 0 {
			v.Points = append(v.Points, pointView{p.Ask, optionWords(p, m.Points[i].Answer), m.Points[i].Why})
		}
	}
	for _, a := range m.Actions {
		av := actionView{Action: a, Child: m.Kid(a.Child).Name, Who: strings.TrimSuffix(web.Capital(pathway.AgencyName(pathway.Agency(a.Agency)))+", "+a.Owner, ", "), DueAt: web.DueOf(now, a.Due, a.Due.Add(-24*3600e9))}
		if !a.Ended.IsZero() {
			av.DueAt = web.Due{Words: "Done " + a.Ended.Words(), Date: "was due " + a.Due.Words(), State: "ended"}
		}
		v.Actions = append(v.Actions, av)
	}
	for _, h := range m.Holdings {
		words := h.At.Words() + ": "
		switch h.Quoracy {
		case pathway.Quorate:
			words += "properly constituted"
		case pathway.NotQuorateUrgent:
			words += "in immediate danger, without " + partList(h.Missing)
		default:
			words += "not constituted: no " + partList(h.Missing)
		}
		v.Earlier = append(v.Earlier, words+". There: "+h.There)
	}
	for _, x := range m.Visits {
		v.Visits = append(v.Visits, visitView{x, m.Kid(x.Child).Name})
	}
	if v.CanConvene && m.State != pathway.StrategyHeld && m.State != pathway.StrategyDecided {
		v.Schedule, v.Cancel = scheduleForm(m, now), cancelForm()
	}
	v.keep(wrong)
	return web.Render(w, r, code, meetingPage, v)
}

// mineByAgency says that a wait is on this partner's own agency.
func (meetingView) mineByAgency(who access.Actor, x Wait) bool {
	return who.AgencyKind != "" && who.AgencyKind == x.Agency
}

func optionWords(p pathway.Point, value string) string {
	for _, o := range p.Options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

func answerForm() *web.Form {
	return web.NewForm(
		web.Field{Name: "seat", Kind: "hidden"},
		web.Field{Name: "comes", Label: "Will somebody come?", Kind: "radios", Options: []web.Option{{Value: "yes", Label: "Yes"}, {Value: "deputy", Label: "A deputy will"}, {Value: "no", Label: "Nobody can"}}},
		web.Field{Name: "name", Label: "Who, with their role", Kind: "text"},
		web.Field{Name: "prefers", Label: "Which of the times suit?", Kind: "text"},
		web.Field{Name: "reason", Label: "If nobody can, why, and when could somebody?", Kind: "text"})
}

func signForm() *web.Form {
	return web.NewForm(
		web.Field{Name: "seat", Kind: "hidden"},
		web.Field{Name: "agrees", Label: "Does the agency agree with this record?", Kind: "radios", Options: []web.Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}}},
		web.Field{Name: "why", Label: "If not, what is not agreed, and what would you do?", Kind: "textarea", Rows: 2},
		web.Field{Name: "by", Label: "Name and role of who signs", Kind: "text"})
}

// forSeat makes a small form's questions its own on a page that has several.
func forSeat(f *web.Form, seat string) *web.Form {
	for _, x := range f.Fields {
		if x.Name == "seat" {
			x.Value = seat
		}
	}
	return f.Of(seat)
}

func (d *Desk) seatOf(s Seat, m *Meeting, who access.Actor, now civil.Instant) seatView {
	v := seatView{Seat: s, PartWords: web.Capital(pathway.PartWords(s.Part)), Who: strings.Join(slices.DeleteFunc([]string{s.Name, s.OwnerName}, func(x string) bool { return x == "" }), ", ")}
	if s.Name == s.OwnerName {
		v.Who = s.Name
	}
	v.Mine = who.AgencyID != "" && s.Owner == who.AgencyID
	may := !who.ReadOnly && (v.Mine || who.AgencyID == "" && access.ScopeOf(who, access.AnswerMeeting).Allowed)
	switch {
	case s.Answered:
		v.AnswerWords = map[string]string{"yes": "Will come", "deputy": "Sends a deputy", "no": "Will not come: " + s.Reason}[s.Comes] + ", answered " + s.AnsweredAt.Words()
	case !s.InvitedAt.IsZero() && (m.State == pathway.StrategyHeld || m.State == pathway.StrategyDecided):
		v.AnswerWords = "Invited " + s.InvitedAt.Words() + ", did not answer"
	case !s.InvitedAt.IsZero():
		due := web.DueOf(now, s.AnswerDue, s.AnswerDue.Add(-3600e9))
		v.AnswerWords, v.Due = "Invited "+s.InvitedAt.Words(), &due
		if !s.RemindedAt.IsZero() {
			v.AnswerWords += ", reminded " + s.RemindedAt.Words()
		}
		v.CanAnswer = may && s.Agency != pathway.SocialWork
	case s.Agency == pathway.SocialWork && s.Name != "":
		v.AnswerWords = "Will come"
	default:
		v.AnswerWords = "Not invited yet"
	}
	switch s.Attendance {
	case pathway.Attended:
		v.ThereWords = "Was there"
		if s.Part == pathway.PartManager || s.Part == pathway.PartPolice || s.Part == pathway.PartHealth {
			v.ThereWords += map[bool]string{true: ", and could decide", false: ", and could not decide"}[s.Decides]
		}
	case pathway.SentView:
		v.ThereWords = "Sent a view, which is not attendance"
	case pathway.Absent:
		v.ThereWords = "Was not there: " + s.Why
	}
	switch {
	case s.Agrees == "yes":
		v.SignWords = "Agreed by " + s.SignedBy + ", " + s.SignedAt.Words()
	case s.Agrees == "no":
		v.SignWords = "Not agreed by " + s.SignedBy + ", " + s.SignedAt.Words() + ": " + s.DisagreesWhy
	case m.State == pathway.StrategyDecided && s.Attendance == pathway.Attended && s.Agency != pathway.SocialWork:
		v.SignWords, v.CanSign = "Not signed yet", may
	}
	if v.CanAnswer {
		v.Answer = forSeat(answerForm(), s.ID)
	}
	if v.CanSign {
		v.Sign = forSeat(signForm(), s.ID)
	}
	return v
}

func (d *Desk) saveAnswer(w http.ResponseWriter, r *http.Request) error {
	f := answerForm()
	f.Read(r)
	f.Of(f.Value("seat"))
	how := "phone"
	if web.Actor(r).AgencyID != "" {
		how = "account"
	}
	err := d.AnswerInvitation(r.Context(), web.Actor(r), r.PathValue("ref"), f.Value("seat"), Reply{Comes: f.Value("comes"), Name: f.Value("name"), Prefers: f.Value("prefers"), Reason: f.Value("reason"), How: how})
	return d.after(w, r, f, err)
}

func (d *Desk) saveSign(w http.ResponseWriter, r *http.Request) error {
	f := signForm()
	f.Read(r)
	f.Of(f.Value("seat"))
	err := d.Sign(r.Context(), web.Actor(r), r.PathValue("ref"), pathway.Signature{Seat: f.Value("seat"), By: f.Value("by"), Agrees: f.Value("agrees"), Why: f.Value("why")})
	return d.after(w, r, f, err)
}

// after goes back to the meeting, with what is wrong above it when something is.
func (d *Desk) after(w http.ResponseWriter, r *http.Request, f *web.Form, err error) error {
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.meetingWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.MeetingPath(r.PathValue("ref"), ""))
}

// scheduleForm offers the times that are still to come.
func scheduleForm(m *Meeting, now civil.Instant) *web.Form {
	f := web.NewForm(web.Field{Name: "version", Kind: "hidden", Value: strconv.FormatInt(m.Version, 10)})
	slot := web.Field{Name: "slot", Label: "Which time?", Kind: "radios"}
	for _, s := range m.offered(now) {
		suits := 0
		for _, x := range m.Invited {
			if strings.Contains(x.Prefers, s.At.Clock()) {
				suits++
			}
		}
		o := web.Option{Value: s.ID, Label: s.At.Words()}
		if suits > 0 {
			o.Hint = fmt.Sprintf("%d of those invited named this time", suits)
		}
		slot.Options = append(slot.Options, o)
	}
	place := web.Field{Name: "place", Label: "Where, or how to join", Kind: "text", Value: m.Place}
	if len(slot.Options) == 0 {
		f.Fields = append(f.Fields, &web.Field{Name: "at", Label: "When?", Kind: "datetime"}, &place)
		return f
	}
	slot.Options = append(slot.Options, web.Option{Value: "other", Label: "Another time"})
	other := web.Field{Name: "at", Label: "Another time", Kind: "datetime", Follows: "slot|other"}
	f.Fields = append(f.Fields, &slot, &other, &place)
	return f
}

func cancelForm() *web.Form {
	return web.NewForm(web.Field{Name: "reason", Label: "Why is the date cancelled?", Kind: "text"}).Of("cancel")
}

func (d *Desk) saveSchedule(w http.ResponseWriter, r *http.Request) error {
	who, ref := web.Actor(r), r.PathValue("ref")
	m, now, err := d.Open(r.Context(), who, ref)
	if err != nil {
		return err
	}
	f := scheduleForm(m, now)
	f.Read(r)
	at, err := f.Instant("at")
	if err != nil {
		return d.after(w, r, f, err)
	}
	for _, s := range m.Slots {
		if s.ID == f.Value("slot") {
			at = s.At
		}
	}
	return d.after(w, r, f, d.Schedule(r.Context(), who, ref, at, f.Value("place"), web.VersionOf(f)))
}

func (d *Desk) saveCancel(w http.ResponseWriter, r *http.Request) error {
	f := cancelForm()
	f.Read(r)
	version, err := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	if err != nil {
		version = -1 // which no record has
	}
	return d.after(w, r, f, d.Cancel(r.Context(), web.Actor(r), r.PathValue("ref"), f.Value("reason"), version))
}

func (d *Desk) calendar(w http.ResponseWriter, r *http.Request) error {
	m, now, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return sendCalendar(w, m, now)
}

func sendCalendar(w http.ResponseWriter, m *Meeting, now civil.Instant) error {
	b, err := m.Calendar(now)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+m.Ref+`.ics"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(b)
	return err
}
