package children

import (
	"embed"
	"net/http"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/pathway"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	searchPage = web.NewPage(templates, "templates/search.html")
	linePage   = web.NewPage(templates, "templates/line.html", "templates/childhead.html")
	childPage  = web.NewPage(templates, "templates/child.html", "templates/childhead.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.Route("GET "+web.PathSearch, access.SearchChildren, d.showSearch)
	for _, p := range []struct{ path, part string }{{web.PathChild, ""}, {web.PathChronology, "chronology"}, {web.PathChildWaiting, "waiting"}} {
		s.Route("GET "+p.path, access.OpenChild, d.show(p.part))
	}
	s.Route("GET "+web.PathChronologyLine, access.MarkSignificant, d.showLine)
	s.Route("POST "+web.PathChronologyLine, access.MarkSignificant, d.saveLine)
	d.familyRoutes(s)
	d.fairnessRoutes(s)
	s.Route("GET "+web.PathLookedAt, access.SeeLooks, d.show("looked-at"))
	d.duplicateRoutes(s)
	d.limitRoutes(s)
}

type tab struct {
	Path, Name string
	Here       bool
}

type waitView struct {
	Wait
	DueAt web.Due
	Words string
}

type childView struct {
	*Page
	head
	Part        string
	Open, Ended []waitView
	Place       string
	Contacts    []contactView
	MayPropose  bool // may say that this child is recorded twice
	MayMark     bool // may say what is significant
	MayHelp     bool // may record that the child was met
	MayDeath    bool // may record that somebody died
	MayRestrict bool // may close the record to named people, or open it again
}

type contactView struct {
	Ref, Source, When, Outcome string
	Link                       bool
}

func (d *Desk) show(part string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		who := web.Actor(r)
		p, err := d.Open(r.Context(), who, r.PathValue("ref"), part)
		if err != nil {
			return err
		}
		if p.Moved {
			return web.See(w, r, web.ChildPath(p.Child.Ref, part))
		}
		c := p.Child
		v := childView{Page: p, head: headOf(p, part), Part: part, MayPropose: access.ScopeOf(who, access.ProposeMerge).Allowed && !who.ReadOnly,
			MayMark:     access.ScopeOf(who, access.MarkSignificant).Allowed && !who.ReadOnly,
			MayHelp:     access.ScopeOf(who, access.RecordHelp).Allowed && !who.ReadOnly,
			MayDeath:    access.ScopeOf(who, access.RecordDeath).Allowed && !who.ReadOnly,
			MayRestrict: access.ScopeOf(who, access.RestrictChild).Allowed && !who.ReadOnly}
		if len(c.Addresses) > 0 {
			v.Place = strings.Trim(c.Addresses[0].Line+", "+c.Addresses[0].Postcode, ", ")
		}
		for _, x := range p.Waits {
			wv := waitView{Wait: x, Words: web.Capital(pathway.AgencyName(pathway.Agency(x.Agency))) + ", " + x.Owner + ": " + x.What}
			if x.Ended.IsZero() {
				wv.DueAt = web.DueOf(p.Now, x.Due, x.Warn)
				v.Open = append(v.Open, wv)
				continue
			}
			wv.DueAt = web.Due{Words: "Ended " + x.Ended.Words(), Date: "was due " + x.Due.Words(), State: "ended"}
			if x.Ended.After(x.Due) {
				wv.DueAt.Words += ", late"
			}
			v.Ended = append(v.Ended, wv)
		}
		links := access.ScopeOf(who, access.OpenContact).Allowed
		for _, x := range p.Contacts {
			cv := contactView{Ref: x.Ref, Source: x.Source, When: x.At.Words(), Outcome: "Not decided yet", Link: links}
			if x.Outcome != "" {
				cv.Outcome = pathway.OutcomeName(x.Outcome)
			}
			v.Contacts = append(v.Contacts, cv)
		}
		return web.Render(w, r, http.StatusOK, childPage, v)
	}
}
