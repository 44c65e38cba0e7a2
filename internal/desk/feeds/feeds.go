// Package feeds is the desk where the police's notifications are watched, by them and
// by us on the same pages: how late each stage is, whether fewer come than usual, what
// a force says waits with it, and what its own list says never came.
package feeds

import (
	"context"
	"database/sql"
	"embed"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

// Desk is the feeds' desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Filter narrows figures and lists. From and To are days of receipt.
type Filter struct {
	From, To               civil.Date
	Force, District, Grade string // District and Grade: "" any, "-" not said
	Stage                  feed.Stage
	Over                   int  // more than so many days from incident to receipt
	Late                   bool // over the agreed limit
	After                  Cursor
}

// Cursor is where a page of the list starts: after this lag or moment.
type Cursor struct {
	Lag int64
	At  civil.Instant
	ID  string
}

// none stands in addresses for a district or grade that was not said.
const none = "-"

// defaultWeeks is how far figures look back when nobody says.
const defaultWeeks = 52

// mostDays bounds a number of days that somebody types.
const mostDays = 10000

// FilterOf reads a filter from an address, and says what is wrong with it.
func (d *Desk) FilterOf(q url.Values) (Filter, error) {
	today := d.Record.Now().Date()
	f := Filter{From: today.AddDays(-7 * defaultWeeks), To: today, Force: q.Get("force"), District: q.Get("district"), Grade: q.Get("grade"), Late: q.Get("late") != ""}
	for _, x := range []struct {
		name string
		to   *civil.Date
	}{{"from", &f.From}, {"to", &f.To}} {
		s := q.Get(x.name)
		if s == "" {
			continue
		}
		day, err := civil.ParseDate(s)
		if err != nil || day.Year < 1990 || day.Year > 2200 {
			return f, refusal.Field(x.name, "Enter a day such as 2026-01-21")
		}
		*x.to = day
	}
	if f.To.Before(f.From) {
		return f, refusal.Field("to", "The last day must not be before the first")
	}
	if s := q.Get("over"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > mostDays {
			return f, refusal.Field("over", "Enter a number of days, such as 7")
		}
		f.Over = n
	}
	if s := q.Get("stage"); s != "" {
		stage, ok := feed.StageOf(s)
		if !ok {
			return f, refusal.Field("stage", "Select a stage from the list")
		}
		f.Stage = stage
	}
	if f.Grade != "" && f.Grade != none && !slices.Contains(feed.Grades(), f.Grade) {
		return f, refusal.Field("grade", "Select a grade from the list")
	}
	if at, err := civil.ParseInstant(q.Get("at")); err == nil {
		f.After.At = at
	}
	f.After.Lag, _ = strconv.ParseInt(q.Get("lag"), 10, 64)
	f.After.ID = q.Get("after")
	return f, nil
}

// query writes the filter as an address, without the place in the list.
func (f Filter) query() string {
	q := url.Values{}
	set := func(k, v string) {
		if v != "" {
			q.Set(k, v)
		}
	}
	set("from", f.From.String())
	set("to", f.To.String())
	set("force", f.Force)
	set("district", f.District)
	set("grade", f.Grade)
	if f.Stage != feed.Told {
		set("stage", f.Stage.Key())
	}
	if f.Over > 0 {
		set("over", strconv.Itoa(f.Over))
	}
	if f.Late {
		set("late", "1")
	}
	return q.Encode()
}

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}

// Force is a police organisation of the authority.
type Force struct{ ID, Name string }

var forceRows = db.SQL("feeds.forces", `SELECT id, name FROM organisation WHERE authority_id = $1 AND kind = 'police' ORDER BY name, id`)

func forces(ctx context.Context, q db.Queryer, authority string) ([]Force, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, f *Force) error { return r.Scan(&f.ID, &f.Name) }, forceRows, authority)
}

// forceName is what a force is called. What came by file may name none.
func forceName(all []Force, id string) string {
	if i := slices.IndexFunc(all, func(f Force) bool { return f.ID == id }); i >= 0 {
		return all[i].Name
	}
	if id == "" {
		return "Force not named"
	}
	return id
}

// scope narrows a filter to what the reader may see: the police to their own force.
func scope(v *record.View, act access.Action, f *Filter) error {
	s, err := v.Scope(act)
	if err == nil && s.AgencyID != "" {
		f.Force = s.AgencyID
	}
	return err
}

// Limit is the agreed limit of a grade from a day on.
type Limit = record.AgreedLimit

func limitWords(all []Limit, grade string) string {
	var words []string
	for _, l := range all {
		if l.Grade == grade {
			words = append(words, l.Limit+" from the incident ("+l.Rule+")")
		}
	}
	return strings.Join(words, "; then ")
}

func gradeWords(g string) string { return web.Capital(feed.GradeWords(g)) }

func districtWords(all bool, d string) string {
	switch {
	case all:
		return "all"
	case d == "":
		return "not said"
	}
	return d
}
