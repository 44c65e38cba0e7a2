// Package web is the shell of every page: the server, sign-in, the layout and its
// parts, forms, and what is said when something is wrong. It knows no desk.
package web

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"

	"github.com/alexedwards/scs/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Settings are what the layout shows on every page.
type Settings struct {
	Version string
	Printer *Printer // makes PDFs; nil where there is no Chromium
	Secure  bool     // served over TLS, here or by a proxy in front
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
	Public  bool // reached without signing in
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
	lists    []string
}

type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// The most a request may send: an ordinary form or message, and one that brings a
// file. A route may ask for another with Limit.
const (
	bodyLimit   = 1 << 20
	uploadLimit = 12 << 20
)

// NewServer makes a server with the pages that belong to no desk.
func NewServer(r *record.Record, set Settings) *Server {
	if set.Log == nil {
		set.Log = slog.Default()
	}
	s := &Server{Settings: set, Record: r, mux: http.NewServeMux(), metrics: newMetrics(), limits: map[string]int64{}}
	s.sessions = newSessions(r, set.Secure)
	s.Mount("GET "+PathAssets, access.ReadAbout, http.HandlerFunc(serveAsset))
	s.Mount("GET "+PathHealth, access.ReadAbout, http.HandlerFunc(s.health))
	s.Mount("GET "+PathMetrics, access.ReadAbout, promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
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
	// There before anybody has asked for anything: what scrapes us can tell "no requests
	// yet" from "not there".
	up := prometheus.NewGauge(prometheus.GaugeOpts{Name: "frontdoor_up", Help: "1 while the service runs."})
	up.Set(1)
	m.registry.MustRegister(m.requests, m.seconds, up)
	return m
}

// Metrics is where other packages register their own.
func (s *Server) Metrics() *prometheus.Registry { return s.metrics.registry }

// Handler is a page: it returns errors, and the server alone turns them into pages.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Handle makes a page of a function that may refuse or fail.
func Handle(h func(w http.ResponseWriter, r *http.Request) error) Handler { return h }

// ServeHTTP shows the page, or says what is wrong.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	err := h(w, r)
	if err == nil {
		return
	}
	if s := visitOf(r).server; s != nil {
		s.fail(w, r, err)
		return
	}
	http.Error(w, titles[refusal.KindOf(err)], statusOf[refusal.KindOf(err)])
}

// Route adds a page for signed-in people that asks for an action.
func (s *Server) Route(pattern string, act access.Action, h Handler) { s.add(pattern, act, false, h) }

// Open adds a page that is reached without signing in.
func (s *Server) Open(pattern string, act access.Action, h Handler) { s.add(pattern, act, true, h) }

// Limit sets how large a body a route takes.
func (s *Server) Limit(pattern string, bytes int64) { s.limits[pattern] = bytes }

// Mount adds a handler of a door that answers by its own rules, such as the API.
// What it may be sent is limited like any other.
func (s *Server) Mount(pattern string, act access.Action, h http.Handler) {
	s.routes = append(s.routes, RouteInfo{pattern, act, true})
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		visitOf(r).note(pattern, r)
		r.Body = http.MaxBytesReader(w, r.Body, s.limitOf(pattern, bodyLimit))
		h.ServeHTTP(w, r)
	})
}

func (s *Server) limitOf(pattern string, usual int64) int64 {
	if n, ok := s.limits[pattern]; ok {
		return n
	}
	return usual
}

// Routes are all routes, for the test that tries each with every role.
func (s *Server) Routes() []RouteInfo { return s.routes }

func (s *Server) add(pattern string, act access.Action, open bool, h Handler) {
	s.routes = append(s.routes, RouteInfo{pattern, act, open})
	s.mux.Handle(pattern, Handler(func(w http.ResponseWriter, r *http.Request) error {
		v := visitOf(r)
		v.note(pattern, r)
		if v.signed && !open && !access.ScopeOf(v.actor, act).Allowed {
			return s.refuse(r, act)
		}
		return s.serve(w, r, pattern, open, h)
	}))
}

// refuse says no to somebody whose roles do not reach a page at all, whatever it would be
// about: what is there answers like what is not. The trail has who asked.
func (s *Server) refuse(r *http.Request, act access.Action) error {
	who := Actor(r)
	return s.Record.Look(r.Context(), who, access.PurposeOwn, func(v *record.View) error { return v.Allow(act, access.About{Authority: who.Authority}) })
}

// visit is one request: who asks, and what the log may say of it.
type visit struct {
	server  *Server
	actor   access.Actor
	signed  bool
	formID  string
	pattern string
	ref     string
}

// note keeps the route and the reference for the log. The rest of an address can
// be a secret, such as a return code, and is not kept.
func (v *visit) note(pattern string, r *http.Request) {
	v.pattern = pattern
	if v.ref = r.PathValue("ref"); v.ref == "" {
		v.ref = r.PathValue("id")
	}
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
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			http.Redirect(w, r, PathSignIn+"?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return nil
		}
		return refusal.New(refusal.SignIn, "Sign in to go on")
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		r.Body = http.MaxBytesReader(w, r.Body, s.limitOf(pattern, uploadLimit))
		return h(w, r) // the page reads the file itself
	}
	r.Body = http.MaxBytesReader(w, r.Body, s.limitOf(pattern, bodyLimit))
	if r.Method != http.MethodPost {
		return h(w, r)
	}
	body, err := io.ReadAll(r.Body)
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

func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	if err := s.Record.DB.Ping(r.Context()); err != nil {
		s.Log.Error("health", "error", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, "ok\n")
}

// Network is the address a request comes from, for limits by network.
func Network(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// LogFault logs what a door's own handler could not do. It is for us: references
// only.
func LogFault(doing string, err error) { slog.Error("fault", "doing", doing, "error", err) }
