package contacts

import (
	"context"
	"database/sql"
	"fmt"
	"math"

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
	Lag      []record.LagRow // by grade, the whole way from incident to receipt
	Channels []Counted
	Unknown  Counted // referrals that came without saying what the family agreed
	InTime   Counted // decisions made within 24 hours of receipt
	Agree    []Agreed
	Twice    Twice
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

var (
	channelCounts = db.SQL("contacts.count-by-channel", `
		SELECT c.channel, count(*) FROM contact c WHERE c.authority_id = $1 AND c.channel IN (:list($3)) AND c.received_at >= $2 GROUP BY c.channel ORDER BY c.channel`)
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
		WHERE n.authority_id = $1 AND n.decided_at >= $2 AND n.replaced_by = '' AND c.level_asked <> '' AND c.level_asked IN ('1', '2', '3', '4')
		GROUP BY c.source_kind ORDER BY c.source_kind`)
	twiceDecided = db.SQL("contacts.decided-twice", `
		SELECT a.outcome, b.outcome FROM decision b
		JOIN decision a ON a.id = b.cites AND a.authority_id = b.authority_id
		WHERE b.authority_id = $1 AND b.decided_at >= $2 AND b.cites <> ''`)
)

// Figures works out the numbers since a day.
func (d *Desk) Figures(ctx context.Context, who access.Actor, from civil.Date) (*Figures, error) {
	f := &Figures{}
	if err := d.Record.RefreshFeeds(ctx, who.Authority); err != nil {
		return f, err
	}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		*f = Figures{Now: v.Now, From: from}
		if err := v.Allow(access.SeeNumbers, access.About{}); err != nil {
			return err
		}
		v.Saw("figures")
		return f.read(ctx, v)
	})
	return f, err
}

func (f *Figures) read(ctx context.Context, v *record.View) error {
	since := f.From.Start()
	var err error
	if f.Lag, err = v.FeedTold(ctx, f.From, ""); err != nil {
		return err
	}
	if f.Channels, err = db.Collect(ctx, v, func(r *sql.Rows, c *Counted) error { return r.Scan(&c.Name, &c.N) }, channelCounts, v.Authority, since, db.List(pathway.Channels())); err != nil {
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

func (t Twice) words() string {
	if !t.Known {
		return fmt.Sprintf("%d decided twice, %d differently", t.N, t.Differ)
	}
	return fmt.Sprintf("%d decided twice, %d differently; agreement beyond chance (kappa) %.3f", t.N, t.Differ, t.Kappa)
}
