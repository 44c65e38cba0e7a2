package record

import (
	"context"
	"fmt"

	"frontdoor/internal/db"
	"frontdoor/internal/person"
)

var chosenModel = db.SQL("record.chosen-model", `
	SELECT weights FROM match_model
	WHERE authority_id = $1 AND chosen = TRUE
	ORDER BY trained_at DESC, version DESC LIMIT 1`)

// modelOf is the weights an authority works with: those it chose last, or those that
// are shipped. Weights in the form of an earlier version of the matcher are left
// where they are, and those shipped are used until some are learned anew.
func modelOf(ctx context.Context, q db.Queryer, authority string) (*person.Model, error) {
	var text string
	err := q.QueryRowContext(ctx, chosenModel, authority).Scan(&text)
	switch {
	case db.NotFound(err):
		return person.DefaultModel(), nil
	case err != nil:
		return nil, fmt.Errorf("find the weights of authority %s: %w", authority, err)
	}
	m, err := person.ReadModel(text)
	if err != nil {
		return person.DefaultModel(), nil
	}
	return m, nil
}

// modelPrefix marks, among the ids of persons that changed, that other weights were
// chosen.
const modelPrefix = "model:"
