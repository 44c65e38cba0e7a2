package encompass

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/schoolfile"
	"frontdoor/internal/web"
)

var (
	noticesPage  = web.NewPage(templates, "templates/notices.html", "templates/parts.html")
	noticePage   = web.NewPage(templates, "templates/notice.html", "templates/parts.html")
	contactPage  = web.NewPage(templates, "templates/contact.html", "templates/parts.html")
	childPage    = web.NewPage(templates, "templates/child.html", "templates/parts.html")
	reportPage   = web.NewPage(templates, "templates/report.html", "templates/parts.html")
	tellingsPage = web.NewPage(templates, "templates/tellings.html", "templates/parts.html")
	schoolsPage  = web.NewPage(templates, "templates/schools.html", "templates/parts.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.Route("GET "+web.PathSchoolNotices, access.ReadNotice, d.showNotices)
	s.Route("GET "+web.PathSchoolNoticesCSV, access.ReadNotice, d.noticesCSV)
	s.Route("GET "+web.PathSchoolNoticesJSON, access.ReadNotice, d.noticesJSON)
	s.Route("GET "+web.PathSchoolNotice, access.ReadNotice, d.showNotice)
	s.Route("POST "+web.PathSchoolNotice, access.AskHelp, d.saveNotice)
	s.Route("GET "+web.PathContactSchools, access.OpenContact, d.showContact)
	s.Route("GET "+web.PathContactSchool, access.TellSchool, d.showChild)
	s.Route("POST "+web.PathContactSchool, access.TellSchool, d.saveChild)
	s.Route("GET "+web.PathTelling, access.SeeTelling, d.showReport)
	s.Route("GET "+web.PathTellingCSV, access.SeeTelling, d.reportCSV)
	s.Route("GET "+web.PathTellingJSON, access.SeeTelling, d.reportJSON)
	s.Route("GET "+web.PathTellings, access.SeeTelling, d.showTellings)
	s.Route("GET "+web.PathTellingsCSV, access.SeeTelling, d.tellingsCSV)
	s.Route("GET "+web.PathTellingsJSON, access.SeeTelling, d.tellingsJSON)
	s.Route("GET "+web.PathSchools, access.ManageSchools, d.showSchools)
	s.Route("POST "+web.PathSchools, access.ManageSchools, d.saveSchools)
	s.Route("GET "+web.PathSchoolsCSV, access.ManageSchools, d.schoolsCSV)
	s.Route("GET "+web.PathSchoolsJSON, access.ManageSchools, d.schoolsJSON)
	s.Limit("POST "+web.PathSchools, schoolfile.Bytes+formBytes)
}

// formBytes is what a form needs beside the file that it brings.
const formBytes = 64 << 10

// warnBefore is when a telling that is due turns: the last hour.
const warnBefore = time.Hour

// due is the telling against its bell, in words.
func (n *Notice) due(now civil.Instant) web.Due {
	known := n.Known()
	switch {
	case n.IsWithdrawn():
		return web.Due{Words: "Withdrawn", Date: n.Withdrawn.Words(), State: "ended"}
	case n.Way == pathway.TellNoSchool:
		return web.Due{Words: "Ended", Date: "no school to tell", State: "ended"}
	case known.IsZero():
		return web.DueOf(now, n.Bell, n.Bell.Add(-warnBefore))
	case known.After(n.Bell):
		return web.Due{Words: "Knew late by " + civil.Span(known.Sub(n.Bell)), Date: "the day started " + n.Bell.Words(), State: "late"}
	}
	return web.Due{Words: "Knew in time", Date: "the day started " + n.Bell.Words(), State: "ended"}
}

func noticePath(ref string) string { return pathway.NoticePath(ref) }

type noticeView struct {
	Ref, Path, Incident, About, State, Next string
	Due                                     web.Due
	Unread                                  bool
}

type noticesView struct {
	School, CSV, JSON, Checked string
	Unread                     int
	Rows                       []noticeView
	More                       bool
}

func (d *Desk) showNotices(w http.ResponseWriter, r *http.Request) error {
	l, err := d.Mine(r.Context(), web.Actor(r), mostListed)
	if err != nil {
		return err
	}
	v := noticesView{School: l.School, CSV: web.PathSchoolNoticesCSV, JSON: web.PathSchoolNoticesJSON, Checked: l.Now.Clock(), Unread: l.Unread, More: l.More}
	for i := range l.Rows {
		n := &l.Rows[i]
		row := noticeView{Ref: n.Ref, Path: noticePath(n.Ref), Incident: n.Since.Words(), About: n.Name(), State: n.Words(), Due: n.due(l.Now), Unread: n.Unread(), Next: "Open"}
		if row.Unread {
			row.About, row.Next = unreadAbout, "Read it"
		}
		if n.IsWithdrawn() {
			row.About = withdrawnAbout
		}
		v.Rows = append(v.Rows, row)
	}
	return web.Render(w, r, http.StatusOK, noticesPage, v)
}

// unreadAbout stands in the place of a name until the notice is opened, so that who knew
// and when is on record.
const unreadAbout = "A child at your school: open the notice"

// withdrawnAbout stands there of one that was withdrawn before anybody had read it.
const withdrawnAbout = "Withdrawn before it was read: nothing is asked of your school"

// row is a notice as the files of the list show it.
type noticeRow struct {
	Ref       string        `json:"notice"`
	Incident  civil.Instant `json:"incident"`
	Bell      civil.Instant `json:"school_day_starts"`
	About     string        `json:"about"`
	Way       string        `json:"way"`
	Sent      civil.Instant `json:"sent"`
	Delivered civil.Instant `json:"delivered"`
	Read      civil.Instant `json:"read"`
	Known     civil.Instant `json:"school_knew"`
	Late      bool          `json:"late"`
	Withdrawn civil.Instant `json:"withdrawn"`
	Why       string        `json:"withdrawn_why"`
}

func (d *Desk) noticeRows(r *http.Request) ([]noticeRow, error) {
	l, err := d.Mine(r.Context(), web.Actor(r), all)
	if err != nil {
		return nil, err
	}
	out := []noticeRow{}
	for i := range l.Rows {
		n := &l.Rows[i]
		row := noticeRow{n.Ref, n.Since, n.Bell, n.Name(), string(n.Way), n.Sent, n.Delivered, n.Read, n.Known(), n.Late(l.Now), civil.Instant{}, ""}
		switch {
		case n.Unread():
			row.About = unreadAbout
		case n.IsWithdrawn():
			row.About, row.Withdrawn, row.Why = withdrawnAbout, n.Withdrawn, n.WithdrawnWhy
		}
		out = append(out, row)
	}
	return out, nil
}

func (d *Desk) noticesCSV(w http.ResponseWriter, r *http.Request) error {
	rows, err := d.noticeRows(r)
	if err != nil {
		return err
	}
	s := web.Sheet{Head: []string{"notice", "incident", "school_day_starts", "about", "way", "sent", "delivered", "read", "school_knew", "late", "withdrawn", "withdrawn_why"}}
	for _, x := range rows {
		s.Rows = append(s.Rows, []string{x.Ref, x.Incident.String(), x.Bell.String(), x.About, x.Way, x.Sent.String(), x.Delivered.String(), x.Read.String(), x.Known.String(), strconv.FormatBool(x.Late), x.Withdrawn.String(), x.Why})
	}
	return web.SendCSV(w, "notices", s)
}

func (d *Desk) noticesJSON(w http.ResponseWriter, r *http.Request) error {
	rows, err := d.noticeRows(r)
	if err != nil {
		return err
	}
	return web.SendJSON(w, map[string]any{"notices": rows})
}

type fact struct{ What, Words string }

type helpView struct {
	Asked, By, At, Answer, AnsweredBy, AnsweredAt, Path string
	Due                                                 string
}

func helpViews(n *Notice) []helpView {
	var out []helpView
	for _, h := range n.Helps {
		out = append(out, helpView{h.Asked, h.By, h.At.Words(), h.Answer, h.AnsweredBy, h.AnsweredAt.Words(), "", ""})
	}
	return out
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// bornWords is when the child was born, or about how old they are.
func (n *Notice) bornWords() string {
	switch {
	case !n.Born.IsZero():
		return n.Born.Words()
	case n.Age.Valid:
		return "not known; about " + strconv.FormatInt(n.Age.Int64, 10) + " years old"
	}
	return "not known"
}

// what is what the school reads, in the order in which it needs it.
func (n *Notice) what() []fact {
	return []fact{
		{"Child", n.Name()}, {"Date of birth", n.bornWords()}, {"When it happened", n.Since.Words()}, {"Where", orElse(n.Place, "not said")},
		{"Was the child there?", orElse(web.Capital(n.Present), "Not said")}, {"Police", n.Force}, {"Police reference", orElse(n.PoliceRef, "not said")},
	}
}

// times are how the school came to know.
func (n *Notice) times() []fact {
	bell := n.Bell.Words()
	if !n.BellKnown {
		bell += ", counted by working days: the school’s calendar does not reach so far"
	}
	out := []fact{{"School day starts", bell}}
	for _, x := range []struct {
		what string
		at   civil.Instant
		by   string
	}{{"Sent", n.Sent, ""}, {"Delivered", n.Delivered, ""}, {"Could not be delivered", n.Undelivered, ""}, {"Deputy told too", n.Deputy, ""},
		{"Delivered to the deputy", n.DeputyDelivered, ""}, {"Told", n.Told, n.Whom}, {"Read", n.Read, n.ReadBy}, {"Withdrawn", n.Withdrawn, n.WithdrawnWhy}} {
		if x.at.IsZero() {
			continue
		}
		words := x.at.Words()
		if x.by != "" {
			words += ", " + x.by
		}
		out = append(out, fact{x.what, words})
	}
	return out
}

type noticePageView struct {
	Notice *Notice
	Due    web.Due
	What   []fact
	Times  []fact
	Helps  []helpView
	Form   *web.Form
}

// HasErrors says whether the question was refused.
func (v noticePageView) HasErrors() bool { return v.Form.HasErrors() }

func helpForm() *web.Form {
	return web.NewForm(web.Field{Name: "asked", Label: "Ask the front door for help with this notice", Hint: "For example: what the child knows that you know, or who else is helping. The front door answers within one working day", Kind: "textarea", Max: 2000})
}

func (d *Desk) showNotice(w http.ResponseWriter, r *http.Request) error {
	return d.noticeWith(w, r, http.StatusOK, helpForm())
}

func (d *Desk) noticeWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	n, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return web.Render(w, r, code, noticePage, noticePageView{n, n.due(d.Record.Now()), n.what(), n.times(), helpViews(n), f})
}

func (d *Desk) saveNotice(w http.ResponseWriter, r *http.Request) error {
	f, ref := helpForm(), r.PathValue("ref")
	f.Read(r)
	err := d.AskHelp(r.Context(), web.Actor(r), ref, f.Value("asked"))
	if f.Reject(err) {
		return d.noticeWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, noticePath(ref))
}

type toldView struct {
	Ref, Child, School, State, Why, Path string
	Due                                  web.Due
	Times                                []fact
	Helps                                []helpView
	Open                                 bool // something is to be done
}

type contactView struct {
	Ref, Back, Checked string
	Told               []toldView
	Others             []string
	Abuse              bool
	CanTell            bool
}

func (d *Desk) showContact(w http.ResponseWriter, r *http.Request) error {
	c, err := d.OfContact(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := contactView{Ref: c.Ref, Back: web.ContactPath(c.Ref, ""), Checked: c.Now.Clock(), Others: c.Others, Abuse: c.DomesticAbuse, CanTell: access.ScopeOf(web.Actor(r), access.TellSchool).Allowed}
	for _, n := range c.Notices {
		t := toldView{Ref: n.Ref, Child: n.Name(), School: orElse(n.School, "not known"), State: n.Words(), Why: n.Why, Path: web.ContactPath(c.Ref, "schools/"+n.Ref), Due: n.due(c.Now), Times: n.times(), Helps: helpViews(n)}
		t.Open = n.Way == pathway.TellByHand || n.Unread()
		for _, h := range n.Helps {
			t.Open = t.Open || h.AnsweredAt.IsZero()
		}
		v.Told = append(v.Told, t)
	}
	return web.Render(w, r, http.StatusOK, contactPage, v)
}

type childView struct {
	Ref, Child, School, State, Why, Back string
	Due                                  web.Due
	What, Times                          []fact
	Said, Circumstances                  string
	Tell                                 *web.Form // nil when the school knows
	Helps                                []helpView
	Answer                               *web.Form // nil when nothing is asked
}

// HasErrors says whether either form was refused.
func (v childView) HasErrors() bool { return v.Tell.HasErrors() || v.Answer.HasErrors() }

func tellForm(schools []record.School, n *Notice) *web.Form {
	options := []web.Option{{Label: "Select"}}
	for _, s := range schools {
		label := s.Name
		if !s.Named() {
			label += " (nobody named who reads for it)"
		}
		options = append(options, web.Option{Value: s.ID, Label: label})
	}
	how := web.Field{Name: "how", Label: "How does the school come to know?", Kind: "radios", Options: []web.Option{
		{Value: string(pathway.ToldByPhone), Label: "It was told by phone"}, {Value: string(pathway.TellNoSchool), Label: "There is no school to tell"}}}
	if n.Way == pathway.TellByHand {
		how.Options = append([]web.Option{{Value: string(pathway.TellLead), Label: "Send a notice to its safeguarding lead", Hint: "It is read here, after signing in. The message carries a reference and a link only"}}, how.Options...)
	}
	f := web.NewForm(how,
		web.Field{Name: "school", Label: "Which school?", Kind: "select", Options: options, Follows: "how|sent,phone"},
		web.Field{Name: "whom", Label: "Who was told?", Hint: "Name, and what they do there", Kind: "text", Follows: "how|phone"},
		web.Field{Name: "at", Label: "When were they told?", Kind: "datetime", Follows: "how|phone"},
		web.Field{Name: "why", Label: "Why is there no school to tell?", Hint: "For example: left school in July; too young after all", Kind: "text", Follows: "how|none"},
		web.Field{Name: "version", Kind: "hidden", Value: strconv.FormatInt(n.Version, 10)})
	f.Field("school").Value = n.SchoolID
	return f
}

func answerForm() *web.Form {
	return web.NewForm(web.Field{Name: "answer", Label: "Answer the school", Kind: "textarea", Max: 2000})
}

func (d *Desk) showChild(w http.ResponseWriter, r *http.Request) error {
	return d.childWith(w, r, http.StatusOK, nil, nil)
}

// childWith shows one child of a contact with what is to be done. Forms that were
// refused come back with what was typed.
func (d *Desk) childWith(w http.ResponseWriter, r *http.Request, code int, tell, answer *web.Form) error {
	c, n, err := d.childOf(r)
	if err != nil {
		return err
	}
	v := childView{Ref: n.Ref, Child: n.Name(), School: orElse(n.School, "not known"), State: n.Words(), Why: n.Why, Back: web.ContactPath(c.Ref, "schools"), Due: n.due(c.Now), What: n.what(), Times: n.times(),
		Said: n.Said, Circumstances: n.Circumstances, Helps: helpViews(n)}
	if n.Way == pathway.TellByHand || n.Unread() || n.IsWithdrawn() {
		if v.Tell = tell; tell == nil {
			v.Tell = tellForm(c.Schools, n)
			v.Tell.SetInstant("at", c.Now)
		}
	}
	if n.openHelp() != "" {
		if v.Answer = answer; answer == nil {
			v.Answer = answerForm()
		}
	}
	return web.Render(w, r, code, childPage, v)
}

// openHelp is the first question that nobody has answered.
func (n *Notice) openHelp() string {
	for _, h := range n.Helps {
		if h.AnsweredAt.IsZero() {
			return h.ID
		}
	}
	return ""
}

func (d *Desk) childOf(r *http.Request) (*Contact, *Notice, error) {
	c, err := d.OfContact(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return nil, nil, err
	}
	for _, n := range c.Notices {
		if n.Ref == r.PathValue("ref") {
			return c, n, nil
		}
	}
	return nil, nil, refusal.Hidden()
}

func (d *Desk) saveChild(w http.ResponseWriter, r *http.Request) error {
	c, n, err := d.childOf(r)
	if err != nil {
		return err
	}
	ctx, who := r.Context(), web.Actor(r)
	if r.PostFormValue("what") == "answer" {
		f := answerForm()
		f.Read(r)
		err := d.Answer(ctx, who, c.Ref, n.Ref, n.openHelp(), f.Value("answer"))
		if f.Reject(err) {
			return d.childWith(w, r, http.StatusUnprocessableEntity, nil, f)
		}
		if err != nil {
			return err
		}
		return web.See(w, r, web.ContactPath(c.Ref, "schools"))
	}
	f := tellForm(c.Schools, n)
	f.Read(r)
	t := ByHand{Version: web.VersionOf(f)}
	t.How, t.School.ID, t.Whom, t.Why = pathway.Telling(f.Value("how")), f.Value("school"), f.Value("whom"), f.Value("why")
	if t.How == pathway.ToldByPhone {
		t.At, err = f.Instant("at")
	}
	if err == nil {
		err = d.Tell(ctx, who, c.Ref, n.Ref, t)
	}
	if f.Reject(err) {
		return d.childWith(w, r, http.StatusUnprocessableEntity, f, nil)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(c.Ref, "schools"))
}

type cellView struct {
	Words, Path string
	N           int
}

type forceView struct {
	Name, Percent, Median, P90, Longest string
	Cells                               []cellView
}

type reportView struct {
	From, To, Force, Period, CSV, JSON, Checked string
	Error, Field                                string
	Rows                                        []forceView
}

// HasErrors says whether the filter was wrong.
func (v reportView) HasErrors() bool { return v.Error != "" }

func (d *Desk) report(r *http.Request) (*Report, error) {
	f, err := d.FilterOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	return d.Report(r.Context(), web.Actor(r), f)
}

func took(n int, seconds uint32) string {
	if n == 0 {
		return "–"
	}
	return civil.Span(time.Duration(seconds) * time.Second)
}

func (d *Desk) showReport(w http.ResponseWriter, r *http.Request) error {
	q, code := r.URL.Query(), http.StatusOK
	v := reportView{From: q.Get("from"), To: q.Get("to"), Force: q.Get("force")}
	f, err := d.FilterOf(q)
	if refusal.KindOf(err) == refusal.Invalid {
		v.Field, v.Error, code = "from", err.Error(), http.StatusUnprocessableEntity
		if x, ok := refusal.As(err); ok && len(x.Problems) > 0 {
			v.Field, v.Error = x.Problems[0].Field, x.Problems[0].Message
		}
		f, err = d.FilterOf(nil)
	}
	if err != nil {
		return err
	}
	x, err := d.Report(r.Context(), web.Actor(r), f)
	if err != nil {
		return err
	}
	f = x.filter
	v.Period, v.Checked = f.From.Words()+" to "+f.To.Words(), x.now.Clock()
	v.CSV, v.JSON = web.PathTellingCSV+"?"+f.query(""), web.PathTellingJSON+"?"+f.query("")
	for _, row := range x.Rows {
		fv := forceView{Name: row.name, Percent: "–", Median: took(len(row.took), row.Median), P90: took(len(row.took), row.P90), Longest: took(len(row.took), row.Longest)}
		if row.Percent != nil {
			fv.Percent = strconv.Itoa(*row.Percent) + "%"
		}
		own := f
		own.Force = row.Force
		for _, o := range Ofs() {
			fv.Cells = append(fv.Cells, cellView{o.Words(), web.PathTellings + "?" + own.query(o), row.Counts[o]})
		}
		v.Rows = append(v.Rows, fv)
	}
	return web.Render(w, r, code, reportPage, v)
}

// reportCSV is the same rows as a file: the police and the authority get the same bytes.
func (d *Desk) reportCSV(w http.ResponseWriter, r *http.Request) error {
	x, err := d.report(r)
	if err != nil {
		return err
	}
	return web.SendCSV(w, "schools-told", x.Sheet())
}

func (d *Desk) reportJSON(w http.ResponseWriter, r *http.Request) error {
	x, err := d.report(r)
	if err != nil {
		return err
	}
	return web.SendJSON(w, x)
}

type tellingView struct {
	Telling
	Path, Took, Words, Tone string
}

type tellingsView struct {
	Title, CSV, JSON, Checked, Back string
	Rows                            []tellingView
	More                            int
}

// tellingsShown is how many lines the page shows; the files have them all.
const tellingsShown = 300

func (d *Desk) tellings(r *http.Request) (*Listed, error) {
	f, err := d.FilterOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	return d.List(r.Context(), web.Actor(r), f)
}

// stateWords says whether the school knew, with the tone that repeats it.
func (t Telling) stateWords() (words, tone string) {
	switch t.State {
	case "before":
		return "knew before its day started", "done"
	case "after":
		return "knew after its day had started", "risk"
	case "never":
		return "does not know", "risk"
	case "none":
		return "no school to tell", "quiet"
	}
	return "its day has not started", "note"
}

func (d *Desk) showTellings(w http.ResponseWriter, r *http.Request) error {
	l, err := d.tellings(r)
	if err != nil {
		return err
	}
	f := l.Filter
	v := tellingsView{Title: f.Of.Words() + ", " + f.From.Words() + " to " + f.To.Words(), CSV: web.PathTellingsCSV + "?" + f.query(f.Of), JSON: web.PathTellingsJSON + "?" + f.query(f.Of),
		Checked: l.Now.Clock(), Back: web.PathTelling + "?" + f.query(""), More: max(0, len(l.Rows)-tellingsShown)}
	links := access.ScopeOf(web.Actor(r), access.OpenContact).Allowed
	for _, t := range l.Rows[:min(len(l.Rows), tellingsShown)] {
		x := tellingView{Telling: t, Took: civil.Span(time.Duration(t.Seconds) * time.Second)}
		x.Words, x.Tone = t.stateWords()
		if links && t.Contact != "" {
			x.Path = web.ContactPath(t.Contact, "schools")
		}
		v.Rows = append(v.Rows, x)
	}
	return web.Render(w, r, http.StatusOK, tellingsPage, v)
}

// tellingsCSV is the same list as a file, whole.
func (d *Desk) tellingsCSV(w http.ResponseWriter, r *http.Request) error {
	l, err := d.tellings(r)
	if err != nil {
		return err
	}
	return web.SendCSV(w, "schools-told-list", l.Sheet())
}

func (d *Desk) tellingsJSON(w http.ResponseWriter, r *http.Request) error {
	l, err := d.tellings(r)
	if err != nil {
		return err
	}
	return web.SendJSON(w, map[string]any{"from": l.Filter.From, "to": l.Filter.To, "of": l.Filter.Of, "rows": l.Rows})
}

type schoolView struct {
	Registered
	Kind, Calendar string
}

type schoolsView struct {
	Form                              *web.Form
	Rows                              []schoolView
	Terms, CSV, JSON, Checked, Loaded string
	NoLead                            int
	SchoolColumns, CalendarColumns    string
}

// HasErrors says whether the file was refused.
func (v schoolsView) HasErrors() bool { return v.Form.HasErrors() }

func schoolsForm() *web.Form {
	return web.NewForm(
		web.Field{Name: "what", Label: "What does the file hold?", Kind: "radios", Options: []web.Option{{Value: "schools", Label: "Schools, with their safeguarding leads"}, {Value: "calendar", Label: "Terms, holidays and inset days"}}},
		web.Field{Name: "file", Label: "The file", Kind: "file", Hint: "A CSV file of up to 2 MB. A file with a line that cannot be right changes nothing"})
}

func kindWords(kind string) string {
	return map[string]string{"school": "School", "college": "College", "alternative": "Alternative provision", "home": "Officer for children educated at home"}[kind]
}

func (d *Desk) showSchools(w http.ResponseWriter, r *http.Request) error {
	loaded := ""
	if n, err := strconv.Atoi(r.URL.Query().Get("loaded")); err == nil && n > 0 {
		loaded = strconv.Itoa(n) + " lines were taken"
	}
	return d.schoolsWith(w, r, http.StatusOK, schoolsForm(), loaded)
}

func (d *Desk) schoolsWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form, loaded string) error {
	x, err := d.Register(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := schoolsView{Form: f, CSV: web.PathSchoolsCSV, JSON: web.PathSchoolsJSON, Checked: x.Now.Clock(), Loaded: loaded, NoLead: x.NoLead, Terms: x.Terms.Words(),
		SchoolColumns: strings.Join(schoolfile.SchoolColumns(), ", "), CalendarColumns: strings.Join(schoolfile.CalendarColumns(), ", ")}
	for _, s := range x.Rows {
		row := schoolView{Registered: s, Kind: kindWords(s.Kind), Calendar: "the authority’s"}
		if !s.Terms.IsZero() {
			row.Calendar = "its own, to " + s.Terms.Words()
		}
		v.Rows = append(v.Rows, row)
	}
	return web.Render(w, r, code, schoolsPage, v)
}

// schoolUpload reads the file that was sent.
func schoolUpload(r *http.Request) ([]byte, error) {
	file, _, err := r.FormFile("file")
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, refusal.Field("file", "The file must be smaller than 2 MB")
	case err != nil:
		return nil, refusal.Field("file", "Select a file")
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, schoolfile.Bytes+1))
}

func (d *Desk) saveSchools(w http.ResponseWriter, r *http.Request) error {
	body, err := schoolUpload(r)
	f := schoolsForm()
	f.Read(r)
	n := 0
	switch {
	case f.Value("what") == "":
		err = refusal.Field("what", "Select what the file holds")
	case err != nil:
	case f.Value("what") == "schools":
		n, err = d.LoadSchools(r.Context(), web.Actor(r), body)
	default:
		n, err = d.LoadCalendar(r.Context(), web.Actor(r), body)
	}
	if f.Reject(err) {
		return d.schoolsWith(w, r, http.StatusUnprocessableEntity, f, "")
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PathSchools+"?loaded="+strconv.Itoa(n))
}

func (d *Desk) schoolsCSV(w http.ResponseWriter, r *http.Request) error {
	x, err := d.Register(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return web.SendCSV(w, "schools", x.Sheet())
}

func (d *Desk) schoolsJSON(w http.ResponseWriter, r *http.Request) error {
	x, err := d.Register(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return web.SendJSON(w, map[string]any{"schools": x.Rows, "terms_until": x.Terms})
}
