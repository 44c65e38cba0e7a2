package record

import (
	"context"
	"database/sql"
	"fmt"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
)

// Death is that a person died, as we were told.
type Death struct {
	ID, Person, Source, By string
	On                     civil.Date // zero: the day is not known
	Recorded               civil.Instant
}

var (
	deathsOf = db.SQL("record.deaths-of-persons", `
		SELECT id, person_id, source, recorded_by_name, died_on, recorded_at FROM death
		WHERE person_id IN (:list($1)) AND authority_id = $2 AND back_at IS NULL`)
	addDeath = db.SQL("record.add-death", `
		INSERT INTO death (id, authority_id, person_id, died_on, source, recorded_at, recorded_by, recorded_by_name)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`)
	takeDeathBack = db.SQL("record.take-death-back", `
		UPDATE death SET back_at = $3, back_by_name = $4, back_why = $5 WHERE id = $1 AND authority_id = $2 AND back_at IS NULL`)
	withdrawWait = db.SQL("record.withdraw-wait", `
		UPDATE wait SET ended_at = $3, ended_happened_at = $3, ended_how = '`+string(pathway.Withdrawn)+`', ended_reason = $4, ended_by = $5
		WHERE id = $1 AND authority_id = $2 AND ended_at IS NULL`)
)

// Deaths finds who of some persons died, by the record that each is read as.
func Deaths(ctx context.Context, q db.Queryer, authority string, ids []string) (map[string]Death, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	clusters, err := FindClusters(ctx, q, authority, ids)
	if err != nil {
		return nil, err
	}
	all, err := db.Collect(ctx, q, func(r *sql.Rows, x *Death) error {
		return r.Scan(&x.ID, &x.Person, &x.Source, &x.By, &x.On, &x.Recorded)
	}, deathsOf, db.List(clusters.All(ids...)), authority)
	out := map[string]Death{}
	for _, x := range all {
		out[clusters.Head(x.Person)] = x
	}
	return out, err
}

// AddDeath records that a person died. ok is false when it is on record already.
func (tx *Tx) AddDeath(ctx context.Context, x Death) (ok bool, err error) {
	n, err := db.Changed(tx.ExecContext(ctx, addDeath, tx.NewID(), tx.Authority, x.Person, x.On, x.Source, tx.Now, tx.Who.ID, tx.Who.Name))
	return n > 0, err
}

// TakeDeathBack takes back what was recorded by mistake. ok is false when somebody did so
// before.
func (tx *Tx) TakeDeathBack(ctx context.Context, id, why string) (ok bool, err error) {
	n, err := db.Changed(tx.ExecContext(ctx, takeDeathBack, id, tx.Authority, tx.Now, tx.Who.Name, why))
	return n > 0, err
}

// Withdraw ends one wait with a reason. ok is false when it has ended already.
func (tx *Tx) Withdraw(ctx context.Context, id, why string) (ok bool, err error) {
	n, err := db.Changed(tx.ExecContext(ctx, withdrawWait, id, tx.Authority, tx.Now, why, tx.Who.ID))
	if err != nil {
		return false, fmt.Errorf("withdraw wait %s: %w", id, err)
	}
	return n > 0, nil
}
