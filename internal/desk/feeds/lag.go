package feeds

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// Lags are how late notifications were, by force, district, grade and stage.
type Lags struct {
	From   civil.Date `json:"from"`
	To     civil.Date `json:"to"`
	Limits []Limit    `json:"limits"`
	Rows   []Lag      `json:"rows"`
	filter Filter
	now    civil.Instant
	forces []Force
}

// Lag is one row of it. District is "all" or "not said" where it has no name.
type Lag struct {
	Force     string `json:"force"`
	District  string `json:"district"`
	Grade     string `json:"grade"`
	Stage     string `json:"stage"`
	N         int    `json:"notifications"`
	Median    uint32 `json:"median_seconds"`
	P90       uint32 `json:"p90_seconds"`
	P95       uint32 `json:"p95_seconds"`
	Longest   uint32 `json:"longest_seconds"`
	Over      int    `json:"over_7_days"`
	Late      int    `json:"over_agreed_limit"`
	row       record.LagRow
	forceName string
}

// Lags works out the figures of a period.
func (d *Desk) Lags(ctx context.Context, who access.Actor, f Filter) (*Lags, error) {
	if err := d.Record.RefreshFeeds(ctx, who.Authority); err != nil {
		return nil, err
	}
	out := &Lags{}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		*out = Lags{From: f.From, To: f.To, Limits: record.AgreedLimits(d.Record.Timescales, f.From, f.To), Rows: []Lag{}, filter: f, now: v.Now}
		if err := scope(v, access.SeePromptness, &out.filter); err != nil {
			return err
		}
		v.Saw("promptness of police")
		var err error
		if out.forces, err = forces(ctx, v, v.Authority); err != nil {
			return err
		}
		cells, err := v.FeedCells(ctx, f.From, f.To, out.filter.Force, record.Whole)
		if err != nil {
			return err
		}
		rows, err := record.LagRows(out.filter.only(cells))
		if err != nil {
			return err
		}
		for _, r := range rows {
			out.Rows = append(out.Rows, Lag{Force: r.Force, District: districtWords(r.AllDistricts, r.District), Grade: feed.GradeWords(r.Grade), Stage: r.Stage.Key(),
				N: r.N, Median: r.Median, P90: r.P90, P95: r.P95, Longest: r.Longest, Over: r.Over, Late: r.Late, row: r, forceName: forceName(out.forces, r.Force)})
		}
		return nil
	})
	return out, err
}

// only keeps the cells of the district and grade that were asked for.
func (f Filter) only(cells []record.Cell) []record.Cell {
	if f.District == "" && f.Grade == "" {
		return cells
	}
	var out []record.Cell
	for _, c := range cells {
		if (f.District == "" || orNone(c.District) == f.District) && (f.Grade == "" || orNone(c.Grade) == f.Grade) {
			out = append(out, c)
		}
	}
	return out
}

func hours(seconds uint32) string { return fmt.Sprintf("%.2f", float64(seconds)/3600) }

// Sheet is the same rows as a file.
func (l *Lags) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"force", "district", "grade", "stage", "notifications", "median_hours", "p90_hours", "p95_hours", "longest_hours", "over_7_days", "over_agreed_limit", "agreed_limit"}}
	for _, r := range l.Rows {
		limit := ""
		if r.row.Stage == feed.Told {
			limit = limitWords(l.Limits, r.row.Grade)
		}
		s.Rows = append(s.Rows, []string{r.Force, r.District, r.Grade, r.Stage, strconv.Itoa(r.N), hours(r.Median), hours(r.P90), hours(r.P95), hours(r.Longest), strconv.Itoa(r.Over), strconv.Itoa(r.Late), limit})
	}
	return s
}

// Arrived is one notification as the list shows it: our reference and the force's own,
// and no word about a child. Of a restricted record there is neither reference.
type Arrived struct {
	Ref       string        `json:"contact"`
	SenderRef string        `json:"force_reference"`
	Force     string        `json:"force"`
	District  string        `json:"district"`
	Grade     string        `json:"grade"`
	Incident  civil.Instant `json:"incident"`
	Reported  civil.Instant `json:"reported"`
	Graded    civil.Instant `json:"graded"`
	Sent      civil.Instant `json:"sent"`
	Received  civil.Instant `json:"received"`
	Decided   civil.Instant `json:"decided"`
	Lag       uint32        `json:"lag_seconds"`
	Limit     string        `json:"agreed_limit"`
	Rule      string        `json:"rule"`
	Late      bool          `json:"over_agreed_limit"`
	id        string
	lag       sql.NullInt64
	masked    bool
}

// PageSize is how many notifications a page of the list shows.
const PageSize = 100

const arrivedColumns = `c.id, c.ref, c.sender_ref, c.organisation_id, c.district, c.grade, c.incident_at, c.reported_at, c.graded_at, c.sent_at, c.received_at, c.decided_at, c.lag, c.conceal <> ''`

const arrivedIn = `
	FROM contact c WHERE c.authority_id = $1 AND c.channel = 'police' AND c.received_at >= $2 AND c.received_at < $3 AND ($4 = '' OR c.organisation_id = $4)
		AND ($5 = '' OR c.district = CASE WHEN $5 = '-' THEN '' ELSE $5 END)`

const arrivedOf = arrivedIn + ` AND ($6 = '' OR c.grade = CASE WHEN $6 = '-' THEN '' ELSE $6 END)`

var (
	latestFirst = db.SQL("feeds.longest-first", `SELECT `+arrivedColumns+arrivedOf+`
		AND c.lag IS NOT NULL AND c.lag > $7 AND c.lag <= $8 AND (c.lag < $8 OR c.id < $9)
		ORDER BY c.authority_id, c.lag DESC, c.id DESC LIMIT $10`)
	// The same of one grade, by an index of its own.
	latestOfGrade = db.SQL("feeds.longest-first-of-grade", `SELECT `+arrivedColumns+arrivedIn+` AND c.grade = $6
		AND c.lag IS NOT NULL AND c.lag > $7 AND c.lag <= $8 AND (c.lag < $8 OR c.id < $9)
		ORDER BY c.authority_id, c.grade, c.lag DESC, c.id DESC LIMIT $10`)
	newestFirst = db.SQL("feeds.newest-first", `SELECT `+arrivedColumns+arrivedOf+`
		AND c.received_at <= $7 AND (c.received_at < $7 OR c.id < $8)
		ORDER BY c.authority_id, c.received_at DESC, c.id DESC LIMIT $9`)
)

func scanArrived(r *sql.Rows, a *Arrived) error {
	return r.Scan(&a.id, &a.Ref, &a.SenderRef, &a.Force, &a.District, &a.Grade, &a.Incident, &a.Reported, &a.Graded, &a.Sent, &a.Received, &a.Decided, &a.lag, &a.masked)
}

// fill adds what the row's own times and limit say, and leaves the references of a
// restricted record out, for the police and for us alike.
func (a *Arrived) fill(r *record.Record) error {
	a.Lag = uint32(max(a.lag.Int64, 0))
	if a.masked {
		a.Ref, a.SenderRef = "", ""
	}
	rule, due, ok, err := r.PoliceLimit(a.Grade, a.Incident)
	if err != nil || !ok {
		return err
	}
	a.Limit, a.Rule, a.Late = rule.Limit(), rule.Version(), a.lag.Valid && a.Received.After(due)
	return nil
}

func (a Arrived) stamps() feed.Stamps {
	return feed.Stamps{Incident: a.Incident, Reported: a.Reported, Graded: a.Graded, Sent: a.Sent, Received: a.Received, Decided: a.Decided}
}

// List is the notifications behind a figure. The whole way is listed by lag, the
// longest first; a stage by receipt, the newest first.
type List struct {
	Filter Filter
	Rows   []Arrived
	Next   Cursor // where the next page starts; zero on the last
	Now    civil.Instant
}

// longestLag is more seconds than any lag.
const longestLag = 1 << 40

// List shows a page of notifications, or with all the whole list for a file.
func (d *Desk) List(ctx context.Context, who access.Actor, f Filter, all bool) (*List, error) {
	out := &List{}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		*out = List{Filter: f, Now: v.Now, Rows: []Arrived{}}
		if err := scope(v, access.SeePromptness, &out.Filter); err != nil {
			return err
		}
		v.Saw("promptness of police")
		return out.read(ctx, v, d.Record, all)
	})
	return out, err
}

// read fills the list batch by batch: which are over the agreed limit is asked of the
// rule in force at each incident, which the database does not know.
func (l *List) read(ctx context.Context, v *record.View, r *record.Record, all bool) error {
	at := l.Filter.After
	for {
		rows, err := l.batch(ctx, v, at, all)
		if err != nil {
			return err
		}
		for i := range rows {
			a := &rows[i]
			if err := a.fill(r); err != nil {
				return err
			}
			at = Cursor{a.lag.Int64, a.Received, a.id}
			if !l.admits(*a) {
				continue
			}
			if !all && len(l.Rows) == PageSize {
				last := l.Rows[PageSize-1]
				l.Next = Cursor{last.lag.Int64, last.Received, last.id}
				return nil
			}
			l.Rows = append(l.Rows, *a)
		}
		if len(rows) <= PageSize || all {
			return nil
		}
	}
}

func (l *List) admits(a Arrived) bool {
	_, ok := a.stamps().Took(l.Filter.Stage)
	return ok && (!l.Filter.Late || a.Late)
}

func (l *List) batch(ctx context.Context, v *record.View, at Cursor, all bool) ([]Arrived, error) {
	f, n := l.Filter, PageSize+1
	if all {
		n = 1 << 31
	}
	args := []any{v.Authority, f.From.Start(), f.To.AddDays(1).Start(), f.Force, f.District, f.Grade}
	if f.Stage == feed.Told {
		if at.ID == "" {
			at.Lag = longestLag
		}
		least := -1
		if f.Over > 0 {
			least = f.Over * 24 * 60 * 60
		}
		query := latestFirst
		if f.Grade != "" {
			query, args[5] = latestOfGrade, map[bool]string{true: "", false: f.Grade}[f.Grade == none]
		}
		return db.Collect(ctx, v, scanArrived, query, append(args, least, at.Lag, at.ID, n)...)
	}
	if at.ID == "" {
		at.At = f.To.AddDays(1).Start()
	}
	return db.Collect(ctx, v, scanArrived, newestFirst, append(args, at.At, at.ID, n)...)
}

// Sheet is the same rows as a file.
func (l *List) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"contact", "force_reference", "force", "district", "grade", "incident", "reported", "graded", "sent", "received", "decided", "hours", "agreed_limit", "rule", "over_agreed_limit"}}
	for _, a := range l.Rows {
		s.Rows = append(s.Rows, []string{a.Ref, a.SenderRef, a.Force, a.District, a.Grade, a.Incident.String(), a.Reported.String(), a.Graded.String(), a.Sent.String(),
			a.Received.String(), a.Decided.String(), hours(a.Lag), a.Limit, a.Rule, strconv.FormatBool(a.Late)})
	}
	return s
}
