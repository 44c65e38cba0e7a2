package admin

import (
	"context"
	"database/sql"
	"net/http"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	personOf = db.SQL("admin.person", `
		SELECT u.name, u.organisation_kind, COALESCE(o.name, '') FROM user_account u
		LEFT JOIN organisation o ON o.id = u.organisation_id AND o.authority_id = u.authority_id
		WHERE u.id = $1 AND u.authority_id = $2 AND u.disabled_at IS NULL`)
	rolesHeld = db.SQL("admin.roles-held", `
		SELECT role, team_id FROM user_role WHERE user_id = $1 AND authority_id = $2 AND ended_at IS NULL ORDER BY begun_at, role, team_id`)
	endRole = db.SQL("admin.end-role", `
		UPDATE user_role SET ended_at = $4 WHERE user_id = $1 AND authority_id = $2 AND role = $3 AND ended_at IS NULL`)
)

// Held is somebody with what they do here.
type Held struct {
	ID, Name, Kind, Organisation string
	Roles                        []RoleIn
}

func held(ctx context.Context, q db.Queryer, authority, id string) (Held, error) {
	h := Held{ID: id}
	err := q.QueryRowContext(ctx, personOf, id, authority).Scan(&h.Name, &h.Kind, &h.Organisation)
	if db.NotFound(err) {
		return h, refusal.Hidden()
	}
	if err != nil {
		return h, err
	}
	h.Roles, err = db.Collect(ctx, q, func(r *sql.Rows, x *RoleIn) error { return r.Scan(&x.Role, &x.Team) }, rolesHeld, id, authority)
	return h, err
}

func (h Held) has(r access.Role) bool {
	return slices.ContainsFunc(h.Roles, func(x RoleIn) bool { return x.Role == r })
}

// Holds shows what somebody does here.
func (d *Desk) Holds(ctx context.Context, who access.Actor, id string) (h Held, err error) {
	err = d.Record.Look(ctx, who, access.PurposeService, func(v *record.View) error {
		if err := v.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		v.Saw("people")
		h, err = held(ctx, v, v.Authority, id)
		return err
	})
	return h, err
}

// SetRoles says what somebody does here from now on: roles that are not among them end,
// and in whatever team they were held. It refuses a role that does not fit where the
// person is from, no role at all, and changing one's own.
func (d *Desk) SetRoles(ctx context.Context, who access.Actor, id string, roles []access.Role, team string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		if id == who.ID {
			return refusal.New(refusal.Conflict, "You cannot change what you do yourself")
		}
		h, err := held(ctx, tx, tx.Authority, id)
		if err != nil {
			return err
		}
		if len(roles) == 0 {
			return refusal.Field("roles", "Select at least one role. End the account of somebody who has left")
		}
		for _, r := range roles {
			if !access.Fits(r, h.Kind) {
				return refusal.Field("roles", "Select roles that people of "+h.from()+" can hold")
			}
		}
		for _, x := range h.Roles {
			if !slices.Contains(roles, x.Role) {
				if _, err := tx.ExecContext(ctx, endRole, id, tx.Authority, x.Role, tx.Now); err != nil {
					return err
				}
			}
		}
		for _, r := range roles {
			if !h.has(r) {
				if err := addRole.Exec(ctx, tx, []any{id, tx.Authority, r, team, tx.Now}); err != nil {
					return err
				}
			}
		}
		return tx.Apply(ctx, record.Subject{Kind: "user", Ref: id}, "change roles", pathway.Consequences{})
	})
}

func (h Held) from() string {
	if h.Organisation == "" {
		return "the authority"
	}
	return h.Organisation
}

var rolesPage = web.NewPage(templates, "templates/roles.html")

type rolesView struct {
	Held
	From string
	Form *web.Form
}

// HasErrors says whether the form shows errors.
func (v rolesView) HasErrors() bool { return v.Form.HasErrors() }

func (h Held) form(teamOptions []web.Option) *web.Form {
	roles := web.Field{Name: "roles", Label: "What they do here", Kind: "checkboxes"}
	for _, r := range access.Roles() {
		if access.Fits(r, h.Kind) {
			roles.Options = append(roles.Options, web.Option{Value: string(r), Label: web.Capital(access.RoleName(r))})
		}
	}
	for _, x := range h.Roles {
		roles.Values = append(roles.Values, string(x.Role))
	}
	if h.Kind != "" {
		return web.NewForm(roles)
	}
	return web.NewForm(roles, web.Field{Name: "team", Label: "Team of what is added", Kind: "select", Options: append([]web.Option{{Label: "None"}}, teamOptions...)})
}

func (d *Desk) showRoles(w http.ResponseWriter, r *http.Request) error {
	return d.rolesWith(w, r, http.StatusOK, nil)
}

func (d *Desk) rolesWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	h, err := d.Holds(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	if f == nil {
		_, t, _, err := d.People(r.Context(), web.Actor(r))
		if err != nil {
			return err
		}
		f = h.form(t)
	}
	return web.Render(w, r, code, rolesPage, rolesView{h, h.from(), f})
}

func (d *Desk) saveRoles(w http.ResponseWriter, r *http.Request) error {
	ctx, who, id := r.Context(), web.Actor(r), r.PathValue("id")
	h, err := d.Holds(ctx, who, id)
	if err != nil {
		return err
	}
	_, t, _, err := d.People(ctx, who)
	if err != nil {
		return err
	}
	f := h.form(t)
	f.Read(r)
	var roles []access.Role
	for _, x := range f.Field("roles").Values {
		roles = append(roles, access.Role(x))
	}
	team := ""
	if h.Kind == "" {
		team = f.Value("team")
	}
	err = d.SetRoles(ctx, who, id, roles, team)
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.rolesWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if h.Kind != "" {
		return web.See(w, r, web.PathAdminPartners)
	}
	return web.See(w, r, web.PathAdminPeople)
}
