package record

import (
	"context"
	"database/sql"
	"strings"

	"frontdoor/internal/db"
)

// Force is a police force that the authority works with.
type Force struct{ ID, Name, Email string }

var forceThatTold = db.SQL("record.force-that-told", `
	SELECT o.id, o.name, o.email FROM contact c
	JOIN organisation o ON o.id = c.organisation_id AND o.authority_id = c.authority_id AND o.kind = 'police'
	WHERE c.id = $1 AND c.authority_id = $2`)

// ForceThatTold is the police force that sent a contact; the zero Force when none did.
func ForceThatTold(ctx context.Context, q db.Queryer, authority, contact string) (Force, error) {
	f, err := db.One(ctx, q, func(r *sql.Rows, f *Force) error { return r.Scan(&f.ID, &f.Name, &f.Email) }, forceThatTold, contact, authority)
	if db.NotFound(err) {
		return Force{}, nil
	}
	return f, err
}

// OfForce is the condition that a police force, named by a placeholder or column, is the
// one that an enquiry e is investigated with: it told us of the child, has a seat in a
// discussion about the child, or answers for police here while no other force does
// either. An authority may work with several forces, and a joint enquiry with one of
// them is nothing of the others'.
func OfForce(force string) string { return strings.ReplaceAll(ofForce, ":force", force) }

const ofForce = `EXISTS (
				SELECT 1 FROM organisation f WHERE f.id = :force AND f.authority_id = e.authority_id AND f.kind = 'police' AND (
					EXISTS (SELECT 1 FROM contact fc WHERE fc.id = e.contact_id AND fc.authority_id = e.authority_id AND fc.organisation_id = f.id)
					OR EXISTS (SELECT 1 FROM discussion_child fx JOIN discussion_seat fs ON fs.discussion_id = fx.discussion_id AND fs.authority_id = fx.authority_id AND fs.owner_id = f.id
						WHERE fx.child_id = e.child_id AND fx.authority_id = e.authority_id)
					OR EXISTS (SELECT 1 FROM desk_owner fo WHERE fo.agency = 'police' AND fo.authority_id = e.authority_id AND fo.owner_id = f.id)
						AND NOT EXISTS (SELECT 1 FROM organisation g WHERE g.authority_id = e.authority_id AND g.kind = 'police' AND g.id <> f.id AND (
							EXISTS (SELECT 1 FROM contact gc WHERE gc.id = e.contact_id AND gc.authority_id = e.authority_id AND gc.organisation_id = g.id)
							OR EXISTS (SELECT 1 FROM discussion_child gx JOIN discussion_seat gs ON gs.discussion_id = gx.discussion_id AND gs.authority_id = gx.authority_id AND gs.owner_id = g.id
								WHERE gx.child_id = e.child_id AND gx.authority_id = e.authority_id)))))`
