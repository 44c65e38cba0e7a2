// Package refusal holds the ways the service says no on purpose.
//
// A refusal is written for the person who asked: it says what to do, in the
// question's own words. Anything else that goes wrong is a fault, written for us.
package refusal

import (
	"errors"
	"strings"
)

// Kind says which sort of no this is. The zero Kind is Fault: not a refusal.
type Kind int

// The kinds of refusal, in the order of the HTTP statuses that show them.
const (
	Fault    Kind = iota // not a refusal: something broke
	Invalid              // an answer is missing or wrong (422)
	Denied               // this person may not do this (403)
	NotFound             // no such thing, or concealed: the same words (404)
	Conflict             // somebody else was first, or the state has moved on (409)
	TooLarge             // more than we take in one piece (413)
	TooMany              // too often: try again later (429)
	SignIn               // sign in first (303 to the sign-in page, 401 on the API)
)

// Problem is one thing to mend: the field it stands beside and what to do.
type Problem struct {
	Field   string
	Message string
}

// Refusal is an error that is meant to be read by the person who asked.
type Refusal struct {
	Kind     Kind
	Message  string    // the first thing to read; never holds a child's details
	Problems []Problem // for Invalid: one per field, in the order of the form
}

// Error gives the message, or the problems joined when there is more than one.
func (r *Refusal) Error() string {
	if len(r.Problems) < 2 {
		return r.Message
	}
	lines := make([]string, len(r.Problems))
	for i, p := range r.Problems {
		lines[i] = p.Message
	}
	return strings.Join(lines, "; ")
}

// New refuses with one message.
func New(kind Kind, message string) error { return &Refusal{Kind: kind, Message: message} }

// Field refuses one answer; the message is shown beside the field.
func Field(field, message string) error {
	return &Refusal{Kind: Invalid, Message: message, Problems: []Problem{{field, message}}}
}

// Fields refuses several answers at once, or returns nil if there are none.
func Fields(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &Refusal{Kind: Invalid, Message: problems[0].Message, Problems: problems}
}

// Hidden is the answer for what does not exist and for what must be concealed.
// They are the same, so that nobody can tell one from the other.
func Hidden() error { return New(NotFound, "There is no record with this reference") }

// As finds the refusal in err, if there is one.
func As(err error) (*Refusal, bool) {
	var r *Refusal
	ok := errors.As(err, &r)
	return r, ok
}

// KindOf says which refusal err is; Fault for nil and for anything that is not one.
func KindOf(err error) Kind {
	if r, ok := As(err); ok {
		return r.Kind
	}
	return Fault
}
