package partners

import (
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	homePage      = web.NewPage(templates, "templates/home.html", "templates/parts.html")
	referralsPage = web.NewPage(templates, "templates/referrals.html", "templates/parts.html")
	questionsPage = web.NewPage(templates, "templates/questions.html", "templates/parts.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.Route("GET "+web.PathPartner, access.SeeOwnReferral, d.showHome)
	s.Route("GET "+web.PathPartnerPolice, access.SeeOwnReferral, d.showHome)
	s.List(web.PathQuestions, access.SeeQuestions, web.Listing{Name: "questions", Page: d.showQuestions, Sheet: d.questionsSheet})
	s.List(web.PathReferrals, access.SeeOwnReferral, web.Listing{Name: "referrals", Page: d.showReferrals, Sheet: d.referralsSheet})
	d.worryRoutes(s)
	d.messageRoutes(s)
	d.promptRoutes(s)
	d.jointRoutes(s)
	d.owedRoutes(s)
}

type referralView struct {
	OwnReferral
	When, WorryPath, WorriedPath string
	ToldWords                    string
	Late                         bool
	Writes                       bool
	MendPath                     string // where it is put right, for whoever may
}

// viewsOf words one's own referrals. Whoever may disagree is offered to, once something
// was decided.
func referralViews(all []OwnReferral, who access.Actor, now civil.Instant) []referralView {
	may := !who.ReadOnly && access.ScopeOf(who, access.SayWorry).Allowed
	mends := !who.ReadOnly && access.ScopeOf(who, access.CorrectMessage).Allowed
	var out []referralView
	for _, x := range all {
		v := referralView{OwnReferral: x, When: x.At.Words(), ToldWords: x.ToldWords(now), Late: x.Late(now), Writes: access.ScopeOf(who, access.SendMessage).Allowed}
		if may && x.some && !x.waits && x.Unreadable == "" {
			v.WorryPath = worryFormPath(x.Ref)
		}
		if mends && x.Unreadable != "" && x.Mended == "" {
			v.MendPath = web.MendPath(x.Ref)
		}
		if x.Worried != "" {
			v.WorriedPath = web.WorryPath(x.Worried)
		}
		out = append(out, v)
	}
	return out
}

func worryFormPath(ref string) string { return "/partner/referrals/" + url.PathEscape(ref) + "/worry" }

type questionView struct {
	OwnQuestion
	DueAt web.Due
	Path  string
}

func questionViews(all []OwnQuestion, now civil.Instant) []questionView {
	var out []questionView
	for _, q := range all {
		v := questionView{q, web.DueOf(now, q.Due, q.Due), web.PathQuestions + "/" + q.ID}
		if !q.Answered.IsZero() {
			v.DueAt, v.Path = web.Due{Words: "Answered " + q.Answered.Words(), Date: "was due " + q.Due.Words(), State: "ended"}, ""
		}
		out = append(out, v)
	}
	return out
}

type meetingView struct {
	OwnMeeting
	Path, Next, When string
}

func meetingViews(all []OwnMeeting, now civil.Instant) []meetingView {
	var out []meetingView
	for _, m := range all {
		v := meetingView{OwnMeeting: m, Path: web.MeetingPath(m.Ref, ""), When: "No time yet"}
		if !m.Scheduled.IsZero() {
			v.When = web.DateWords(now, m.Scheduled)
		}
		switch {
		case m.ToSign:
			v.When, v.Next = "Held and decided", "Read the record and sign it"
		case !m.Answered:
			v.Next = "Answer the invitation"
		default:
			v.Next = "Open"
		}
		out = append(out, v)
	}
	return out
}

type gradedView struct {
	Grade string
	N     int
	Age   string
	Path  string
}

type homeView struct {
	Title, Checked string
	Police         bool // sees what the whole force sent
	Force          bool // of a police force
	Asked, Meets   bool
	Writes         bool
	Empty          bool
	Questions      []questionView
	Meetings       []meetingView
	Unread         []threadView
	Worries        []worryView
	Referrals      []referralView
	Unreadable     []referralView
	Mends          bool // may put them right
	Answers        []promptView
	Since          string
	Joint          bool
	ReadsNotices   bool
	Notices        int
	Bell           web.Due
	Today          int
	Waiting        []gradedView
	Lag            web.Lag
	Feeds, Backlog []string
	MoreMeetings   bool
}

func (d *Desk) showHome(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	h, err := d.Home(r.Context(), who)
	if err != nil {
		return err
	}
	v := homeView{Title: "Home", Checked: h.Now.Clock(), Police: h.Force, Force: who.AgencyKind == string(pathway.Police), Asked: h.Asked, Meets: h.Meets, Writes: h.Writes, Empty: h.Empty(), Questions: questionViews(h.Questions, h.Now), Meetings: meetingViews(h.Meetings, h.Now),
		Unread: threadViews(h.Unread, h.Now), Worries: worryViews(h.Worries, h.Now), Referrals: referralViews(h.Referrals, who, h.Now), Since: h.From.Words(), Joint: h.Joint, MoreMeetings: len(h.Meetings) == homeRows}
	v.Answers = promptViews(h.Answers, h.From, h.Now)
	v.ReadsNotices, v.Notices, v.Bell = h.ReadsNotices, h.Notices, web.DueOf(h.Now, h.Bell, h.Bell.Add(-time.Hour))
	v.Unreadable, v.Mends = referralViews(h.Broken, who, h.Now), h.Mends
	if v.Police {
		v.Title, v.Today, v.Feeds, v.Backlog, v.Lag = "Notifications", h.Today, h.Feeds, h.Backlog, web.LagOf(h.Lag, h.LagFrom, true)
		for _, g := range []string{"high", "medium", "standard", ""} {
			for _, x := range h.Waiting {
				if x.Grade == g {
					v.Waiting = append(v.Waiting, gradedViewOf(x, h.Now))
				}
			}
		}
	}
	return web.Render(w, r, http.StatusOK, homePage, v)
}

func gradedViewOf(g Graded, now civil.Instant) gradedView {
	name, key := web.Capital(g.Grade)+" risk", g.Grade
	if g.Grade == "" {
		name, key = "Not graded", "none"
	}
	return gradedView{name, g.N, civil.Span(now.Sub(g.Since)), web.PathReferrals + "?" + url.Values{"state": {"waiting"}, "grade": {key}}.Encode()}
}

type questionsView struct {
	Files          web.Files
	Title, Checked string
	Rows           []questionView
	State          string
	Most           bool
}

func (d *Desk) showQuestions(w http.ResponseWriter, r *http.Request) error {
	state := r.URL.Query().Get("state")
	all, now, err := d.Questions(r.Context(), web.Actor(r), state)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, questionsPage, questionsView{web.FilesOf(r), "Questions for your agency", now.Clock(), questionViews(all, now), state, len(all) == mostListed})
}

func (d *Desk) questionsSheet(r *http.Request) (web.Sheet, error) {
	all, _, err := d.Questions(r.Context(), web.Actor(r), r.URL.Query().Get("state"))
	s := web.Sheet{Head: []string{"id", "contact", "question", "asked", "due", "answered", "answered_by"}}
	for _, q := range all {
		s.Rows = append(s.Rows, []string{q.ID, q.Ref, q.Question, q.Asked.String(), q.Due.String(), q.Answered.String(), q.How})
	}
	return s, err
}

func filterOf(r *http.Request) ReferralFilter {
	q := r.URL.Query()
	return ReferralFilter{State: q.Get("state"), Grade: q.Get("grade")}
}

type referralsView struct {
	Files          web.Files
	Title, Checked string
	Rows           []referralView
	Most           bool
}

var referralTitles = map[string]string{"waiting": "What you sent that waits for a decision", "decided": "What you sent that was decided", "unreadable": "What you sent that could not be read"}

func (d *Desk) showReferrals(w http.ResponseWriter, r *http.Request) error {
	f := filterOf(r)
	all, now, err := d.Referrals(r.Context(), web.Actor(r), f)
	if err != nil {
		return err
	}
	v := referralsView{web.FilesOf(r), "What you sent", now.Clock(), referralViews(all, web.Actor(r), now), len(all) == mostListed}
	if t := referralTitles[f.State]; t != "" {
		v.Title = t
	}
	if f.Grade != "" && f.Grade != "none" {
		v.Title += ", " + f.Grade + " risk"
	}
	return web.Render(w, r, http.StatusOK, referralsPage, v)
}

func (d *Desk) referralsSheet(r *http.Request) (web.Sheet, error) {
	all, _, err := d.Referrals(r.Context(), web.Actor(r), filterOf(r))
	s := web.Sheet{Head: []string{"reference", "own_reference", "grade", "received", "decided", "outcome", "due", "told", "told_late", "could_not_be_read", "still_worried"}}
	for _, x := range all {
		s.Rows = append(s.Rows, []string{x.Ref, x.Theirs, x.Grade, x.At.String(), x.Decided.String(), strings.Join(x.Sentences, " "), x.Due.String(), x.Told.String(), fmt.Sprint(x.ToldLate), x.Unreadable, x.Mended, x.Worried})
	}
	return s, err
}
