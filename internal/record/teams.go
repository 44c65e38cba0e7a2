package record

import (
	"context"
	"fmt"

	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
)

// Which team a child's work belongs to is written as a line from a moment on and never
// written over, so that a past day keeps the team it had (finding 76).
var (
	placeWork = db.SQL("record.place-work", `
		INSERT INTO episode_team (episode_id, n, authority_id, team_id, begun_at, why, recorded_by)
		VALUES ($1, (SELECT count(*) + 1 FROM episode_team x WHERE x.episode_id = $1 AND x.authority_id = $2), $2, $3, $4, $5, $6)`)
	takesWork = db.SQL("record.team-that-takes", `
		SELECT COALESCE(s.id, t.id, ''), COALESCE(s.name, t.name, '') FROM team_takes k
		LEFT JOIN team t ON t.id = k.team_id AND t.authority_id = k.authority_id
		LEFT JOIN team s ON s.id = t.successor_id AND s.authority_id = t.authority_id AND t.ended_at IS NOT NULL
		WHERE k.outcome = $1 AND k.authority_id = $2 AND k.from_at <= $3
		ORDER BY k.from_at DESC, k.n DESC LIMIT 1`)
	teamEnded = db.SQL("record.team-has-an-end", `SELECT name FROM team WHERE id = $1 AND authority_id = $2 AND ended_at IS NOT NULL`)
	endMoved  = db.SQL("record.end-moved-wait", `
		UPDATE wait SET ended_at = $3, ended_happened_at = $3, ended_how = $4, ended_reason = $5, ended_by = $6
		WHERE id = $1 AND authority_id = $2 AND ended_at IS NULL`)
	beginMoved = db.SQL("record.begin-moved-wait", `
		INSERT INTO wait (id, authority_id, contact_id, child_id, agency, owner_id, owner_name, timescale, rule_version, due_at, warn_at, main_due_at,
			also_timescale, also_rule_version, also_due_at, what, about_id, conceal, since, begun_at)
		SELECT $3, authority_id, contact_id, child_id, agency, $4, $5, timescale, rule_version, due_at, warn_at, main_due_at,
			also_timescale, also_rule_version, also_due_at, what, about_id, conceal, since, $6
		FROM wait WHERE id = $1 AND authority_id = $2`)
)

// Why a child's work belongs to a team from a moment on.
const (
	PlacedDecided  = "decided"
	PlacedAccepted = "accepted"
	PlacedMoved    = "moved"
	PlacedUndone   = "undone"
)

// Place writes that an episode of work belongs to a team from now on.
func (tx *Tx) Place(ctx context.Context, episode, team, why string) error {
	if _, err := tx.ExecContext(ctx, placeWork, episode, tx.Authority, team, tx.Now, why, tx.Who.ID); err != nil {
		return fmt.Errorf("place work %s: %w", episode, err)
	}
	return nil
}

// Takes is the team that new work of an outcome goes to at this moment. ok is false when
// no team was set up for it: then the desk that answers for allocations has it.
func (tx *Tx) Takes(ctx context.Context, o pathway.Outcome) (id, name string, ok bool, err error) {
	err = tx.QueryRowContext(ctx, takesWork, o, tx.Authority, tx.Now).Scan(&id, &name)
	if db.NotFound(err) {
		return "", "", false, nil
	}
	return id, name, id != "", err
}

// OwnerName is what the person, team or organisation is called that shall answer for a
// wait. It refuses a team that ends: what is given to it would have to move again.
func (tx *Tx) OwnerName(ctx context.Context, field, id string) (string, error) {
	var name string
	err := tx.QueryRowContext(ctx, teamEnded, id, tx.Authority).Scan(&name)
	if err == nil {
		return "", refusal.Field(field, name+" has an end. Select a team that goes on")
	}
	if !db.NotFound(err) {
		return "", err
	}
	if err := tx.QueryRowContext(ctx, nameOfOwner, id, tx.Authority).Scan(&name); err != nil {
		if db.NotFound(err) {
			return "", refusal.Field(field, "Select who the child waits for from now on")
		}
		return "", fmt.Errorf("name owner %s: %w", id, err)
	}
	return name, nil
}

// MoveWait gives a wait to another owner: it ends as moved, and another begins with the
// same start, the same rule and the same limits, so that the past stays as it was. ok is
// false when it had already ended.
func (tx *Tx) MoveWait(ctx context.Context, id, owner, name, why string) (moved string, ok bool, err error) {
	n, err := db.Changed(tx.ExecContext(ctx, endMoved, id, tx.Authority, tx.Now, pathway.Moved, why, tx.Who.ID))
	if err != nil || n == 0 {
		return "", false, err
	}
	moved = tx.NewID()
	_, err = tx.ExecContext(ctx, beginMoved, id, tx.Authority, moved, owner, name, tx.Now)
	return moved, err == nil, err
}
