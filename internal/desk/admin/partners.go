package admin

import (
	"context"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// NamedContact is somebody at a partner who is reached another way than the
// organisation: to them goes the code of a guarded question.
type NamedContact struct {
	ID, Organisation, Name, Job string
	Address                     string // e-mail, or a mobile number
	Begun                       civil.Instant
}

var (
	addContact  = db.InsertInto("admin.add-organisation-contact", "organisation_contact", "id, authority_id, organisation_id, name, job, address, begun_at, begun_by", "")
	endContact  = db.SQL("admin.end-organisation-contacts", `UPDATE organisation_contact SET ended_at = $3 WHERE organisation_id = $1 AND authority_id = $2 AND ended_at IS NULL`)
	addressesOf = db.SQL("admin.addresses-of-organisation", `SELECT email, phone FROM organisation WHERE id = $1 AND authority_id = $2`)
)

// AddContact keeps who at a partner is sent codes. The one before ends. It refuses the
// organisation's own address: a code that comes with the link guards nothing.
func (d *Desk) AddContact(ctx context.Context, who access.Actor, c NamedContact) (string, error) {
	c.Name, c.Job, c.Address = form.Clean(c.Name), form.Clean(c.Job), strings.ToLower(strings.TrimSpace(c.Address))
	if n := pathway.Phone(c.Address); n != "" {
		c.Address = n
	}
	err := d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		var own, ownPhone string
		if err := tx.QueryRowContext(ctx, addressesOf, c.Organisation, tx.Authority).Scan(&own, &ownPhone); err != nil {
			if db.NotFound(err) {
				return refusal.Field("organisation", "Select the organisation")
			}
			return err
		}
		var p []refusal.Problem
		if c.Name == "" {
			p = append(p, refusal.Problem{Field: "contact", Message: "Enter the name of the contact"})
		}
		at, host, ok := strings.Cut(c.Address, "@")
		switch {
		case strings.HasPrefix(c.Address, "+") && !pathway.SameAddress(c.Address, ownPhone):
		case pathway.SameAddress(c.Address, own) || pathway.SameAddress(c.Address, ownPhone):
			p = append(p, refusal.Problem{Field: "address", Message: "Enter another address than the organisation's own, to which links go"})
		case !ok || at == "" || !strings.Contains(host, ".") || strings.ContainsAny(c.Address, " ,;<>"):
			p = append(p, refusal.Problem{Field: "address", Message: "Enter an e-mail address such as name@example.org, or a mobile number"})
		}
		if err := refusal.Fields(p); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, endContact, c.Organisation, tx.Authority, tx.Now); err != nil {
			return err
		}
		c.ID = tx.NewID()
		if err := addContact.Exec(ctx, tx, []any{c.ID, tx.Authority, c.Organisation, c.Name, c.Job, c.Address, tx.Now, tx.Who.ID}); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "organisation", Ref: c.Organisation}, "name a contact for codes", pathway.Consequences{})
	})
	return c.ID, err
}

// JointTeam is the kind of a team that people of two agencies are in.
const JointTeam = "joint"

var (
	addMember = db.SQL("admin.join-team", `
		INSERT INTO user_role (user_id, authority_id, role, team_id, begun_at)
		SELECT r.user_id, r.authority_id, min(r.role), $3, $4 FROM user_role r
		JOIN user_account u ON u.id = r.user_id AND u.authority_id = r.authority_id AND u.disabled_at IS NULL
		WHERE r.user_id = $1 AND r.authority_id = $2 AND (r.ended_at IS NULL OR r.ended_at > $4)
			AND NOT EXISTS (SELECT 1 FROM user_role x WHERE x.user_id = $1 AND x.authority_id = $2 AND x.team_id = $3 AND x.ended_at IS NULL)
		GROUP BY r.user_id, r.authority_id`)
	endMember   = db.SQL("admin.leave-team", `UPDATE user_role SET ended_at = $4 WHERE user_id = $1 AND authority_id = $2 AND team_id = $3 AND ended_at IS NULL`)
	isJointTeam = db.SQL("admin.is-joint-team", `SELECT count(*) FROM team WHERE id = $1 AND authority_id = $2 AND kind = 'joint'`)
)

// AddJointTeam adds a team that people of two agencies may be in. Being in it opens
// nothing: it only puts what each may see already on one board.
func (d *Desk) AddJointTeam(ctx context.Context, who access.Actor, id, name string) (string, error) {
	name = form.Clean(name)
	err := d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		if name == "" {
			return refusal.Field("team-name", "Enter the name of the team")
		}
		if id == "" {
			id = tx.NewID()
		}
		if err := addTeam.Exec(ctx, tx, []any{id, tx.Authority, name, JointTeam}); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "team", Ref: id}, "add a joint team", pathway.Consequences{})
	})
	return id, err
}

// JoinTeam puts somebody, of the authority or of a partner, into a joint team with the
// role they have.
func (d *Desk) JoinTeam(ctx context.Context, who access.Actor, user, team string) error {
	return d.member(ctx, who, user, team, "join a joint team", func(tx *record.Tx) error {
		n, err := db.Changed(tx.ExecContext(ctx, addMember, user, tx.Authority, team, tx.Now))
		if err == nil && n == 0 {
			return refusal.Field("member", "Select somebody who has an account and is not in the team yet")
		}
		return err
	})
}

// LeaveTeam takes somebody out of a joint team.
func (d *Desk) LeaveTeam(ctx context.Context, who access.Actor, user, team string) error {
	return d.member(ctx, who, user, team, "leave a joint team", func(tx *record.Tx) error {
		n, err := db.Changed(tx.ExecContext(ctx, endMember, user, tx.Authority, team, tx.Now))
		if err == nil && n == 0 {
			return refusal.Hidden()
		}
		return err
	})
}

func (d *Desk) member(ctx context.Context, who access.Actor, user, team, summary string, change func(*record.Tx) error) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, isJointTeam, team, tx.Authority).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return refusal.Field("member-team", "Select the joint team")
		}
		if err := change(tx); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "user", Ref: user}, summary, pathway.Consequences{})
	})
}
