package contacts

import (
	"context"
	"strings"

	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// chosen finds the person of a choice and asks for permission.
func (r *Row) chosen(ctx context.Context, tx *record.Tx, c Choice) (record.Known, error) {
	p, err := record.PersonByRef(ctx, tx, tx.Authority, c.Ref)
	if db.NotFound(err) {
		return p, refusal.Hidden()
	}
	if err != nil {
		return p, err
	}
	return p, r.allowPerson(ctx, tx, p)
}

// Beside is what stood beside a choice about who a child is: the sentences, one a
// line, the version of the model, the band and the chance that it is this child.
type Beside struct {
	Reasons, Model string
	Band           person.Band
	Chance         float64
}

// besideOf is what a match says of one person; of nobody when that person is not in
// it.
func besideOf(m record.Match, personID string) Beside {
	b := Beside{Model: m.Model, Band: person.Unlikely}
	for _, h := range m.Hits {
		if h.Known.ID == personID {
			b.Reasons, b.Band, b.Chance = strings.Join(sentences(h.Why), "\n"), h.Band, h.Chance
		}
	}
	return b
}

// sentences are the facts of an explanation in words.
func sentences(x person.Explanation) []string {
	out := make([]string, len(x.Facts))
	for i, f := range x.Facts {
		out[i] = f.Text
	}
	return out
}

// addSibling makes a record for a new child of a family we know, with the relation
// that the person confirmed and the contact as its source. The child is set in the
// household beside that brother or sister, until somebody says otherwise.
func (r *Row) addSibling(ctx context.Context, tx *record.Tx, k *Kid, of record.Known, c Choice) (pathway.Consequences, error) {
	next, err := r.addNew(ctx, tx, k, c, link{about: of.ID, state: pathway.LinkNew, words: "A new child of a family we know: a new record"})
	if err != nil {
		return next, err
	}
	fact := person.Dated{Since: r.ReceivedAt.Date(), Source: "contact " + r.Ref, Contact: r.ID}
	sibling, household := fact, fact
	sibling.Standing = person.Confirmed
	household.Standing, household.Chance, household.Reasons = person.Inferred, householdChance, []string{"Said to be a brother or sister when the contact was screened"}
	return next, tx.AddRelationships(ctx,
		person.Relationship{Dated: sibling, Person: k.PersonID, Other: of.ID, Kind: person.Sibling},
		person.Relationship{Dated: household, Person: k.PersonID, Other: of.ID, Kind: person.Household})
}

// householdChance is how likely, of 100, a brother or sister lives in the same home.
const householdChance = 80

var lastChoice = db.SQL("contacts.last-choice", `
	SELECT choice, by_name, at FROM child_link WHERE child_id = $1 AND authority_id = $2 ORDER BY at DESC, id DESC LIMIT 1`)

// changedSince is the refusal of a choice about a child that was changed since the
// person opened the page. It says what changed and who did it.
func changedSince(ctx context.Context, tx *record.Tx, k *Kid) error {
	var c Chosen
	err := tx.QueryRowContext(ctx, lastChoice, k.ID, tx.Authority).Scan(&c.Choice, &c.By, &c.At)
	if db.NotFound(err) {
		return refusal.New(refusal.Conflict, "This child was named or changed since you opened the page. Read what changed before going on")
	}
	if err != nil {
		return err
	}
	return refusal.New(refusal.Conflict, "Somebody else has said who this child is: "+choiceWords[c.Choice]+", "+c.By+", "+c.At.Words()+". Read their choice before going on")
}

// choiceWords say in words what was chosen.
var choiceWords = map[string]string{
	"system": "linked by the system", "same": "the same child as a record we hold", "different": "not the child of a record we hold",
	"sibling": "a new child of a family we know", "new": "a child not known before", "not_sure": "not sure yet", "undone": "the link was undone",
}
