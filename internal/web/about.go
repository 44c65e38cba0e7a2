package web

import (
	"fmt"
	"net/http"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// about adds the pages that say what we promise, from the data the code uses.
func (s *Server) about() {
	s.Open("GET "+PathTimescales, access.ReadAbout, s.timescales)
	s.Open("GET "+PathJourney, access.ReadAbout, s.journey)
	s.Open("GET "+PathAccess, access.ReadAbout, s.access)
	s.Open("GET "+PathHelp, access.ReadAbout, s.help)
	s.Route("GET "+PathAccount, access.ChangeOwn, s.account)
	s.Route("POST "+PathAccount, access.ChangeOwn, s.changePassword)
}

type aboutView struct {
	Title string
	Intro []string
	Heads []string
	Rows  [][][]string
	Foot  string
}

var aboutPage = NewPage(templateFiles, "templates/about.html")

var strengths = map[string]string{"S": "Act", "R": "regulations", "G": "statutory guidance", "L": "local practice"}

func (s *Server) timescales(w http.ResponseWriter, r *http.Request) error {
	v := aboutView{
		Title: "What we promise",
		Intro: []string{
			"Each clock starts with something that happens and stops only when something happens for the child. Nothing pauses a clock. Hours are elapsed hours; working days are Monday to Friday except bank holidays in England and Wales.",
		},
		Heads: []string{"What", "Limit", "From", "Until", "Waits on", "Who hears when it is near, late, twice as late", "Where it comes from"},
		Foot:  "Version " + s.Record.Timescales.Version() + ". An amended limit applies to clocks that start after it; clocks already running keep theirs.",
	}
	for _, t := range s.Record.Timescales.Rules() {
		v.Rows = append(v.Rows, timescaleRow(t))
	}
	return Render(w, r, http.StatusOK, aboutPage, v)
}

func timescaleRow(t timescale.Rule) [][]string {
	source := t.Source + " (" + strengths[t.Strength] + ")"
	if !t.Checked {
		source += ". Not yet checked against the present text"
	}
	name := []string{t.Name, t.ID}
	if t.Local {
		name = append(name, "tightened locally")
	}
	notes := []string{source, "In force from " + t.From.Words() + ", reviewed " + t.Reviewed.Words()}
	if t.Note != "" {
		notes = append(notes, t.Note)
	}
	people := func(who []string) string { return strings.ReplaceAll(strings.Join(who, ", "), "_", " ") }
	return [][]string{name, {t.Limit()}, {t.Starts}, {t.Stops}, {pathway.AgencyName(pathway.Agency(t.WaitsOn))},
		{people(t.Tell.Warn), people(t.Tell.Breach), people(t.Tell.Twice)}, notes}
}

func (s *Server) journey(w http.ResponseWriter, r *http.Request) error {
	v := aboutView{
		Title: "A child’s journey",
		Intro: []string{"What follows what, who decides, and which clocks start and stop. No outcome is silent: each either closes, or names who the child waits for."},
		Heads: []string{"When", "In this state", "Needs", "Decided by", "Then", "Clocks"},
	}
	for _, x := range pathway.Journey() {
		v.Rows = append(v.Rows, [][]string{{Capital(x.Event)}, {x.From}, strings.Split(x.Guard, "; "), {x.Decides}, {x.To}, x.Clocks})
	}
	return Render(w, r, http.StatusOK, aboutPage, v)
}

func (s *Server) access(w http.ResponseWriter, r *http.Request) error {
	v := aboutView{
		Title: "Who may see what",
		Intro: []string{
			"No rule means no. A record can be restricted to named people: those who receive contacts then see that it exists and whom to ask, and everybody else sees nothing. A restriction hides a record from people, never from the clock.",
			"Nobody sees the record of their own family. Every look at a child’s record is written down with who, when and why.",
		},
		Heads: []string{"To do this", "You need to be"},
	}
	for _, row := range access.Policy() {
		var who []string
		for _, role := range access.Roles() {
			if g := row.Grants[role]; g != access.None {
				who = append(who, fmt.Sprintf("%s: %s", access.RoleName(role), access.GrantWords(g)))
			}
		}
		v.Rows = append(v.Rows, [][]string{{row.Says}, who})
	}
	return Render(w, r, http.StatusOK, aboutPage, v)
}

var (
	helpPage    = NewPage(templateFiles, "templates/help.html")
	accountPage = NewPage(templateFiles, "templates/account.html")
	nightPhone  = db.SQL("web.night-phone", `SELECT phone_out_of_hours FROM authority ORDER BY authority_id LIMIT 1`)
)

type helpView struct{ Phone, Night string }

func (s *Server) help(w http.ResponseWriter, r *http.Request) error {
	v := helpView{Phone: s.phone(r)}
	err := s.Record.DB.Read(r.Context(), func(q db.Queryer) error {
		return q.QueryRowContext(r.Context(), nightPhone).Scan(&v.Night)
	})
	if err != nil && !db.NotFound(err) {
		return err
	}
	return Render(w, r, http.StatusOK, helpPage, v)
}

type accountView struct {
	Form        *Form
	Name, Roles string
	Saved       bool
	ReadOnly    bool // changes nothing, not even the own password
}

// HasErrors says whether the form shows errors.
func (v accountView) HasErrors() bool { return v.Form.HasErrors() }

func accountForm() *Form {
	return NewForm(
		Field{Name: "old", Label: "Present password", Kind: "password", Autocomplete: "current-password"},
		Field{Name: "new", Label: "New password", Hint: "15 characters or more. Three or four words that do not belong together are good", Kind: "password", Autocomplete: "new-password"},
	)
}

func viewOfAccount(r *http.Request, f *Form) accountView {
	var roles []string
	for _, x := range Actor(r).Roles {
		roles = append(roles, "be "+access.RoleName(x))
	}
	return accountView{Form: f, Name: Actor(r).Name, Roles: strings.Join(roles, ", "), Saved: r.URL.Query().Has("changed"), ReadOnly: Actor(r).ReadOnly}
}

func (s *Server) account(w http.ResponseWriter, r *http.Request) error {
	return Render(w, r, http.StatusOK, accountPage, viewOfAccount(r, accountForm()))
}

func (s *Server) changePassword(w http.ResponseWriter, r *http.Request) error {
	f := accountForm()
	f.Read(r)
	err := s.Record.ChangePassword(r.Context(), Actor(r), f.Field("old").Value, f.Field("new").Value)
	for _, x := range f.Fields {
		x.Value = ""
	}
	if f.Reject(err) {
		return Render(w, r, statusOf[refusal.KindOf(err)], accountPage, viewOfAccount(r, f))
	}
	if err != nil {
		return err
	}
	if err := s.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	return See(w, r, PathAccount+"?changed=1")
}
