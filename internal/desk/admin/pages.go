package admin

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	peoplePage = web.NewPage(templates, "templates/people.html")
	doorsPage  = web.NewPage(templates, "templates/doors.html", "templates/unsent.html")
	noticePage = web.NewPage(templates, "templates/notices.html", "templates/unsent.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.List(web.PathAdminPeople, access.ManagePeople, web.Listing{Name: "people", Page: d.showPeople, Sheet: d.peopleSheet})
	s.List(web.PathAdminPartners, access.ManagePeople, web.Listing{Name: "partners", Page: d.showPartners, Sheet: d.partnersSheet})
	s.Route("POST "+web.PathAdminPartners, access.ManagePeople, d.savePartners)
	s.List(web.PathAdminPartner, access.ManagePeople, web.Listing{Name: "people-at-agency", Page: d.showParticipants, Sheet: d.participantsSheet})
	s.Route("GET "+web.PathLeft, access.ManagePeople, d.showLeaver)
	s.Route("POST "+web.PathLeft, access.ManagePeople, d.saveLeaver)
	s.Route("POST "+web.PathAdminPeople, access.ManagePeople, d.savePerson)
	s.Route("POST "+web.PathAdminPerson, access.ManagePeople, d.endPerson)
	s.Route("GET "+web.PathRoles, access.ManagePeople, d.showRoles)
	s.Route("POST "+web.PathRoles, access.ManagePeople, d.saveRoles)
	s.List(web.PathAdminDoors, access.ManageDoors, web.Listing{Name: "doors", Page: d.showDoors, Sheet: d.doorsSheet})
	s.Route("POST "+web.PathAdminDoors, access.ManageDoors, d.saveDoor)
	s.Route("GET "+web.PathRestriction, access.RestrictChild, d.showRestriction)
	s.Route("POST "+web.PathRestriction, access.RestrictChild, d.saveRestriction)
	s.Route("GET "+web.PathNotices, access.ListUndelivered, d.showNotices)
	s.Route("POST "+web.PathNotices, access.ResendNotice, d.saveNotice)
	s.Route("GET "+web.PathNoticesCSV, access.ListUndelivered, d.noticesCSV)
	s.Route("GET "+web.PathNoticesJSON, access.ListUndelivered, d.noticesJSON)
}

// Listed is a person as the administrator sees them.
type Listed struct {
	ID, Name, Email, Roles, Organisation string
	LastIn, Expires, Disabled            civil.Instant
	Children, Waits                      int
}

// Door is a partner's key, with what came by it.
type Door struct {
	ID, Door, Name string
	Made, Disabled civil.Instant
	Last           civil.Instant
	Today          int
	Unreadable     int
}

var (
	everybody = db.SQL("admin.people", `
		SELECT u.id, u.name, u.email, COALESCE(o.name, ''), u.last_sign_in_at, u.expires_at, u.disabled_at,
			COALESCE((SELECT string_agg(r.role, ',') FROM user_role r WHERE r.user_id = u.id AND r.authority_id = u.authority_id AND (r.ended_at IS NULL OR r.ended_at > $2)), ''),
			(SELECT count(*) FROM episode e WHERE e.worker_id = u.id AND e.authority_id = u.authority_id AND e.state = 'open'),
			(SELECT count(*) FROM wait w WHERE w.owner_id = u.id AND w.authority_id = u.authority_id AND w.ended_at IS NULL)
		FROM user_account u
		LEFT JOIN organisation o ON o.id = u.organisation_id AND o.authority_id = u.authority_id
		WHERE u.authority_id = $1 ORDER BY u.disabled_at IS NOT NULL, u.name, u.id`)
	everyDoor = db.SQL("admin.doors", `
		SELECT k.id, k.door, k.name, k.created_at, k.disabled_at,
			(SELECT max(i.received_at) FROM intake i WHERE i.sender = k.id AND i.authority_id = a.authority_id),
			(SELECT count(*) FROM intake i WHERE i.sender = k.id AND i.authority_id = a.authority_id AND i.received_at >= $2),
			(SELECT count(*) FROM intake i WHERE i.sender = k.id AND i.authority_id = a.authority_id AND i.state = 'unreadable')
		FROM door_key k JOIN door_key_authority a ON a.key_id = k.id
		WHERE a.authority_id = $1 ORDER BY k.disabled_at IS NOT NULL, k.name, k.id`)
	disableUser = db.SQL("admin.disable-user", `
		UPDATE user_account SET disabled_at = $3, version = version + 1 WHERE id = $1 AND authority_id = $2 AND disabled_at IS NULL`)
	endRoles = db.SQL("admin.end-roles", `UPDATE user_role SET ended_at = $3, end_recorded_at = $3 WHERE user_id = $1 AND authority_id = $2 AND (ended_at IS NULL OR ended_at > $3)`)
	heldBy   = db.SQL("admin.held-by", `
		SELECT (SELECT count(*) FROM episode e WHERE e.worker_id = $1 AND e.authority_id = $2 AND e.state = 'open'),
			(SELECT count(*) FROM wait w WHERE w.owner_id = $1 AND w.authority_id = $2 AND w.ended_at IS NULL)`)
	disableKey = db.SQL("admin.disable-key", `
		UPDATE door_key SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL
			AND EXISTS (SELECT 1 FROM door_key_authority a WHERE a.key_id = door_key.id AND a.authority_id = $3)`)
	teams         = db.SQL("admin.teams", `SELECT id, name FROM team WHERE authority_id = $1 AND ended_at IS NULL ORDER BY name`)
	organisations = db.SQL("admin.organisations", `SELECT id, name FROM organisation WHERE authority_id = $1 ORDER BY name`)
)

// People lists who works here. Their names are settings, not a child's record.
func (d *Desk) People(ctx context.Context, who access.Actor) (out []Listed, teamOptions, orgOptions []web.Option, err error) {
	err = d.Record.Look(ctx, who, access.PurposeService, func(v *record.View) error {
		if err := v.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		v.Saw("people")
		var err error
		out, err = db.Collect(ctx, v, func(r *sql.Rows, l *Listed) error {
			var roles string
			err := r.Scan(&l.ID, &l.Name, &l.Email, &l.Organisation, &l.LastIn, &l.Expires, &l.Disabled, &roles, &l.Children, &l.Waits)
			var names []string
			for _, x := range strings.Split(roles, ",") {
				if n := access.RoleName(access.Role(x)); n != "" && !slices.Contains(names, n) {
					names = append(names, n)
				}
			}
			l.Roles = strings.Join(names, ", ")
			return err
		}, everybody, v.Authority, v.Now)
		if err != nil {
			return err
		}
		option := func(r *sql.Rows, o *web.Option) error { return r.Scan(&o.Value, &o.Label) }
		if teamOptions, err = db.Collect(ctx, v, option, teams, v.Authority); err != nil {
			return err
		}
		orgOptions, err = db.Collect(ctx, v, option, organisations, v.Authority)
		return err
	})
	return out, teamOptions, orgOptions, err
}

// DisableUser ends somebody's account. It refuses while children or waits are
// theirs: each must get somebody else first, so that no child loses the person they
// wait for unseen.
func (d *Desk) DisableUser(ctx context.Context, who access.Actor, id string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		if id == who.ID {
			return refusal.New(refusal.Conflict, "You cannot end your own account")
		}
		var children, waits int
		if err := tx.QueryRowContext(ctx, heldBy, id, tx.Authority).Scan(&children, &waits); err != nil {
			return fmt.Errorf("count what %s holds: %w", id, err)
		}
		if children+waits > 0 {
			return refusal.New(refusal.Conflict, fmt.Sprintf("This person holds %d children and %d waits. Give each to somebody else first", children, waits))
		}
		n, err := db.Changed(tx.ExecContext(ctx, disableUser, id, tx.Authority, tx.Now))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.Hidden()
		}
		if _, err := tx.ExecContext(ctx, endRoles, id, tx.Authority, tx.Now); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "user", Ref: id}, "end account", pathway.Consequences{})
	})
}

type peopleView struct {
	Files    web.Files
	Form     *web.Form
	People   []Listed
	Password string
	Checked  string
}

// HasErrors says whether the form shows errors.
func (v peopleView) HasErrors() bool { return v.Form.HasErrors() }

func personForm(teamOptions, orgOptions []web.Option) *web.Form {
	role := web.Field{Name: "role", Label: "What they do here", Kind: "radios"}
	for _, r := range access.Roles() {
		if r != access.Public && r != access.Door && r != access.Installation {
			role.Options = append(role.Options, web.Option{Value: string(r), Label: web.Capital(access.RoleName(r))})
		}
	}
	return web.NewForm(
		web.Field{Name: "name", Label: "Name", Kind: "text"},
		web.Field{Name: "email", Label: "E-mail address", Kind: "email"},
		role,
		web.Field{Name: "team", Label: "Team", Kind: "select", Options: append([]web.Option{{Label: "None"}}, teamOptions...)},
		web.Field{Name: "organisation", Label: "Organisation, for a partner's people", Kind: "select", Options: append([]web.Option{{Label: "None: the authority's own"}}, orgOptions...)},
		web.Field{Name: "expires", Label: "Last day, for an inspector or a guest", Kind: "date"})
}

func (d *Desk) showPeople(w http.ResponseWriter, r *http.Request) error {
	return d.peopleWith(w, r, http.StatusOK, nil, "")
}

func (d *Desk) peopleWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form, password string) error {
	people, t, o, err := d.People(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	if f == nil {
		f = personForm(t, o)
	}
	return web.Render(w, r, code, peoplePage, peopleView{Files: filesAt(web.PathAdminPeople), Form: f, People: people, Password: password, Checked: d.Record.Now().Clock()})
}

// firstPassword is the length of a password made for somebody.
const firstPassword = 20

func (d *Desk) savePerson(w http.ResponseWriter, r *http.Request) error {
	_, t, o, err := d.People(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	f := personForm(t, o)
	f.Read(r)
	u := NewUser{Email: f.Value("email"), Name: f.Value("name"), Password: record.NewSecret(firstPassword), OrganisationID: f.Value("organisation")}
	if role := f.Value("role"); role != "" {
		u.Roles = []RoleIn{{access.Role(role), f.Value("team")}}
	}
	day, err := f.Date("expires")
	if err == nil {
		if !day.IsZero() {
			u.ExpiresAt = day.EndOfDay()
		}
		_, err = d.AddUser(r.Context(), web.Actor(r), u)
	}
	if f.Reject(err) {
		return d.peopleWith(w, r, http.StatusUnprocessableEntity, f, "")
	}
	if err != nil {
		return err
	}
	// The password is kept only as its hash, so it is shown on this answer alone.
	return d.peopleWith(w, r, http.StatusOK, nil, u.Password)
}

func (d *Desk) endPerson(w http.ResponseWriter, r *http.Request) error {
	if err := d.DisableUser(r.Context(), web.Actor(r), r.PathValue("id")); err != nil {
		return err
	}
	return web.See(w, r, web.PathAdminPeople)
}

type doorsView struct {
	Files   web.Files
	Form    *web.Form
	Doors   []Door
	Unsent  noticesView
	Hooks   []Webhook
	Secret  string
	Checked string
}

// HasErrors says whether the form shows errors.
func (v doorsView) HasErrors() bool { return v.Form.HasErrors() }

func keyForm(o []web.Option) *web.Form {
	return web.NewForm(
		web.Field{Name: "name", Label: "Whose key is it?", Hint: "The force, as it calls itself", Kind: "text"},
		web.Field{Name: "organisation", Label: "Organisation", Kind: "select", Options: append([]web.Option{{Label: "Select"}}, o...)})
}

func (d *Desk) showDoors(w http.ResponseWriter, r *http.Request) error {
	return d.doorsWith(w, r, http.StatusOK, nil, "")
}

// doors are the partners' keys and the notices that could not be delivered.
func (d *Desk) doors(r *http.Request) (v doorsView, o []web.Option, err error) {
	err = d.Record.Look(r.Context(), web.Actor(r), access.PurposeService, func(x *record.View) error {
		if err := x.Allow(access.ManageDoors, access.About{}); err != nil {
			return err
		}
		x.Saw("doors")
		var err error
		v.Doors, err = db.Collect(r.Context(), x, func(s *sql.Rows, k *Door) error {
			return s.Scan(&k.ID, &k.Door, &k.Name, &k.Made, &k.Disabled, &k.Last, &k.Today, &k.Unreadable)
		}, everyDoor, x.Authority, x.Now.Date().Start())
		if err != nil {
			return err
		}
		if v.Unsent, err = unsent(r.Context(), x, fewNotices); err != nil {
			return err
		}
		v.Hooks, err = db.Collect(r.Context(), x, func(s *sql.Rows, h *Webhook) error {
			return s.Scan(&h.ID, &h.Organisation, &h.URL, &h.Number, &h.Made, &h.Rotated)
		}, everyWebhook, x.Authority)
		if err != nil {
			return err
		}
		o, err = db.Collect(r.Context(), x, func(s *sql.Rows, p *web.Option) error { return s.Scan(&p.Value, &p.Label) }, organisations, x.Authority)
		return err
	})
	return v, o, err
}

func (d *Desk) doorsWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form, secret string) error {
	v, o, err := d.doors(r)
	if err != nil {
		return err
	}
	if f == nil {
		f = keyForm(o)
	}
	v.Form, v.Secret, v.Checked, v.Files = f, secret, d.Record.Now().Clock(), filesAt(web.PathAdminDoors)
	return web.Render(w, r, code, doorsPage, v)
}

func (d *Desk) saveDoor(w http.ResponseWriter, r *http.Request) error {
	ctx, who := r.Context(), web.Actor(r)
	switch r.PostFormValue("do") {
	case "end":
		if err := d.EndKey(ctx, who, r.PostFormValue("key")); err != nil {
			return err
		}
		return web.See(w, r, web.PathAdminDoors)
	}
	f := keyForm(nil)
	f.Read(r)
	var secret string
	err := error(nil)
	switch {
	case f.Value("name") == "":
		err = refusal.Field("name", "Enter whose key it is")
	case f.Value("organisation") == "":
		err = refusal.Field("organisation", "Select the organisation")
	default:
		_, secret, err = d.AddDoorKey(ctx, who, NewKey{Door: "police", Name: f.Value("name"), Authorities: []KeyAuthority{{Authority: who.Authority, OrganisationID: f.Value("organisation"), First: true}}})
	}
	if f.Reject(err) {
		return d.doorsWith(w, r, http.StatusUnprocessableEntity, f, "")
	}
	if err != nil {
		return err
	}
	return d.doorsWith(w, r, http.StatusOK, nil, secret)
}

// EndKey closes a door. What came by it stays.
func (d *Desk) EndKey(ctx context.Context, who access.Actor, id string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManageDoors, access.About{}); err != nil {
			return err
		}
		n, err := db.Changed(tx.ExecContext(ctx, disableKey, id, tx.Now, tx.Authority))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.Hidden()
		}
		return tx.Apply(ctx, record.Subject{Kind: "key", Ref: id}, "end key", pathway.Consequences{})
	})
}
