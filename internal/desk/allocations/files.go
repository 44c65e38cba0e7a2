package allocations

import (
	"context"
	"net/http"

	"frontdoor/internal/access"
	"frontdoor/internal/web"
)

// sheet is a list of children with or without a worker as a file: the rows of the page.
// What is masked on the page is masked here.
func (d *Desk) sheet(list func(context.Context, access.Actor) (*Queue, error)) func(*http.Request) (web.Sheet, error) {
	return func(r *http.Request) (web.Sheet, error) {
		q, err := list(r.Context(), web.Actor(r))
		if err != nil {
			return web.Sheet{}, err
		}
		s := web.Sheet{Head: []string{"child", "age", "child_reference", "contact", "work", "due", "decided", "held_by", "proposed_to"}}
		for _, p := range q.Rows {
			s.Rows = append(s.Rows, []string{p.Child, p.Age, p.ChildRef, p.ContactRef, string(p.Outcome), p.Due.String(), p.DecidedAt.String(), p.Interim, p.Proposed})
		}
		return s, nil
	}
}
