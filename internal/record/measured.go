package record

import (
	"context"
	"fmt"
	"math"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/escalation"
	"frontdoor/internal/feed"
)

// The measures of the joint improvement plan, each as it was at a moment: what was
// recorded after it does not change it.
var (
	metInTime = db.SQL("record.strategy-met-in-time", `
		SELECT count(*), count(*) FILTER (WHERE ended_how = 'met' AND ended_happened_at <= due_at AND ended_at <= $5) FROM wait
		WHERE authority_id = $1 AND owner_id = $2 AND timescale = 'strategy.discussion' AND begun_at >= $3 AND begun_at <= $5 AND due_at > $4 AND due_at <= $5`)
	heldQuorate = db.SQL("record.strategy-held-quorate", `
		SELECT count(*), count(*) FILTER (WHERE quoracy = 'quorate') FROM discussion_holding
		WHERE authority_id = $1 AND held_at > $2 AND held_at <= $3 AND recorded_at <= $3`)
	breachedThen = db.SQL("record.breached-then", `
		SELECT count(*), count(DISTINCT CASE WHEN asked THEN timescale END) FROM (
			SELECT w.timescale, NOT EXISTS (
				SELECT 1 FROM escalation_note o JOIN escalation_note_wait x ON x.note_id = o.id AND x.authority_id = o.authority_id
				WHERE x.wait_id = w.id AND x.authority_id = w.authority_id AND o.kind = 'override' AND o.at <= $3 AND NOT EXISTS (
					SELECT 1 FROM escalation_note n JOIN escalation_note_wait y ON y.note_id = n.id AND y.authority_id = n.authority_id
					WHERE y.wait_id = w.id AND y.authority_id = w.authority_id AND n.kind = 'raise' AND n.at > o.at AND n.at <= $3)) AS asked
			FROM wait w
			WHERE w.authority_id = $1 AND w.owner_id = $2 AND w.begun_at <= $3 AND w.due_at <= $3 AND w.agency IN (:list($4))
				AND (w.ended_at IS NULL OR (w.ended_at > w.due_at AND w.ended_at > $3))) AS late`)
)

// begunBefore is how long before it falls due a wait for a strategy discussion begins at
// most, in days.
const begunBefore = 31

// Measured is what a measure came to at a moment. Feeds must have been refreshed before.
func (v *View) Measured(ctx context.Context, p escalation.Promised, at civil.Instant) (escalation.Value, error) {
	from := at.Date().AddDays(-escalation.Window).EndOfDay()
	switch p.Measure {
	case escalation.LagMedian, escalation.LagNinetyFive:
		return v.lag(ctx, p, at.Date())
	case escalation.StrategyInTime:
		return v.share(ctx, metInTime, v.Authority, p.Partner, from.Date().AddDays(-begunBefore).Start(), from, at)
	case escalation.Quorate:
		return v.share(ctx, heldQuorate, v.Authority, from, at)
	case escalation.WaitsBreached, escalation.OpenQuestions:
		var waits, steps int
		err := v.QueryRowContext(ctx, breachedThen, v.Authority, p.Partner, at, db.List(v.record.Ladders.Agencies())).Scan(&waits, &steps)
		if p.Measure == escalation.OpenQuestions {
			return escalation.Value{N: float64(steps), Of: waits, Known: true}, err
		}
		return escalation.Value{N: float64(waits), Of: waits, Known: true}, err
	}
	return escalation.Value{}, fmt.Errorf("no measure is called %q", p.Measure)
}

// share is a percentage to one place.
func (v *View) share(ctx context.Context, q db.Query, args ...any) (escalation.Value, error) {
	var all, good int
	if err := v.QueryRowContext(ctx, q, args...).Scan(&all, &good); err != nil || all == 0 {
		return escalation.Value{}, err
	}
	return escalation.Value{N: math.Round(1000*float64(good)/float64(all)) / 10, Of: all, Known: true}, nil
}

// lag is a figure of how late a force's notifications of one grade were, in hours to one
// place.
func (v *View) lag(ctx context.Context, p escalation.Promised, day civil.Date) (escalation.Value, error) {
	cells, err := v.FeedCells(ctx, day.AddDays(1-escalation.Window), day, p.Partner, ToldOnly)
	if err != nil {
		return escalation.Value{}, err
	}
	rows, err := LagRows(cells)
	if err != nil {
		return escalation.Value{}, err
	}
	for _, r := range rows {
		if r.AllDistricts && r.Grade == p.Grade && r.Stage == feed.Told && r.N > 0 {
			took := r.Median
			if p.Measure == escalation.LagNinetyFive {
				took = r.P95
			}
			return escalation.Value{N: math.Round(float64(took)/360) / 10, Of: r.N, Known: true}, nil
		}
	}
	return escalation.Value{}, nil
}
