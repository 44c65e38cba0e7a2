package record

import (
	"context"
	"database/sql"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
)

var (
	addRestriction = db.InsertInto("record.add-restriction", "restriction",
		"person_id, authority_id, conceal, ask, reason, begun_at, begun_by", "")
	addNamed   = db.InsertInto("record.add-named", "restriction_named", "person_id, user_id, authority_id, begun_at", "")
	setConceal = db.SQL("record.set-conceal", `
		UPDATE person SET conceal = $3, version = version + 1 WHERE id = $1 AND authority_id = $2`)
	contactsOf = db.SQL("record.contacts-of-persons", `
		SELECT DISTINCT contact_id FROM contact_child WHERE person_id IN (:list($1)) AND person_id <> '' AND authority_id = $2
		ORDER BY contact_id`)
	addConceal = db.InsertInto("record.add-conceal", "contact_conceal", "contact_id, at, authority_id, conceal", "ON CONFLICT (contact_id, at, authority_id) DO UPDATE SET conceal = excluded.conceal")
	concealNow = db.SQL("record.conceal-of-contact", `SELECT conceal FROM contact WHERE id = $1 AND authority_id = $2`)
	closeKids  = db.SQL("record.close-contact-children", `
		UPDATE contact_child SET conceal = $3 WHERE contact_id = $1 AND authority_id = $2`)
	closeContact = db.SQL("record.close-contact", `
		UPDATE contact SET conceal = $3 WHERE id = $1 AND authority_id = $2`)
	closeWaits = db.SQL("record.close-contact-waits", `
		UPDATE wait SET conceal = $3 WHERE contact_id = $1 AND authority_id = $2 AND ended_at IS NULL`)
	waitsOn = db.SQL("record.open-waits-on-desk", `
		SELECT id FROM wait WHERE contact_id = $1 AND authority_id = $2 AND agency = $3 AND owner_id = $4 AND ended_at IS NULL
		ORDER BY begun_at, id`)
	copyWait = db.SQL("record.copy-wait", `
		INSERT INTO wait (id, authority_id, contact_id, child_id, agency, owner_id, owner_name, timescale, rule_version, due_at, warn_at, main_due_at,
			also_timescale, also_rule_version, also_due_at, what, about_id, conceal, since, begun_at)
		SELECT $3, authority_id, contact_id, child_id, $4, $5, $6, timescale, rule_version, due_at, warn_at, main_due_at,
			also_timescale, also_rule_version, also_due_at, what, about_id, conceal, since, $7
		FROM wait WHERE id = $1 AND authority_id = $2`)
	waitMoved = db.SQL("record.wait-moved", `
		UPDATE wait SET ended_at = $3, ended_happened_at = $3, ended_how = 'moved', ended_reason = $4, ended_by = $5
		WHERE id = $1 AND authority_id = $2 AND ended_at IS NULL`)
)

// CloseContact closes one contact, with its children and what they wait for, because a
// child of it is or may be one whose record is closed. What its children wait for at the
// front door, the restricted desk answers for from now on. One that is closed further
// stays so.
func (tx *Tx) CloseContact(ctx context.Context, contactID string, c access.Concealment) error {
	var was access.Concealment
	if err := tx.QueryRowContext(ctx, concealNow, contactID, tx.Authority).Scan(&was); err != nil {
		return fmt.Errorf("find how far contact %s is closed: %w", contactID, err)
	}
	if was == access.Sealed {
		c = access.Sealed
	}
	for _, q := range []db.Query{closeKids, closeContact, closeWaits} {
		if _, err := tx.ExecContext(ctx, q, contactID, tx.Authority, c); err != nil {
			return fmt.Errorf("close contact %s: %w", contactID, err)
		}
	}
	if err := tx.moveDesk(ctx, contactID, pathway.FrontDoor, pathway.RestrictedDesk, "the record was restricted"); err != nil {
		return err
	}
	return tx.Concealed(ctx, contactID, c)
}

// moveDesk has one desk answer in place of another for what the children of a contact
// wait for. A wait ends as moved and another begins with the same start and the same
// rule, so that the past stays as it was and no clock starts anew.
func (tx *Tx) moveDesk(ctx context.Context, contactID string, from, to pathway.Agency, why string) error {
	owners, err := db.Collect(ctx, tx, func(r *sql.Rows, o *owner) error { return r.Scan(&o.agency, &o.id, &o.name) }, desks, tx.Authority)
	if err != nil {
		return err
	}
	here, err := tx.owner(ctx, pathway.Wait{On: from}, contactID, owners)
	if err != nil {
		return err
	}
	there, err := tx.owner(ctx, pathway.Wait{On: to}, contactID, owners)
	if err != nil {
		return err
	}
	ids, err := db.Collect(ctx, tx, func(r *sql.Rows, id *string) error { return r.Scan(id) }, waitsOn, contactID, tx.Authority, from, here.id)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, copyWait, id, tx.Authority, tx.NewID(), to, there.id, there.name, tx.Now); err != nil {
			return fmt.Errorf("begin the wait at the %s: %w", pathway.AgencyName(to), err)
		}
		if _, err := tx.ExecContext(ctx, waitMoved, id, tx.Authority, tx.Now, why, tx.Who.ID); err != nil {
			return fmt.Errorf("end the wait at the %s: %w", pathway.AgencyName(from), err)
		}
	}
	return nil
}

// Restrict closes the records that are read as one child's to the people named: with the
// contacts that are linked to them, and with the open ones that may be about the child
// though nobody has linked them yet. Whether it may be done was asked before.
func (tx *Tx) Restrict(ctx context.Context, ids []string, c Closed, reason string) error {
	for _, id := range ids {
		if err := addRestriction.Exec(ctx, tx, []any{id, tx.Authority, c.Conceal, c.Ask, reason, tx.Now, tx.Who.ID}); err != nil {
			return err
		}
		for _, user := range c.Named {
			if err := addNamed.Exec(ctx, tx, []any{id, user, tx.Authority, tx.Now}); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, setConceal, id, tx.Authority, c.Conceal); err != nil {
			return fmt.Errorf("close record %s: %w", id, err)
		}
	}
	linked, err := db.Collect(ctx, tx, func(r *sql.Rows, id *string) error { return r.Scan(id) }, contactsOf, db.List(ids), tx.Authority)
	if err != nil {
		return err
	}
	for _, id := range linked {
		if err := tx.CloseContact(ctx, id, c.Conceal); err != nil {
			return err
		}
	}
	return tx.closeUnlinked(ctx, ids)
}

// Concealed notes how a contact is concealed from now on, so that any moment can be
// asked how it stood then. Nothing is noted of one that is not.
func (tx *Tx) Concealed(ctx context.Context, contactID string, how access.Concealment) error {
	if how == access.Unrestricted {
		return nil
	}
	return addConceal.Exec(ctx, tx, []any{contactID, tx.Now, tx.Authority, how})
}
