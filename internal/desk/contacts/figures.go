package contacts

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
)

// Figures are numbers about what came and how it was decided. Each has a
// definition that is printed beside it, and each opens its list.
type Figures struct {
	Now      civil.Instant
	From     civil.Date
	Lag      []Lag
	Channels []Counted
	Unknown  Counted // referrals that came without saying what the family agreed
	InTime   Counted // decisions made within 24 hours of receipt
	Agree    []Agreed
	Twice    Twice
}

// Lag is how long notifications of one grade took from incident to receipt.
type Lag struct {
	Grade                string
	N, Over, Breached    int // over seven days, and over the agreed limit
	Median, P95, Longest time.Duration
}

// Counted is a part of a whole.
type Counted struct {
	Name    string
	N, Of   int
	Percent int
}

// Agreed is how often an agency's own level of need was the level decided.
type Agreed struct {
	Agency  string
	N, Same int
}

// Twice is how decisions made a second time compare with the first.
type Twice struct {
	N, Differ int
	Kappa     float64 // agreement beyond chance: 1 always, 0 no better than chance
	Known     bool    // whether kappa can be worked out
}

// Arrived is one notification as the lag list shows it.
type Arrived struct {
	Ref, Grade, State  string
	Incident, Received civil.Instant
	Lag                time.Duration
	Late               bool // over the agreed limit for its grade at the time
	masked             bool
}

var (
	arrivals = db.SQL("contacts.police-arrivals", `
		SELECT c.ref, c.grade, c.state, c.incident_at, c.received_at, c.conceal <> '' FROM contact c
		WHERE c.authority_id = $1 AND c.channel = 'police' AND c.received_at >= $2 AND ($3 = '' OR c.organisation_id = $3)
			AND ($4 = '' OR c.grade = $4) AND c.incident_at IS NOT NULL AND c.incident_at <= c.received_at
		ORDER BY c.received_at, c.id`)
	channelCounts = db.SQL("contacts.count-by-channel", `
		SELECT c.channel, count(*) FROM contact c WHERE c.authority_id = $1 AND c.received_at >= $2 GROUP BY c.channel ORDER BY c.channel`)
	unknownCount = db.SQL("contacts.count-agreement-unknown", `
		SELECT count(*), count(*) FILTER (WHERE EXISTS (
			SELECT 1 FROM consent n WHERE n.contact_id = c.id AND n.authority_id = c.authority_id AND n.status = 'not_known'))
		FROM contact c WHERE c.authority_id = $1 AND c.received_at >= $2 AND c.channel IN ('form', 'phone') AND c.source_kind <> 'public'`)
	inTimeCount = db.SQL("contacts.count-decided-in-time", `
		SELECT count(*), count(*) FILTER (WHERE w.ended_at <= w.also_due_at) FROM wait w
		WHERE w.authority_id = $1 AND w.begun_at >= $2 AND w.timescale = 'contact.decision' AND w.ended_at IS NOT NULL AND w.ended_how = 'met'`)
	levelCounts = db.SQL("contacts.count-levels", `
		SELECT c.source_kind, count(*), count(*) FILTER (WHERE n.level = c.level_asked) FROM decision n
		JOIN contact c ON c.id = n.contact_id AND c.authority_id = n.authority_id
		WHERE n.authority_id = $1 AND n.decided_at >= $2 AND n.replaced_by = '' AND c.level_asked IN ('1', '2', '3', '4')
		GROUP BY c.source_kind ORDER BY c.source_kind`)
	twiceDecided = db.SQL("contacts.decided-twice", `
		SELECT a.outcome, b.outcome FROM decision b
		JOIN decision a ON a.id = b.cites AND a.authority_id = b.authority_id
		WHERE b.authority_id = $1 AND b.decided_at >= $2 AND b.cites <> ''`)
)

// sevenDays is what the findings call late beyond doubt.
const sevenDays = 7 * 24 * time.Hour

// Figures works out the numbers since a day.
func (d *Desk) Figures(ctx context.Context, who access.Actor, from civil.Date) (*Figures, error) {
	f := &Figures{}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		*f = Figures{Now: v.Now, From: from}
		if err := v.Allow(access.SeeNumbers, access.About{}); err != nil {
			return err
		}
		v.Saw("figures")
		return f.read(ctx, v, d.Record)
	})
	return f, err
}

func (f *Figures) read(ctx context.Context, v *record.View, r *record.Record) error {
	since := f.From.Start()
	all, err := lagRows(ctx, v, r, since, "", "")
	if err != nil {
		return err
	}
	f.Lag = lags(all)
	if f.Channels, err = db.Collect(ctx, v, func(r *sql.Rows, c *Counted) error { return r.Scan(&c.Name, &c.N) }, channelCounts, v.Authority, since); err != nil {
		return err
	}
	total := 0
	for _, c := range f.Channels {
		total += c.N
	}
	for i := range f.Channels {
		f.Channels[i] = part(pathway.ChannelName(pathway.Channel(f.Channels[i].Name)), f.Channels[i].N, total)
	}
	for _, x := range []struct {
		q    db.Query
		to   *Counted
		name string
	}{{unknownCount, &f.Unknown, "Referrals that did not say what the family agreed"}, {inTimeCount, &f.InTime, "Children decided for within 24 hours of receipt"}} {
		var n, of int
		if err := v.QueryRowContext(ctx, x.q, v.Authority, since).Scan(&of, &n); err != nil {
			return err
		}
		*x.to = part(x.name, n, of)
	}
	if f.Agree, err = db.Collect(ctx, v, func(r *sql.Rows, a *Agreed) error { return r.Scan(&a.Agency, &a.N, &a.Same) }, levelCounts, v.Authority, since); err != nil {
		return err
	}
	pairs, err := db.Collect(ctx, v, func(r *sql.Rows, p *[2]string) error { return r.Scan(&p[0], &p[1]) }, twiceDecided, v.Authority, since)
	f.Twice = twiceOf(pairs)
	return err
}

func part(name string, n, of int) Counted {
	c := Counted{Name: name, N: n, Of: of}
	if of > 0 {
		c.Percent = int(math.Round(100 * float64(n) / float64(of)))
	}
	return c
}

// lagRows are the notifications with their lag and whether it broke the limit that
// was in force when the incident happened: old breaches keep the old rule.
func lagRows(ctx context.Context, q db.Queryer, r *record.Record, since civil.Instant, organisation, grade string) ([]Arrived, error) {
	var authority string
	if v, ok := q.(*record.View); ok {
		authority = v.Authority
	}
	rows, err := db.Collect(ctx, q, func(s *sql.Rows, a *Arrived) error {
		return s.Scan(&a.Ref, &a.Grade, &a.State, &a.Incident, &a.Received, &a.masked)
	}, arrivals, authority, since, organisation, grade)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		a := &rows[i]
		a.Lag = a.Received.Sub(a.Incident)
		key, ok := pathway.PoliceKey(a.Grade)
		if !ok {
			continue
		}
		if rule, ok := r.Timescales.Rule(key, a.Incident); ok {
			due, err := rule.Due(a.Incident, r.Calendar)
			if err != nil {
				return nil, err
			}
			a.Late = a.Received.After(due.At)
		}
	}
	return rows, nil
}

func lags(all []Arrived) []Lag {
	var out []Lag
	for _, grade := range []string{"high", "medium", "standard"} {
		l := Lag{Grade: grade}
		var took []time.Duration
		for _, a := range all {
			if a.Grade != grade {
				continue
			}
			took = append(took, a.Lag)
			if a.Lag > sevenDays {
				l.Over++
			}
			if a.Late {
				l.Breached++
			}
		}
		slices.Sort(took)
		if l.N = len(took); l.N > 0 {
			l.Median, l.P95, l.Longest = took[(l.N-1)/2], took[int(math.Ceil(0.95*float64(l.N)))-1], took[l.N-1]
		}
		out = append(out, l)
	}
	return out
}

// twiceOf compares first and second decisions. Kappa is Cohen's.
func twiceOf(pairs [][2]string) Twice {
	t := Twice{N: len(pairs)}
	first, second := map[string]int{}, map[string]int{}
	for _, p := range pairs {
		first[p[0]]++
		second[p[1]]++
		if p[0] != p[1] {
			t.Differ++
		}
	}
	if t.N == 0 {
		return t
	}
	n := float64(t.N)
	observed, chance := 1-float64(t.Differ)/n, 0.0
	for k, x := range first {
		chance += float64(x) / n * float64(second[k]) / n
	}
	if chance < 1 {
		t.Kappa, t.Known = (observed-chance)/(1-chance), true
	}
	return t
}

// Lags lists police notifications by lag: those of a grade, those over so many
// days. The police see their own by the same rule and in the same words.
func (d *Desk) Lags(ctx context.Context, who access.Actor, from civil.Date, grade string, over int) ([]Arrived, error) {
	var out []Arrived
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		s, err := v.Scope(access.SeePromptness)
		if err != nil {
			return err
		}
		all, err := lagRows(ctx, v, d.Record, from.Start(), s.AgencyID, grade)
		if err != nil {
			return err
		}
		out = nil
		for _, a := range all {
			if a.Lag > time.Duration(over)*24*time.Hour {
				out = append(out, a)
			}
		}
		slices.SortStableFunc(out, func(a, b Arrived) int { return cmp.Compare(b.Lag, a.Lag) })
		v.Saw("promptness of police")
		return nil
	})
	return out, err
}

func lagWords(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return civil.Span(d)
}

func (t Twice) words() string {
	if !t.Known {
		return fmt.Sprintf("%d decided twice, %d differently", t.N, t.Differ)
	}
	return fmt.Sprintf("%d decided twice, %d differently; agreement beyond chance (kappa) %.3f", t.N, t.Differ, t.Kappa)
}
