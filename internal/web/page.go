package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
)

//go:embed templates/*.html
var templateFiles embed.FS

// Page is a template within the layout. It defines "title" and "content".
type Page struct {
	name   string
	tmpl   *template.Template
	public bool
}

// NewPage reads a page from a desk's templates. A page that does not parse stops
// the program at its start.
func NewPage(files fs.FS, name string, parts ...string) *Page {
	t := template.New("layout.html").Funcs(funcs)
	t = template.Must(t.ParseFS(templateFiles, "templates/layout.html", "templates/parts.html"))
	t = template.Must(t.ParseFS(files, append([]string{name}, parts...)...))
	return &Page{name: name, tmpl: t}
}

// NewPublicPage is a page for the public: larger text, no navigation.
func NewPublicPage(files fs.FS, name string, parts ...string) *Page {
	p := NewPage(files, name, parts...)
	p.public = true
	return p
}

var problemPage = NewPage(templateFiles, "templates/problem.html")

var funcs = template.FuncMap{
	"asset":     AssetPath,
	"when":      civil.Instant.Words,
	"clock":     civil.Instant.Clock,
	"day":       civil.Date.Words,
	"agency":    func(a any) string { return pathway.AgencyName(pathway.Agency(fmt.Sprint(a))) },
	"capital":   Capital,
	"outcome":   pathway.OutcomeName,
	"agreement": pathway.ConsentName,
	"role":      access.RoleName,
	"lower":     strings.ToLower,
	"inc":       func(n int) int { return n + 1 },
	"child":     ChildPath,
	"contact":   ContactPath,
	"ago":       civil.AgoDays,
	"dict":      dict,
}

// dict gathers names and values for a part that needs more than one.
func dict(pairs ...any) (map[string]any, error) {
	out := map[string]any{}
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: %d values", len(pairs))
	}
	for i := 0; i < len(pairs); i += 2 {
		out[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return out, nil
}

// Capital gives a sentence its capital letter.
func Capital(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// frame is what the layout needs beside the view.
type frame struct {
	View    any
	Actor   access.Actor
	Signed  bool
	Roles   string
	Nav     []NavLink
	Finds   bool // may find children from any page
	Path    string
	Now     civil.Instant
	Version string
	Demo    *Demo
	Public  bool
	Failed  bool // the page shows errors: the title says so
	Phone   string
}

// failing is a view that can hold errors, such as one with a form.
type failing interface{ HasErrors() bool }

// Render shows a page. Nothing is sent until the whole page was made.
func Render(w http.ResponseWriter, r *http.Request, code int, p *Page, view any) error {
	v := visitOf(r)
	f := frame{View: view, Actor: v.actor, Signed: v.signed, Path: r.URL.Path, Public: p.public}
	if v.server != nil {
		f.Version, f.Demo, f.Now = v.server.Version, v.server.Demo, v.server.Record.Now()
		f.Phone = v.server.phone(r)
	}
	var names []string
	for _, role := range v.actor.Roles {
		names = append(names, access.RoleName(role))
	}
	f.Roles, f.Nav = strings.Join(names, ", "), navOf(v.actor, r.URL.Path)
	// On other pages a box stands in the place of the link to the page with the box.
	if f.Finds = r.URL.Path != PathSearch && access.ScopeOf(v.actor, access.SearchChildren).Allowed; f.Finds {
		f.Nav = slices.DeleteFunc(f.Nav, func(l NavLink) bool { return l.Path == PathSearch })
	}
	if x, ok := view.(failing); ok {
		f.Failed = x.HasErrors()
	}
	var buf bytes.Buffer
	if err := p.tmpl.ExecuteTemplate(&buf, "layout.html", f); err != nil {
		return fmt.Errorf("render %s: %w", p.name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	body := buf.Bytes()
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && len(body) > 1024 {
		h.Set("Content-Encoding", "gzip")
		h.Set("Vary", "Accept-Encoding")
		body = compressFast(body)
	}
	w.WriteHeader(code)
	_, err := w.Write(body)
	return err
}

// See leads on after a change.
func See(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// NavLink is an entry of the main navigation.
type NavLink struct {
	Path, Name string
	Here       bool
}

// nav is the navigation of each role, at most six, with the landing page first.
var nav = map[access.Role][]NavLink{
	access.Screener:         {{PathBoard, "Front door", false}, {PathWaiting, "Waiting", false}, {PathMeetings, "Meetings", false}, {PathSearch, "Find a child", false}, {PathNewContact, "Take a call", false}, {PathDuplicates, "Recorded twice", false}},
	access.FrontDoorManager: {{PathBoard, "Front door", false}, {PathWaiting, "Waiting", false}, {PathMeetings, "Meetings", false}, {PathAllocations, "Allocations", false}, {PathSearch, "Find a child", false}, {PathDuplicates, "Recorded twice", false}, {PathFigures, "Figures", false}},
	access.TeamManager:      {{PathAllocations, "My team", false}, {PathWaiting, "Waiting", false}, {PathMeetings, "Meetings", false}, {PathEnquiries, "Enquiries", false}, {PathSearch, "Find a child", false}, {PathDuplicates, "Recorded twice", false}},
	access.SocialWorker:     {{PathMyWork, "My work", false}, {PathWaiting, "Waiting", false}, {PathMeetings, "Meetings", false}, {PathEnquiries, "Enquiries", false}, {PathConferences, "Conferences", false}, {PathSearch, "Find a child", false}},
	access.Chair:            {{PathConferences, "Conferences", false}},
	access.Director:         {{PathOverview, "Overview", false}, {PathFigures, "Figures", false}, {PathScorecards, "Partners", false}, {PathWaiting, "Waiting", false}, {PathEscalations, "Escalations", false}, {PathMeetings, "Meetings", false}},
	access.Analyst:          {{PathNumbers, "Waits", false}, {PathFigures, "Figures", false}, {PathFairness, "Fairness", false}, {PathCensus, "Census", false}},
	access.Inspector:        {{PathInspection, "Overview", false}, {PathFigures, "Figures", false}, {PathBoard, "Contacts", false}, {PathWaiting, "Waiting", false}, {PathMeetings, "Meetings", false}, {PathAllocations, "Unallocated", false}},
	access.Referring:        {{PathPartner, "Home", false}, {PathQuestions, "Questions", false}, {PathMessages, "Messages", false}, {PathEscalations, "Asked of us", false}, {PathMeetings, "Meetings", false}, {PathReport, "Report a concern", false}},
	access.PoliceReferral:   {{PathPartnerPolice, "Notifications", false}, {PathQuestions, "Questions", false}, {PathEscalations, "Asked of us", false}, {PathMeetings, "Meetings", false}, {PathEnquiries, "Enquiries", false}, {PathPromptness, "Our promptness", false}},
	access.PoliceTriage:     {{PathPartnerPolice, "Notifications", false}, {PathOwed, "What we owe", false}, {PathFeeds, "Our feed", false}, {PathReconciles, "Our list", false}, {PathFeedLag, "Lag", false}, {PathReferrals, "What we sent", false}},
	access.PoliceOfficer:    {{PathPartner, "Home", false}, {PathOwed, "What we owe", false}, {PathQuestions, "Questions", false}, {PathMeetings, "Meetings", false}, {PathEnquiries, "Enquiries", false}, {PathEscalations, "Asked of us", false}},
	access.PoliceSenior:     {{PathOwed, "What we owe", false}, {PathEscalations, "Asked of us", false}, {PathFeedLag, "Lag", false}, {PathPromptness, "Promptness", false}, {PathScorecards, "Scorecard", false}, {PathImprovements, "Joint plan", false}},
	access.SchoolLead:       {{PathSchoolNotices, "Notices", false}, {PathOwed, "What we owe", false}},
	access.Administrator:    {{PathAdminPeople, "People", false}, {PathAdminPartners, "Partner agencies", false}, {PathAdminDoors, "Doors", false}, {PathSchools, "Schools", false}},
}

func navOf(who access.Actor, path string) []NavLink {
	var out []NavLink
	seen := map[string]bool{}
	links := 0 // beside finding a child, which is a box on most pages
	for _, role := range who.Roles {
		for _, l := range nav[role] {
			if !seen[l.Path] && (links < 6 || l.Path == PathSearch) {
				seen[l.Path] = true
				if l.Path != PathSearch {
					links++
				}
				l.Here = path == l.Path || (strings.HasPrefix(path, l.Path+"/") && l.Path != "/" && !strings.HasPrefix(path, PathNewContact) || path == l.Path)
				out = append(out, l)
			}
		}
	}
	// Of two pages one below the other, only the nearer is here.
	for i := range out {
		for _, other := range out {
			if out[i].Here && other.Here && strings.HasPrefix(other.Path, out[i].Path+"/") {
				out[i].Here = false
			}
		}
	}
	return out
}

// Landing is the page that shows what needs this person now.
func Landing(who access.Actor) string {
	for _, role := range who.Roles {
		if links := nav[role]; len(links) > 0 {
			return links[0].Path
		}
	}
	return PathTimescales
}

// Due is a due time as lists show it: in words, to the minute, with a state that
// colour repeats.
type Due struct {
	Words, Date string
	State       string // late, soon, ok, ended
}

// DueOf words a due time. warn is when it turns.
func DueOf(now, due, warn civil.Instant) Due {
	d := Due{State: "ok", Date: "due " + dateWords(now, due)}
	left := due.Sub(now)
	switch {
	case due.IsZero():
		return Due{Words: "No limit", State: "ok"}
	case left < 0:
		d.State, d.Words, d.Date = "late", "Late by "+civil.Span(-left), "was due "+dateWords(now, due)
	default:
		d.Words = civil.Span(left) + " left"
		if !warn.IsZero() && !now.Before(warn) {
			d.State = "soon"
		}
	}
	return d
}

func dateWords(now, t civil.Instant) string {
	if now.Date() == t.Date() {
		return "today, " + t.Clock()
	}
	layout := "Mon 2 Jan, 15:04"
	if now.Date().Year != t.Date().Year {
		layout = "Mon 2 Jan 2006, 15:04"
	}
	return t.London().Format(layout)
}

// DateWords is a moment beside now: "today, 10:35", "Mon 23 Nov, 05:20".
func DateWords(now, t civil.Instant) string { return dateWords(now, t) }

var phoneOf = db.SQL("web.front-door-phone", `SELECT phone FROM authority ORDER BY authority_id LIMIT 1`)

// phone is the front door's number, shown when something fails.
func (s *Server) phone(r *http.Request) string {
	ctx := r.Context()
	var phone string
	err := s.Record.DB.Read(ctx, func(q db.Queryer) error {
		return q.QueryRowContext(ctx, phoneOf).Scan(&phone)
	})
	if err != nil {
		return ""
	}
	return phone
}

// idle and longest are how long a session lasts.
const (
	idle    = 30 * time.Minute
	longest = 12 * time.Hour
)
