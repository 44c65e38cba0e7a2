package enquiries

import (
	"net/http"
	"strconv"

	"frontdoor/internal/web"
)

// sheet is the list as a file: the rows of the page, each with the part of the page that
// it stands in. What is masked on the page is masked here.
func (d *Desk) sheet(r *http.Request) (web.Sheet, error) {
	l, err := d.Enquiries(r.Context(), web.Actor(r))
	if err != nil {
		return web.Sheet{}, err
	}
	s := web.Sheet{Head: []string{"list", "enquiry", "contact", "child", "child_reference", "state", "outcome", "joint", "due", "since", "authorised", "open_actions", "late_actions"}}
	if x := l.shown(r.URL.Query().Get("show")); x != nil {
		for _, o := range x.Rows {
			s.Rows = append(s.Rows, []string{r.URL.Query().Get("show"), o.Ref, "", o.Name, "", "", "", "", "", o.Since.String(), "", "", ""})
		}
	}
	for _, w := range l.ToOpen {
		s.Rows = append(s.Rows, []string{"to_open", "", w.Contact, w.Name, "", "", "", "", w.Due.String(), w.Since.String(), "", "", ""})
	}
	for _, x := range []struct {
		list string
		rows []Entry
	}{{"open", l.Open}, {"authorised", l.Done}} {
		for _, e := range x.rows {
			open, late := strconv.Itoa(e.OpenActions), strconv.Itoa(e.LateActions)
			if e.Masked {
				open, late = "", ""
			}
			s.Rows = append(s.Rows, []string{x.list, e.Ref, e.Contact, e.Name, e.ChildRef, string(e.State), string(e.Outcome), e.Joint, e.Due.String(), e.Started.String(), e.Authorised.String(), open, late})
		}
	}
	return s, nil
}
