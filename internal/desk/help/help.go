// Package help is the desk where it is written down that a child was met, and where it
// is seen how long each child waited for that: from the concern to the first help, and
// from the decision to the first action that has an effect for them.
package help

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"slices"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Desk is the help desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Measure is how long children waited, for one thing.
type Measure string

// The measures.
const (
	First     Measure = "first-help" // concern to first visit or session (finding 13)
	Effective Measure = "effective"  // decision to first effective action (finding 31)
)

// State is how it stands with one child.
type State string

// The states.
const (
	Met     State = "met"     // help reached the child
	Waiting State = "waiting" // it has not, and the child's work is open
	Ended   State = "ended"   // the work was closed and it never did
)

// Row is one child of a measure.
type Row struct {
	Child    string          `json:"child"`
	Age      string          `json:"age"`
	ChildRef string          `json:"child_reference"`
	Contact  string          `json:"contact"`
	Outcome  pathway.Outcome `json:"outcome"`
	From     civil.Instant   `json:"from"`
	At       civil.Instant   `json:"reached"`
	What     string          `json:"what"`
	Seconds  int64           `json:"seconds"` // until it was reached, or until now
	State    State           `json:"state"`
	Week     civil.Date      `json:"week"` // its Monday
	Masked   bool            `json:"restricted"`
	Opens    bool            `json:"-"` // whether the child's page is open to the reader
}

// Took is how long the child waited, or has waited.
func (r Row) Took() time.Duration { return time.Duration(r.Seconds) * time.Second }

// Week is the children whose clock began in a week. Half and Longest are of those whom
// help has reached; Half is of all of them: it is zero while fewer than half were reached.
type Week struct {
	Monday  civil.Date `json:"week"`
	N       int        `json:"children"`
	Met     int        `json:"reached"`
	Waiting int        `json:"waiting"`
	Ended   int        `json:"ended_without"`
	Half    int64      `json:"half_within_seconds"`
	Longest int64      `json:"longest_seconds"`
}

// Filter narrows a measure. From and To are days on which the clock began.
type Filter struct {
	Measure  Measure
	From, To civil.Date
	Week     civil.Date // zero: every week
	State    State      // "": all
}

// defaultWeeks is how far a measure looks back when nobody says.
const defaultWeeks = 26

// FilterOf reads a filter from an address, and says what is wrong with it.
func (d *Desk) FilterOf(m Measure, q url.Values) (Filter, error) {
	today := d.Record.Now().Date()
	f := Filter{Measure: m, From: today.AddDays(-7 * defaultWeeks), To: today, State: State(q.Get("state"))}
	for _, x := range []struct {
		name string
		to   *civil.Date
	}{{"from", &f.From}, {"to", &f.To}, {"week", &f.Week}} {
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
	if f.State != "" && f.State != Met && f.State != Waiting && f.State != Ended {
		return f, refusal.Field("state", "Select which children from the list")
	}
	return f, nil
}

// query writes the filter as an address.
func (f Filter) query() string {
	q := url.Values{"from": {f.From.String()}, "to": {f.To.String()}}
	if !f.Week.IsZero() {
		q.Set("week", f.Week.String())
	}
	if f.State != "" {
		q.Set("state", string(f.State))
	}
	return q.Encode()
}

// Found is a measure for one reader.
type Found struct {
	Now    civil.Instant
	Filter Filter
	Rows   []Row // the longest first
	Weeks  []Week
	All    Week // every week together
}

// columns of a child whose clock began between two moments. The record is the one that
// it is read as, when it was joined to another.
const columns = `
	SELECT cc.id, COALESCE(h.head_id, cc.person_id), cc.may_be, COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described, COALESCE(p.born, cc.born),
		c.ref, c.risk_since, cc.decided_at, cc.outcome, cc.state, cc.conceal
	FROM contact_child cc
	JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
	LEFT JOIN person_head h ON h.person_id = cc.person_id AND h.authority_id = cc.authority_id
	LEFT JOIN person p ON p.id = COALESCE(h.head_id, cc.person_id) AND p.authority_id = cc.authority_id AND cc.person_id <> ''
	WHERE cc.authority_id = $1 AND cc.outcome IN (:list($2)) AND cc.decided_at IS NOT NULL`

var (
	sinceConcern  = db.SQL("help.since-concern", columns+` AND c.risk_since >= $3 AND c.risk_since <= $4 ORDER BY cc.id`)
	sinceDecision = db.SQL("help.since-decision", columns+` AND cc.decided_at >= $3 AND cc.decided_at <= $4 ORDER BY cc.id`)
	// What happened for children, wherever it was written down. Only what was done: a
	// visit at which the child was met, an action that an agency did, a wait that was met.
	happened = db.SQL("help.happened", `
		SELECT x.child_id, x.kind, x.happened_at FROM help x WHERE x.authority_id = $1 AND x.happened_at >= $2 AND x.met = 'yes'
		UNION ALL
		SELECT v.child_id, $3, v.happened_at FROM meanwhile_visit v WHERE v.authority_id = $1 AND v.happened_at >= $2 AND v.seen = 'yes'
		UNION ALL
		SELECT e.child_id, a.kind, a.done_at FROM enquiry_action a JOIN enquiry e ON e.id = a.enquiry_id AND e.authority_id = a.authority_id
		WHERE a.authority_id = $1 AND a.done_at >= $2 AND a.let_why = ''
		UNION ALL
		SELECT w.child_id, w.timescale, w.ended_happened_at FROM wait w
		WHERE w.authority_id = $1 AND w.begun_at >= $2 AND w.ended_how = 'met' AND w.timescale IN (:list($4))`)
	// Whose children these are: of the same record, and who works with them.
	sameChild = db.SQL("help.same-child", `
		SELECT cc.id, COALESCE(h.head_id, cc.person_id) FROM contact_child cc
		LEFT JOIN person_head h ON h.person_id = cc.person_id AND h.authority_id = cc.authority_id
		WHERE cc.authority_id = $1 AND cc.id IN (:list($2)) AND cc.person_id <> ''`)
	workersOf = db.SQL("help.workers", `
		SELECT e.child_id, e.worker_id, COALESCE(v.worker_id, ''), CASE WHEN e.team_id = '' THEN e.interim_owner_id ELSE e.team_id END, e.state FROM episode e
		LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
		WHERE e.authority_id = $1 AND e.child_id IN (:list($2))`)
)

// Measured works out a measure as its reader may see it.
func (d *Desk) Measured(ctx context.Context, who access.Actor, f Filter) (*Found, error) {
	return d.find(ctx, who, f, access.SeeHelp)
}

// Children lists the children of a measure, for somebody who may see whose they are.
func (d *Desk) Children(ctx context.Context, who access.Actor, f Filter) (*Found, error) {
	return d.find(ctx, who, f, access.ListHelp)
}

func (d *Desk) find(ctx context.Context, who access.Actor, f Filter, act access.Action) (*Found, error) {
	out := &Found{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		*out = Found{Now: v.Now, Filter: f}
		s, err := v.Scope(act)
		if err != nil {
			return err
		}
		all, err := began(ctx, v, f)
		if err != nil {
			return err
		}
		if err := reached(ctx, v, f, all); err != nil {
			return err
		}
		if out.Rows, err = shown(ctx, v, s, all); err != nil {
			return err
		}
		v.Saw("measure " + string(f.Measure))
		out.count()
		if act == access.ListHelp {
			out.Rows = slices.DeleteFunc(out.Rows, func(r Row) bool {
				return f.State != "" && r.State != f.State || !f.Week.IsZero() && r.Week != f.Week
			})
			for _, r := range out.Rows {
				if r.ChildRef != "" {
					v.Saw("measure "+string(f.Measure), r.ChildRef)
				}
			}
		}
		return nil
	})
	return out, err
}

// found is a row with what is needed to know who may see it.
type found struct {
	Row
	id, person, mayBe string
	conceal           access.Concealment
}

// began finds the children whose clock began between the days.
func began(ctx context.Context, v *record.View, f Filter) ([]found, error) {
	q := sinceConcern
	if f.Measure == Effective {
		q = sinceDecision
	}
	return db.Collect(ctx, v, func(r *sql.Rows, x *found) error {
		var given, family, described, state string
		var born civil.Date
		var since, decided civil.Instant
		if err := r.Scan(&x.id, &x.person, &x.mayBe, &x.ChildRef, &given, &family, &described, &born, &x.Contact, &since, &decided, &x.Outcome, &state, &x.conceal); err != nil {
			return err
		}
		x.Child = record.ChildName(given, family, described)
		if !born.IsZero() {
			x.Age = fmt.Sprint(born.Age(v.Now.Date()))
		}
		x.From, x.State = since, Waiting
		if f.Measure == Effective {
			x.From = decided
		}
		if state == "closed" {
			x.State = Ended
		}
		x.Week = Monday(x.From.Date())
		x.Seconds = int64(v.Now.Sub(x.From) / time.Second)
		return nil
	}, q, v.Authority, db.List(pathway.HelpOutcomes()), f.From.Start(), f.To.EndOfDay())
}

// Monday is the first day of a day's week.
func Monday(d civil.Date) civil.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }

// event is something that happened for a child.
type event struct {
	child string
	kind  pathway.HelpKind
	at    civil.Instant
}

// reached says of each child when the first that is counted happened. What was done for
// the same child through another contact is done for the child.
func reached(ctx context.Context, v *record.View, f Filter, all []found) error {
	events, err := db.Collect(ctx, v, func(r *sql.Rows, e *event) error { return r.Scan(&e.child, &e.kind, &e.at) }, happened,
		v.Authority, f.From.Start(), pathway.HelpMeanwhile(), db.List(pathway.HelpWaits()))
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(events))
	for _, e := range events {
		ids = append(ids, e.child)
	}
	slices.Sort(ids)
	whose := map[string]string{}
	_, err = db.Collect(ctx, v, func(r *sql.Rows, _ *struct{}) error {
		var id, person string
		err := r.Scan(&id, &person)
		whose[id] = person
		return err
	}, sameChild, v.Authority, db.List(slices.Compact(ids)))
	if err != nil {
		return err
	}
	of := map[string][]event{}
	for _, e := range events {
		kind := e.kind
		if k := pathway.HelpByWait(timescale.Key(kind)); k != "" {
			kind = k
		}
		count, ok := pathway.HelpOf(kind)
		if !ok || f.Measure == First && !count.First || f.Measure == Effective && !count.Effective {
			continue
		}
		e.kind = kind
		of[cmp.Or(whose[e.child], e.child)] = append(of[cmp.Or(whose[e.child], e.child)], e)
	}
	for _, list := range of {
		slices.SortFunc(list, func(a, b event) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.kind, b.kind)) })
	}
	for i := range all {
		x := &all[i]
		for _, e := range of[cmp.Or(x.person, x.id)] {
			if e.at.Before(x.From) {
				continue
			}
			count, _ := pathway.HelpOf(e.kind)
			x.At, x.What, x.State, x.Seconds = e.at, count.Words, Met, int64(e.at.Sub(x.From)/time.Second)
			break
		}
	}
	return nil
}

// shown keeps the rows that the reader may see, by the rule of the child's own page, the
// longest first. Of a restricted child only that there is one; who sees numbers alone has
// each child counted whom anybody of the front door may know, and none of them named.
func shown(ctx context.Context, v *record.View, s access.Scope, all []found) ([]Row, error) {
	var ids, persons []string
	for _, x := range all {
		ids = append(ids, x.id)
		if p := cmp.Or(x.person, x.mayBe); p != "" {
			persons = append(persons, p)
		}
	}
	as, err := record.FindClusters(ctx, v, v.Authority, persons)
	if err != nil {
		return nil, err
	}
	closed, err := record.Restrictions(ctx, v, v.Authority, as.All(persons...))
	if err != nil {
		return nil, err
	}
	works, running := map[string]access.About{}, map[string]access.About{}
	_, err = db.Collect(ctx, v, func(r *sql.Rows, _ *struct{}) error {
		var id, worker, offered, team, state string
		err := r.Scan(&id, &worker, &offered, &team, &state)
		for _, all := range []map[string]access.About{works, running} {
			a := all[id]
			a.Workers, a.Teams = append(a.Workers, worker, offered), append(a.Teams, team)
			all[id] = a
			if state != "open" {
				break // whose it was: their number keeps it, and the page is no longer theirs
			}
		}
		return err
	}, workersOf, v.Authority, db.List(ids))
	if err != nil {
		return nil, err
	}
	pages := access.ScopeOf(v.Who, access.OpenChild)
	counted := s.Allowed && !s.Named
	s.Named = s.Named || counted
	var out []Row
	for _, x := range all {
		about, open := works[x.id], running[x.id]
		about.Kind, about.ID, about.Authority, about.Conceal = "child", x.Contact, v.Authority, x.conceal
		if p := cmp.Or(x.person, x.mayBe); p != "" {
			about.Persons = as.Of(p).Members
		}
		about = record.Close(about, closed)
		answer := s.Admits(about)
		about.Workers, about.Teams = open.Workers, open.Teams
		x.Opens = x.ChildRef != "" && pages.Admits(about) == access.Allow
		switch {
		case answer == access.Allow && counted:
			out = append(out, Row{From: x.From, At: x.At, What: x.What, Seconds: x.Seconds, State: x.State, Week: x.Week, Masked: true})
		case answer == access.Allow:
			out = append(out, x.Row)
		case answer == access.Mask:
			out = append(out, Row{Child: "Restricted record", From: x.From, At: x.At, What: x.What, Seconds: x.Seconds, State: x.State, Week: x.Week, Masked: true})
		}
	}
	slices.SortStableFunc(out, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Seconds, a.Seconds), cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.ChildRef, b.ChildRef))
	})
	return out, nil
}

// count works out the weeks from the rows, so that every number is its list.
func (f *Found) count() {
	by := map[civil.Date][]Row{}
	for _, r := range f.Rows {
		by[r.Week] = append(by[r.Week], r)
	}
	for m := Monday(f.Filter.From); !m.After(f.Filter.To); m = m.AddDays(7) {
		f.Weeks = append(f.Weeks, weekOf(m, by[m]))
	}
	f.All = weekOf(civil.Date{}, f.Rows)
}

func weekOf(m civil.Date, rows []Row) Week {
	w := Week{Monday: m, N: len(rows)}
	var took []int64
	for _, r := range rows {
		switch r.State {
		case Met:
			w.Met++
			took = append(took, r.Seconds)
			w.Longest = max(w.Longest, r.Seconds)
		case Waiting:
			w.Waiting++
		default:
			w.Ended++
		}
	}
	slices.Sort(took)
	if half := (w.N + 1) / 2; w.N > 0 && len(took) >= half {
		w.Half = took[half-1]
	}
	return w
}
