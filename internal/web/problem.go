package web

import (
	"context"
	"errors"
	"net/http"

	"frontdoor/internal/refusal"

	"github.com/google/uuid"
)

var statusOf = map[refusal.Kind]int{
	refusal.Fault: http.StatusInternalServerError, refusal.Invalid: http.StatusUnprocessableEntity, refusal.Denied: http.StatusForbidden,
	refusal.NotFound: http.StatusNotFound, refusal.Conflict: http.StatusConflict, refusal.TooLarge: http.StatusRequestEntityTooLarge,
	refusal.TooMany: http.StatusTooManyRequests, refusal.SignIn: http.StatusUnauthorized,
}

type problemView struct {
	Title, Message, Code, Phone string
	Problems                    []refusal.Problem
	SignIn                      bool
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
	v := problemView{Title: titles[kind], Phone: s.phone(r), SignIn: kind == refusal.SignIn}
	if f, ok := refusal.As(err); ok {
		v.Message, v.Problems = f.Message, f.Problems
	} else if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // whoever asked has gone
	} else {
		v.Code = uuid.NewString()[:8]
		s.Log.Error("fault", "code", v.Code, "route", visitOf(r).pattern, "ref", visitOf(r).ref, "error", err)
	}
	if err := Render(w, r, statusOf[kind], problemPage, v); err != nil {
		s.Log.Error("show a problem", "error", err)
		http.Error(w, v.Title, statusOf[kind])
	}
}
