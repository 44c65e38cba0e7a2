// Package partnership is the desk where agencies see how they work together, each side
// the same page: a partner's promptness, attendance, answers and quality, and the
// evidence pack of a period that both can make again and hold against each other's.
package partnership

import (
	"context"
	"database/sql"
	"embed"
	"net/url"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

// Desk is the partnership desk.
type Desk struct {
	Record  *record.Record
	printer *web.Printer // of joint packs; nil makes no PDFs
}

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Agency is a partner organisation of the authority.
type Agency struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// Police says whether the agency sends police notifications.
func (a Agency) Police() bool { return a.Kind == "police" }

var agencyRows = db.SQL("partnership.agencies", `SELECT id, kind, name FROM organisation WHERE authority_id = $1 ORDER BY id`)

// agencies are the partners that somebody may see: one's own, or all.
func agencies(ctx context.Context, q db.Queryer, authority, own string) ([]Agency, error) {
	all, err := db.Collect(ctx, q, func(r *sql.Rows, a *Agency) error { return r.Scan(&a.ID, &a.Kind, &a.Name) }, agencyRows, authority)
	return slices.DeleteFunc(all, func(a Agency) bool { return own != "" && a.ID != own }), err
}

// agencyOf finds one of them, as if another did not exist.
func agencyOf(all []Agency, id string) (Agency, error) {
	if i := slices.IndexFunc(all, func(a Agency) bool { return a.ID == id }); i >= 0 {
		return all[i], nil
	}
	return Agency{}, refusal.Hidden()
}

// Period is whole days in England.
type Period struct {
	From civil.Date `json:"from"`
	To   civil.Date `json:"to"`
}

func (p Period) start() civil.Instant { return p.From.Start() }
func (p Period) end() civil.Instant   { return p.To.AddDays(1).Start() }

func (p Period) has(t civil.Instant) bool { return !t.Before(p.start()) && t.Before(p.end()) }

// Words says the period.
func (p Period) Words() string { return p.From.Words() + " to " + p.To.Words() }

func (p Period) query() string {
	return url.Values{"from": {p.From.String()}, "to": {p.To.String()}}.Encode()
}

// defaultWeeks is how far a scorecard looks back when nobody says.
const defaultWeeks = 26

// PeriodOf reads a period from an address, and says what is wrong with it.
func (d *Desk) PeriodOf(q url.Values) (Period, error) {
	today := d.Record.Now().Date()
	p := Period{From: today.AddDays(-7 * defaultWeeks), To: today}
	for _, x := range []struct {
		name string
		to   *civil.Date
	}{{"from", &p.From}, {"to", &p.To}} {
		s := q.Get(x.name)
		if s == "" {
			continue
		}
		day, err := civil.ParseDate(s)
		if err != nil || day.Year < 1990 || day.Year > 2200 {
			return p, refusal.Field(x.name, "Enter a day such as 2026-01-21")
		}
		*x.to = day
	}
	if p.To.Before(p.From) {
		return p, refusal.Field("to", "The last day must not be before the first")
	}
	return p, nil
}

// look runs a look at one agency's scorecard, or at all when agency is "": a partner
// sees its own.
func (d *Desk) look(ctx context.Context, who access.Actor, act access.Action, fn func(v *record.View, all []Agency) error) error {
	return d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		s, err := v.Scope(act)
		if err != nil {
			return err
		}
		all, err := agencies(ctx, v, v.Authority, s.AgencyID)
		if err != nil {
			return err
		}
		v.Saw("partner scorecard")
		return fn(v, all)
	})
}
