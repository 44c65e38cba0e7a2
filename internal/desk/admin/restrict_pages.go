package admin

import (
	"context"
	"database/sql"
	"net/http"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var restrictionPage = web.NewPage(templates, "templates/restriction.html")

// RestrictionPage is who may open a child's record, and whom it can be closed to.
type RestrictionPage struct {
	Ref, ID string // of the record that a child's records are read as
	Closed  bool
	record.Restriction
	People []web.Option
}

// mayBeNamed are the authority's own people who work with children's records.
var mayBeNamed = db.SQL("admin.may-be-named", `
	SELECT u.id, u.name, COALESCE((SELECT string_agg(r.role, ',') FROM user_role r WHERE r.user_id = u.id AND r.authority_id = u.authority_id AND r.ended_at IS NULL), '')
	FROM user_account u
	WHERE u.authority_id = $1 AND u.organisation_id = '' AND u.disabled_at IS NULL
	ORDER BY u.name, u.id`)

// worksWithChildren are the roles that can be named on a restriction.
var worksWithChildren = []access.Role{access.FrontDoorManager, access.Screener, access.TeamManager, access.SocialWorker, access.Director}

// Restriction shows who may open a child's record. Of a closed one it refuses whoever is
// not named.
func (d *Desk) Restriction(ctx context.Context, who access.Actor, ref string) (*RestrictionPage, error) {
	out := &RestrictionPage{}
	err := d.Record.Look(ctx, who, access.PurposeDeciding, func(v *record.View) error {
		*out = RestrictionPage{}
		p, members, err := record.PersonRead(ctx, v, v.Authority, ref)
		if err != nil {
			if denied := v.Allow(access.RestrictChild, access.About{}); denied != nil || !db.NotFound(err) {
				return denied
			}
			return refusal.Hidden()
		}
		about, err := record.Concealing(ctx, v, access.About{Kind: "child", ID: p.Ref, Authority: v.Authority, Persons: members})
		if err != nil {
			return err
		}
		if err := v.Allow(access.RestrictChild, about); err != nil {
			return err
		}
		v.Saw("who may open a record", p.Ref)
		out.Ref, out.ID, out.Closed = p.Ref, p.ID, about.Conceal != access.Unrestricted
		if out.Restriction, err = record.RestrictionOf(ctx, v, v.Authority, p.ID); err != nil {
			return err
		}
		return out.readPeople(ctx, v)
	})
	return out, err
}

func (p *RestrictionPage) readPeople(ctx context.Context, v *record.View) error {
	_, err := db.Collect(ctx, v, func(r *sql.Rows, _ *struct{}) error {
		var o web.Option
		var roles string
		if err := r.Scan(&o.Value, &o.Label, &roles); err != nil {
			return err
		}
		var words []string
		for _, x := range strings.Split(roles, ",") {
			if name := access.RoleName(access.Role(x)); slices.Contains(worksWithChildren, access.Role(x)) && !slices.Contains(words, name) {
				words = append(words, name)
			}
		}
		if len(words) > 0 {
			o.Hint = web.Capital(strings.Join(words, ", "))
			p.People = append(p.People, o)
		}
		return nil
	}, mayBeNamed, v.Authority)
	return err
}

type restrictionView struct {
	*RestrictionPage
	Form *web.Form
}

// HasErrors says whether the form shows errors.
func (v restrictionView) HasErrors() bool { return v.Form.HasErrors() }

func (p *RestrictionPage) form() *web.Form {
	if p.Closed {
		return web.NewForm(web.Field{Name: "why", Label: "Why is the restriction lifted?", Kind: "textarea"})
	}
	return web.NewForm(
		web.Field{Name: "conceal", Label: "How far is the record closed?", Kind: "radios", Options: []web.Option{
			{Value: string(access.Restricted), Label: "Restricted", Hint: "Who receives contacts sees that there is a restricted record and whom to ask, and nothing else"},
			{Value: string(access.Sealed), Label: "Sealed", Hint: "Nobody but the people named sees that there is a record"}}},
		web.Field{Name: "named", Label: "Who may open it?", Hint: "Select all who need to. Only a front door manager among them can decide its contacts and lift the restriction", Kind: "checkboxes", Options: p.People},
		web.Field{Name: "ask", Label: "Whom should others ask?", Hint: "A name, as it is shown to those who meet the record", Kind: "text"},
		web.Field{Name: "reason", Label: "Why is the record restricted?", Kind: "textarea"})
}

func (d *Desk) showRestriction(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Restriction(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, restrictionPage, restrictionView{p, p.form()})
}

func (d *Desk) saveRestriction(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	p, err := d.Restriction(r.Context(), who, r.PathValue("ref"))
	if err != nil {
		return err
	}
	f := p.form()
	f.Read(r)
	stillOpens := true
	if p.Closed {
		err = d.Lift(r.Context(), who, p.ID, f.Value("why"))
	} else {
		named := f.Field("named").Values
		stillOpens = slices.Contains(named, who.ID)
		err = d.Restrict(r.Context(), who, p.ID, access.Concealment(f.Value("conceal")), f.Value("ask"), f.Value("reason"), named)
	}
	if f.Reject(err) {
		return web.Render(w, r, http.StatusUnprocessableEntity, restrictionPage, restrictionView{p, f})
	}
	if err != nil {
		return err
	}
	if !stillOpens {
		return web.See(w, r, web.PathBoard)
	}
	return web.See(w, r, web.ChildPath(p.Ref, ""))
}
