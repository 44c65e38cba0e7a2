package admin

import (
	"context"
	"fmt"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Webhook is where an agency's own system is told instead of its mailbox. Its secret
// is worked out from the installation's key and the number.
type Webhook struct {
	ID, Organisation, URL string
	Number                int64
	Made, Rotated         civil.Instant
}

var (
	addWebhook = db.InsertInto("admin.add-webhook", "webhook", "id, authority_id, organisation_id, url, instead_of, number, created_at", "")
	mailOfOrg  = db.SQL("admin.mail-of-organisation", `SELECT email FROM organisation WHERE id = $1 AND authority_id = $2`)
	numberOf   = db.SQL("admin.webhook-number", `SELECT number FROM webhook WHERE id = $1 AND authority_id = $2 AND ended_at IS NULL`)
	setNumber  = db.SQL("admin.rotate-webhook", `
		UPDATE webhook SET number = number + 1, rotated_at = $3 WHERE id = $1 AND authority_id = $2 AND number = $4 AND ended_at IS NULL`)
	endWebhook   = db.SQL("admin.end-webhook", `UPDATE webhook SET ended_at = $3 WHERE id = $1 AND authority_id = $2 AND ended_at IS NULL`)
	everyWebhook = db.SQL("admin.webhooks", `
		SELECT w.id, COALESCE(o.name, w.organisation_id), w.url, w.number, w.created_at, w.rotated_at
		FROM webhook w LEFT JOIN organisation o ON o.id = w.organisation_id AND o.authority_id = w.authority_id
		WHERE w.authority_id = $1 AND w.ended_at IS NULL ORDER BY w.created_at, w.id`)
	setTeamContact = db.SQL("admin.set-team-contact", `UPDATE team SET email = $3, phone = $4 WHERE id = $1 AND authority_id = $2`)
)

// settingsOfDoors runs a change of how partners are reached, which is trailed.
func (d *Desk) settingsOfDoors(ctx context.Context, who access.Actor, s record.Subject, what string, change func(*record.Tx) error) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManageDoors, access.About{}); err != nil {
			return err
		}
		if err := change(tx); err != nil {
			return err
		}
		return tx.Apply(ctx, s, what, pathway.Consequences{})
	})
}

// AddWebhook has an agency's own system told from now on, and also of what still waits
// to go to its mailbox. It refuses an agency that is not there.
func (d *Desk) AddWebhook(ctx context.Context, who access.Actor, organisation, address string) (Webhook, error) {
	h := Webhook{ID: d.Record.NewID(), Organisation: organisation, URL: address, Number: 1}
	err := d.settingsOfDoors(ctx, who, record.Subject{Kind: "webhook", Ref: h.ID}, "add webhook", func(tx *record.Tx) error {
		var mail string
		err := tx.QueryRowContext(ctx, mailOfOrg, organisation, tx.Authority).Scan(&mail)
		if db.NotFound(err) {
			return refusal.New(refusal.NotFound, "There is no organisation with this id")
		}
		if err != nil {
			return fmt.Errorf("find organisation %s: %w", organisation, err)
		}
		return addWebhook.Exec(ctx, tx, []any{h.ID, tx.Authority, organisation, address, strings.ToLower(mail), h.Number, tx.Now})
	})
	return h, err
}

// RotateWebhook changes a webhook's secret. Both are valid for a while.
func (d *Desk) RotateWebhook(ctx context.Context, who access.Actor, id string) (Webhook, error) {
	h := Webhook{ID: id}
	err := d.settingsOfDoors(ctx, who, record.Subject{Kind: "webhook", Ref: id}, "change a webhook's secret", func(tx *record.Tx) error {
		var was int64
		err := tx.QueryRowContext(ctx, numberOf, id, tx.Authority).Scan(&was)
		if db.NotFound(err) {
			return refusal.Hidden()
		}
		if err != nil {
			return fmt.Errorf("find webhook %s: %w", id, err)
		}
		h.Number = was + 1
		return onlyOne(db.Changed(tx.ExecContext(ctx, setNumber, id, tx.Authority, tx.Now, was)))
	})
	return h, err
}

// EndWebhook has the agency told by e-mail again.
func (d *Desk) EndWebhook(ctx context.Context, who access.Actor, id string) error {
	return d.settingsOfDoors(ctx, who, record.Subject{Kind: "webhook", Ref: id}, "end webhook", func(tx *record.Tx) error {
		return onlyOne(db.Changed(tx.ExecContext(ctx, endWebhook, id, tx.Authority, tx.Now)))
	})
}

// SetTeamContact sets a team's mailbox and duty phone. "" is none.
func (d *Desk) SetTeamContact(ctx context.Context, who access.Actor, team, email, phone string) error {
	return d.settingsOfDoors(ctx, who, record.Subject{Kind: "team", Ref: team}, "set where a team is told", func(tx *record.Tx) error {
		return onlyOne(db.Changed(tx.ExecContext(ctx, setTeamContact, team, tx.Authority, strings.ToLower(strings.TrimSpace(email)), phone)))
	})
}

// onlyOne refuses when nothing was there to change.
func onlyOne(n int64, err error) error {
	if err == nil && n == 0 {
		return refusal.Hidden()
	}
	return err
}
