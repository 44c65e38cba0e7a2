package record

import (
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
)

var (
	contactsNear = db.SQL("record.contacts-of-or-near-persons", `
		SELECT DISTINCT contact_id FROM contact_child
		WHERE authority_id = $2 AND (person_id IN (:list($1)) AND person_id <> '' OR may_be IN (:list($1)) AND may_be <> '')
		ORDER BY contact_id`)
	forgetMayBe = db.SQL("record.forget-may-be", `
		UPDATE contact_child SET may_be = '', version = version + 1 WHERE may_be IN (:list($1)) AND may_be <> '' AND authority_id = $2`)
	concealingOf = db.SQL("record.persons-that-close-contact", `
		SELECT person_id, may_be FROM contact_child WHERE contact_id = $1 AND authority_id = $2`)
	endRestriction = db.SQL("record.end-restriction", `
		UPDATE restriction SET ended_at = $3, ended_by = $4, ended_why = $5
		WHERE person_id IN (:list($1)) AND authority_id = $2 AND ended_at IS NULL`)
	endNamed = db.SQL("record.end-named", `
		UPDATE restriction_named SET ended_at = $3 WHERE person_id IN (:list($1)) AND authority_id = $2 AND ended_at IS NULL`)
)

// Lift opens records that are read as one child's again, with each contact that nothing
// else closes: another child of it, or somebody else a child may be. A wait that ended
// while it was closed stays as it was. It refuses nothing; whether it may be done was
// asked before.
func (tx *Tx) Lift(ctx context.Context, ids []string, why string) error {
	list := db.List(ids)
	near, err := db.Collect(ctx, tx, func(r *sql.Rows, id *string) error { return r.Scan(id) }, contactsNear, list, tx.Authority)
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error {
			_, err := tx.ExecContext(ctx, endRestriction, list, tx.Authority, tx.Now, tx.Who.ID, why)
			return err
		},
		func() error { _, err := tx.ExecContext(ctx, endNamed, list, tx.Authority, tx.Now); return err },
		func() error { _, err := tx.ExecContext(ctx, forgetMayBe, list, tx.Authority); return err },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, setConceal, id, tx.Authority, access.Unrestricted); err != nil {
			return err
		}
	}
	for _, contact := range near {
		if err := tx.openContact(ctx, contact); err != nil {
			return err
		}
	}
	// One who was taken for this child may be another whose record is closed.
	all, err := tx.childrenOf(ctx, near)
	if err != nil {
		return err
	}
	return tx.closeThoseWhoMayBe(ctx, slices.DeleteFunc(all, func(s said) bool { return s.linked != "" }))
}

// openContact makes a contact as closed as the records still are that its children are or
// may be of, and gives what waits back to the front door when nothing closes it any more.
func (tx *Tx) openContact(ctx context.Context, contactID string) error {
	pairs, err := db.Collect(ctx, tx, scanPair, concealingOf, contactID, tx.Authority)
	if err != nil {
		return err
	}
	about := access.About{Authority: tx.Authority}
	for _, p := range pairs {
		for _, id := range p {
			if id != "" {
				about.Persons = append(about.Persons, id)
			}
		}
	}
	if about, err = Concealing(ctx, tx, about); err != nil {
		return err
	}
	for _, q := range []db.Query{closeKids, closeContact, closeWaits} {
		if _, err := tx.ExecContext(ctx, q, contactID, tx.Authority, about.Conceal); err != nil {
			return err
		}
	}
	if err := addConceal.Exec(ctx, tx, []any{contactID, tx.Now, tx.Authority, about.Conceal}); err != nil {
		return err
	}
	if err := tx.TouchContact(ctx, contactID); err != nil {
		return err
	}
	if about.Conceal != access.Unrestricted {
		return nil
	}
	return tx.moveDesk(ctx, contactID, pathway.RestrictedDesk, pathway.FrontDoor, "the restriction was lifted")
}

// Restriction is a restriction in force on a record, for the page that lifts it.
type Restriction struct {
	Closed
	Since      civil.Instant
	By, Reason string
	Names      []string // of those named, as people call them
}

var restrictionNow = db.SQL("record.restriction-now", `
	SELECT r.begun_at, COALESCE(u.name, r.begun_by), r.reason, COALESCE(n.user_id, ''), COALESCE(m.name, n.user_id, '') FROM restriction r
	LEFT JOIN user_account u ON u.id = r.begun_by AND u.authority_id = r.authority_id
	LEFT JOIN restriction_named n ON n.person_id = r.person_id AND n.authority_id = r.authority_id AND n.ended_at IS NULL
	LEFT JOIN user_account m ON m.id = n.user_id AND m.authority_id = n.authority_id
	WHERE r.person_id = $1 AND r.authority_id = $2 AND r.ended_at IS NULL
	ORDER BY 5, 4`)

// RestrictionOf is the restriction in force on a record, with who set it and why; none
// when it is open.
func RestrictionOf(ctx context.Context, q db.Queryer, authority, id string) (Restriction, error) {
	all, err := Restrictions(ctx, q, authority, []string{id})
	if err != nil {
		return Restriction{}, err
	}
	out := Restriction{Closed: all[id]}
	_, err = db.Collect(ctx, q, func(r *sql.Rows, _ *struct{}) error {
		var user, name string
		if err := r.Scan(&out.Since, &out.By, &out.Reason, &user, &name); err != nil {
			return err
		}
		if user != "" {
			out.Names = append(out.Names, name)
		}
		return nil
	}, restrictionNow, id, authority)
	return out, err
}
