package web

import (
	"context"
	"database/sql"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
)

// who is signed in according to the page they land on.
func (b *browser) whoami() string {
	b.t.Helper()
	_, body := b.see(PathHelp)
	for _, name := range []string{"SHAH", "ALI", "GUEST"} {
		if strings.Contains(body, ">"+name+",") {
			return name
		}
	}
	return ""
}

func TestSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, Settings{})
		b := h.browser(t)
		res, _ := b.post(PathSignIn, "email", " Shah@Testham.example ", "password", password)
		if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != PathBoard {
			t.Fatalf("a screener lands on %q (%d), want %q", got, res.StatusCode, PathBoard)
		}
		res, body := b.see(PathHelp)
		if !strings.Contains(body, "SHAH, screener") || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("signed-in page: cache %q, and does it name who is signed in? %v", res.Header.Get("Cache-Control"), strings.Contains(body, "SHAH, screener"))
		}
		res, _ = b.post(PathSignOut)
		if got := res.Header.Get("Clear-Site-Data"); !strings.Contains(got, "cookies") {
			t.Errorf("sign-out clears %q", got)
		}
		if got := b.whoami(); got != "" {
			t.Errorf("after sign-out still %s", got)
		}
	})
}

func TestFailedSignInsSayTheSame(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	h.pass(48 * time.Hour) // the inspector's visit is over
	var pages []string
	for _, email := range []string{"shah@testham.example", "nobody@testham.example", "guest@testham.example"} {
		b := h.browser(t)
		pass := "wrong words here"
		if strings.HasPrefix(email, "guest") {
			pass = password
		}
		res, body := b.post(PathSignIn, "email", email, "password", pass)
		if res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d, want 422", email, res.StatusCode)
		}
		if !strings.Contains(body, "<title>Error: Sign in") || strings.Contains(body, pass) {
			t.Errorf("%s: the title must say Error and the password must not come back", email)
		}
		pages = append(pages, strings.ReplaceAll(body, email, "E"))
	}
	if pages[0] != pages[1] || pages[0] != pages[2] {
		t.Error("a wrong password, an unknown account and an ended account can be told apart")
	}
}

func TestSignInSlowsDownAndNeverLocks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, Settings{})
		b := h.browser(t)
		wrong := func() int {
			res, _ := b.post(PathSignIn, "email", "shah@testham.example", "password", "wrong words here")
			return res.StatusCode
		}
		for i := range 5 {
			if got := wrong(); got != http.StatusUnprocessableEntity {
				t.Fatalf("free try %d: %d, want 422", i+1, got)
			}
		}
		wrong() // the sixth failure starts the waits
		if res, _ := b.post(PathSignIn, "email", "shah@testham.example", "password", password); res.StatusCode != http.StatusTooManyRequests {
			t.Fatalf("right password during the wait: %d, want 429", res.StatusCode)
		}
		if res, _ := b.post(PathSignIn, "email", "ali@testham.example", "password", password); res.StatusCode != http.StatusSeeOther {
			t.Errorf("a colleague on the same network: %d, want 303", res.StatusCode)
		}
		for range 12 {
			h.pass(300*time.Second + time.Second)
			if got := wrong(); got != http.StatusUnprocessableEntity {
				t.Fatalf("five minutes later: %d; no wait may be longer", got)
			}
		}
		h.pass(301 * time.Second)
		b.signIn("shah")
	})
}

func TestSessionIsHashedAndNew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, Settings{})
		b := h.browser(t)
		token := func() string {
			req := httptest.NewRequest(http.MethodGet, b.base, nil)
			for _, c := range b.Jar.Cookies(req.URL) {
				if c.Name == "fd" {
					return c.Value
				}
			}
			return ""
		}
		b.signIn("shah")
		one := token()
		b.signIn("ali")
		two := token()
		if one == "" || two == "" || one == two {
			t.Fatalf("each sign-in needs a new token: %q then %q", one, two)
		}
		var kept []string
		err := d.Read(context.Background(), func(q db.Queryer) error {
			var err error
			kept, err = db.Collect(context.Background(), q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, allSessions)
			return err
		})
		if err != nil || len(kept) != 1 {
			t.Fatalf("sessions kept: %v, %v; the old one must be gone", kept, err)
		}
		if kept[0] != hashToken(two) || strings.Contains(kept[0], two) {
			t.Errorf("kept %q, want the hash of the token", kept[0])
		}
		old, err := http.NewRequest(http.MethodGet, b.base+PathAccount, nil)
		if err != nil {
			t.Fatal(err)
		}
		old.AddCookie(&http.Cookie{Name: "fd", Value: one})
		res, err := http.DefaultTransport.RoundTrip(old)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusSeeOther {
			t.Errorf("the old token: %d, %v; want to be led to the sign-in", res.StatusCode, err)
		}
	})
}

func TestSessionEnds(t *testing.T) {
	tests := []struct {
		name string
		do   func(t *testing.T, h *house, b *browser, d *db.DB)
		want string
	}{
		{"in use every 29 minutes it goes on", func(_ *testing.T, h *house, b *browser, _ *db.DB) {
			for range 10 {
				h.pass(29 * time.Minute)
				b.whoami()
			}
		}, "SHAH"},
		{"after half an hour unused", func(_ *testing.T, h *house, _ *browser, _ *db.DB) { h.pass(30*time.Minute + 30*time.Second) }, ""},
		{"after twelve hours however busy", func(_ *testing.T, h *house, b *browser, _ *db.DB) {
			for range 37 {
				h.pass(20 * time.Minute)
				b.whoami()
			}
		}, ""},
		{"when the account is disabled", func(t *testing.T, h *house, _ *browser, d *db.DB) { write(t, d, disableUser, "shah", h.clock()) }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			h := newHouse(t, d, Settings{})
			b := h.browser(t)
			b.signIn("shah")
			tt.do(t, h, b, d)
			if got := b.whoami(); got != tt.want {
				t.Errorf("signed in is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRightsAreReadForEachRequest(t *testing.T) {
	d := dbtest.SQLite(t)
	h := newHouse(t, d, Settings{})
	b := h.browser(t)
	b.signIn("shah")
	h.pass(time.Minute)
	write(t, d, endRoles, "shah", h.clock())
	if _, body := b.see(PathHelp); strings.Contains(body, "screener") || strings.Contains(body, "Find a child") {
		t.Error("a role that ended still shows")
	}
}

func TestInspectorEndsWithTheVisit(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	b := h.browser(t)
	h.pass(23*time.Hour + 50*time.Minute)
	b.signIn("guest")
	if got := b.whoami(); got != "GUEST" {
		t.Fatalf("on the last day: %q", got)
	}
	h.pass(15 * time.Minute)
	if got := b.whoami(); got != "" {
		t.Errorf("after the visit still %q", got)
	}
}

func TestCookieOverTLS(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{Secure: true})
	body := strings.NewReader("email=shah%40testham.example&password=" + strings.ReplaceAll(password, " ", "+"))
	req := httptest.NewRequest(http.MethodPost, PathSignIn, body)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	h.Handler().ServeHTTP(rec, req)
	got := rec.Header().Get("Set-Cookie")
	for _, want := range []string{"__Host-fd=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"} {
		if !strings.Contains(got, want) {
			t.Errorf("cookie %q lacks %s", got, want)
		}
	}
	if strings.Contains(got, "Domain=") || strings.Contains(got, "Max-Age") {
		t.Errorf("cookie %q must be for this host and this session of the browser", got)
	}
}

func TestNextLeadsOnlyHere(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	for next, want := range map[string]string{
		"/help": "/help", "//evil.example": PathBoard, "https://evil.example": PathBoard, `/\evil.example`: PathBoard, "": PathBoard,
	} {
		res, _ := h.browser(t).post(PathSignIn, "email", "shah@testham.example", "password", password, "next", next)
		if got := res.Header.Get("Location"); got != want {
			t.Errorf("next %q leads to %q, want %q", next, got, want)
		}
	}
}

func TestDemoSignIn(t *testing.T) {
	demo := &Demo{Authority: "X1", Personas: []Persona{{UserID: "shah", Name: "P. Shah", Role: "screener", Says: "sees the board"}}}
	h := newHouse(t, dbtest.SQLite(t), Settings{Demo: demo})
	b := h.browser(t)
	if _, body := b.see(PathHelp); !strings.Contains(body, "Everything here is invented") {
		t.Error("no banner")
	}
	if res, _ := b.post(PathDemoSignIn, "as", "ali"); res.StatusCode != http.StatusNotFound {
		t.Errorf("somebody who is no persona: %d, want 404", res.StatusCode)
	}
	if res, _ := b.post(PathDemoSignIn, "as", "shah"); res.Header.Get("Location") != PathBoard || b.whoami() != "SHAH" {
		t.Errorf("one click leads to %q as %q", res.Header.Get("Location"), b.whoami())
	}
	real := newHouse(t, dbtest.SQLite(t), Settings{})
	if res, _ := real.browser(t).post(PathDemoSignIn, "as", "shah"); res.StatusCode != http.StatusNotFound {
		t.Errorf("outside the demo: %d, want 404", res.StatusCode)
	}
}
