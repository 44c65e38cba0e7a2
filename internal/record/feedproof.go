package record

import (
	"bytes"
	"context"
	"fmt"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
)

// feeds counts every day that was made for the feeds' pages again from the contacts:
// a day that is in use and says anything else is a fault. Days made by other limits
// are not in use until they are made anew.
func (p *Proof) feeds(ctx context.Context, q db.Queryer, r *Record) error {
	m, err := markOf(ctx, q, p.Authority)
	if err != nil || m.rules != r.feedRules() {
		return err
	}
	stale, err := staleOf(ctx, q, p.Authority)
	if err != nil {
		return err
	}
	skip := map[civil.Date]bool{}
	for _, day := range stale {
		skip[day] = true
	}
	var first civil.Instant
	err = q.QueryRowContext(ctx, firstNotified, p.Authority).Scan(&first)
	if err != nil && !db.NotFound(err) {
		return err
	}
	from := civil.DateOf(1900, 1, 1)
	for to := first.Date().AddDays(feedChunk); ; to = to.AddDays(feedChunk) {
		if to.After(m.until) || first.IsZero() {
			to = m.until
		}
		if err := p.feedDays(ctx, q, r, from, to, skip); err != nil {
			return err
		}
		if !to.Before(m.until) {
			return nil
		}
		from = to.AddDays(1)
	}
}

// feedDays holds some days to a recount.
func (p *Proof) feedDays(ctx context.Context, q db.Queryer, r *Record, from, to civil.Date, skip map[civil.Date]bool) error {
	all, err := db.Collect(ctx, q, scanNotified, notified, p.Authority, from.Start(), to.AddDays(1).Start(), "", always)
	if err != nil {
		return err
	}
	for _, n := range all {
		took, ok := n.Took(feed.Told)
		if off := n.lag.Int64 - int64(took); ok != n.lag.Valid || ok && (off > 1 || off < -1) {
			p.Faults = append(p.Faults, fmt.Sprintf("feeds: a notification received %s keeps another lag than its times give", n.Received))
			break
		}
	}
	want, err := r.cellsOf(all)
	if err != nil {
		return err
	}
	got, err := db.Collect(ctx, q, scanCell, feedCells, p.Authority, from, to, "")
	if err != nil {
		return err
	}
	counted := map[cellKey]Cell{}
	for _, c := range want {
		counted[cellKey{c.Day, c.Force, c.District, c.Grade}] = c
	}
	wrong := map[civil.Date]bool{}
	for _, c := range got {
		k := cellKey{c.Day, c.Force, c.District, c.Grade}
		wrong[c.Day] = wrong[c.Day] || !c.same(counted[k])
		delete(counted, k)
		p.FeedDays++
	}
	for k := range counted {
		wrong[k.day] = true // contacts that no made day knows of
	}
	for day, bad := range wrong {
		if bad && !skip[day] && len(p.Faults) < faultsShown {
			p.Faults = append(p.Faults, fmt.Sprintf("feeds: what was counted for %s is not what its contacts give", day))
		}
	}
	return nil
}

func (c Cell) same(d Cell) bool {
	for _, s := range feed.Stages() {
		if !bytes.Equal(c.Took[s], d.Took[s]) {
			return false
		}
	}
	return c.Arrived == d.Arrived && c.Late == d.Late && c.Hours == d.Hours && c.Quality == d.Quality
}
