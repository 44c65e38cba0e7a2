package web

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"frontdoor/internal/refusal"

	"github.com/prometheus/client_golang/prometheus"
)

// Handler is the whole server: headers, cross-site checks, sessions, measures.
func (s *Server) Handler() http.Handler {
	var h http.Handler = s.mux
	h = s.missing(h)
	h = s.identify(h)
	h = s.sessions.LoadAndSave(h)
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(Handler(func(http.ResponseWriter, *http.Request) error {
		return refusal.New(refusal.Denied, "This came from another site, so it was not done. Open the page here and try again")
	}))
	h = cross.Handler(h)
	h = s.recover(h)
	h = s.headers(h)
	return s.measure(h)
}

// missing shows our own page for an address that leads nowhere, and for a method
// that a page does not take.
func (s *Server) missing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := s.mux.Handler(r)
		if pattern != "" {
			next.ServeHTTP(w, r)
			return
		}
		probe := &discard{header: http.Header{}, code: http.StatusOK}
		h.ServeHTTP(probe, r)
		if probe.code == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", probe.header.Get("Allow"))
			http.Error(w, "This page cannot be used that way", probe.code)
			return
		}
		s.fail(w, r, refusal.New(refusal.NotFound, "Check the address. If you followed a link, what it led to may have moved"))
	})
}

// discard learns what the standard library would have answered.
type discard struct {
	header http.Header
	code   int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(code int)        { d.code = code }

// identify reads who is signed in and what they may do, for each request anew.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/assets/") {
			next.ServeHTTP(w, r)
			return
		}
		v := visitOf(r)
		var err error
		if v.actor, v.signed, err = s.whose(r.Context()); err != nil {
			s.fail(w, r, err)
			return
		}
		if v.signed {
			w.Header().Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
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

// status remembers what was answered.
type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader notes the status.
func (s *status) WriteHeader(code int) {
	if s.code == 0 {
		s.code = code
	}
	s.ResponseWriter.WriteHeader(code)
}

// Write notes that something was answered.
func (s *status) Write(b []byte) (int, error) {
	if s.code == 0 {
		s.code = http.StatusOK
	}
	return s.ResponseWriter.Write(b)
}

// Unwrap lets the standard library reach the writer below.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// measure counts and logs by route and reference, never by address: an address can
// hold a secret or an answer.
func (s *Server) measure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{server: s, pattern: "none"}
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
		rec := &status{ResponseWriter: w}
		timer := prometheus.NewTimer(prometheus.ObserverFunc(func(seconds float64) {
			s.metrics.seconds.WithLabelValues(v.pattern).Observe(seconds)
		}))
		next.ServeHTTP(rec, r)
		took := timer.ObserveDuration()
		if rec.code == 0 {
			rec.code = http.StatusOK
		}
		s.metrics.requests.WithLabelValues(v.pattern, strconv.Itoa(rec.code)).Inc()
		s.Log.Debug("request", "method", r.Method, "route", v.pattern, "ref", v.ref, "status", rec.code, "by", v.actor.ID, "ms", took.Milliseconds())
	})
}

// recover turns a panic into a fault. A fault after the page began can only be logged.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &status{ResponseWriter: w}
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			if rec.code != 0 {
				s.Log.Error("fault after the answer began", "route", visitOf(r).pattern, "error", err)
				return
			}
			s.fail(w, r, err)
		}()
		next.ServeHTTP(rec, r)
	})
}
