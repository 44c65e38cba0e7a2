package children

import (
	"net/http"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

type searchView struct {
	Name, Born, Age, Postcode string
	Rows                      []Hit
	Tried, Checked            string
	Error, Field              string
	Asked                     bool
	SeesPairs                 bool // leads to the children who may be recorded twice
}

// HasErrors says whether the search was refused.
func (v searchView) HasErrors() bool { return v.Error != "" }

func (d *Desk) showSearch(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := searchView{Name: q.Get("name"), Born: q.Get("born"), Age: q.Get("age"), Postcode: q.Get("postcode"),
		SeesPairs: access.ScopeOf(web.Actor(r), access.SeeDuplicates).Allowed}
	if v.Name+v.Born+v.Age+v.Postcode == "" {
		// Nothing was asked, so nothing is shown or searched; permission still is.
		if s := access.ScopeOf(web.Actor(r), access.SearchChildren); !s.Allowed {
			return refusal.New(refusal.Denied, access.May(web.Actor(r), access.SearchChildren, access.About{}, d.Record.Now()).Message)
		}
		return web.Render(w, r, http.StatusOK, searchPage, v)
	}
	v.Asked = true
	said, ref, err := SaidOf(v.Name, v.Born, v.Age, v.Postcode)
	var found *Found
	if err == nil {
		found, err = d.Search(r.Context(), web.Actor(r), said, ref)
	}
	if x, ok := refusal.As(err); ok && x.Kind == refusal.Invalid {
		v.Error, v.Field = x.Message, x.Problems[0].Field
		return web.Render(w, r, http.StatusUnprocessableEntity, searchPage, v)
	}
	if err != nil {
		return err
	}
	v.Rows, v.Tried, v.Checked = found.Rows, strings.Join(found.Tried, ", "), found.Now.Clock()
	return web.Render(w, r, http.StatusOK, searchPage, v)
}
