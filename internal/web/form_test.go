package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

func decision() *Form {
	return NewForm(
		Field{Name: "outcome", Label: "What should happen next?", Kind: "radios", Options: []Option{{Value: "assessment", Label: "Assessment"}, {Value: "none", Label: "Nothing more"}}},
		Field{Name: "who", Label: "Who helps?", Kind: "checkboxes", Options: []Option{{Value: "gp", Label: "GP"}, {Value: "school", Label: "School"}}},
		Field{Name: "rationale", Label: "Reasons", Kind: "textarea"},
		Field{Name: "happened", Label: "When", Kind: "datetime"},
		Field{Name: "secret", Label: "Password", Kind: "password"},
	)
}

func sent(pairs url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(pairs.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestFormReadsOnlyItsOwnQuestions(t *testing.T) {
	f := decision()
	f.Read(sent(url.Values{
		"outcome": {"delete-everything"}, "who": {"gp", "mayor", "school"}, "rationale": {" Third\x00 time\r\nthis \xffyear "},
		"role": {"administrator"}, "secret": {" spaces count "},
		"happened-day": {"29"}, "happened-month": {"2"}, "happened-year": {"2024"}, "happened-time": {"23:59"},
	}))
	if got := f.Value("outcome"); got != "" {
		t.Errorf("an outcome that was not offered: %q", got)
	}
	if got := strings.Join(f.Field("who").Values, " "); got != "gp school" {
		t.Errorf("who: %q, want what was offered", got)
	}
	if got, want := f.Field("rationale").Value, "Third time\nthis \uFFFDyear"; got != want {
		t.Errorf("rationale %q, want %q", got, want)
	}
	if got := f.Field("secret").Value; got != " spaces count " {
		t.Errorf("password %q was changed", got)
	}
	if got := f.Field("role").Value; got != "" {
		t.Errorf("a field that is not of the form was read: %q", got)
	}
	at, err := f.Instant("happened")
	if want := civil.DateOf(2024, 2, 29).AtTime(23, 59); err != nil || !at.Equal(want) {
		t.Errorf("happened %v, %v; want %v", at, err, want)
	}
}

func TestFormDates(t *testing.T) {
	tests := []struct {
		name             string
		day, month, year string
		want             civil.Date
		refused          bool
	}{
		{"a day", "3", "05", "2019", civil.DateOf(2019, 5, 3), false},
		{"blank is not known", " ", "", "", civil.Date{}, false},
		{"no such day", "31", "2", "2019", civil.Date{}, true},
		{"two digits of a year", "3", "5", "19", civil.Date{}, true},
		{"a month alone", "", "5", "", civil.Date{}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := NewForm(Field{Name: "born", Kind: "date"})
			f.Read(sent(url.Values{"born-day": {tt.day}, "born-month": {tt.month}, "born-year": {tt.year}}))
			got, err := f.Date("born")
			if got != tt.want || (err != nil) != tt.refused || (err != nil && refusal.KindOf(err) != refusal.Invalid) {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestReject(t *testing.T) {
	problems := refusal.Fields([]refusal.Problem{{Field: "outcome", Message: "Select what should happen next"}, {Field: "happened", Message: "Time must be like 14:05"}, {Field: "nowhere", Message: "Read the history first"}})
	tests := []struct {
		name   string
		err    error
		want   bool
		errors int
		banner bool
	}{
		{"answers missing", problems, true, 3, false},
		{"something wrong about no field", refusal.New(refusal.Invalid, "Enter at least one child"), true, 1, false},
		{"somebody was first", refusal.New(refusal.Conflict, "Somebody else has decided this contact"), true, 0, true},
		{"not allowed is not mended here", refusal.New(refusal.Denied, "You need to be a manager to do this"), false, 0, false},
		{"concealed", refusal.Hidden(), false, 0, false},
		{"too often", refusal.New(refusal.TooMany, "Wait"), false, 0, false},
		{"a fault", errors.New("disk"), false, 0, false},
		{"nothing wrong", nil, false, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := decision()
			f.Read(sent(url.Values{"form-id": {"k1"}, "rationale": {"Third incident in a month"}}))
			if got := f.Reject(tt.err); got != tt.want {
				t.Fatalf("Reject says %v, want %v", got, tt.want)
			}
			if len(f.Errors) != tt.errors || (f.Banner != "") != tt.banner {
				t.Errorf("%d errors and banner %q, want %d and %v", len(f.Errors), f.Banner, tt.errors, tt.banner)
			}
			if f.Value("rationale") != "Third incident in a month" {
				t.Error("the answer was not kept")
			}
			if (f.ID == "k1") == tt.banner {
				t.Errorf("key %q: what was changed meanwhile needs a new one, what was refused keeps it", f.ID)
			}
		})
	}
}

// TestRejectedPage: every line of the summary leads to something on the page, the
// error stands beside its question, and the title says Error.
func TestRejectedPage(t *testing.T) {
	f := signInForm()
	f.Say("email", "Enter your e-mail address")
	f.Say("password", "Enter your password")
	f.Say("other", "Something about the whole page")
	rec := httptest.NewRecorder()
	if err := Render(rec, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusUnprocessableEntity, signInPage, signInView{f}); err != nil {
		t.Fatal(err)
	}
	body := rec.Body.String()
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "<title>Error: Sign in") {
		t.Errorf("%d, and the title must say Error", rec.Code)
	}
	if strings.Index(body, "govuk-error-summary") > strings.Index(body, "<h1") {
		t.Error("the summary must come before the heading")
	}
	for _, p := range f.Errors {
		if !strings.Contains(body, `<a href="#`+p.Field+`">`+p.Message) || !strings.Contains(body, `id="`+p.Field+`"`) {
			t.Errorf("the summary's %q leads to #%s, which is not there", p.Message, p.Field)
		}
	}
	if !strings.Contains(body, `aria-describedby="email-error"`) || !strings.Contains(body, `id="email-error"`) {
		t.Error("the error does not stand beside its question")
	}
}
