package admin

import (
	"net/http"
	"strconv"

	"frontdoor/internal/web"
)

func filesAt(path string) web.Files { return web.Files{CSV: path + ".csv", JSON: path + ".json"} }

// peopleSheet is the list of people with an account as a file.
func (d *Desk) peopleSheet(r *http.Request) (web.Sheet, error) {
	all, _, _, err := d.People(r.Context(), web.Actor(r))
	if err != nil {
		return web.Sheet{}, err
	}
	s := web.Sheet{Head: []string{"id", "name", "email", "roles", "organisation", "last_sign_in", "expires", "ended", "children", "waits"}}
	for _, l := range all {
		s.Rows = append(s.Rows, []string{l.ID, l.Name, l.Email, l.Roles, l.Organisation, l.LastIn.String(), l.Expires.String(), l.Disabled.String(), strconv.Itoa(l.Children), strconv.Itoa(l.Waits)})
	}
	return s, nil
}

// doorsSheet is the partners' keys and where they are told by their system as a file. The
// id of a key is no secret. What could not be delivered has a list of its own.
func (d *Desk) doorsSheet(r *http.Request) (web.Sheet, error) {
	v, _, err := d.doors(r)
	if err != nil {
		return web.Sheet{}, err
	}
	s := web.Sheet{Head: []string{"list", "id", "kind", "name", "address", "made", "ended", "last", "today", "unreadable"}}
	for _, k := range v.Doors {
		s.Rows = append(s.Rows, []string{"key", k.ID, k.Door, k.Name, "", k.Made.String(), k.Disabled.String(), k.Last.String(), strconv.Itoa(k.Today), strconv.Itoa(k.Unreadable)})
	}
	for _, h := range v.Hooks {
		s.Rows = append(s.Rows, []string{"webhook", h.ID, "", h.Organisation, h.URL, h.Made.String(), "", "", "", ""})
	}
	return s, nil
}
