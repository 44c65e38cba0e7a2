package record

import (
	"context"
	"database/sql"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
)

var (
	addRestriction = db.InsertInto("record.add-restriction", "restriction",
		"person_id, authority_id, conceal, ask, reason, begun_at, begun_by", "")
	addNamed   = db.InsertInto("record.add-named", "restriction_named", "person_id, user_id, authority_id, begun_at", "")
	setConceal = db.SQL("record.set-conceal", `
		UPDATE person SET conceal = $3, version = version + 1 WHERE id = $1 AND authority_id = $2`)
	concealChildren = db.SQL("record.conceal-children", `
		UPDATE contact_child SET conceal = $3 WHERE authority_id = $2 AND contact_id IN (
			SELECT x.contact_id FROM contact_child x WHERE x.person_id = $1 AND x.authority_id = $2)`)
	concealContacts = db.SQL("record.conceal-contacts", `
		UPDATE contact SET conceal = $3 WHERE authority_id = $2 AND id IN (
			SELECT x.contact_id FROM contact_child x WHERE x.person_id = $1 AND x.authority_id = $2)`)
	contactsOf   = db.SQL("record.contacts-of-person", `SELECT DISTINCT contact_id FROM contact_child WHERE person_id = $1 AND authority_id = $2`)
	addConceal   = db.InsertInto("record.add-conceal", "contact_conceal", "contact_id, at, authority_id, conceal", "ON CONFLICT (contact_id, at, authority_id) DO UPDATE SET conceal = excluded.conceal")
	concealWaits = db.SQL("record.conceal-waits", `
		UPDATE wait SET conceal = $3 WHERE authority_id = $2 AND ended_at IS NULL AND contact_id IN (
			SELECT x.contact_id FROM contact_child x WHERE x.person_id = $1 AND x.authority_id = $2)`)
)

var (
	closeKids = db.SQL("record.close-contact-children", `
		UPDATE contact_child SET conceal = $3 WHERE contact_id = $1 AND authority_id = $2`)
	closeContact = db.SQL("record.close-contact", `
		UPDATE contact SET conceal = $3 WHERE id = $1 AND authority_id = $2`)
	closeWaits = db.SQL("record.close-contact-waits", `
		UPDATE wait SET conceal = $3 WHERE contact_id = $1 AND authority_id = $2 AND ended_at IS NULL`)
)

// CloseContact closes one contact, with its children and what they wait for, because a
// child of it may be one whose record is closed.
func (tx *Tx) CloseContact(ctx context.Context, contactID string, c access.Concealment) error {
	for _, q := range []db.Query{closeKids, closeContact, closeWaits} {
		if _, err := tx.ExecContext(ctx, q, contactID, tx.Authority, c); err != nil {
			return fmt.Errorf("close contact %s: %w", contactID, err)
		}
	}
	return tx.Concealed(ctx, contactID, c)
}

// Restrict closes one record, with the contacts it is in and what they wait for, to the
// people named. Whether it may be done was asked before.
func (tx *Tx) Restrict(ctx context.Context, personID string, c Closed, reason string) error {
	if err := addRestriction.Exec(ctx, tx, []any{personID, tx.Authority, c.Conceal, c.Ask, reason, tx.Now, tx.Who.ID}); err != nil {
		return err
	}
	for _, user := range c.Named {
		if err := addNamed.Exec(ctx, tx, []any{personID, user, tx.Authority, tx.Now}); err != nil {
			return err
		}
	}
	for _, q := range []db.Query{setConceal, concealChildren, concealContacts, concealWaits} {
		if _, err := tx.ExecContext(ctx, q, personID, tx.Authority, c.Conceal); err != nil {
			return err
		}
	}
	ids, err := db.Collect(ctx, tx, func(r *sql.Rows, id *string) error { return r.Scan(id) }, contactsOf, personID, tx.Authority)
	for _, id := range ids {
		if err := tx.Concealed(ctx, id, c.Conceal); err != nil {
			return err
		}
	}
	return err
}

// Concealed notes that a contact is concealed from now on, so that any moment can be
// asked how it stood then. Nothing is noted of one that is not.
func (tx *Tx) Concealed(ctx context.Context, contactID string, how access.Concealment) error {
	if how == access.Unrestricted {
		return nil
	}
	return addConceal.Exec(ctx, tx, []any{contactID, tx.Now, tx.Authority, how})
}
