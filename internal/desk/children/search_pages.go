package children

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

type searchView struct {
	Text, Born, Age, Postcode string
	Rows                      []Hit
	Masked                    []string
	Understood                string
	Unplaced                  []person.Part
	Tried, Checked, Count     string
	Narrowed                  string
	Previous, Where, Next     string
	Error, Field              string
	Asked, More, Call         bool
	SeesPlaces                bool
	SeesPairs                 bool // leads to the children who may be recorded twice
}

// HasErrors says whether the search was refused.
func (v searchView) HasErrors() bool { return v.Error != "" }

func (d *Desk) showSearch(w http.ResponseWriter, r *http.Request) error {
	q, who := r.URL.Query(), web.Actor(r)
	v := searchView{Text: q.Get("q"), Born: q.Get("born"), Age: q.Get("age"), Postcode: q.Get("postcode")}
	v.SeesPairs = access.ScopeOf(who, access.SeeDuplicates).Allowed
	v.SeesPlaces = access.ScopeOf(who, access.FindSubjects).Allowed
	v.More = v.Born+v.Age+v.Postcode != ""
	v.Call = access.ScopeOf(who, access.ScreenContact).Allowed
	if strings.TrimSpace(v.Text+v.Born+v.Age+v.Postcode) == "" {
		// Nothing was asked, so nothing is shown or searched; permission still is.
		if s := access.ScopeOf(who, access.SearchChildren); !s.Allowed {
			return refusal.New(refusal.Denied, access.May(who, access.SearchChildren, access.About{}, d.Record.Now()).Message)
		}
		return web.Render(w, r, http.StatusOK, searchPage, v)
	}
	page, _ := strconv.Atoi(q.Get("page"))
	found, err := d.Search(r.Context(), who, Asked{v.Text, v.Born, v.Age, v.Postcode, min(max(page, 1), mostShown/pageRows)})
	if x, ok := refusal.As(err); ok && x.Kind == refusal.Invalid {
		v.Error, v.Field = x.Message, x.Problems[0].Field
		v.More = v.More || v.Field != "q"
		v.understood(found)
		return web.Render(w, r, http.StatusUnprocessableEntity, searchPage, v)
	}
	if err != nil {
		return err
	}
	if found.Contact != "" {
		return web.See(w, r, web.ContactPath(found.Contact, ""))
	}
	v.show(found, q)
	return web.Render(w, r, http.StatusOK, searchPage, v)
}

func (v *searchView) understood(f *Found) {
	v.Understood, v.Unplaced = f.Search.Words(), f.Search.Unplaced
}

func (v *searchView) show(f *Found, q url.Values) {
	v.understood(f)
	v.Asked, v.Rows, v.Masked, v.Checked, v.Tried = true, f.Rows, f.Masked, f.Now.Clock(), strings.Join(f.Tried, "; ")
	v.Count = children(f.All)
	if f.Narrowed {
		v.Narrowed = fmt.Sprintf("The %d most likely are shown. Add a date of birth, an age or a postcode to find the others", f.All)
	}
	link := func(page int) string {
		q.Set("page", strconv.Itoa(page))
		return web.PathSearch + "?" + q.Encode()
	}
	if f.Page > 1 {
		v.Previous = link(f.Page - 1)
	}
	if f.Page*pageRows < f.All {
		v.Next = link(f.Page + 1)
	}
	if f.All > pageRows {
		v.Where = fmt.Sprintf("Page %d of %d", f.Page, (f.All+pageRows-1)/pageRows)
	}
}

func children(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 child"
	}
	return fmt.Sprintf("%d children", n)
}
