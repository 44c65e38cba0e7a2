package web

import (
	"bytes"
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
)

var (
	update  = flag.Bool("update", false, "write the golden copies")
	gallery = flag.String("gallery", "", "write the gallery with its assets to this folder, to look at it")
)

// sample is a part with what it shows.
type sample struct {
	part string // the template
	name string // the golden copy, "" as the part
	view any
}

// fieldOf is a field with an answer and, if any, an error.
func fieldOf(f Field, value, wrong string) *Field {
	f.Value, f.Error = value, wrong
	return &f
}

func samples() []sample {
	now := civil.DateOf(2026, 11, 22).AtTime(8, 55)
	at := func(d, h, m int) civil.Instant { return civil.DateOf(2026, 11, d).AtTime(h, m) }
	late := DueOf(now, at(21, 14, 10), civil.Instant{})
	soon := DueOf(now, at(22, 10, 35), at(22, 8, 0))
	ok := DueOf(now, at(23, 5, 20), at(23, 1, 20))
	ana := Person{Name: "Bell, Ana", Age: "7", Ref: "FD-26-04417", Href: "/contacts/FD-26-04417"}
	masked := PersonOf(access.Mask, "J. Okoro", ana)
	yesNo := []Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No", Hint: "Nobody is hurt now"}, {Value: "not_known", Label: "Not known yet"}}
	wrong := NewForm(
		Field{Name: "outcome", Label: "What should happen next?", Kind: "radios", Options: yesNo},
		Field{Name: "born", Label: "Date of birth", Kind: "date"},
		Field{Name: "why", Label: "Reasons", Kind: "textarea"})
	wrong.Say("outcome", "Select what should happen next")
	wrong.Say("born", "Date must be a real date, such as 27 3 2026")
	wrong.Say("why", "Enter the reasons for the decision")
	changed := NewForm()
	changed.Banner = "Somebody else has decided this contact."
	from := NewForm(
		Field{Name: "from", Label: "From", Kind: "select", Value: "police", Options: []Option{{Value: "", Label: "All agencies"}, {Value: "police", Label: "Police"}}},
		Field{Name: "working", Label: "Working on", Kind: "select", Options: []Option{{Value: "", Label: "Everyone"}, {Value: "shah", Label: "P. Shah"}}})
	born := Field{Name: "born", Label: "Date of birth", Hint: "For example, 27 3 2019", Kind: "date", Day: "31", Month: "2", Year: "2019"}
	seen := Field{Name: "seen", Label: "When was this?", Kind: "datetime", Day: "21", Month: "11", Year: "2026", Time: "14:05"}
	return []sample{
		{"button", "", Button{Text: "Record decision"}},
		{"button", "button-secondary", Button{Text: "Save and come back later", Kind: "secondary", Name: "then", Value: "later"}},
		{"button", "button-warning", Button{Text: "Withdraw this wait", Kind: "warning"}},
		{"button", "button-link", Button{Text: "Take a call", Href: "/contacts/new"}},
		{"field", "input", fieldOf(Field{Name: "name", Label: "Your name", Hint: "Members of the public do not have to give a name", Kind: "text", Width: 20, Autocomplete: "name"}, `O’Neill "Jo" <b>`, "")},
		{"field", "input-error", fieldOf(Field{Name: "email", Label: "E-mail address", Kind: "email"}, "jo@", "Enter an e-mail address like name@example.org")},
		{"field", "textarea", fieldOf(Field{Name: "worried", Label: "What are you worried about?", Kind: "textarea", Max: 2000}, "First line\nsecond line", "")},
		{"field", "textarea-error", fieldOf(Field{Name: "rationale", Label: "Reasons", Kind: "textarea", Rows: 3, Follows: "outcome|yes"}, "", "Enter the reasons for the decision")},
		{"field", "radios", fieldOf(Field{Name: "danger", Label: "Is any child in danger now?", Kind: "radios", Options: yesNo}, "", "")},
		{"field", "radios-error", fieldOf(Field{Name: "agree", Label: "Does the family agree?", Hint: "Say what they said", Kind: "radios", Options: yesNo}, "not_known", "Select whether the family agrees")},
		{"field", "checkboxes", &Field{Name: "who", Label: "Who else helps?", Kind: "checkboxes", Values: []string{"school", "gp"}, Options: []Option{{Value: "school", Label: "School"}, {Value: "gp", Label: "GP"}, {Value: "police", Label: "Police"}}}},
		{"field", "select", fieldOf(Field{Name: "team", Label: "Team", Kind: "select", Options: []Option{{Value: "", Label: "Choose a team"}, {Value: "duty-1", Label: "Duty and assessment team 1"}}}, "duty-1", "")},
		{"field", "date-input", fieldOf(born, "", "Date must be a real date, such as 27 3 2026")},
		{"field", "date-and-time", &seen},
		{"field", "file-upload", &Field{Name: "file", Label: "Add a file", Hint: "Up to 10 MB", Kind: "file"}},
		{"field", "hidden", fieldOf(Field{Name: "version", Kind: "hidden"}, "3", "")},
		{"errors", "error-summary", wrong},
		{"errors", "error-conflict", changed},
		{"formid", "", &Form{ID: "0199"}},
		{"summary-list", "", []SummaryRow{{"Name", "Ana Bell", "/report/x/children", "Change", "name"}, {"Date of birth", "Not known yet", "", "", ""}}},
		{"details", "", Details{"What counts as danger now", "A child who is hurt, missing or alone with somebody who may hurt them."}},
		{"banner", "", Banner{Title: "Important", Text: "Police have answered about Ana"}},
		{"banner", "banner-success", Banner{Title: "Saved", Text: "The decision is recorded", Success: true}},
		{"task-list", "", []Task{{Name: "About you", Href: "/report/x/you", Status: "Done", Done: true}, {Name: "The child or children", Href: "/report/x/children", Hint: "Add each child you know of", Status: "To do"}, {Name: "Check and send", Status: "Cannot start yet"}}},
		{"rowfiles", "", Files{CSV: "/waiting.csv?late=1", JSON: "/waiting.json?late=1"}},
		{"pages", "", Pages{Previous: "?page=1", Next: "?page=3", Where: "Page 2 of 9"}},
		{"table", "", Table{Caption: "Waits by agency", Head: []string{"Agency", "Waiting", "Oldest"}, Numeric: []bool{false, true, true}, Rows: [][]string{{"Police", "11", "19 days"}, {"Health", "4", "2 days"}}}},
		{"warning", "", "If a child is in danger now, call 999"},
		{"feedalarms", "", []string{"Mercia Vale Police: Nothing received since 06:10. Usual by now: 14"}},
		{"lagbygrade", "", Lag{CanList: true, Rows: []LagLine{{Grade: "High", Median: "5 h", P95: "2 days", Longest: "23 days", N: 41, Over: 3, Breached: 7, All: "/figures/police?grade=high", OverPath: "/figures/police?grade=high&over=7"}}}},
		{"unarrived", "", 2},
		{"loadalarm", "", LoadAlarm{Words: []string{"If contacts go on coming as usual, the first passes its time on Mon 23 Nov 2026, 11:10, before anybody decides it"}, Do: []string{"4 decisions more than usual in the next 24 hours would let none pass: of the contacts that are due first", "Under their limit: P. Shah (2 of 6)"}, Ref: "FD-26-7K3QM9", Path: "/contacts/load"}},
		{"exit", "", "https://www.bbc.co.uk/weather"},
		{"due", "due-late", late},
		{"due", "due-soon", soon},
		{"due", "due-ok", ok},
		{"due", "due-ended", Due{Words: "Decided", Date: "21 Nov 2026, 12:00", State: "ended"}},
		{"mark", "", Mark{"4th notification in 12 months", "risk"}},
		{"tag", "", Mark{"To do", "note"}},
		{"marks", "", Marks{{"1 past plan", "quiet"}, {"Restricted: named staff only", "restricted"}, {"Not matched", "soon"}, {"4th notification in 12 months", "risk"}, {"New to us", "done"}}},
		{"person", "", ana},
		{"person", "person-masked", masked},
		{"waitline", "", Waitline{Child: ana, For: "Police", What: "what is known about the adults", Since: "Fri 20 Nov, 16:00", Due: late, LastSeen: "19 November"}},
		{"waitline", "waitline-masked", Waitline{Child: masked, For: "Restricted desk", What: "decide the contact", Since: "today, 07:00", Due: soon}},
		{"filter", "", Filter{Form: from, Action: "/contacts", Chosen: []Link{{"/contacts", "From: Police"}}, Clear: "/contacts"}},
		{"timeline", "", []Happening{{When: "21 November 2026", Story: "Police came to the home. Ana was awake", Source: "Police notification", Href: "/contacts/FD-26-04417"}, {When: "2 March 2025", Story: "Plan ended", Source: "Children’s record", Marking: "Named staff only"}}},
		{"facts", "", Facts{"What the record knows", []Fact{{"School", "Hill Primary", "school, 2 November"}, {"Family’s agreement", "Not known yet", ""}}}},
		{"words", "", Words{"I hide under the bed when they shout", "21 November 2026", "PC Lane"}},
		{"changed", "", Changed{"outcome", "M. Ali", "10:12", "Assessment", "No further action"}},
		{"interrupt", "", Interrupt{Title: "Open this record in an emergency", What: []string{"Ana’s worker is told within a minute", "You can read for 60 minutes"}, Button: Button{Text: "Open for 60 minutes"}, Action: "/children/x/open", FormID: "0199", Back: Link{"/search", "Go back without opening it"}}},
		{"identity", "", Identity{Child: ana, Born: "3 May 2019", Worker: "K. Mensah, duty team 1", Marks: Marks{{"Child in need plan", "note"}}, Sub: []NavLink{{Path: "/children/x", Name: "Today", Here: true}, {Path: "/children/x/waiting", Name: "Waiting"}}}},
	}
}

// part renders one sample.
func (s sample) html(t *testing.T) string {
	t.Helper()
	var buf bytes.Buffer
	if err := signInPage.tmpl.ExecuteTemplate(&buf, s.part, s.view); err != nil {
		t.Fatalf("%s: %v", s.part, err)
	}
	return strings.TrimSpace(buf.String()) + "\n"
}

func (s sample) golden() string {
	if s.name != "" {
		return s.name
	}
	return s.part
}

func TestParts(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.golden(), func(t *testing.T) {
			got := s.html(t)
			file := filepath.Join("testdata", s.golden()+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s has changed; if that is meant, run with -update\ngot:\n%s\nwant:\n%s", s.golden(), got, want)
			}
		})
	}
}

// inside are templates that only others use; each is in some golden copy.
var inside = []string{"described", "notes", "choices", "date", "fields"}

func TestEveryPartHasASample(t *testing.T) {
	source, err := templateFiles.ReadFile("templates/parts.html")
	if err != nil {
		t.Fatal(err)
	}
	shown := slices.Clone(inside)
	for _, s := range samples() {
		shown = append(shown, s.part)
	}
	for _, m := range regexp.MustCompile(`{{define "([^"]+)"}}`).FindAllStringSubmatch(string(source), -1) {
		if !slices.Contains(shown, m[1]) {
			t.Errorf("part %q has no sample", m[1])
		}
	}
}

func TestPersonMasksItself(t *testing.T) {
	ana := Person{Name: "Bell, Ana", Age: "7", Ref: "FD-26-04417", Href: "/children/C-1"}
	for answer, says := range map[access.Answer]string{access.Mask: "Restricted record", access.Conceal: "", access.Deny: ""} {
		got := sample{part: "person", view: PersonOf(answer, "J. Okoro", ana)}.html(t)
		for _, secret := range []string{"Bell", "Ana", "7", "04417", "C-1"} {
			if strings.Contains(got, secret) {
				t.Errorf("answer %d shows %q: %s", answer, secret, got)
			}
		}
		if !strings.Contains(got, says) {
			t.Errorf("answer %d does not say %q: %s", answer, says, got)
		}
	}
	careless := ana
	careless.Masked = true
	if got := (sample{part: "person", view: careless}).html(t); strings.Contains(got, "Bell") || strings.Contains(got, "04417") || strings.Contains(got, "C-1") {
		t.Errorf("masked but shown: %s", got)
	}
}

func TestMarksCountWhatTheyLeaveOut(t *testing.T) {
	all := Marks{{"a", "quiet"}, {"b", "risk"}, {"c", "note"}, {"d", "restricted"}, {"e", "soon"}}
	got := all.Few()
	want := []Mark{{"d", "restricted"}, {"b", "risk"}, {"e", "soon"}, {"and 2 more", "quiet"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDueWords(t *testing.T) {
	now := civil.DateOf(2026, 11, 22).AtTime(8, 55)
	at := func(m, d, h, min int) civil.Instant {
		return civil.Date{Year: 2026, Month: 1, Day: 1}.AddMonths(m-1).AddDays(d-1).AtTime(h, min)
	}
	tests := []struct {
		name      string
		due, warn civil.Instant
		want      Due
	}{
		{"yesterday", at(11, 21, 13, 55), civil.Instant{}, Due{"Late by 19 h", "was due Sat 21 Nov, 13:55", "late"}},
		{"a minute ago", at(11, 22, 8, 54), civil.Instant{}, Due{"Late by 1 min", "was due today, 08:54", "late"}},
		{"this minute", now, now, Due{"0 min left", "due today, 08:55", "soon"}},
		{"soon", at(11, 22, 10, 35), at(11, 22, 8, 55), Due{"1 h 40 min left", "due today, 10:35", "soon"}},
		{"a minute before the warning", at(11, 22, 10, 35), at(11, 22, 8, 56), Due{"1 h 40 min left", "due today, 10:35", "ok"}},
		{"under two days is told in hours", at(11, 24, 8, 54), at(11, 24, 4, 0), Due{"47 h 59 min left", "due Tue 24 Nov, 08:54", "ok"}},
		{"from two days in days", at(11, 24, 8, 55), at(11, 24, 4, 0), Due{"2 days left", "due Tue 24 Nov, 08:55", "ok"}},
		{"nineteen days late", at(11, 3, 8, 0), civil.Instant{}, Due{"Late by 19 days", "was due Tue 3 Nov, 08:00", "late"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := DueOf(now, tt.due, tt.warn); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// TestGalleryPage renders all parts within the layout, as a page would.
func TestGalleryPage(t *testing.T) {
	var body strings.Builder
	body.WriteString(`{{define "title"}}Gallery{{end}}{{define "content"}}<h1 class="govuk-heading-l">Gallery</h1>`)
	views := map[string]any{}
	for i, s := range samples() {
		key := "v" + string(rune('A'+i/26)) + string(rune('a'+i%26))
		views[key] = s.view
		body.WriteString(`<h2 class="govuk-heading-s">` + s.golden() + `</h2><div>{{template "` + s.part + `" .` + key + `}}</div>`)
	}
	body.WriteString(`{{end}}`)
	page := NewPage(fstest.MapFS{"g.html": {Data: []byte(body.String())}}, "g.html")
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodGet, PathWaiting, nil)
	req = req.WithContext(context.WithValue(req.Context(), visitKey{}, &visit{
		actor: access.Actor{Name: "P. Shah", Roles: []access.Role{access.Screener}}, signed: true}))
	if err := Render(rec, req, http.StatusOK, page, views); err != nil {
		t.Fatal(err)
	}
	got := rec.Body.String()
	for _, s := range samples() {
		if !strings.Contains(got, strings.TrimSpace(s.html(t))) {
			t.Errorf("%s does not look the same on a page", s.golden())
		}
	}
	if *gallery == "" {
		return
	}
	save := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(*gallery, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	save("index.html", []byte(strings.ReplaceAll(got, `"/assets/`, `"`)))
	for name, a := range assets() {
		if name == a.name {
			save(name, a.body)
		}
	}
}
