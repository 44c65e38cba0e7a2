package children

import (
	"net/http"
	"strconv"

	"frontdoor/internal/web"
)

// duplicatesSheet is the list of pairs as a file: the rows of all its pages. What is
// masked on the page is masked here.
func (d *Desk) duplicatesSheet(r *http.Request) (web.Sheet, error) {
	x, err := d.Duplicates(r.Context(), web.Actor(r))
	if err != nil {
		return web.Sheet{}, err
	}
	s := web.Sheet{Head: []string{"pair", "one_reference", "one", "one_born", "other_reference", "other", "other_born", "chance", "state", "due", "asked", "masked"}}
	for _, p := range x.Rows {
		if p.Masked != "" {
			s.Rows = append(s.Rows, []string{"", "", "", "", "", "", "", "", string(p.State), p.Due.String(), p.Asked.String(), p.Masked})
			continue
		}
		s.Rows = append(s.Rows, []string{p.ID, p.One.Ref, nameOf(p.One), p.One.Born.String(), p.Other.Ref, nameOf(p.Other), p.Other.Born.String(), strconv.FormatFloat(p.Chance, 'f', 3, 64),
			string(p.State), p.Due.String(), p.Asked.String(), ""})
	}
	return s, nil
}
