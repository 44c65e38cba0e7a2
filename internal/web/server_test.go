package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

func TestHeadersOnEveryRoute(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{Secure: true, Demo: &Demo{Authority: "X1"}})
	b := h.browser(t)
	want := map[string]string{
		"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "max-age=31536000",
	}
	paths := []string{"GET /nowhere", "POST /nowhere", "DELETE " + PathHelp}
	for _, r := range h.Routes() {
		paths = append(paths, strings.NewReplacer("{$}", "", "{name}", "x.css").Replace(r.Pattern))
	}
	for _, p := range paths {
		method, path, _ := strings.Cut(p, " ")
		res, body := b.do(method, path, "application/x-www-form-urlencoded", "")
		for name, value := range want {
			if got := res.Header.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", p, name, got, value)
			}
		}
		if strings.Contains(body, "<html") && res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a page may be kept: %q", p, res.Header.Get("Cache-Control"))
		}
	}
	plain := newHouse(t, dbtest.SQLite(t), Settings{})
	if res, _ := plain.browser(t).see(PathHelp); res.Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS without TLS would lock people out of a local copy")
	}
}

func TestEveryRouteNamesAnAction(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{Demo: &Demo{Authority: "X1"}})
	known := map[access.Action]bool{}
	for _, p := range access.Policy() {
		known[p.Action] = true
	}
	for _, r := range h.Routes() {
		if !known[r.Action] {
			t.Errorf("%s asks for %q, which the policy does not know", r.Pattern, r.Action)
		}
	}
}

func TestSignInFirst(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	h.Route("GET /closed/{id}", access.OpenContact, func(w http.ResponseWriter, _ *http.Request) error {
		_, err := io.WriteString(w, "the page")
		return err
	})
	h.Route("POST /closed/{id}", access.OpenContact, Handle(func(w http.ResponseWriter, r *http.Request) error {
		return See(w, r, "/changed")
	}))
	b := h.browser(t)
	if res, _ := b.see("/closed/1?a=b"); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/sign-in?next=%2Fclosed%2F1%3Fa%3Db" {
		t.Errorf("reading: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if res, body := b.post("/closed/1"); res.StatusCode != http.StatusUnauthorized || !strings.Contains(body, `href="/sign-in"`) {
		t.Errorf("changing: %d, with a link to the sign-in? %v", res.StatusCode, strings.Contains(body, `href="/sign-in"`))
	}
	b.signIn("shah")
	if _, body := b.see("/closed/1"); body != "the page" {
		t.Errorf("signed in: %q", body)
	}
}

func TestErrorsBecomePages(t *testing.T) {
	tests := []struct {
		name  string
		err   error
		code  int
		words string
	}{
		{"refused to this person", refusal.New(refusal.Denied, "You need to be a front door manager to do this"), 403, "You need to be a front door manager to do this"},
		{"no such record", refusal.Hidden(), 404, "There is no record with this reference"},
		{"changed meanwhile", refusal.New(refusal.Conflict, "Somebody else has decided this contact"), 409, "Somebody else has decided this contact"},
		{"too large", refusal.New(refusal.TooLarge, "Send smaller files"), 413, "Send smaller files"},
		{"answers missing", refusal.Field("rationale", "Enter the reasons for the decision"), 422, "Enter the reasons for the decision"},
		{"too often", refusal.New(refusal.TooMany, "Wait 20 seconds and try again"), 429, "Wait 20 seconds and try again"},
		{"a fault", fmt.Errorf("find contact FD-26-7K3QM9: %w", errors.New("secret of the database")), 500, "Sorry, there is a problem with the service"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, dbtest.SQLite(t), Settings{})
			h.Open("GET /try", access.ReadAbout, func(http.ResponseWriter, *http.Request) error { return tt.err })
			res, body := h.browser(t).see("/try")
			if res.StatusCode != tt.code || !strings.Contains(body, tt.words) || !strings.Contains(body, "01632 960000") {
				t.Errorf("%d, want %d with %q and the front door's number:\n%s", res.StatusCode, tt.code, tt.words, body)
			}
			if strings.Contains(body, "secret") {
				t.Error("the page tells what only the log may")
			}
			if tt.code != 500 {
				return
			}
			m := regexp.MustCompile(`fd-key">([0-9a-f]{8})<`).FindStringSubmatch(body)
			if m == nil || !strings.Contains(h.log.String(), "code="+m[1]) || !strings.Contains(h.log.String(), "secret of the database") {
				t.Errorf("the code %v does not find the line in the log:\n%s", m, h.log)
			}
		})
	}
}

func TestPanicIsAFault(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	h.Open("GET /panic", access.ReadAbout, func(http.ResponseWriter, *http.Request) error { panic("a mistake of ours") })
	res, body := h.browser(t).see("/panic")
	if res.StatusCode != 500 || strings.Contains(body, "a mistake of ours") || !strings.Contains(h.log.String(), "a mistake of ours") {
		t.Errorf("%d: the words belong in the log and not on the page", res.StatusCode)
	}
}

func TestAddressesThatLeadNowhere(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	b := h.browser(t)
	if res, body := b.see("/no/such/page"); res.StatusCode != 404 || !strings.Contains(body, "Page not found") || !strings.Contains(body, "01632 960000") {
		t.Errorf("%d without our own page", res.StatusCode)
	}
	if res, _ := b.do("DELETE", PathHelp, "", ""); res.StatusCode != 405 || !strings.Contains(res.Header.Get("Allow"), "GET") {
		t.Errorf("a method not taken: %d, allowed %q", res.StatusCode, res.Header.Get("Allow"))
	}
}

func TestOtherSitesChangeNothing(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	done := 0
	h.Open("POST /change", access.ReadAbout, func(w http.ResponseWriter, r *http.Request) error { done++; return See(w, r, "/") })
	b := h.browser(t)
	for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		req, err := http.NewRequest(http.MethodPost, b.base+"/change", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(name, value)
		if res, body := b.send(req); res.StatusCode != 403 || !strings.Contains(body, "came from another site") {
			t.Errorf("%s %s: %d, want 403 in words", name, value, res.StatusCode)
		}
	}
	if done != 0 {
		t.Errorf("changed %d times", done)
	}
}

func TestBodyLimits(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	h.Limit("POST /small", 10)
	read := func(w http.ResponseWriter, r *http.Request) error {
		n, err := io.Copy(io.Discard, r.Body)
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return refusal.New(refusal.TooLarge, "Send a smaller file")
		}
		_, _ = fmt.Fprint(w, n)
		return err
	}
	h.Open("POST /form", access.ReadAbout, read)
	h.Open("POST /small", access.ReadAbout, read)
	h.Mount("POST /door", access.ReceiveContact, Handle(read))
	b := h.browser(t)
	var files bytes.Buffer
	form := multipart.NewWriter(&files)
	if part, err := form.CreateFormFile("file", "a.pdf"); err != nil {
		t.Fatal(err)
	} else if _, err := part.Write(make([]byte, uploadLimit)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, path, kind, body string
		code                   int
	}{
		{"a form of a megabyte", "/form", "application/x-www-form-urlencoded", strings.Repeat("a", bodyLimit), 200},
		{"a byte more", "/form", "application/x-www-form-urlencoded", strings.Repeat("a", bodyLimit+1), 413},
		{"a route with its own limit", "/small", "application/x-www-form-urlencoded", strings.Repeat("a", 11), 413},
		{"a door", "/door", "application/json", strings.Repeat("0", bodyLimit+1), 413},
		{"files without end", "/form", form.FormDataContentType(), files.String(), 413},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if res, _ := b.do("POST", tt.path, tt.kind, tt.body); res.StatusCode != tt.code {
				t.Errorf("%d, want %d", res.StatusCode, tt.code)
			}
		})
	}
}

// TestLogAndMeasuresHoldNoDetails: an address can hold a return code, a one-time
// link or an answer.
func TestLogAndMeasuresHoldNoDetails(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	ok := func(w http.ResponseWriter, _ *http.Request) error { _, err := io.WriteString(w, "ok"); return err }
	h.Open("GET /one-time/{token}", access.ReadAbout, ok)
	h.Open("GET /record/{ref}", access.ReadAbout, ok)
	b := h.browser(t)
	b.see("/one-time/SECRETTOKEN?name=Ana+Bell")
	b.see("/record/FD-26-7K3QM9")
	b.see("/lost/Ana-Bell")
	_, measures := b.see(PathMetrics)
	for _, secret := range []string{"SECRETTOKEN", "Ana", "Bell"} {
		if strings.Contains(h.log.String(), secret) || strings.Contains(measures, secret) {
			t.Errorf("%q is in the log or the measures", secret)
		}
	}
	if !strings.Contains(h.log.String(), "ref=FD-26-7K3QM9") {
		t.Error("the log does not hold the reference")
	}
	for _, want := range []string{`frontdoor_requests_total{route="GET /one-time/{token}",status="200"} 1`, `frontdoor_requests_total{route="none",status="404"} 1`} {
		if !strings.Contains(measures, want) {
			t.Errorf("measures lack %s", want)
		}
	}
}

// TestOneFormOneEffect sends the same form again, changed, and as somebody else.
func TestOneFormOneEffect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, Settings{})
		h.Route("POST /note", access.ChangeOwn, func(w http.ResponseWriter, r *http.Request) error {
			err := h.Record.Do(r.Context(), Actor(r), func(tx *record.Tx) error {
				if err := tx.Allow(access.ChangeOwn, access.About{}); err != nil {
					return err
				}
				return tx.Apply(r.Context(), record.Subject{Kind: "user", Ref: Actor(r).ID}, "note once", pathway.Consequences{})
			})
			if err != nil {
				return err
			}
			return See(w, r, fmt.Sprintf("/note/%d", h.clock().Time().Unix()))
		})
		b, other := h.browser(t), h.browser(t)
		b.signIn("shah")
		other.signIn("ali")
		first, body := b.post("/note", "form-id", "k1", "what", "a")
		if first.StatusCode != http.StatusSeeOther {
			t.Fatalf("first: %d\n%s", first.StatusCode, body)
		}
		h.pass(time.Minute)
		again, _ := b.post("/note", "form-id", "k1", "what", "a")
		if again.StatusCode != http.StatusSeeOther || again.Header.Get("Location") != first.Header.Get("Location") {
			t.Errorf("again: %d to %q, want where the first led, %q", again.StatusCode, again.Header.Get("Location"), first.Header.Get("Location"))
		}
		if res, _ := b.post("/note", "form-id", "k1", "what", "b"); res.StatusCode != http.StatusConflict {
			t.Errorf("same form, other answers: %d, want 409", res.StatusCode)
		}
		if res, _ := other.post("/note", "form-id", "k1", "what", "a"); res.StatusCode != http.StatusNotFound {
			t.Errorf("somebody else's form: %d, want 404", res.StatusCode)
		}
		if n := count(t, d, countTrail, "note once"); n != 1 {
			t.Errorf("done %d times, want once", n)
		}
	})
}

func TestListenDrains(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	begun, finish := make(chan bool), make(chan bool)
	h.Open("GET /slow", access.ReadAbout, func(w http.ResponseWriter, _ *http.Request) error {
		close(begun)
		<-finish
		_, err := io.WriteString(w, "finished")
		return err
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Listen(ctx, l) }()
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + l.Addr().String() + "/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		b, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		answer <- string(b)
	}()
	<-begun
	stop()
	close(finish)
	if got := <-answer; got != "finished" {
		t.Errorf("what was under way answered %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("Listen: %v", err)
	}
}

func TestLandingAndNavigation(t *testing.T) {
	for role, links := range nav {
		n := len(links)
		if slices.ContainsFunc(links, func(l NavLink) bool { return l.Path == PathSearch }) {
			n-- // finding a child is a box beside the navigation
		}
		if n == 0 || n > 6 {
			t.Errorf("%s has %d entries, want 1 to 6", role, n)
		}
		if got := Landing(access.Actor{Roles: []access.Role{role}}); got != links[0].Path {
			t.Errorf("%s lands on %s, want %s", role, got, links[0].Path)
		}
	}
	for _, role := range access.Roles() {
		staff := role != access.Public && role != access.Door && role != access.Installation
		if _, ok := nav[role]; ok != staff {
			t.Errorf("%s: navigation %v, want %v", role, ok, staff)
		}
	}
}

func TestAboutPagesPrintTheData(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	b := h.browser(t)
	has := func(path string, words ...string) {
		t.Helper()
		_, body := b.see(path)
		body = strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&").Replace(body)
		for _, w := range words {
			if !strings.Contains(body, w) {
				t.Errorf("%s does not say %q", path, w)
			}
		}
	}
	for _, r := range h.Record.Timescales.Rules() {
		has(PathTimescales, r.Name, r.ID, r.Limit(), r.Source, r.Starts, r.Stops)
	}
	for _, s := range pathway.Journey() {
		has(PathJourney, Capital(s.Event), s.To, s.Decides)
	}
	for _, p := range access.Policy() {
		has(PathAccess, p.Says)
	}
}
