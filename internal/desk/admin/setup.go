// Package admin is the desk where people, teams, partners and their keys are kept.
// It holds settings and no child's record.
package admin

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Desk is the administrators' desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// The teams every authority starts with. Their ids are the same everywhere, so
// that settings can name them.
const (
	FrontDoorTeam      = "front-door"
	RestrictedDeskTeam = "restricted-desk"
	EarlyHelpTeam      = "early-help"
	DutyTeam           = "duty-1"
	SecondDutyTeam     = "duty-2"
)

// Authority is a local authority in the installation.
type Authority struct {
	ID              string // short, permanent
	Code            string // three-digit DfE code
	Name            string
	Phone           string // front door
	PhoneOutOfHours string
	Threshold       Threshold
}

// Threshold is a version of the published threshold document.
type Threshold struct {
	Version, Name string
	From          civil.Date
	Levels        []Level
}

// Level is a level of need in the threshold document.
type Level struct {
	Level string `json:"level"`
	Name  string `json:"name"`
}

var (
	addAuthority = db.InsertInto("admin.add-authority", "authority",
		"authority_id, code, name, phone, phone_out_of_hours, created_at", "")
	addTeam  = db.InsertInto("admin.add-team", "team", "id, authority_id, name, kind", "")
	addOwner = db.InsertInto("admin.set-desk-owner", "desk_owner", "agency, authority_id, owner_id, owner_name",
		"ON CONFLICT (agency, authority_id) DO UPDATE SET owner_id = excluded.owner_id, owner_name = excluded.owner_name")
	addThreshold = db.InsertInto("admin.add-threshold-document", "threshold_document",
		"version, authority_id, name, from_date, levels", "")
	addOrganisation = db.InsertInto("admin.add-organisation", "organisation", "id, authority_id, kind, name, email, phone", "")
	addUser         = db.InsertInto("admin.add-user", "user_account", `id, authority_id, email, name, job, password_hash,
		organisation_id, organisation_kind, created_at, expires_at`, "")
	addRole   = db.InsertInto("admin.add-role", "user_role", "user_id, authority_id, role, team_id, begun_at", "")
	addKey    = db.InsertInto("admin.add-door-key", "door_key", "id, door, name, secret_hash, created_at", "")
	addKeyFor = db.InsertInto("admin.add-door-key-authority", "door_key_authority", "key_id, authority_id, organisation_id, first", "")
	findOrg   = db.SQL("admin.find-organisation", `SELECT kind, name FROM organisation WHERE id = $1 AND authority_id = $2`)
	deskOwner = db.SQL("admin.desk-owner", `SELECT owner_id FROM desk_owner WHERE agency = $1 AND authority_id = $2`)
	keyBy     = db.SQL("admin.find-door-key", `
		SELECT k.id, k.door, k.name, a.authority_id, t.code, a.organisation_id, a.first
		FROM door_key k
		JOIN door_key_authority a ON a.key_id = k.id
		JOIN authority t ON t.authority_id = a.authority_id
		WHERE k.secret_hash = $1 AND k.disabled_at IS NULL
		ORDER BY a.first DESC, a.authority_id`)
)

// DefaultThreshold is used until an authority adds its own document.
func DefaultThreshold() Threshold {
	return Threshold{Version: "2015-04", Name: "Threshold document, April 2015", From: civil.DateOf(2015, 4, 1), Levels: []Level{
		{"1", "Level 1: universal"}, {"2", "Level 2: early help"}, {"3", "Level 3: targeted early help, family help"}, {"4", "Level 4: statutory, sections 17 and 47"},
	}}
}

// AddAuthority adds an authority with its trail, its first teams and a desk that
// answers for every kind of agency, so that no wait is ever without an owner.
func (d *Desk) AddAuthority(ctx context.Context, a Authority) error {
	if a.ID == "" || a.Name == "" || a.Code == "" || a.Phone == "" {
		return refusal.New(refusal.Invalid, "Enter the authority's id, code, name and front door phone number")
	}
	if a.Threshold.Version == "" {
		a.Threshold = DefaultThreshold()
	}
	levels, err := json.Marshal(a.Threshold.Levels)
	if err != nil {
		return fmt.Errorf("write the levels of need: %w", err)
	}
	now := d.Record.Now()
	return d.Record.DB.Write(ctx, func(q db.Queryer) error {
		if err := addAuthority.Exec(ctx, q, []any{a.ID, a.Code, a.Name, a.Phone, a.PhoneOutOfHours, now}); err != nil {
			if db.Unique(err) {
				return refusal.New(refusal.Conflict, "There is already an authority with this id or code")
			}
			return err
		}
		if err := record.OpenTrail(ctx, q, a.ID); err != nil {
			return err
		}
		err := addTeam.Exec(ctx, q,
			[]any{FrontDoorTeam, a.ID, "Front door team", "front_door"},
			[]any{RestrictedDeskTeam, a.ID, "Restricted desk", "restricted_desk"},
			[]any{EarlyHelpTeam, a.ID, "Early help hub", "early_help"},
			[]any{DutyTeam, a.ID, "Duty and assessment team 1", "assessment"},
			[]any{SecondDutyTeam, a.ID, "Duty and assessment team 2", "assessment"})
		if err != nil {
			return err
		}
		if err := addThreshold.Exec(ctx, q, []any{a.Threshold.Version, a.ID, a.Threshold.Name, a.Threshold.From, string(levels)}); err != nil {
			return err
		}
		return addOwner.Exec(ctx, q, defaultOwners(a.ID)...)
	})
}

// defaultOwners name the front door as the one who chases a partner until the
// partner's own organisation is added.
func defaultOwners(authority string) [][]any {
	teams := map[pathway.Agency][2]string{
		pathway.RestrictedDesk: {RestrictedDeskTeam, "Restricted desk"},
		pathway.SocialWork:     {DutyTeam, "Duty and assessment team 1"},
		pathway.Allocations:    {DutyTeam, "Duty and assessment team 1"},
		pathway.EarlyHelp:      {EarlyHelpTeam, "Early help hub"},
	}
	var rows [][]any
	for _, a := range pathway.Agencies() {
		team, ok := teams[a]
		if !ok {
			team = [2]string{FrontDoorTeam, "Front door team"}
		}
		rows = append(rows, []any{a, authority, team[0], team[1]})
	}
	return rows
}

// Service is the actor for what the installation does by itself.
func Service(authority string) access.Actor {
	return access.Actor{ID: "service", Name: "frontdoor", Authority: authority, Roles: []access.Role{access.Installation}}
}

// Organisation is a partner.
type Organisation struct {
	ID, Kind, Name, Email, Phone string
}

// AddOrganisation adds a partner. The first of its kind answers from now on for
// questions to that kind of agency that name nobody else.
func (d *Desk) AddOrganisation(ctx context.Context, who access.Actor, o Organisation) (string, error) {
	if o.Name == "" || !slices.Contains(pathway.Agencies(), pathway.Agency(o.Kind)) {
		return "", refusal.New(refusal.Invalid, "Enter the organisation's name and kind")
	}
	err := d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		if o.ID == "" {
			o.ID = tx.NewID()
		}
		if err := addOrganisation.Exec(ctx, tx, []any{o.ID, tx.Authority, o.Kind, o.Name, o.Email, o.Phone}); err != nil {
			return err
		}
		var owner string
		if err := tx.QueryRowContext(ctx, deskOwner, o.Kind, tx.Authority).Scan(&owner); err != nil {
			return fmt.Errorf("find who answers for %s: %w", o.Kind, err)
		}
		if owner == FrontDoorTeam && o.Kind != string(pathway.FrontDoor) {
			if err := addOwner.Exec(ctx, tx, []any{o.Kind, tx.Authority, o.ID, o.Name}); err != nil {
				return err
			}
		}
		return tx.Apply(ctx, record.Subject{Kind: "organisation", Ref: o.ID}, "add organisation", pathway.Consequences{})
	})
	return o.ID, err
}

// RoleIn is a role, and the team it is held in.
type RoleIn struct {
	Role access.Role
	Team string
}

// NewUser is somebody who will sign in.
type NewUser struct {
	ID             string // made when empty
	Email, Name    string
	Job            string
	Password       string // "" cannot sign in with a password yet
	Roles          []RoleIn
	OrganisationID string
	ExpiresAt      civil.Instant // for guests such as inspectors
}

// AddUser adds a person with their roles. An inspector must have an end.
func (d *Desk) AddUser(ctx context.Context, who access.Actor, u NewUser) (string, error) {
	u.Email = strings.ToLower(strings.TrimSpace(u.Email))
	var p []refusal.Problem
	if !strings.Contains(u.Email, "@") {
		p = append(p, refusal.Problem{Field: "email", Message: "Enter an e-mail address such as name@example.org"})
	}
	if strings.TrimSpace(u.Name) == "" {
		p = append(p, refusal.Problem{Field: "name", Message: "Enter the person's name"})
	}
	if u.Password != "" && len([]rune(u.Password)) < record.ShortestPassword {
		p = append(p, refusal.Problem{Field: "password", Message: fmt.Sprintf("Password must be %d characters or more", record.ShortestPassword)})
	}
	if len(u.Roles) == 0 {
		p = append(p, refusal.Problem{Field: "role", Message: "Select at least one role"})
	}
	for _, r := range u.Roles {
		if !slices.Contains(access.Roles(), r.Role) || r.Role == access.Door || r.Role == access.Installation || r.Role == access.Public {
			p = append(p, refusal.Problem{Field: "role", Message: "Select a role that people can hold"})
		}
		if r.Role == access.Inspector && u.ExpiresAt.IsZero() {
			p = append(p, refusal.Problem{Field: "expires", Message: "Enter the last day of the inspector's visit"})
		}
	}
	if err := refusal.Fields(p); err != nil {
		return "", err
	}
	hash := ""
	if u.Password != "" {
		hash = record.HashPassword(u.Password)
	}
	err := d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		if u.ID == "" {
			u.ID = tx.NewID()
		}
		kind, name := "", ""
		if u.OrganisationID != "" {
			if err := tx.QueryRowContext(ctx, findOrg, u.OrganisationID, tx.Authority).Scan(&kind, &name); err != nil {
				return fmt.Errorf("find organisation %s: %w", u.OrganisationID, err)
			}
		}
		for _, r := range u.Roles {
			switch {
			case access.OfForce(r.Role) && kind != string(pathway.Police):
				return refusal.Field("organisation", "Select the police force that this person is of")
			case kind != "" && !access.Fits(r.Role, kind):
				return refusal.Field("role", "Select a role that people of "+name+" can hold")
			}
		}
		err := addUser.Exec(ctx, tx, []any{u.ID, tx.Authority, u.Email, u.Name, u.Job, hash, u.OrganisationID, kind, tx.Now, u.ExpiresAt})
		if db.Unique(err) {
			return refusal.Field("email", "Somebody already has an account with this e-mail address")
		}
		if err != nil {
			return err
		}
		for _, r := range u.Roles {
			if err := addRole.Exec(ctx, tx, []any{u.ID, tx.Authority, r.Role, r.Team, tx.Now}); err != nil {
				return err
			}
		}
		return tx.Apply(ctx, record.Subject{Kind: "user", Ref: u.ID}, "add user", pathway.Consequences{})
	})
	return u.ID, err
}

// NewKey is a partner's way in.
type NewKey struct {
	Door, Name  string
	Secret      string // made when empty
	Authorities []KeyAuthority
}

// KeyAuthority is one authority a key serves.
type KeyAuthority struct {
	Authority      string
	Code           string
	OrganisationID string
	First          bool
}

// DoorKey is a key that was presented.
type DoorKey struct {
	ID, Door, Name string
	Authorities    []KeyAuthority
}

// secretLength gives a key about 160 bits.
const secretLength = 32

// AddDoorKey makes a key for a partner's system. The secret is shown once; only
// its hash is kept.
func (d *Desk) AddDoorKey(ctx context.Context, who access.Actor, k NewKey) (id, secret string, err error) {
	if k.Name == "" || k.Door == "" || len(k.Authorities) == 0 {
		return "", "", refusal.New(refusal.Invalid, "Enter whose key it is, for which door and which authorities")
	}
	if k.Secret == "" {
		k.Secret = "fd_" + record.NewSecret(secretLength)
	}
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManageDoors, access.About{}); err != nil {
			return err
		}
		id = tx.NewID()
		if err := addKey.Exec(ctx, tx, []any{id, k.Door, k.Name, HashSecret(k.Secret), tx.Now}); err != nil {
			return err
		}
		for _, a := range k.Authorities {
			if err := addKeyFor.Exec(ctx, tx, []any{id, a.Authority, a.OrganisationID, a.First}); err != nil {
				return err
			}
		}
		return tx.Apply(ctx, record.Subject{Kind: "key", Ref: id}, "add key for "+k.Door, pathway.Consequences{})
	})
	return id, k.Secret, err
}

// HashSecret is what is kept of a key. Keys are long and random, so one round is
// enough.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Authorities lists the ids of the authorities of this installation.
func (d *Desk) Authorities(ctx context.Context) (ids []string, err error) {
	err = d.Record.DB.Read(ctx, func(q db.Queryer) error {
		ids, err = db.Collect(ctx, q, func(r *sql.Rows, id *string) error { return r.Scan(id) }, authorityIDs)
		return err
	})
	return ids, err
}

var authorityIDs = db.SQL("admin.authorities", `SELECT authority_id FROM authority ORDER BY authority_id`)

// FindDoorKey finds a key by its secret.
func (d *Desk) FindDoorKey(ctx context.Context, secret string) (DoorKey, error) {
	var k DoorKey
	err := d.Record.DB.Read(ctx, func(q db.Queryer) error {
		k = DoorKey{}
		all, err := db.Collect(ctx, q, func(r *sql.Rows, a *KeyAuthority) error {
			return r.Scan(&k.ID, &k.Door, &k.Name, &a.Authority, &a.Code, &a.OrganisationID, &a.First)
		}, keyBy, HashSecret(secret))
		k.Authorities = all
		return err
	})
	if err == nil && k.ID == "" {
		err = refusal.New(refusal.SignIn, "This key is not known")
	}
	return k, err
}
