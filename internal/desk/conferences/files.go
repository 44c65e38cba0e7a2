package conferences

import (
	"net/http"
	"strconv"

	"frontdoor/internal/web"
)

// sheet is the list as a file: the rows of the page, each with the part of the page that
// it stands in. What is masked on the page is masked here.
func (d *Desk) sheet(r *http.Request) (web.Sheet, error) {
	l, err := d.Conferences(r.Context(), web.Actor(r))
	if err != nil {
		return web.Sheet{}, err
	}
	s := web.Sheet{Head: []string{"list", "conference", "contact", "state", "children", "plans", "due", "booked", "held", "chair", "quorate"}}
	for _, w := range l.ToBook {
		s.Rows = append(s.Rows, []string{"to_book", "", w.Contact, "", strconv.Itoa(w.Children), "", w.Due.String(), "", "", "", ""})
	}
	for _, x := range []struct {
		list string
		rows []Entry
	}{{"open", l.Open}, {"held", l.Held}} {
		for _, e := range x.rows {
			children, plans, quorate := strconv.Itoa(e.Children), strconv.Itoa(e.Plans), ""
			if !e.Held.IsZero() {
				quorate = strconv.FormatBool(e.Quorate)
			}
			if e.Masked {
				children, plans = "", ""
			}
			s.Rows = append(s.Rows, []string{x.list, e.Ref, e.Contact, string(e.State), children, plans, e.Due.String(), e.Booked.String(), e.Held.String(), e.Chair, quorate})
		}
	}
	return s, nil
}
