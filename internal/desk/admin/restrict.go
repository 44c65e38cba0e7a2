package admin

import (
	"context"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var (
	addRestriction = db.InsertInto("admin.add-restriction", "restriction",
		"person_id, authority_id, conceal, ask, reason, begun_at, begun_by", "")
	addNamed   = db.InsertInto("admin.add-named", "restriction_named", "person_id, user_id, authority_id, begun_at", "")
	setConceal = db.SQL("admin.set-conceal", `
		UPDATE person SET conceal = $3, version = version + 1 WHERE id = $1 AND authority_id = $2`)
	concealChildren = db.SQL("admin.conceal-children", `
		UPDATE contact_child SET conceal = $3 WHERE authority_id = $2 AND contact_id IN (
			SELECT x.contact_id FROM contact_child x WHERE x.person_id = $1 AND x.authority_id = $2)`)
	concealContacts = db.SQL("admin.conceal-contacts", `
		UPDATE contact SET conceal = $3 WHERE authority_id = $2 AND id IN (
			SELECT x.contact_id FROM contact_child x WHERE x.person_id = $1 AND x.authority_id = $2)`)
	concealWaits = db.SQL("admin.conceal-waits", `
		UPDATE wait SET conceal = $3 WHERE authority_id = $2 AND ended_at IS NULL AND contact_id IN (
			SELECT x.contact_id FROM contact_child x WHERE x.person_id = $1 AND x.authority_id = $2)`)
)

// Restrict closes a record to named people. It hides the record from people and
// never from the clock: what waits goes on waiting, in the open lists as
// "Restricted record". Somebody must be named, or nobody could act.
func (d *Desk) Restrict(ctx context.Context, who access.Actor, personID string, how access.Concealment, ask, reason string, named []string) error {
	switch {
	case how != access.Restricted && how != access.Sealed:
		return refusal.Field("conceal", "Select how far the record is closed")
	case len(named) == 0:
		return refusal.Field("named", "Select at least one person who may open the record")
	case ask == "":
		return refusal.Field("ask", "Enter whom others should contact")
	case reason == "":
		return refusal.Field("reason", "Enter why the record is restricted")
	}
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		people, err := record.Persons(ctx, tx, tx.Authority, []string{personID})
		if err != nil {
			return err
		}
		p, ok := people[personID]
		if !ok {
			return refusal.Hidden()
		}
		closed, err := record.Restrictions(ctx, tx, tx.Authority, []string{personID})
		if err != nil {
			return err
		}
		about := record.Close(access.About{Kind: "child", ID: p.Ref, Authority: tx.Authority, Persons: []string{personID}}, closed)
		if err := tx.Allow(access.RestrictChild, about); err != nil {
			return err
		}
		if len(closed) > 0 {
			return refusal.New(refusal.Conflict, "This record is already restricted")
		}
		if err := addRestriction.Exec(ctx, tx, []any{personID, tx.Authority, how, ask, reason, tx.Now, who.ID}); err != nil {
			return err
		}
		for _, user := range named {
			if err := addNamed.Exec(ctx, tx, []any{personID, user, tx.Authority, tx.Now}); err != nil {
				return err
			}
		}
		for _, q := range []db.Query{setConceal, concealChildren, concealContacts, concealWaits} {
			if _, err := tx.ExecContext(ctx, q, personID, tx.Authority, how); err != nil {
				return err
			}
		}
		return tx.Apply(ctx, record.Subject{Kind: "child", Ref: p.Ref}, "restrict record: "+string(how), pathway.Consequences{})
	})
}
