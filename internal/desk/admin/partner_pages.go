package admin

import (
	"context"
	"database/sql"
	"net/http"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var partnersPage = web.NewPage(templates, "templates/partners.html")

// Partner is a partner agency with its people and whom codes go to.
type Partner struct {
	Organisation
	People  []string // with what they do
	Contact string   // who is sent codes, "" nobody
	Address string
}

// Member is somebody in a joint team.
type Member struct{ User, Name, Agency, Team, TeamName string }

// Partners is what the page of partner agencies shows.
type Partners struct {
	Agencies []Partner
	Members  []Member
	Teams    []web.Option
	People   []web.Option
}

var (
	everyPartner = db.SQL("admin.partners", `
		SELECT o.id, o.kind, o.name, o.email, o.phone, COALESCE(c.name, ''), COALESCE(c.address, '') FROM organisation o
		LEFT JOIN organisation_contact c ON c.organisation_id = o.id AND c.authority_id = o.authority_id AND c.ended_at IS NULL
		WHERE o.authority_id = $1 ORDER BY o.kind, o.name, o.id`)
	peopleOfPartners = db.SQL("admin.people-of-partners", `
		SELECT u.id, u.name, u.organisation_id, COALESCE((SELECT min(r.role) FROM user_role r WHERE r.user_id = u.id AND r.authority_id = u.authority_id AND r.ended_at IS NULL), ''), COALESCE(o.name, '')
		FROM user_account u
		LEFT JOIN organisation o ON o.id = u.organisation_id AND o.authority_id = u.authority_id
		WHERE u.authority_id = $1 AND u.disabled_at IS NULL ORDER BY u.name, u.id`)
	jointTeams   = db.SQL("admin.joint-teams", `SELECT id, name FROM team WHERE authority_id = $1 AND kind = 'joint' ORDER BY name, id`)
	jointMembers = db.SQL("admin.joint-members", `
		SELECT DISTINCT u.id, u.name, COALESCE(o.name, ''), t.id, t.name FROM user_role r
		JOIN team t ON t.id = r.team_id AND t.authority_id = r.authority_id AND t.kind = 'joint'
		JOIN user_account u ON u.id = r.user_id AND u.authority_id = r.authority_id AND u.disabled_at IS NULL
		LEFT JOIN organisation o ON o.id = u.organisation_id AND o.authority_id = u.authority_id
		WHERE r.authority_id = $1 AND r.ended_at IS NULL ORDER BY t.name, t.id, u.name, u.id`)
)

// Partners lists the partner agencies, their people and the joint teams.
func (d *Desk) Partners(ctx context.Context, who access.Actor) (out Partners, err error) {
	err = d.Record.Look(ctx, who, access.PurposeService, func(v *record.View) error {
		out = Partners{}
		if err := v.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		v.Saw("partner agencies")
		return out.read(ctx, v)
	})
	return out, err
}

func (p *Partners) read(ctx context.Context, v *record.View) error {
	var err error
	p.Agencies, err = db.Collect(ctx, v, func(r *sql.Rows, x *Partner) error {
		return r.Scan(&x.ID, &x.Kind, &x.Name, &x.Email, &x.Phone, &x.Contact, &x.Address)
	}, everyPartner, v.Authority)
	if err != nil {
		return err
	}
	type somebody struct{ id, name, organisation, role, agency string }
	all, err := db.Collect(ctx, v, func(r *sql.Rows, s *somebody) error {
		return r.Scan(&s.id, &s.name, &s.organisation, &s.role, &s.agency)
	}, peopleOfPartners, v.Authority)
	if err != nil {
		return err
	}
	for _, s := range all {
		words := access.RoleName(access.Role(s.role))
		from := s.agency
		if from == "" {
			from = "the authority"
		}
		p.People = append(p.People, web.Option{Value: s.id, Label: s.name + ", " + words + ", " + from})
		for i := range p.Agencies {
			if p.Agencies[i].ID == s.organisation {
				p.Agencies[i].People = append(p.Agencies[i].People, s.name+", "+words)
			}
		}
	}
	if p.Teams, err = db.Collect(ctx, v, func(r *sql.Rows, o *web.Option) error { return r.Scan(&o.Value, &o.Label) }, jointTeams, v.Authority); err != nil {
		return err
	}
	p.Members, err = db.Collect(ctx, v, func(r *sql.Rows, m *Member) error { return r.Scan(&m.User, &m.Name, &m.Agency, &m.Team, &m.TeamName) }, jointMembers, v.Authority)
	return err
}

// forms are the four forms of the page: each is sent with what it is.
type partnerForms struct{ Agency, Contact, Team, Member *web.Form }

func (p Partners) forms() partnerForms {
	kind := web.Field{Name: "kind", Label: "What kind of agency is it?", Kind: "radios"}
	for _, k := range []pathway.Agency{pathway.Police, pathway.Health, pathway.School, pathway.Housing, pathway.OtherPartner} {
		kind.Options = append(kind.Options, web.Option{Value: string(k), Label: web.Capital(pathway.AgencyName(k))})
	}
	which := web.Field{Name: "organisation", Label: "Which agency?", Kind: "select", Options: []web.Option{{Label: "Select"}}}
	for _, a := range p.Agencies {
		which.Options = append(which.Options, web.Option{Value: a.ID, Label: a.Name})
	}
	first := []web.Option{{Label: "Select"}}
	return partnerForms{
		web.NewForm(web.Field{Name: "name", Label: "Name", Kind: "text"}, kind, web.Field{Name: "email", Label: "E-mail address, to which links go", Kind: "email"}, web.Field{Name: "phone", Label: "Telephone", Kind: "tel", Width: 20}),
		web.NewForm(which, web.Field{Name: "contact", Label: "Name of the contact", Kind: "text"}, web.Field{Name: "job", Label: "What they do there", Kind: "text"},
			web.Field{Name: "address", Label: "Their own e-mail address or mobile number", Hint: "Not the agency’s: links go there", Kind: "text"}),
		web.NewForm(web.Field{Name: "team-name", Label: "Name of the team", Kind: "text"}),
		web.NewForm(web.Field{Name: "member-team", Label: "Joint team", Kind: "select", Options: append(first, p.Teams...)}, web.Field{Name: "member", Label: "Who joins?", Kind: "select", Options: append(first, p.People...)}),
	}
}

type partnersView struct {
	Partners
	partnerForms
	Files   web.Files
	Checked string
	Form    *web.Form // the one with errors, for the summary
}

// HasErrors says whether a form shows errors.
func (v partnersView) HasErrors() bool { return v.Form.HasErrors() }

func (d *Desk) showPartners(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Partners(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return d.partnersWith(w, r, http.StatusOK, p, p.forms(), web.NewForm())
}

func (d *Desk) partnersWith(w http.ResponseWriter, r *http.Request, code int, p Partners, f partnerForms, wrong *web.Form) error {
	return web.Render(w, r, code, partnersPage, partnersView{p, f, filesAt(web.PathAdminPartners), d.Record.Now().Clock(), wrong})
}

func (d *Desk) savePartners(w http.ResponseWriter, r *http.Request) error {
	ctx, who := r.Context(), web.Actor(r)
	p, err := d.Partners(ctx, who)
	if err != nil {
		return err
	}
	all := p.forms()
	var f *web.Form
	switch r.PostFormValue("what") {
	case "agency":
		f = all.Agency
		f.Read(r)
		err = d.addPartner(ctx, who, f)
	case "contact":
		f = all.Contact
		f.Read(r)
		_, err = d.AddContact(ctx, who, NamedContact{Organisation: f.Value("organisation"), Name: f.Value("contact"), Job: f.Value("job"), Address: f.Value("address")})
	case "team":
		f = all.Team
		f.Read(r)
		_, err = d.AddJointTeam(ctx, who, "", f.Value("team-name"))
	case "member":
		f = all.Member
		f.Read(r)
		err = d.JoinTeam(ctx, who, f.Value("member"), f.Value("member-team"))
	case "leave":
		f = all.Member
		err = d.LeaveTeam(ctx, who, form.Clean(r.PostFormValue("user")), form.Clean(r.PostFormValue("team")))
	default:
		return refusal.New(refusal.Invalid, "Select what to add")
	}
	if f.Reject(err) {
		return d.partnersWith(w, r, http.StatusUnprocessableEntity, p, all, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PathAdminPartners)
}

// addPartner adds a partner agency, with the address that its links and notices go to.
func (d *Desk) addPartner(ctx context.Context, who access.Actor, f *web.Form) error {
	var p []refusal.Problem
	if f.Value("name") == "" {
		p = append(p, refusal.Problem{Field: "name", Message: "Enter the agency’s name"})
	}
	if f.Value("kind") == "" {
		p = append(p, refusal.Problem{Field: "kind", Message: "Select what kind of agency it is"})
	}
	email := strings.ToLower(f.Value("email"))
	if email != "" && !strings.Contains(email, "@") {
		p = append(p, refusal.Problem{Field: "email", Message: "Enter an e-mail address such as name@example.org"})
	}
	if err := refusal.Fields(p); err != nil {
		return err
	}
	_, err := d.AddOrganisation(ctx, who, Organisation{Kind: f.Value("kind"), Name: f.Value("name"), Email: email, Phone: f.Value("phone")})
	return err
}

// partnersSheet is the agencies with their people and contacts as a file.
func (d *Desk) partnersSheet(r *http.Request) (web.Sheet, error) {
	p, err := d.Partners(r.Context(), web.Actor(r))
	s := web.Sheet{Head: []string{"id", "kind", "name", "email", "phone", "contact", "contact_address", "people"}}
	for _, a := range p.Agencies {
		s.Rows = append(s.Rows, []string{a.ID, a.Kind, a.Name, a.Email, a.Phone, a.Contact, a.Address, strings.Join(a.People, "; ")})
	}
	return s, err
}
