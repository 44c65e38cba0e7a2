package record

import (
	"context"
	"fmt"

	"frontdoor/internal/db"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
)

var changePerson = db.SQL("record.change-person", `
	UPDATE person SET given = $4, middle = $5, family = $6, known_as = $7, name_key = $8, sex = $9, born = $10, born_estimated = $11,
		expected = $12, unborn = $13, nhs = $14, version = version + 1
	WHERE id = $1 AND authority_id = $2 AND version = $3`)

// ChangePerson writes what has become known of a person: name, sex, birth, NHS
// number, and the names they had before. The keys that find them are made anew. It
// refuses when somebody changed the person meanwhile.
func (tx *Tx) ChangePerson(ctx context.Context, was Known, now person.Person) error {
	n, err := db.Changed(tx.ExecContext(ctx, changePerson, was.ID, tx.Authority, was.Version, now.Given, now.Middle, now.Family, now.KnownAs, NameKey(now),
		now.Sex, now.Born, now.BornEstimated, now.Expected, now.Unborn, now.NHS))
	if err != nil {
		return fmt.Errorf("change person %s: %w", was.Ref, err)
	}
	if n == 0 {
		return refusal.New(refusal.Conflict, "Somebody else has changed this record. Read what changed before going on")
	}
	var names [][]any
	for _, f := range now.Former {
		names = append(names, []any{was.ID, tx.Authority, "former", f.Given, f.Family, tx.Now})
	}
	if err := addName.Exec(ctx, tx, names...); err != nil {
		return err
	}
	return tx.Touch(ctx, was.ID)
}
