// Package leadership is the director's desk: which children wait too long and by whom,
// what is asked of the director, which partners are late, and the joint improvement plan
// that scores itself.
package leadership

import (
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/escalation"
	"frontdoor/internal/feed"
	"frontdoor/internal/record"
)

// Desk is the leadership desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Waiting is how many waits there are for one agency.
type Waiting struct {
	Agency      string
	Waits, Late int
	Oldest      civil.Instant // the earliest due that passed; zero when none did
}

// Mine is a question that the director answers for.
type Mine struct {
	record.Escalation
	escalation.Question
}

// Late is how one partner stands: with what it owes, and with what it does in time.
type Late struct {
	Partner
	Waits   int // past a limit
	Oldest  civil.Instant
	Level   int // the highest at which something is asked of it
	Lags    []Lag
	Met     escalation.Value // children for whom it met in time for a strategy discussion
	Last    civil.Instant    // when a notification last came, from a force
	IsForce bool
}

// Lag is how late a force's notifications of one grade were in the last 28 days.
type Lag struct {
	Grade  string
	Median uint32 // seconds
	N      int
	Late   int // over the agreed limit
}

// First is the director's first page.
type First struct {
	Now       civil.Instant
	Waiting   []Waiting
	Mine      []Mine
	Overrides []Override
	Partners  []Late
	Plan      []Line
	Quorate   escalation.Value
	Feeds     []string
	Alarms    []string
	From      civil.Date // of the figures of the last 28 days
}

// Override is a question that somebody ended while children still waited.
type Override struct {
	OwnerID, Owner, Step, By, Why string
	At                            civil.Instant
	Waiting                       int
}

var (
	waitingBy = db.SQL("leadership.waiting-by-agency", `
		SELECT w.agency, w.owner_id, count(*), count(*) FILTER (WHERE w.due_at < $2), min(CASE WHEN w.due_at < $2 THEN w.due_at END) FROM wait w
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		WHERE w.authority_id = $1 AND w.ended_at IS NULL`+record.TheirWaits(3)+`
		GROUP BY w.agency, w.owner_id ORDER BY w.agency, w.owner_id`)
	overridden = db.SQL("leadership.overridden", `
		SELECT n.owner_id, COALESCE((SELECT o.name FROM organisation o WHERE o.id = n.owner_id AND o.authority_id = n.authority_id), n.owner_id), n.timescale, n.by_name, n.words, n.at,
			(SELECT count(*) FROM escalation_note_wait x JOIN wait w ON w.id = x.wait_id AND w.authority_id = x.authority_id
				WHERE x.note_id = n.id AND x.authority_id = n.authority_id AND w.ended_at IS NULL)
		FROM escalation_note n WHERE n.authority_id = $1 AND n.kind = 'override' AND n.at > $2 ORDER BY n.at DESC, n.id`)
	lastFromForce = db.SQL("leadership.last-notification", `
		SELECT received_at FROM contact WHERE organisation_id = $1 AND authority_id = $2 AND channel = 'police' ORDER BY received_at DESC LIMIT 1`)
)

// First shows the director's first page, worked out from the record as it is asked for.
func (d *Desk) First(ctx context.Context, who access.Actor) (*First, error) {
	out := &First{}
	err := d.look(ctx, who, access.SeeLeadership, func(v *record.View, s access.Scope) error {
		*out = First{Now: v.Now, From: v.Now.Date().AddDays(1 - escalation.Window)}
		v.Saw("the director's first page")
		owed, err := out.waiting(ctx, v, s)
		if err != nil {
			return err
		}
		all, err := v.Escalated(ctx, s, record.EscalatedFilter{})
		if err != nil {
			return err
		}
		open := d.Record.Gather(all, v.Now)
		out.mine(open)
		if err := out.partners(ctx, v, d.Record.Ladders.Agencies(), owed, open); err != nil {
			return err
		}
		if out.Overrides, err = db.Collect(ctx, v, func(r *sql.Rows, o *Override) error {
			return r.Scan(&o.OwnerID, &o.Owner, &o.Step, &o.By, &o.Why, &o.At, &o.Waiting)
		}, overridden, v.Authority, out.From.Start()); err != nil {
			return err
		}
		if out.Plan, err = plan(ctx, v, ""); err != nil {
			return err
		}
		if out.Quorate, err = v.Measured(ctx, escalation.Promised{Measure: escalation.Quorate}, v.Now); err != nil {
			return err
		}
		if out.Feeds, err = v.FeedAlarms(ctx); err != nil {
			return err
		}
		out.Alarms, err = v.FairnessAlarms(ctx)
		return err
	})
	return out, err
}

type owing struct {
	agency, owner string
	waits, late   int
	oldest        civil.Instant
}

// waiting counts who is waited for, by the conditions of the waiting page.
func (f *First) waiting(ctx context.Context, v *record.View, s access.Scope) ([]owing, error) {
	rows, err := db.Collect(ctx, v, func(r *sql.Rows, o *owing) error {
		return r.Scan(&o.agency, &o.owner, &o.waits, &o.late, &o.oldest)
	}, waitingBy, v.Authority, v.Now, s.WorkerID, db.List(s.Teams), s.AgencyID, s.Restricted == access.Mask, s.UserID)
	for _, o := range rows {
		i := slices.IndexFunc(f.Waiting, func(w Waiting) bool { return w.Agency == o.agency })
		if i < 0 {
			i = len(f.Waiting)
			f.Waiting = append(f.Waiting, Waiting{Agency: o.agency})
		}
		w := &f.Waiting[i]
		w.Waits, w.Late, w.Oldest = w.Waits+o.waits, w.Late+o.late, earlier(w.Oldest, o.oldest)
	}
	slices.SortStableFunc(f.Waiting, func(a, b Waiting) int { return b.Late - a.Late })
	return rows, err
}

func earlier(a, b civil.Instant) civil.Instant {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// mine are the questions that the director asks, the unanswered at the top first.
func (f *First) mine(open []record.Escalation) {
	for _, e := range open {
		for _, q := range e.Questions {
			if q.Tells == string(access.Director) {
				f.Mine = append(f.Mine, Mine{e, q})
			}
		}
	}
	slices.SortStableFunc(f.Mine, func(a, b Mine) int {
		switch {
		case a.State != b.State && a.State.Worse(b.State):
			return -1
		case a.State != b.State:
			return 1
		case a.Question.Level != b.Question.Level:
			return b.Question.Level - a.Question.Level
		}
		return a.By.Compare(b.By)
	})
}

// AtTheTop are the questions that nobody answered at the highest level in time, or whose
// answer was not kept (finding 8).
func (f *First) AtTheTop() []Mine {
	return slices.DeleteFunc(slices.Clone(f.Mine), func(m Mine) bool { return !m.silent() })
}

func (m Mine) silent() bool {
	return m.Question.Level == escalation.Top && (m.State == escalation.Unanswered || m.State == escalation.NotKept)
}

// partners are those who owe something or were to meet, and every force.
func (f *First) partners(ctx context.Context, v *record.View, kinds []string, owed []owing, open []record.Escalation) error {
	all, err := partnersOf(ctx, v, v.Authority, kinds)
	if err != nil {
		return err
	}
	cells, err := v.FeedCells(ctx, f.From, v.Now.Date(), "", record.ToldOnly)
	if err != nil {
		return err
	}
	lags, err := record.LagRows(cells)
	if err != nil {
		return err
	}
	for _, p := range all {
		l := Late{Partner: p, IsForce: p.Kind == "police"}
		for _, o := range owed {
			if o.owner == p.ID {
				l.Waits, l.Oldest = l.Waits+o.late, earlier(l.Oldest, o.oldest)
			}
		}
		for _, e := range open {
			if e.OwnerID == p.ID {
				l.Level = max(l.Level, e.Level())
			}
		}
		for _, r := range lags {
			if r.Force == p.ID && r.AllDistricts && r.Stage == feed.Told && r.N > 0 {
				l.Lags = append(l.Lags, Lag{r.Grade, r.Median, r.N, r.Late})
			}
		}
		if l.Met, err = v.Measured(ctx, escalation.Promised{Measure: escalation.StrategyInTime, Partner: p.ID}, v.Now); err != nil {
			return err
		}
		if l.IsForce {
			if err := v.QueryRowContext(ctx, lastFromForce, p.ID, v.Authority).Scan(&l.Last); err != nil && !db.NotFound(err) {
				return err
			}
		}
		if l.IsForce || l.Waits > 0 || l.Level > 0 || l.Met.Known {
			f.Partners = append(f.Partners, l)
		}
	}
	return nil
}
