package record

import (
	"context"
	"database/sql"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
)

// Pair is a question whether two records are of one child, as it is kept.
type Pair struct {
	ID, Kept, Joined string // person ids
	Source           string // person, sweep
	State            pathway.PairState
	AskedAt          civil.Instant
	Chance           float64 // that they are one child, as it was when it was asked
	Evidence, Model  string
	Lead             string
	MergedAt, Ended  civil.Instant
	Version          int64
}

// PairStep is what somebody did about a pair.
type PairStep struct {
	Step, ByID, By string
	At             civil.Instant
	Why            string
}

// millionths keeps a chance in a whole number.
const millionths = 1e6

const pairColumns = `id, kept_id, joined_id, source, state, asked_at, chance, evidence, model, lead_id, merged_at, ended_at, version`

var (
	pairByID = db.SQL("record.pair-by-id", `
		SELECT `+pairColumns+` FROM person_merge WHERE id = $1 AND authority_id = $2`)
	openPairs = db.SQL("record.pairs-to-answer", `
		SELECT `+pairColumns+` FROM person_merge
		WHERE authority_id = $1 AND ended_at IS NULL AND state IN ('suggested', 'proposed', 'undoing')
		ORDER BY chance DESC, id`)
	pairsOf = db.SQL("record.pairs-of-persons", `
		SELECT `+pairColumns+` FROM person_merge
		WHERE authority_id = $2 AND (kept_id IN (:list($1)) OR joined_id IN (:list($1)))
		ORDER BY asked_at, id`)
	stepsOf = db.SQL("record.steps-of-pairs", `
		SELECT merge_id, step, by_id, by_name, at, why FROM person_merge_step
		WHERE merge_id IN (:list($1)) AND authority_id = $2 ORDER BY at, id`)
	addPair = db.SQL("record.add-pair", `
		INSERT INTO person_merge (id, authority_id, pair, kept_id, joined_id, source, state, asked_at, chance, evidence, model)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`)
	addPairStep = db.InsertInto("record.add-pair-step", "person_merge_step", "id, authority_id, merge_id, step, by_id, by_name, at, why", "")
	setPair     = db.SQL("record.set-pair", `
		UPDATE person_merge SET state = $4, kept_id = $5, joined_id = $6, lead_id = $7, merged_at = $8, ended_at = $9, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $3`)
)

func scanOnePair(r *sql.Rows, p *Pair) error {
	var chance int64
	err := r.Scan(&p.ID, &p.Kept, &p.Joined, &p.Source, &p.State, &p.AskedAt, &chance, &p.Evidence, &p.Model, &p.Lead, &p.MergedAt, &p.Ended, &p.Version)
	p.Chance = float64(chance) / millionths
	return err
}

// FindPair finds a question about two records.
func FindPair(ctx context.Context, q db.Queryer, authority, id string) (Pair, error) {
	p, err := db.One(ctx, q, scanOnePair, pairByID, id, authority)
	if db.NotFound(err) {
		return p, refusal.Hidden()
	}
	return p, err
}

// OpenPairs are those that wait for somebody's answer, the most likely first.
func OpenPairs(ctx context.Context, q db.Queryer, authority string) ([]Pair, error) {
	return db.Collect(ctx, q, scanOnePair, openPairs, authority)
}

// PairsOf are all pairs that records were ever in.
func PairsOf(ctx context.Context, q db.Queryer, authority string, ids []string) ([]Pair, error) {
	return db.Collect(ctx, q, scanOnePair, pairsOf, db.List(ids), authority)
}

// StepsOf is what was done about pairs, by pair id, the first first.
func StepsOf(ctx context.Context, q db.Queryer, authority string, ids []string) (map[string][]PairStep, error) {
	type row struct {
		id string
		PairStep
	}
	rows, err := db.Collect(ctx, q, func(r *sql.Rows, s *row) error {
		return r.Scan(&s.id, &s.Step, &s.ByID, &s.By, &s.At, &s.Why)
	}, stepsOf, db.List(ids), authority)
	out := map[string][]PairStep{}
	for _, r := range rows {
		out[r.id] = append(out[r.id], r.PairStep)
	}
	return out, err
}

// AddPair keeps a new question about two records and who asked it. It is false when
// one about the same two waits for its answer already.
func (tx *Tx) AddPair(ctx context.Context, p Pair, why string) (Pair, bool, error) {
	p.ID, p.AskedAt, p.Version = tx.NewID(), tx.Now, 1
	pair := p.Kept + " " + p.Joined
	if p.Joined < p.Kept {
		pair = p.Joined + " " + p.Kept
	}
	n, err := db.Changed(tx.ExecContext(ctx, addPair, p.ID, tx.Authority, pair, p.Kept, p.Joined, p.Source, p.State, p.AskedAt,
		int64(p.Chance*millionths), p.Evidence, p.Model))
	if err != nil || n == 0 {
		return p, false, err
	}
	return p, true, tx.keepStep(ctx, p, string(p.State), why)
}

func (tx *Tx) keepStep(ctx context.Context, p Pair, step, why string) error {
	return addPairStep.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, p.ID, step, tx.Who.ID, tx.Who.Name, tx.Now, why})
}

// SetPair takes a pair from what it was to what it is now. Somebody who saw an older
// version is told so. When a link begins or ends, what is read as what is worked out
// anew in the same transaction, and nothing else is written.
func (tx *Tx) SetPair(ctx context.Context, was, is Pair, step, why string) error {
	n, err := db.Changed(tx.ExecContext(ctx, setPair, was.ID, tx.Authority, was.Version, is.State, is.Kept, is.Joined, is.Lead, is.MergedAt, is.Ended))
	if db.Unique(err) {
		return refusal.New(refusal.Conflict, "One of the two has been joined to a third record since. Refuse this and propose it anew")
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return refusal.New(refusal.Conflict, "Somebody has answered this already. Read their answer before going on")
	}
	if err := tx.keepStep(ctx, was, step, why); err != nil {
		return err
	}
	if was.State.Joined() == is.State.Joined() {
		return nil
	}
	clusters, err := FindClusters(ctx, tx, tx.Authority, []string{is.Kept, is.Joined})
	if err != nil {
		return err
	}
	all := clusters.All(is.Kept, is.Joined)
	if err := tx.rebuildHeads(ctx, all); err != nil {
		return err
	}
	var changed [][]any
	for _, id := range all {
		changed = append(changed, []any{id, tx.Authority, tx.head.seq + 1})
	}
	return noteChange.Exec(ctx, tx, changed...)
}
