package contacts

import (
	"cmp"
	"context"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Naming gives a name to a child who was described without one. What is left blank
// stays as it was said.
type Naming struct {
	Child, Given, Family string
	Born                 civil.Date
	Version              int64 // of the child as the person saw it; 0 when they did not see a page
}

var setNamed = db.SQL("contacts.set-named", `
	UPDATE contact_child SET named = TRUE, given = $3, family = $4, born = $5, link = 'open', band = $6, may_be = $8, version = version + 1
	WHERE id = $1 AND authority_id = $2 AND version = $7`)

// Name names a child of a contact. Who the child is stays to be settled. It refuses
// without a name, with a birth in the future, and when the child was linked or changed
// meanwhile. A child who may be one whose record is closed takes the contact to the
// restricted desk, as when the name comes with it.
func (d *Desk) Name(ctx context.Context, who access.Actor, id string, n Naming) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.LinkPerson)
		if err != nil {
			return err
		}
		k, ok := r.Kid(n.Child)
		if !ok {
			return refusal.Hidden()
		}
		given := form.Clean(n.Given)
		switch {
		case !person.Described{Given: given}.Named():
			return refusal.Field("given", "Enter the child's first name")
		case n.Born.After(tx.Now.Date()):
			return refusal.Field("born", "Date of birth must be today or in the past")
		case n.Version != 0 && n.Version != k.Version:
			return changedSince(ctx, tx, k)
		case k.PersonID != "":
			return refusal.New(refusal.Conflict, "This child is already linked to a record. Undo the link first")
		}
		said := &k.Described
		said.Given, said.Family = given, cmp.Or(form.Clean(n.Family), said.Family)
		if !n.Born.IsZero() {
			said.Born = n.Born
		}
		m, err := tx.Match(ctx, r.described(*k))
		if err != nil {
			return err
		}
		was := r.Conceal
		r.closeFor(k, m)
		changed, err := db.Changed(tx.ExecContext(ctx, setNamed, k.ID, tx.Authority, said.Given, said.Family, said.Born, openBand(m, r.taken(k.ID)), k.Version, k.MayBe))
		if err != nil {
			return err
		}
		if changed == 0 {
			return changedSince(ctx, tx, k)
		}
		if r.Conceal != was {
			if err := tx.CloseContact(ctx, r.ID, r.Conceal); err != nil {
				return err
			}
		}
		return tx.Apply(ctx, r.subject(), "name a child", pathway.Consequences{Lines: []pathway.Line{
			{Child: k.ID, Kind: "identity", Source: string(pathway.FrontDoor), Text: "Named as " + k.Name()}}})
	})
}
