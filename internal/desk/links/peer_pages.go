package links

import (
	"net/http"

	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var peerPage = web.NewPage(templates, "templates/peer.html")

type candidateView struct {
	Candidate
	Mark web.Mark
}

type peerView struct {
	*PeerPage
	Path, Back      string
	Ask, Is, Not    *web.Form
	Rows            []candidateView
	Errors          *web.Form
	Whose, Selected string
}

// HasErrors says whether a form shows errors.
func (v peerView) HasErrors() bool { return v.Errors.HasErrors() }

var peerMarks = map[person.Band]web.Mark{
	person.Certain: {Words: "Certain", Tone: "done"}, person.Review: {Words: "To confirm", Tone: "soon"}, person.FamilyOnly: {Words: "We know the family", Tone: "note"},
}

func peerAskForm() *web.Form {
	return web.NewForm(web.Field{Name: "given", Label: "First name, or what they are called", Kind: "text", Width: 20}, web.Field{Name: "family", Label: "Family name", Kind: "text", Width: 20},
		web.Field{Name: "age", Label: "About how old?", Kind: "text", Width: 3}, web.Field{Name: "postcode", Label: "Postcode of the home", Kind: "text", Width: 10})
}

func isPeerForm(p *PeerPage) *web.Form {
	f := web.NewForm(web.Field{Name: "record", Label: "Whose record is it?", Kind: "radios"}, web.Field{Name: "because", Label: "How do we know that it is them?", Kind: "textarea", Rows: 2})
	for _, c := range p.Found {
		if c.Masked == "" {
			f.Field("record").Options = append(f.Field("record").Options, web.Option{Value: c.Ref, Label: c.Name + ", " + c.Ref})
		}
	}
	return f
}

// peerAsked reads what is asked for from an address; nil when nothing is.
func peerAsked(r *http.Request) (*PeerAsked, *web.Form) {
	q, f := r.URL.Query(), peerAskForm()
	for _, name := range []string{"given", "family", "age", "postcode"} {
		f.Field(name).Value = q.Get(name)
	}
	if !q.Has("given") {
		return nil, f
	}
	return &PeerAsked{Given: f.Value("given"), Family: f.Value("family"), Postcode: f.Value("postcode"), Age: ageOf(f.Value("age"))}, f
}

func (d *Desk) showPeer(w http.ResponseWriter, r *http.Request) error {
	return d.peerWith(w, r, http.StatusOK, nil)
}

// peerWith shows the page; fill puts a form that was refused in its place.
func (d *Desk) peerWith(w http.ResponseWriter, r *http.Request, code int, fill func(*peerView)) error {
	a, ask := peerAsked(r)
	ref, id := r.PathValue("ref"), r.PathValue("id")
	p, err := d.Peer(r.Context(), web.Actor(r), ref, id, a)
	if refusal.KindOf(err) == refusal.Invalid && ask.Reject(err) {
		if p, err = d.Peer(r.Context(), web.Actor(r), ref, id, nil); err == nil {
			code = http.StatusUnprocessableEntity
		}
	}
	if err != nil {
		return err
	}
	v := peerView{PeerPage: p, Path: web.LinksPath(ref, "peers/"+id), Back: web.LinksPath(ref, ""), Ask: ask, Is: isPeerForm(p), Not: web.NewForm(), Errors: ask}
	if r.URL.RawQuery != "" {
		v.Path += "?" + r.URL.RawQuery
	}
	for _, c := range p.Found {
		v.Rows = append(v.Rows, candidateView{c, peerMarks[c.Band]})
	}
	if fill != nil {
		fill(&v)
	}
	return web.Render(w, r, code, peerPage, v)
}

func (d *Desk) savePeer(w http.ResponseWriter, r *http.Request) error {
	ref, id := r.PathValue("ref"), r.PathValue("id")
	var f *web.Form
	var err error
	if r.PostFormValue("what") == "not" {
		f = web.NewForm(web.Field{Name: "said", Kind: "hidden"}, web.Field{Name: "why", Kind: "text"})
		f.Read(r)
		err = d.NotPeer(r.Context(), web.Actor(r), ref, id, f.Value("said"), f.Value("why"))
	} else {
		// Whoever may be chosen is asked for again: nothing that was not found is taken.
		a, _ := peerAsked(r)
		p, found := d.Peer(r.Context(), web.Actor(r), ref, id, a)
		if found != nil {
			return found
		}
		f = isPeerForm(p)
		f.Read(r)
		err = d.IsPeer(r.Context(), web.Actor(r), ref, id, f.Value("record"), f.Value("because"))
	}
	if refused(err) && f.Reject(err) {
		for i := range f.Errors {
			if f.Errors[i].Field == "why" {
				f.Errors[i].Field = "why-" + f.Value("said")
			}
		}
		return d.peerWith(w, r, http.StatusUnprocessableEntity, func(v *peerView) {
			if v.Errors = f; r.PostFormValue("what") != "not" {
				v.Is = f
			}
		})
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.LinksPath(ref, ""))
}
