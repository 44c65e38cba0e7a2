package meetings

import (
	"net/http"
	"strconv"

	"frontdoor/internal/web"
)

// sheet is the list as a file: the rows of the page, each with the part of the page that
// it stands in. What is masked on the page is masked here.
func (d *Desk) sheet(r *http.Request) (web.Sheet, error) {
	l, err := d.Meetings(r.Context(), web.Actor(r))
	if err != nil {
		return web.Sheet{}, err
	}
	s := web.Sheet{Head: []string{"list", "discussion", "contact", "state", "quoracy", "children", "due", "requested", "scheduled", "held", "decided", "not_answered", "last_visit", "next_visit"}}
	if x := l.Figures.shown(r.URL.Query().Get("show")); x != nil {
		for _, h := range x.Rows {
			s.Rows = append(s.Rows, []string{r.URL.Query().Get("show"), h.Ref, h.Contact, "", "", "", "", h.Requested.String(), "", h.Held.String(), "", "", "", ""})
		}
	}
	for _, a := range l.ToConvene {
		s.Rows = append(s.Rows, []string{"to_convene", "", a.Contact, "", "", strconv.Itoa(a.Children), a.Due.String(), a.Since.String(), "", "", "", "", "", ""})
	}
	for _, x := range []struct {
		list string
		rows []Entry
	}{{"open", l.Open}, {"decided", l.Decided}} {
		for _, e := range x.rows {
			s.Rows = append(s.Rows, []string{x.list, e.Ref, e.Contact, string(e.State), string(e.Quoracy), count(e.Children, e.Masked), e.Due.String(), e.Requested.String(), e.Scheduled.String(), e.Held.String(), e.Decided.String(),
				count(e.Silent, e.Masked), e.LastVisit.String(), e.NextVisit.String()})
		}
	}
	return s, nil
}

// count is a number; nothing of what is masked.
func count(n int, masked bool) string {
	if masked {
		return ""
	}
	return strconv.Itoa(n)
}
