// Package web is the shell of every page: the server, sign-in, the layout and its
// parts, forms, and what is said when something is wrong. It knows no desk.
package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"

	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Settings are what the layout shows on every page.
type Settings struct {
	Version string
	Secure  bool // served over TLS, here or by a proxy in front
	Demo    *Demo
	Log     *slog.Logger
}

// Demo is the banner with one-click personas. Only the demo sets it.
type Demo struct {
	Authority string
	Personas  []Persona
}

// Persona is somebody a visitor to the demo can be.
type Persona struct{ UserID, Name, Role, Says string }

// RouteInfo is a route and the action it asks for.
type RouteInfo struct {
	Pattern string
	Action  access.Action
	Open    bool // reached without signing in
}

// Server holds the routes. Every route names the access action it asks.
type Server struct {
	Settings
	Record   *record.Record
	mux      *http.ServeMux
	routes   []RouteInfo
	sessions *scs.SessionManager
	metrics  *metrics
	limits   map[string]int64
}

type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// The body limits: ordinary forms, and those that say otherwise.
const bodyLimit = 1 << 20

// NewServer makes a server with the pages that belong to no desk.
func NewServer(r *record.Record, set Settings) *Server {
	if set.Log == nil {
		set.Log = slog.Default()
	}
	s := &Server{Settings: set, Record: r, mux: http.NewServeMux(), metrics: newMetrics(), limits: map[string]int64{}}
	s.sessions = newSessions(r, set.Secure)
	s.mux.HandleFunc("GET "+PathAssets, serveAsset)
	s.mux.HandleFunc("GET "+PathHealth, s.health)
	s.mux.Handle("GET "+PathMetrics, promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	s.Open("GET "+PathHome, access.SignInOut, s.home)
	s.Open("GET "+PathSignIn, access.SignInOut, s.showSignIn)
	s.Open("POST "+PathSignIn, access.SignInOut, s.signIn)
	s.Open("POST "+PathSignOut, access.SignInOut, s.signOut)
	if set.Demo != nil {
		s.Open("POST "+PathDemoSignIn, access.SignInOut, s.demoSignIn)
	}
	s.about()
	return s
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontdoor_requests_total", Help: "Requests by route and status."}, []string{"route", "status"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "frontdoor_request_seconds", Help: "Time to answer by route.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 14)}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.seconds)
	return m
}

// Metrics is where other packages register their own.
func (s *Server) Metrics() *prometheus.Registry { return s.metrics.registry }

// Handler is a page: it returns errors, and the server alone turns them into pages.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route adds a page for signed-in people that asks for an action.
func (s *Server) Route(pattern string, act access.Action, h Handler) { s.add(pattern, act, false, h) }

// Open adds a page that is reached without signing in.
func (s *Server) Open(pattern string, act access.Action, h Handler) { s.add(pattern, act, true, h) }

// Limit sets how large a body a route takes.
func (s *Server) Limit(pattern string, bytes int64) { s.limits[pattern] = bytes }

// Mount adds a handler of a door that answers by its own rules, such as the API.
func (s *Server) Mount(pattern string, act access.Action, h http.Handler) {
	s.routes = append(s.routes, RouteInfo{pattern, act, true})
	s.mux.Handle(pattern, h)
}

// Routes are all routes, for the test that tries each with every role.
func (s *Server) Routes() []RouteInfo { return s.routes }

func (s *Server) add(pattern string, act access.Action, open bool, h Handler) {
	s.routes = append(s.routes, RouteInfo{pattern, act, open})
	s.mux.Handle(pattern, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.serve(w, r, pattern, open, h); err != nil {
			s.fail(w, r, err)
		}
	}))
}

type visit struct {
	server *Server
	actor  access.Actor
	signed bool
	formID string
}

type visitKey struct{}

func visitOf(r *http.Request) *visit {
	v, ok := r.Context().Value(visitKey{}).(*visit)
	if !ok {
		return &visit{}
	}
	return v
}

// Actor is who is signed in. Rights were read from the record for this request.
func Actor(r *http.Request) access.Actor { return visitOf(r).actor }

// serve finds out who asks, and lets a form have one effect only.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, pattern string, open bool, h Handler) error {
	v := visitOf(r)
	if !v.signed && !open {
		if r.Method == http.MethodGet {
			http.Redirect(w, r, PathSignIn+"?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return nil
		}
		return refusal.New(refusal.SignIn, "Sign in to go on")
	}
	if r.Method != http.MethodPost || strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return h(w, r)
	}
	limit, ok := s.limits[pattern]
	if !ok {
		limit = bodyLimit
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		return refusal.New(refusal.TooLarge, "What you sent is too large. Send less text at once")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err := r.ParseForm(); err != nil {
		return refusal.New(refusal.Invalid, "What was sent could not be read. Go back and try again")
	}
	return s.once(w, r, body, h)
}

// once leads a repeat of the same form to where the first led.
func (s *Server) once(w http.ResponseWriter, r *http.Request, body []byte, h Handler) error {
	key, who := r.PostForm.Get("form-id"), Actor(r)
	if key == "" || who.Authority == "" {
		return h(w, r)
	}
	hash := record.BodyHash(body)
	to, yes, err := s.Record.Answered(r.Context(), who, key, hash)
	if err != nil {
		return err
	}
	if yes {
		return s.again(w, r, to)
	}
	visitOf(r).formID = key
	rec := &locating{ResponseWriter: w}
	err = h(rec, r.WithContext(record.WithKey(r.Context(), key, hash)))
	if refusal.KindOf(err) == refusal.Conflict {
		if to, yes, again := s.Record.Answered(r.Context(), who, key, hash); again == nil && yes {
			return s.again(w, r, to)
		}
	}
	if err == nil && rec.location != "" {
		return s.Record.SetLocation(r.Context(), who, key, rec.location)
	}
	return err
}

func (s *Server) again(w http.ResponseWriter, r *http.Request, to string) error {
	if to == "" {
		to = r.URL.Path
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// locating remembers where an answer led.
type locating struct {
	http.ResponseWriter
	location string
}

func (l *locating) WriteHeader(code int) {
	if code == http.StatusSeeOther {
		l.location = l.Header().Get("Location")
	}
	l.ResponseWriter.WriteHeader(code)
}

// Handler is the whole server: headers, cross-site checks, sessions, measures.
func (s *Server) Handler() http.Handler {
	var h http.Handler = s.mux
	h = s.identify(h)
	h = s.sessions.LoadAndSave(h)
	h = http.NewCrossOriginProtection().Handler(h)
	h = s.headers(h)
	h = s.measure(h)
	return s.recover(h)
}

// identify reads who is signed in and what they may do, for each request anew.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{server: s}
		ctx := r.Context()
		if id := s.sessions.GetString(ctx, "user"); id != "" && !strings.HasPrefix(r.URL.Path, "/assets/") {
			who, err := s.Record.FindActor(ctx, s.sessions.GetString(ctx, "authority"), id)
			switch {
			case err == nil:
				v.actor, v.signed = who, true
				w.Header().Set("Cache-Control", "no-store")
			case refusal.KindOf(err) == refusal.SignIn:
				if err := s.sessions.Destroy(ctx); err != nil {
					s.Log.Error("end the session of an ended account", "error", err)
				}
			default:
				s.fail(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, visitKey{}, v)))
	})
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	if s.code == 0 {
		s.code = code
	}
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap lets the standard library reach the writer below.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// measure counts and logs by route, never by address: an address can be a secret.
func (s *Server) measure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		rec := &status{ResponseWriter: w}
		next.ServeHTTP(rec, r)
		_, route := s.mux.Handler(r)
		if route == "" {
			route = "none"
		}
		if rec.code == 0 {
			rec.code = http.StatusOK
		}
		took := time.Since(begun)
		s.metrics.requests.WithLabelValues(route, fmt.Sprint(rec.code)).Inc()
		s.metrics.seconds.WithLabelValues(route).Observe(took.Seconds())
		s.Log.Debug("request", "route", route, "status", rec.code, "ms", took.Milliseconds())
	})
}

func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				s.fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	if err := s.Record.DB.Ping(r.Context()); err != nil {
		s.Log.Error("health", "error", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, "ok\n")
}

var statusOf = map[refusal.Kind]int{
	refusal.Fault: http.StatusInternalServerError, refusal.Invalid: http.StatusUnprocessableEntity, refusal.Denied: http.StatusForbidden,
	refusal.NotFound: http.StatusNotFound, refusal.Conflict: http.StatusConflict, refusal.TooLarge: http.StatusRequestEntityTooLarge,
	refusal.TooMany: http.StatusTooManyRequests, refusal.SignIn: http.StatusUnauthorized,
}

type problemView struct {
	Title, Message, Code, Phone string
	Problems                    []refusal.Problem
}

var titles = map[refusal.Kind]string{
	refusal.Fault: "Sorry, there is a problem with the service", refusal.Invalid: "There is a problem", refusal.Denied: "You cannot do this",
	refusal.NotFound: "Page not found", refusal.Conflict: "Something has changed", refusal.TooLarge: "Too large",
	refusal.TooMany: "Too many tries", refusal.SignIn: "Sign in to go on",
}

// fail turns an error into a page. A refusal is shown as it is written; a fault is
// logged for us under a code, and the person sees the code and a phone number.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	kind := refusal.KindOf(err)
	v := problemView{Title: titles[kind], Phone: s.phone(r)}
	if f, ok := refusal.As(err); ok {
		v.Message, v.Problems = f.Message, f.Problems
	} else if errors.Is(err, context.Canceled) {
		return
	} else {
		v.Code = uuid.NewString()[:8]
		s.Log.Error("fault", "code", v.Code, "route", routeOf(s.mux, r), "error", err)
	}
	if err := Render(w, r, statusOf[kind], problemPage, v); err != nil {
		s.Log.Error("show a problem", "error", err)
		http.Error(w, v.Title, statusOf[kind])
	}
}

func routeOf(mux *http.ServeMux, r *http.Request) string {
	_, pattern := mux.Handler(r)
	return pattern
}

// Network is the address a request comes from, for limits by network.
func Network(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
