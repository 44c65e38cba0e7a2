// Package feedback is the desk where it is seen who told us of a child and has not heard
// what was decided, who has and when, and who is not told and why (finding 58); and the
// page that a referrer opens by a link.
package feedback

import (
	"cmp"
	"context"
	"database/sql"
	"net/url"
	"slices"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Desk is the feedback desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// State is where it stands with telling the referrer of one contact that is decided. Each
// is in exactly one.
type State string

// The states.
const (
	Owed   State = "owed"   // a wait is open, with an owner and a time
	Told   State = "told"   // they were told
	Reason State = "reason" // they are not told, and why is on record
)

// Row is one decided contact, by its reference and without a child.
type Row struct {
	Ref      string          // "" of a restricted record
	Agency   pathway.Agency  // what kind of agency told us; "public" also where nobody said
	From     string          // which
	Decided  civil.Instant   // the first decision whose referrer is told, or to be told
	Due      civil.Instant   // when they must be told; the earliest, of several children
	State    State           // where it stands
	Owner    string          // who owes it, while it is owed
	OwnerID  string          //
	Problem  string          // what is wrong with the notice, while it is owed
	Told     civil.Instant   // when the last of it was told
	Way      pathway.Way     // how
	Why      pathway.NotTold // why not
	Words    string          // beside the way or the reason
	By       string          // who told them, or recorded the reason
	Read     civil.Instant   // when they first opened it
	InTime   bool            // told by then
	Week     civil.Date      // Monday of the week of the decision
	Masked   bool            // restricted: that it is owed, and nothing else
	contact  string
	conceal  access.Concealment
	isNamed  bool
	lateTold bool
}

// Overdue says that it is owed and its time has passed.
func (r Row) Overdue(now civil.Instant) bool { return r.State == Owed && r.Due.Before(now) }

// Took is how long it took from the decision.
func (r Row) Took() time.Duration { return r.Told.Sub(r.Decided) }

// Show chooses rows by how they stand.
type Show string

// What a list can show. The first is what it shows when nobody says.
const (
	ShowOwed    Show = "owed"
	ShowOverdue Show = "overdue"
	ShowTold    Show = "told"
	ShowInTime  Show = "in-time"
	ShowLate    Show = "told-late"
	ShowReason  Show = "reason"
	ShowDue     Show = "due" // told, or owed and overdue: what a share is of
	ShowAll     Show = "all"
)

var shows = []Show{ShowOwed, ShowOverdue, ShowTold, ShowInTime, ShowLate, ShowReason, ShowDue, ShowAll}

// Filter narrows the list. From and To are days of the decision; what is owed is listed
// whenever it was decided, unless days are asked for.
type Filter struct {
	Show     Show
	Agency   pathway.Agency
	Why      pathway.NotTold
	From, To civil.Date
	Week     civil.Date // zero: every week
}

// defaultWeeks is how far the lists and the measure look back when nobody says.
const defaultWeeks = 26

// FilterOf reads a filter from an address, and says what is wrong with it.
func (d *Desk) FilterOf(q url.Values) (Filter, error) {
	today := d.Record.Now().Date()
	f := Filter{Show: cmp.Or(Show(q.Get("show")), ShowOwed), Agency: pathway.Agency(q.Get("agency")), Why: pathway.NotTold(q.Get("why")), To: today}
	if f.Show != ShowOwed && f.Show != ShowOverdue {
		f.From = today.AddDays(-7 * defaultWeeks)
	}
	if !slices.Contains(shows, f.Show) {
		return f, refusal.Field("show", "Select what to show from the links of the page")
	}
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
	return f, nil
}

func (f Filter) keeps(r Row, now civil.Instant) bool {
	if f.Agency != "" && r.Agency != f.Agency || f.Why != "" && r.Why != f.Why || !f.Week.IsZero() && r.Week != f.Week {
		return false
	}
	switch f.Show {
	case ShowOwed:
		return r.State == Owed
	case ShowOverdue:
		return r.Overdue(now)
	case ShowTold:
		return r.State == Told
	case ShowInTime:
		return r.State == Told && r.InTime
	case ShowLate:
		return r.State == Told && !r.InTime
	case ShowReason:
		return r.State == Reason
	case ShowDue:
		return r.State == Told || r.Overdue(now)
	}
	return true
}

// The waits for telling a referrer, those that were moved on left out, each with its
// contact and with the telling that counts: the last that the record knew of.
const waitRows = `
	SELECT c.id, c.ref, c.source_kind, COALESCE(o.name, c.source_name), w.since, w.due_at, w.ended_at, w.ended_happened_at, w.owner_id, w.owner_name,
		COALESCE(f.way, ''), COALESCE(f.reason, ''), COALESCE(f.words, ''), COALESCE(f.by_name, ''), f.read_at, c.conceal,
		CASE WHEN c.conceal = '' THEN FALSE ELSE EXISTS (SELECT 1 FROM contact_child cc JOIN restriction_named n ON n.authority_id = cc.authority_id AND n.person_id IN (cc.person_id, cc.may_be)
			WHERE cc.contact_id = c.id AND cc.authority_id = c.authority_id AND n.ended_at IS NULL AND n.user_id = $2) END,
		CASE WHEN w.ended_at IS NULL THEN COALESCE((SELECT max(x.last_error) FROM outbox x WHERE x.contact_id = c.id AND x.authority_id = c.authority_id AND x.kind IN ('outcome-link', 'outcome-account')
			AND x.sent_at IS NULL AND x.told_at IS NULL AND x.last_error <> ''), '') ELSE '' END
	FROM wait w
	JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
	LEFT JOIN organisation o ON o.id = c.organisation_id AND o.authority_id = c.authority_id AND c.organisation_id <> ''
	LEFT JOIN feedback f ON f.authority_id = w.authority_id AND f.id = (SELECT t.id FROM feedback t WHERE t.contact_id = w.contact_id AND t.authority_id = w.authority_id AND t.done_at IS NOT NULL ORDER BY t.known_at DESC, t.id DESC LIMIT 1)
	WHERE w.authority_id = $1 AND w.timescale = 'contact.feedback' AND w.ended_how <> 'moved'`

var (
	openRows  = db.SQL("feedback.owed", waitRows+` AND w.ended_at IS NULL ORDER BY w.due_at, w.id`)
	sinceRows = db.SQL("feedback.since", waitRows+` AND w.since >= $3 AND w.since <= $4 ORDER BY w.since, w.id`)
	// Of contacts with an open wait the others are read too: a brother's may be ended.
	ownFamily = db.SQL("feedback.own-family", `
		SELECT DISTINCT cc.contact_id FROM contact_child cc JOIN person_conflict x ON x.person_id = cc.person_id AND x.authority_id = cc.authority_id
		WHERE cc.authority_id = $1 AND x.user_id = $2 AND cc.person_id <> ''`)
)

// found reads the waits of a filter and makes one row of each contact, the longest owed
// first and then the latest decision.
func found(ctx context.Context, v *record.View, s access.Scope, f Filter) ([]Row, error) {
	q, args := openRows, []any{v.Authority, s.UserID}
	if !f.From.IsZero() {
		q, args = sinceRows, append(args, f.From.Start(), f.To.EndOfDay())
	}
	by := map[string]*Row{}
	var order []string
	_, err := db.Collect(ctx, v, func(r *sql.Rows, _ *struct{}) error {
		var x Row
		var since, due, ended, happened, read civil.Instant
		var owner, ownerID string
		if err := r.Scan(&x.contact, &x.Ref, &x.Agency, &x.From, &since, &due, &ended, &happened, &ownerID, &owner, &x.Way, &x.Why, &x.Words, &x.By, &read, &x.conceal, &x.isNamed, &x.Problem); err != nil {
			return err
		}
		at := by[x.contact]
		if at == nil {
			at = &x
			x.Agency, x.Read, x.State = cmp.Or(x.Agency, "public"), read, Told
			x.Decided, x.Due = since, due
			by[x.contact] = at
			order = append(order, x.contact)
		}
		at.Problem = cmp.Or(at.Problem, x.Problem)
		if since.Before(at.Decided) {
			at.Decided = since
		}
		switch {
		case ended.IsZero():
			if at.State != Owed || due.Before(at.Due) {
				at.Due, at.Owner, at.OwnerID = due, owner, ownerID
			}
			at.State = Owed
		default:
			if happened.After(at.Told) {
				at.Told = happened
			}
			at.lateTold = at.lateTold || happened.After(due)
			if at.State != Owed && due.Before(at.Due) {
				at.Due = due
			}
		}
		return nil
	}, q, args...)
	if err != nil {
		return nil, err
	}
	own, err := db.Collect(ctx, v, func(r *sql.Rows, id *string) error { return r.Scan(id) }, ownFamily, v.Authority, s.UserID)
	if err != nil {
		return nil, err
	}
	var out []Row
	for _, id := range order {
		x := *by[id]
		x.settle()
		if slices.Contains(own, id) {
			continue
		}
		about := access.About{Kind: "list", Conceal: x.conceal}
		if x.isNamed {
			about.Named = []string{s.UserID}
		}
		switch s.Admits(about) {
		case access.Allow:
			out = append(out, x)
		case access.Mask:
			out = append(out, Row{Masked: true, Agency: x.Agency, Decided: x.Decided, Due: x.Due, State: x.State, Told: x.Told, InTime: x.InTime, Why: x.Why, Week: x.Week})
		}
	}
	return out, nil
}

func (r *Row) settle() {
	r.Week = r.Decided.Date().AddDays(-((int(r.Decided.Date().Weekday()) + 6) % 7))
	switch {
	case r.State == Owed:
		r.Told, r.Way, r.Why, r.Words, r.By, r.Read = civil.Instant{}, "", "", "", "", civil.Instant{}
	case r.Why != "":
		r.State = Reason
	default:
		r.InTime = !r.lateTold
	}
}

// List is what a reader is shown, with what there is of each kind.
type List struct {
	Now    civil.Instant
	Filter Filter
	Rows   []Row
	Counts map[Show]int
}

// List lists decided contacts by how it stands with telling whoever told us.
func (d *Desk) List(ctx context.Context, who access.Actor, f Filter) (*List, error) {
	out := &List{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		*out = List{Now: v.Now, Filter: f, Counts: map[Show]int{}}
		s, err := v.Scope(access.ListFeedback)
		if err != nil {
			return err
		}
		all, err := found(ctx, v, s, f)
		if err != nil {
			return err
		}
		for _, r := range all {
			if f.keeps(r, v.Now) {
				out.Rows = append(out.Rows, r)
				if r.Ref != "" {
					v.Saw("feedback", r.Ref)
				}
			}
		}
		out.sort()
		return nil
	})
	return out, err
}

// sort puts what is overdue first, the longest first, then what is due next; what is done
// stands by its decision, the latest first.
func (l *List) sort() {
	slices.SortStableFunc(l.Rows, func(a, b Row) int {
		if a.State == Owed && b.State == Owed {
			return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Ref, b.Ref))
		}
		if (a.State == Owed) != (b.State == Owed) {
			if a.State == Owed {
				return -1
			}
			return 1
		}
		return cmp.Or(b.Decided.Compare(a.Decided), cmp.Compare(a.Ref, b.Ref))
	})
}

// Group is what is counted of one agency, or of one week of one. Median is of those that
// were told, in seconds; nil when none was.
type Group struct {
	Week    civil.Date
	Agency  pathway.Agency
	Decided int // contacts decided
	Told    int
	InTime  int // of them
	Overdue int // owed, and the time has passed
	Owed    int // owed in all
	Reasons int // not told, with the reason
	Median  *int64
	took    []int64
}

// Due is what a share is of: told, or owed and overdue.
func (g Group) Due() int { return g.Told + g.Overdue }

func (g *Group) add(r Row, now civil.Instant) {
	g.Decided++
	switch {
	case r.State == Told:
		g.Told++
		if r.InTime {
			g.InTime++
		}
		g.took = append(g.took, int64(r.Took()/time.Second))
	case r.State == Reason:
		g.Reasons++
	default:
		g.Owed++
		if r.Overdue(now) {
			g.Overdue++
		}
	}
}

func (g *Group) settle() {
	if len(g.took) == 0 {
		return
	}
	slices.Sort(g.took)
	m := g.took[len(g.took)/2]
	if len(g.took)%2 == 0 {
		m = (m + g.took[len(g.took)/2-1]) / 2
	}
	g.Median = &m
}

// Measure is how soon referrers heard what was decided.
type Measure struct {
	Now      civil.Instant
	Filter   Filter
	All      Group
	Agencies []Group
	Weeks    []Group // of each agency, the latest week first
	Reasons  map[pathway.NotTold]int
	Lists    bool // the reader may open the lists
}

// Measured counts, by agency and week of the decision, how soon referrers were told.
func (d *Desk) Measured(ctx context.Context, who access.Actor, f Filter) (*Measure, error) {
	f.Show, f.Agency, f.Why, f.Week = ShowAll, "", "", civil.Date{}
	if f.From.IsZero() {
		f.From = f.To.AddDays(-7 * defaultWeeks)
	}
	out := &Measure{}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		*out = Measure{Now: v.Now, Filter: f, Reasons: map[pathway.NotTold]int{}, Lists: access.ScopeOf(who, access.ListFeedback).Allowed}
		s, err := v.Scope(access.SeeFeedback)
		if err != nil {
			return err
		}
		s.Named = true // counts alone leave here
		all, err := found(ctx, v, s, f)
		if err != nil {
			return err
		}
		v.Saw("measure feedback")
		out.count(all)
		return nil
	})
	return out, err
}

func (m *Measure) count(all []Row) {
	agencies, weeks := map[pathway.Agency]*Group{}, map[string]*Group{}
	for _, r := range all {
		a := agencies[r.Agency]
		if a == nil {
			a = &Group{Agency: r.Agency}
			agencies[r.Agency] = a
		}
		key := r.Week.String() + string(r.Agency)
		w := weeks[key]
		if w == nil {
			w = &Group{Agency: r.Agency, Week: r.Week}
			weeks[key] = w
		}
		for _, g := range []*Group{&m.All, a, w} {
			g.add(r, m.Now)
		}
		if r.State == Reason {
			m.Reasons[r.Why]++
		}
	}
	m.All.settle()
	for _, g := range agencies {
		g.settle()
		m.Agencies = append(m.Agencies, *g)
	}
	for _, g := range weeks {
		g.settle()
		m.Weeks = append(m.Weeks, *g)
	}
	slices.SortFunc(m.Agencies, func(a, b Group) int { return cmp.Compare(a.Agency, b.Agency) })
	slices.SortFunc(m.Weeks, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Week.String(), a.Week.String()), cmp.Compare(a.Agency, b.Agency))
	})
}
