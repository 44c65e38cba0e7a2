package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
)

var (
	addAuthority = db.InsertInto("web-test.add-authority", "authority", "authority_id, code, name, phone, phone_out_of_hours, created_at", "")
	addUser      = db.InsertInto("web-test.add-user", "user_account", "id, authority_id, email, name, password_hash, created_at, expires_at", "")
	addRole      = db.InsertInto("web-test.add-role", "user_role", "user_id, authority_id, role, begun_at", "")
	disableUser  = db.SQL("web-test.disable-user", `UPDATE user_account SET disabled_at = $2 WHERE id = $1`)
	endRoles     = db.SQL("web-test.end-roles", `UPDATE user_role SET ended_at = $2 WHERE user_id = $1`)
	allSessions  = db.SQL("web-test.sessions", `SELECT token_hash FROM session`)
	countTrail   = db.SQL("web-test.count-trail", `SELECT COUNT(*) FROM trail WHERE summary = $1`)
)

const password = "three unlike words"

// passwordHash is made once: it takes 19 MiB and some time.
var passwordHash = sync.OnceValue(func() string { return record.HashPassword(password) })

// house is an authority with its people, a clock that the test sets, and the log.
type house struct {
	*Server
	log *lines
	mu  sync.Mutex
	now civil.Instant
}

func (h *house) clock() civil.Instant { h.mu.Lock(); defer h.mu.Unlock(); return h.now }

func (h *house) pass(d time.Duration) { h.mu.Lock(); defer h.mu.Unlock(); h.now = h.now.Add(d) }

// lines is a log that a test reads while the server writes.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.buf.Write(b) }
func (l *lines) String() string              { l.mu.Lock(); defer l.mu.Unlock(); return l.buf.String() }

func newHouse(t *testing.T, d *db.DB, set Settings) *house {
	t.Helper()
	limits, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{log: &lines{}, now: civil.DateOf(2026, 11, 22).AtTime(8, 55)}
	rec := record.New(d, limits, civil.England(), h.clock)
	err = d.Write(context.Background(), func(q db.Queryer) error {
		ctx := context.Background()
		if err := addAuthority.Exec(ctx, q, []any{"X1", "999", "Testham", "01632 960000", "01632 960001", h.now}); err != nil {
			return err
		}
		if err := record.OpenTrail(ctx, q, "X1"); err != nil {
			return err
		}
		for id, role := range map[string]access.Role{"shah": access.Screener, "ali": access.FrontDoorManager, "guest": access.Inspector} {
			expires := civil.Instant{}
			if role == access.Inspector {
				expires = h.now.Add(24 * time.Hour)
			}
			if err := addUser.Exec(ctx, q, []any{id, "X1", id + "@testham.example", strings.ToUpper(id), passwordHash(), h.now, expires}); err != nil {
				return err
			}
			if err := addRole.Exec(ctx, q, []any{id, "X1", role, h.now}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	set.Log = slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.Server = NewServer(rec, set)
	return h
}

// browser keeps cookies and follows nothing by itself.
type browser struct {
	*http.Client
	t    *testing.T
	base string
}

func (h *house) browser(t *testing.T) *browser {
	t.Helper()
	srv := httptest.NewServer(h.Handler())
	t.Cleanup(srv.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &browser{&http.Client{Jar: jar, CheckRedirect: stay}, t, srv.URL}
}

func (b *browser) do(method, path, kind, body string) (*http.Response, string) {
	b.t.Helper()
	req, err := http.NewRequest(method, b.base+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	return b.send(req)
}

func (b *browser) send(req *http.Request) (*http.Response, string) {
	b.t.Helper()
	res, err := b.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(res.Body); err != nil {
		b.t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		b.t.Fatal(err)
	}
	return res, buf.String()
}

func (b *browser) see(path string) (*http.Response, string) {
	b.t.Helper()
	return b.do(http.MethodGet, path, "", "")
}

func (b *browser) post(path string, pairs ...string) (*http.Response, string) {
	b.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, path, "application/x-www-form-urlencoded", v.Encode())
}

func (b *browser) signIn(who string) {
	b.t.Helper()
	res, body := b.post(PathSignIn, "email", who+"@testham.example", "password", password)
	if res.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("sign in as %s: %d\n%s", who, res.StatusCode, body)
	}
}

func count(t *testing.T, d *db.DB, q db.Query, args ...any) int {
	t.Helper()
	var n int
	err := d.Read(context.Background(), func(c db.Queryer) error {
		return c.QueryRowContext(context.Background(), q, args...).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func write(t *testing.T, d *db.DB, q db.Query, args ...any) {
	t.Helper()
	err := d.Write(context.Background(), func(c db.Queryer) error {
		_, err := c.ExecContext(context.Background(), q, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
