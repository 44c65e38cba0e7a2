package links

import (
	"embed"
	"net/http"
	"net/url"

	"frontdoor/internal/access"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	linksPage  = web.NewPage(templates, "templates/links.html")
	searchPage = web.NewPage(templates, "templates/search.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.Route("GET "+web.PathLinks, access.LinkSubject, d.showLinks)
	s.Route("POST "+web.PathLinks, access.LinkSubject, d.saveLink)
	s.Route("POST "+web.PathLinkConcerns, access.LinkSubject, d.saveConcerns)
	s.Route("POST "+web.PathLinkEnd, access.LinkSubject, d.saveEnd)
	s.Route("GET "+web.PathLinkPeer, access.LinkSubject, d.showPeer)
	s.Route("POST "+web.PathLinkPeer, access.LinkSubject, d.savePeer)
	s.Route("GET "+web.PathSubjects, access.FindSubjects, d.showSearch)
	s.Route("GET "+web.PathSubjects+".csv", access.FindSubjects, d.searchCSV)
	s.Route("GET "+web.PathSubjects+".json", access.FindSubjects, d.searchJSON)
}

func options(all []pathway.PointOption) []web.Option {
	var out []web.Option
	for _, o := range all {
		out = append(out, web.Option{Value: o.Value, Label: o.Label})
	}
	return out
}

func (p *Page) kidOptions() []web.Option {
	var out []web.Option
	for _, k := range p.Kids {
		out = append(out, web.Option{Value: k.ID, Label: k.Name})
	}
	return out
}

func (p *Page) linkForm() *web.Form {
	f := web.NewForm(web.Field{Name: "kind", Label: "What is it?", Kind: "radios", Options: options(pathway.SubjectKinds())},
		web.Field{Name: "name", Label: "What is it called?", Hint: "The name of the place, the registration of the vehicle, or what somebody is known as", Kind: "text"},
		web.Field{Name: "postcode", Label: "Postcode of the place, if known", Kind: "text", Width: 10, Follows: "kind|place"},
		web.Field{Name: "children", Label: "Which children has it to do with?", Kind: "checkboxes", Options: p.kidOptions()},
		web.Field{Name: "how", Label: "How do we know, and what has it to do with the child?", Kind: "textarea", Rows: 2},
		web.Field{Name: "source", Label: "Where was it said?", Kind: "radios", Options: []web.Option{{Value: "contact", Label: "In the contact"}, {Value: "meeting", Label: "In a strategy discussion"}, {Value: "enquiry", Label: "In an enquiry"}}})
	if len(p.Kids) == 1 {
		x := f.Field("children")
		x.Value, x.Values = p.Kids[0].ID, []string{p.Kids[0].ID}
	}
	return f
}

func (p *Page) concernForm() *web.Form {
	var kinds []web.Option
	for _, k := range pathway.ConcernKinds() {
		o := web.Option{Value: k.Code, Label: k.Name}
		if k.Exploitation {
			o.Hint = "By people outside the family: record places, vehicles and peers too"
		}
		kinds = append(kinds, o)
	}
	f := web.NewForm(web.Field{Name: "child", Label: "For which child?", Kind: "radios", Options: p.kidOptions()},
		web.Field{Name: "concerns", Label: "What is feared? Select all that apply", Kind: "checkboxes", Options: kinds},
		web.Field{Name: "concern-why", Label: "What was seen or said?", Kind: "textarea", Rows: 2})
	if len(p.Kids) == 1 {
		f.Field("child").Value = p.Kids[0].ID
	}
	return f
}

type linkView struct {
	Link
	What, Whose, Where string
	Search, Peer       string // Peer is the page that says who somebody is
}

type concernView struct {
	Concern
	What, Whose string
}

type linksView struct {
	*Page
	Path           string
	Link, Concern  *web.Form
	End            *web.Form
	Links          []linkView
	Concerns       []concernView
	Errors         *web.Form // the form whose errors stand at the top
	MaySearch      bool
	OpensContact   bool
	Exploited      bool // a kind of exploitation is feared
	NothingOutside bool // and no place, vehicle or peer is written down
}

// HasErrors says whether a form shows errors.
func (v linksView) HasErrors() bool { return v.Errors.HasErrors() }

func kindWords(k pathway.SubjectKind) string {
	return map[pathway.SubjectKind]string{pathway.PlaceSubject: "Place", pathway.VehicleSubject: "Vehicle", pathway.PeerSubject: "Known as"}[k]
}

func sourceWords(s string) string {
	return map[string]string{"contact": "said in the contact", "meeting": "said in a strategy discussion", "enquiry": "said in an enquiry"}[s]
}

func searchPath(text string) string { return web.PathSubjects + "?" + url.Values{"q": {text}}.Encode() }

func (d *Desk) showLinks(w http.ResponseWriter, r *http.Request) error {
	return d.links(w, r, http.StatusOK, nil)
}

// links shows the page; fill puts a form that was refused in its place.
func (d *Desk) links(w http.ResponseWriter, r *http.Request, code int, fill func(*linksView)) error {
	p, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	v := linksView{Page: p, Path: web.LinksPath(p.Ref, ""), Link: p.linkForm(), Concern: p.concernForm(), End: web.NewForm(), Errors: web.NewForm(),
		MaySearch: access.ScopeOf(web.Actor(r), access.FindSubjects).Allowed, OpensContact: access.ScopeOf(web.Actor(r), access.OpenContact).Allowed}
	for _, l := range p.Links {
		k, _ := p.Kid(l.Child)
		x := linkView{Link: l, What: kindWords(l.Kind), Whose: k.Name, Where: sourceWords(l.Source), Search: searchPath(l.Name)}
		if l.Kind == pathway.PlaceSubject && l.Postcode != "" {
			x.Search = searchPath(l.Postcode)
		}
		x.Postcode = spaced(l.Postcode)
		if l.Kind == pathway.PeerSubject && l.Ended.IsZero() && access.ScopeOf(web.Actor(r), access.SearchChildren).Allowed {
			x.Peer = web.LinksPath(p.Ref, "peers/"+l.ID)
		}
		v.Links = append(v.Links, x)
	}
	outside := false
	for _, c := range p.Concerns {
		k, _ := p.Kid(c.Child)
		kind, _ := pathway.ConcernOf(c.Kind)
		v.Exploited = v.Exploited || kind.Exploitation && c.Ended.IsZero()
		v.Concerns = append(v.Concerns, concernView{Concern: c, What: kind.Name, Whose: k.Name})
	}
	for _, l := range p.Links {
		outside = outside || l.Ended.IsZero()
	}
	v.NothingOutside = v.Exploited && !outside
	if fill != nil {
		fill(&v)
	}
	return web.Render(w, r, code, linksPage, v)
}

func refused(err error) bool {
	k := refusal.KindOf(err)
	return err != nil && (k == refusal.Invalid || k == refusal.Conflict)
}

func (d *Desk) saveLink(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	f := p.linkForm()
	f.Read(r)
	err = d.Link(r.Context(), web.Actor(r), p.Ref, pathway.Linking{Kind: pathway.SubjectKind(f.Value("kind")), Name: f.Value("name"), Postcode: f.Value("postcode"),
		Children: f.Field("children").Values, How: f.Value("how"), Source: f.Value("source")})
	if refused(err) && f.Reject(err) {
		return d.links(w, r, http.StatusUnprocessableEntity, func(v *linksView) { v.Link, v.Errors = f, f })
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.LinksPath(p.Ref, ""))
}

func (d *Desk) saveConcerns(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	f := p.concernForm()
	f.Read(r)
	err = d.Fear(r.Context(), web.Actor(r), p.Ref, f.Value("child"), f.Field("concerns").Values, f.Value("concern-why"))
	if refused(err) && f.Reject(err) {
		return d.links(w, r, http.StatusUnprocessableEntity, func(v *linksView) { v.Concern, v.Errors = f, f })
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.LinksPath(p.Ref, ""))
}

func (d *Desk) saveEnd(w http.ResponseWriter, r *http.Request) error {
	f := web.NewForm(web.Field{Name: "what", Kind: "hidden"}, web.Field{Name: "id", Kind: "hidden"}, web.Field{Name: "why", Kind: "text"})
	f.Read(r)
	end := d.End
	if f.Value("what") == "concern" {
		end = d.EndConcern
	}
	err := end(r.Context(), web.Actor(r), r.PathValue("ref"), f.Value("id"), f.Value("why"))
	if refused(err) && f.Reject(err) {
		for i := range f.Errors {
			f.Errors[i].Field = "why-" + f.Value("id")
		}
		return d.links(w, r, http.StatusUnprocessableEntity, func(v *linksView) { v.Errors = f })
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.LinksPath(r.PathValue("ref"), ""))
}

type hitView struct {
	Hit
	What, Where string
}

type searchView struct {
	Form             *web.Form
	Asked            bool
	Rows             []hitView
	Children, Things int
	CSV, JSON        string
	Checked, Text    string
}

// HasErrors says whether the question was refused.
func (v searchView) HasErrors() bool { return v.Form.HasErrors() }

func searchForm() *web.Form {
	return web.NewForm(web.Field{Name: "q", Label: "A place, a registration or a name", Hint: "For example, Vale bus station, WN1 2AB, KX71 ABC, or Jay", Kind: "text"},
		web.Field{Name: "kind", Label: "Which of them?", Kind: "select", Options: append([]web.Option{{Value: "", Label: "All"}}, options(pathway.SubjectKinds())...)},
		web.Field{Name: "why", Label: "What do you ask for?", Kind: "radios", Options: options(pathway.Purposes())})
}

func askedOf(r *http.Request) (Asked, *web.Form) {
	q, f := r.URL.Query(), searchForm()
	a := Asked{Text: q.Get("q"), Kind: q.Get("kind"), Purpose: q.Get("why")}
	for name, value := range map[string]string{"q": a.Text, "kind": a.Kind, "why": a.Purpose} {
		f.Field(name).Value = value
	}
	return a, f
}

func (d *Desk) showSearch(w http.ResponseWriter, r *http.Request) error {
	a, f := askedOf(r)
	v := searchView{Form: f, Text: a.Text}
	if !r.URL.Query().Has("why") {
		// Nothing is asked yet, or only what: the purpose comes first.
		if who := web.Actor(r); !access.ScopeOf(who, access.FindSubjects).Allowed {
			return refusal.New(refusal.Denied, access.May(who, access.FindSubjects, access.About{}, d.Record.Now()).Message)
		}
		if !r.URL.Query().Has("kind") {
			return web.Render(w, r, http.StatusOK, searchPage, v)
		}
	}
	x, err := d.Children(r.Context(), web.Actor(r), a)
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return web.Render(w, r, http.StatusUnprocessableEntity, searchPage, v)
	}
	if err != nil {
		return err
	}
	query := "?" + url.Values{"q": {a.Text}, "kind": {a.Kind}, "why": {a.Purpose}}.Encode()
	v.Asked, v.Checked, v.CSV, v.JSON = true, x.Now.Words(), web.PathSubjects+".csv"+query, web.PathSubjects+".json"+query
	things := map[string]bool{}
	for _, h := range x.Rows {
		things[string(h.Kind)+h.Subject+h.Postcode] = true
		h.Postcode = spaced(h.Postcode)
		v.Rows = append(v.Rows, hitView{h, kindWords(h.Kind), sourceWords(h.Source)})
	}
	v.Children, v.Things = x.Count(), len(things)
	return web.Render(w, r, http.StatusOK, searchPage, v)
}

// spaced is a postcode as people write it.
func spaced(code string) string {
	const last = 3
	if len(code) <= last+1 {
		return code
	}
	return code[:len(code)-last] + " " + code[len(code)-last:]
}

// Count is how many children are among the rows: one who is linked to two of the things
// is one child.
func (f *Found) Count() int {
	seen, masked := map[string]bool{}, 0
	for _, h := range f.Rows {
		switch {
		case h.Masked:
			masked++
		case h.Ref != "":
			seen[h.Ref] = true
		default:
			seen[h.Contact+" "+h.Child] = true
		}
	}
	return len(seen) + masked
}

// Sheet is the rows as a file.
func (f *Found) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"linked_to", "kind", "postcode", "child", "age", "child_reference", "contact", "how", "source", "since", "concerns", "peer_records"}}
	for _, h := range f.Rows {
		since := ""
		if !h.Since.IsZero() {
			since = h.Since.String()
		}
		s.Rows = append(s.Rows, []string{h.Subject, string(h.Kind), h.Postcode, h.Child, h.Age, h.Ref, h.Contact, h.How, h.Source, since, h.Concerns, h.Peers})
	}
	return s
}

func (d *Desk) searchCSV(w http.ResponseWriter, r *http.Request) error {
	a, _ := askedOf(r)
	x, err := d.Children(r.Context(), web.Actor(r), a)
	if err != nil {
		return err
	}
	return web.SendCSV(w, "linked-children", x.Sheet())
}

func (d *Desk) searchJSON(w http.ResponseWriter, r *http.Request) error {
	a, _ := askedOf(r)
	x, err := d.Children(r.Context(), web.Actor(r), a)
	if err != nil {
		return err
	}
	rows := x.Rows
	if rows == nil {
		rows = []Hit{}
	}
	return web.SendJSON(w, map[string]any{"purpose": pathway.PurposeName(a.Purpose), "children": rows})
}
