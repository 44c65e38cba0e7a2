package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"

	"github.com/alexedwards/scs/v2"
)

var (
	findSession = db.SQL("web.find-session", `SELECT data FROM session WHERE token_hash = $1 AND expiry > $2`)
	setSession  = db.SQL("web.set-session", `
		INSERT INTO session (token_hash, data, expiry) VALUES ($1, $2, $3)
		ON CONFLICT (token_hash) DO UPDATE SET data = excluded.data, expiry = excluded.expiry`)
	endSession  = db.SQL("web.end-session", `DELETE FROM session WHERE token_hash = $1`)
	endSessions = db.SQL("web.end-old-sessions", `DELETE FROM session WHERE expiry < $1`)
)

// store keeps sessions in the database under a hash of the token: who reads the
// database cannot use them.
type store struct{ record *record.Record }

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FindCtx finds a session that has not ended.
func (s store) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	err = s.record.DB.Read(ctx, func(q db.Queryer) error {
		return q.QueryRowContext(ctx, findSession, hashToken(token), s.record.Now()).Scan(&b)
	})
	if db.NotFound(err) {
		return nil, false, nil
	}
	return b, err == nil, err
}

// CommitCtx keeps a session, and sweeps those that have ended. The library's own
// expiry is by the wall clock; ours is by the record's, and comes first.
func (s store) CommitCtx(ctx context.Context, token string, b []byte, _ time.Time) error {
	return s.record.DB.Write(ctx, func(q db.Queryer) error {
		now := s.record.Now()
		if _, err := q.ExecContext(ctx, endSessions, now); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, setSession, hashToken(token), b, now.Add(idle+touch))
		return err
	})
}

// DeleteCtx ends a session.
func (s store) DeleteCtx(ctx context.Context, token string) error {
	return s.record.DB.Write(ctx, func(q db.Queryer) error {
		_, err := q.ExecContext(ctx, endSession, hashToken(token))
		return err
	})
}

// Find, Commit and Delete are asked for by the library's older interface.
func (s store) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s store) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx without a context.
func (s store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

func newSessions(r *record.Record, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = store{r}
	m.Lifetime = longest // of the cookie; idle and longest are kept by whose
	m.Cookie.Name, m.Cookie.Secure = "fd", secure
	if secure {
		m.Cookie.Name = "__Host-fd"
	}
	m.Cookie.HttpOnly, m.Cookie.SameSite, m.Cookie.Path, m.Cookie.Persist = true, http.SameSiteLaxMode, "/", false
	m.HashTokenInStore = false // our store hashes
	return m
}

type signInView struct{ Form *Form }

// HasErrors says whether the form shows errors.
func (v signInView) HasErrors() bool { return v.Form.HasErrors() }

var signInPage = NewPage(templateFiles, "templates/sign-in.html")

func signInForm() *Form {
	return NewForm(
		Field{Name: "email", Label: "E-mail address", Kind: "email", Autocomplete: "username"},
		Field{Name: "password", Label: "Password", Kind: "password", Autocomplete: "current-password"},
		Field{Name: "next", Kind: "hidden"},
	)
}

func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	if visitOf(r).signed {
		return See(w, r, Landing(Actor(r)))
	}
	return See(w, r, PathSignIn)
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request) error {
	f := signInForm()
	f.Field("next").Value = r.URL.Query().Get("next")
	return Render(w, r, http.StatusOK, signInPage, signInView{f})
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	f := signInForm()
	f.Read(r)
	who, err := s.Record.SignIn(r.Context(), f.Value("email"), f.Field("password").Value, Network(r))
	f.Field("password").Value = ""
	if refusal.KindOf(err) == refusal.Invalid || refusal.KindOf(err) == refusal.TooMany {
		code := statusOf[refusal.KindOf(err)]
		f.Say("email", err.Error())
		return Render(w, r, code, signInPage, signInView{f})
	}
	if err != nil {
		return err
	}
	if err := s.begin(r, who.Authority, who.ID); err != nil {
		return err
	}
	if to := f.Value("next"); strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.Contains(to, "\\") {
		return See(w, r, to)
	}
	return See(w, r, Landing(who))
}

// begin starts a session with a new token.
func (s *Server) begin(r *http.Request, authority, user string) error {
	ctx := r.Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	now := s.Record.Now().String()
	s.sessions.Put(ctx, "authority", authority)
	s.sessions.Put(ctx, "user", user)
	s.sessions.Put(ctx, "begun", now)
	s.sessions.Put(ctx, "seen", now)
	return nil
}

// touch is how often a session in use is written again.
const touch = time.Minute

// whose is who the session belongs to, with their rights of this moment. A session
// ends when it was idle too long, lasted too long, or its account has ended.
func (s *Server) whose(ctx context.Context) (access.Actor, bool, error) {
	id := s.sessions.GetString(ctx, "user")
	if id == "" {
		return access.Actor{}, false, nil
	}
	now := s.Record.Now()
	begun, errBegun := civil.ParseInstant(s.sessions.GetString(ctx, "begun"))
	seen, errSeen := civil.ParseInstant(s.sessions.GetString(ctx, "seen"))
	if errBegun != nil || errSeen != nil || now.Sub(begun) > longest || now.Sub(seen) > idle {
		return access.Actor{}, false, s.sessions.Destroy(ctx)
	}
	who, err := s.Record.FindActor(ctx, s.sessions.GetString(ctx, "authority"), id)
	if refusal.KindOf(err) == refusal.SignIn {
		return access.Actor{}, false, s.sessions.Destroy(ctx)
	}
	if err != nil {
		return access.Actor{}, false, err
	}
	if now.Sub(seen) >= touch {
		s.sessions.Put(ctx, "seen", now.String())
	}
	return who, true, nil
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	w.Header().Set("Clear-Site-Data", `"cache", "cookies", "storage"`)
	return See(w, r, PathSignIn)
}

// demoSignIn makes the visitor one of the demo's people. The route exists only in
// the demo.
func (s *Server) demoSignIn(w http.ResponseWriter, r *http.Request) error {
	for _, p := range s.Demo.Personas {
		if p.UserID == r.PostFormValue("as") {
			if err := s.begin(r, s.Demo.Authority, p.UserID); err != nil {
				return err
			}
			who, err := s.Record.FindActor(r.Context(), s.Demo.Authority, p.UserID)
			if err != nil {
				return err
			}
			return See(w, r, Landing(who))
		}
	}
	return refusal.Hidden()
}

func compressFast(b []byte) []byte {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestSpeed)
	if err != nil {
		return b
	}
	_, _ = w.Write(b)
	_ = w.Close()
	return buf.Bytes()
}

// Query is an address's query with one value changed, for filters and pages.
func Query(r *http.Request, name, value string) string {
	q := url.Values{}
	for k, v := range r.URL.Query() {
		q[k] = v
	}
	if value == "" {
		q.Del(name)
	} else {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return r.URL.Path
	}
	return r.URL.Path + "?" + q.Encode()
}
