package partnership

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var packPage = web.NewPage(templates, "templates/pack.html", "templates/parts.html")

func (d *Desk) packRoutes(s *web.Server) {
	s.Route("GET "+web.PathPacks, access.MakePack, d.showPack)
	s.Route("GET "+web.PathPackFile, access.MakePack, d.packFile)
}

// packAsked reads an address. With nothing said it is last calendar month, and not asked
// for yet.
func (d *Desk) packAsked(q url.Values) (a PackAsked, said bool, err error) {
	month := d.Record.Now().Date()
	month.Day = 1
	last := Period{month.AddMonths(-1), month.AddDays(-1)}
	if q.Get("from") == "" && q.Get("to") == "" {
		return PackAsked{Agency: q.Get("agency"), Period: last}, false, nil
	}
	p, err := d.PeriodOf(q)
	return PackAsked{Agency: q.Get("agency"), Period: p}, true, err
}

type fileView struct {
	Name, Rows, Bytes string
	Hash              template.HTML
}

// hashPart is how many letters of a hash stand together, so that it fits a narrow page.
const hashPart = 8

// brokenHash is a hash that may be broken across lines, and is copied whole.
func brokenHash(hash string) template.HTML {
	var parts []string
	for part := range slices.Chunk([]byte(hash), hashPart) {
		parts = append(parts, template.HTMLEscapeString(string(part)))
	}
	return template.HTML(strings.Join(parts, "<wbr>")) //nolint:gosec // every part is escaped
}

type packView struct {
	filterView
	Agency, Own  string
	Agencies     []web.Option
	Made         bool
	Joint        bool // may read packs of joint inspections
	Hash         template.HTML
	AsAt         string
	Download     string
	Command      string
	Files        []fileView
	Rows, Format string
}

func (d *Desk) showPack(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	who := web.Actor(r)
	a, said, err := d.packAsked(q)
	v := packView{Agency: a.Agency, filterView: filterView{From: a.Period.From.String(), To: a.Period.To.String()}, Format: PackFormat, Joint: access.ScopeOf(web.Actor(r), access.SeeJointPack).Allowed}
	if said {
		v.From, v.To = q.Get("from"), q.Get("to")
	}
	var names []Agency
	if err := d.look(r.Context(), who, access.MakePack, func(_ *record.View, all []Agency) error {
		names = all
		return nil
	}); err != nil {
		return err
	}
	v.choices(who, names)
	var p *Pack
	if err == nil && said {
		p, err = d.Pack(r.Context(), who, a)
	}
	if f, ok := refusal.As(err); ok && len(f.Problems) > 0 {
		v.Field, v.Error = f.Problems[0].Field, f.Problems[0].Message
		return web.Render(w, r, http.StatusUnprocessableEntity, packPage, v)
	}
	if err != nil {
		return err
	}
	if p != nil {
		v.show(p, q)
	}
	return web.Render(w, r, http.StatusOK, packPage, v)
}

// choices are the packs that somebody may make: a partner its own.
func (v *packView) choices(who access.Actor, all []Agency) {
	if access.ScopeOf(who, access.MakePack).AgencyID != "" {
		for _, g := range all {
			v.Own = g.Name
		}
		return
	}
	v.Agencies = []web.Option{{Label: "All partners, each in a folder"}}
	for _, g := range all {
		v.Agencies = append(v.Agencies, web.Option{Value: g.ID, Label: g.Name})
	}
}

func (v *packView) show(p *Pack, q url.Values) {
	v.Made, v.Hash, v.AsAt, v.Rows, v.Period = true, brokenHash(p.Hash), p.AsAt.Words(), p.rowsOf(), Period{p.From, p.To}.Words()
	v.Download = web.PathPackFile + "?" + url.Values{"agency": {p.Agency}, "from": {p.From.String()}, "to": {p.To.String()}}.Encode()
	v.Command = "frontdoor pack --from " + p.From.String() + " --to " + p.To.String() + " --out DIR"
	if p.Agency != "" {
		v.Command = "frontdoor pack --agency " + p.Agency + " --from " + p.From.String() + " --to " + p.To.String() + " --out DIR"
	}
	for _, f := range p.Files {
		v.Files = append(v.Files, fileView{f.Name, strconv.Itoa(f.Rows), strconv.Itoa(f.Bytes), brokenHash(f.SHA256)})
	}
}

func (d *Desk) packFile(w http.ResponseWriter, r *http.Request) error {
	a, _, err := d.packAsked(r.URL.Query())
	if err != nil {
		return err
	}
	p, err := d.Pack(r.Context(), web.Actor(r), a)
	if err != nil {
		return err
	}
	body, err := p.Zip()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="`+p.ZipName()+`"`)
	_, err = w.Write(body)
	return err
}
