// Package teams is the desk where a team is set up from a date, changed and ended, where
// children are moved from one team to another, and where it is seen how many children
// wait in each team: now, at any past moment, and before and after a team was set up
// (finding 76). Nothing that is done here changes what a past day says.
package teams

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Desk is the teams desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Filter narrows the queues, and says which children a list is of.
type Filter struct {
	From   civil.Date    // first week; zero is twelve weeks ago
	At     civil.Instant // as it was at this moment; zero is now
	Team   string        // id; "" all
	Week   civil.Date    // of a list: this week, whole
	Before civil.Instant // of a list: just before this moment
	What   What          // of a list
}

// defaultWeeks is how far queues look back when nobody says.
const defaultWeeks = 12

// FilterOf reads a filter from an address, and says what is wrong with it.
func (d *Desk) FilterOf(q url.Values) (Filter, error) {
	now := d.Record.Now()
	f := Filter{Team: q.Get("team"), What: What(q.Get("what"))}
	var err error
	day := func(name string, to *civil.Date) {
		if s := q.Get(name); s != "" && err == nil {
			if *to, err = civil.ParseDate(s); err != nil || to.Year < 1990 || to.Year > 2200 {
				*to, err = civil.Date{}, refusal.Field(name, "Enter a day such as 2026-01-21")
			}
		}
	}
	moment := func(name string, to *civil.Instant) {
		s := q.Get(name)
		if s == "" || err != nil {
			return
		}
		if *to, err = civil.ParseInstant(s); err != nil {
			on, wrong := civil.ParseDate(s)
			if wrong != nil || on.Year < 1990 || on.Year > 2200 {
				err = refusal.Field(name, "Enter a day such as 2026-01-21, or a moment such as 2026-01-21T09:00:00Z")
				return
			}
			*to, err = on.EndOfDay(), nil
			if on == now.Date() {
				*to = now
			}
		}
		if to.After(now) {
			*to, err = civil.Instant{}, refusal.Field(name, "Enter a day or a moment that is not to come")
		}
	}
	day("from", &f.From)
	day("week", &f.Week)
	moment("at", &f.At)
	moment("before", &f.Before)
	if err == nil && f.What != "" && nameOf(f.What) == "" {
		err = refusal.Field("what", "Select which children from the table")
	}
	return f, err
}

// at is the moment the filter asks for.
func (f Filter) at(now civil.Instant) civil.Instant {
	if f.At.IsZero() || f.At.After(now) {
		return now
	}
	return f.At
}

// from is the first week's Monday.
func (f Filter) from(now civil.Instant) civil.Date {
	if f.From.IsZero() {
		return Monday(f.at(now).Date()).AddDays(-7 * defaultWeeks)
	}
	return Monday(f.From)
}

// window is the time that a list is of.
func (f Filter) window(now civil.Instant) window {
	at := f.at(now)
	switch {
	case !f.Before.IsZero():
		return justBefore(f.Before)
	case !f.Week.IsZero() && Monday(f.Week).AddDays(7).Start().Before(at):
		m := Monday(f.Week)
		end := m.AddDays(7).Start()
		return window{rowWeekly, m, m.Start(), end, end}
	}
	w, _ := weekly(at.Date(), at)
	return w
}

// child is a child's work with what a list shows of it, and what is needed to know who
// may see it.
type child struct {
	work
	id, person, mayBe               string
	name, age, ref, contact, worker string
	workerID, offered, state, team  string
	outcome                         pathway.Outcome
	conceal                         access.Concealment
	masked                          bool
}

var (
	everyWork = db.SQL("teams.work", `
		SELECT e.id, COALESCE(h.head_id, e.person_id), cc.may_be, COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described,
			COALESCE(p.born, cc.born), c.ref, e.outcome, e.decided_at, e.closed_at,
			(SELECT min(v.accepted_at) FROM involvement v WHERE v.episode_id = e.id AND v.authority_id = e.authority_id),
			COALESCE((SELECT min(v.worker_id) FROM involvement v WHERE v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL), ''),
			e.worker_id, e.worker_name, e.state, e.team_id, cc.conceal
		FROM episode e
		JOIN contact_child cc ON cc.id = e.child_id AND cc.authority_id = e.authority_id
		JOIN contact c ON c.id = e.contact_id AND c.authority_id = e.authority_id
		LEFT JOIN person_head h ON h.person_id = e.person_id AND h.authority_id = e.authority_id
		LEFT JOIN person p ON p.id = COALESCE(h.head_id, e.person_id) AND p.authority_id = e.authority_id AND e.person_id <> ''
		WHERE e.authority_id = $1 AND e.kind = 'referral' AND e.decided_at <= $2 AND (e.closed_at IS NULL OR e.closed_at >= $3)
		ORDER BY e.decided_at, e.id`)
	everyStay = db.SQL("teams.stays", `
		SELECT x.episode_id, x.team_id, x.begun_at, x.why FROM episode_team x
		JOIN episode e ON e.id = x.episode_id AND e.authority_id = x.authority_id
		WHERE e.authority_id = $1 AND e.kind = 'referral' AND e.decided_at <= $2 AND (e.closed_at IS NULL OR e.closed_at >= $3)
		ORDER BY x.episode_id, x.n`)
	everyTeam = db.SQL("teams.teams", `
		SELECT t.id, t.kind, t.begun_at, t.ended_at,
			(SELECT min(x.recorded_at) FROM team_event x WHERE x.team_id = t.id AND x.authority_id = t.authority_id),
			(SELECT max(x.recorded_at) FROM team_event x WHERE x.team_id = t.id AND x.authority_id = t.authority_id AND x.kind = 'ended')
		FROM team t WHERE t.authority_id = $1 ORDER BY t.id`)
	everyName = db.SQL("teams.names", `
		SELECT t.id, COALESCE(x.name, t.name), COALESCE(x.recorded_at, a.created_at) FROM team t
		JOIN authority a ON a.authority_id = t.authority_id
		LEFT JOIN team_event x ON x.team_id = t.id AND x.authority_id = t.authority_id
		WHERE t.authority_id = $1 ORDER BY t.id, x.n`)
	everyMember = db.SQL("teams.workers", `
		SELECT team_id, user_id, begun_at, ended_at, recorded_at, end_recorded_at FROM user_role
		WHERE authority_id = $1 AND role = 'social_worker' AND team_id <> ''`)
	setUps = db.SQL("teams.set-ups", `
		SELECT team_id, name, why, from_at, recorded_at FROM team_event
		WHERE authority_id = $1 AND kind = 'set_up' ORDER BY from_at, team_id`)
)

// later is the later of two moments: what was written down afterwards was not known before.
func later(a, b civil.Instant) civil.Instant {
	if a.IsZero() || b.After(a) {
		return b
	}
	return a
}

// read finds everything that queues between two moments are worked out from, and the
// children behind it.
func read(ctx context.Context, q db.Queryer, authority string, from, until civil.Instant) (k known, all []child, err error) {
	all, err = db.Collect(ctx, q, func(r *sql.Rows, c *child) error {
		var given, family, described string
		var born civil.Date
		err := r.Scan(&c.id, &c.person, &c.mayBe, &c.ref, &given, &family, &described, &born, &c.contact, &c.outcome, &c.decided, &c.closed, &c.accepted,
			&c.offered, &c.workerID, &c.worker, &c.state, &c.team, &c.conceal)
		c.name = record.ChildName(given, family, described)
		if !born.IsZero() {
			c.age = fmt.Sprint(born.Age(until.Date()))
		}
		return err
	}, everyWork, authority, until, from)
	if err != nil {
		return k, nil, err
	}
	stays := map[string][]stay{}
	_, err = db.Collect(ctx, q, func(r *sql.Rows, _ *struct{}) error {
		var id string
		var s stay
		err := r.Scan(&id, &s.team, &s.from, &s.why)
		stays[id] = append(stays[id], s)
		return err
	}, everyStay, authority, until, from)
	if err != nil {
		return k, nil, err
	}
	for i := range all {
		all[i].stays = stays[all[i].id]
	}
	return k, all, k.settings(ctx, q, authority)
}

// settings reads the teams, their names and their workers.
func (k *known) settings(ctx context.Context, q db.Queryer, authority string) (err error) {
	k.teams, err = db.Collect(ctx, q, func(r *sql.Rows, t *theTeam) error {
		var written, endWritten civil.Instant
		err := r.Scan(&t.id, &t.kind, &t.begun, &t.ended, &written, &endWritten)
		if !t.begun.IsZero() {
			t.begun = later(t.begun, written)
		}
		if !t.ended.IsZero() {
			t.ended = later(t.ended, endWritten)
		}
		return err
	}, everyTeam, authority)
	if err != nil {
		return err
	}
	k.names, err = db.Collect(ctx, q, func(r *sql.Rows, n *named) error { return r.Scan(&n.team, &n.name, &n.at) }, everyName, authority)
	if err != nil {
		return err
	}
	k.members, err = db.Collect(ctx, q, func(r *sql.Rows, m *member) error {
		var written, endWritten civil.Instant
		err := r.Scan(&m.team, &m.user, &m.begun, &m.ended, &written, &endWritten)
		m.begun = later(m.begun, written)
		if !m.ended.IsZero() {
			m.ended = later(m.ended, endWritten)
		}
		return err
	}, everyMember, authority)
	return err
}

// shown keeps the children whom the reader may know of, by the rule of the child's own
// page: of a restricted child only that there is one. teams are whose they are for this
// list; nil leaves the reader's relation to the team out of it.
func shown(ctx context.Context, v *record.View, s access.Scope, all []child, teams []string) ([]child, error) {
	if s.Allowed && !s.Named {
		return all, nil // counted, and nobody shown
	}
	var persons []string
	for _, c := range all {
		if p := cmp.Or(c.person, c.mayBe); p != "" {
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
	var out []child
	for _, c := range all {
		about := access.About{Kind: "child", ID: c.contact, Authority: v.Authority, Conceal: c.conceal, Teams: teams}
		if p := cmp.Or(c.person, c.mayBe); p != "" {
			about.Persons = as.Of(p).Members
		}
		switch s.Admits(record.Close(about, closed)) {
		case access.Mask:
			c.masked = true
			out = append(out, c)
		case access.Allow:
			out = append(out, c)
		}
	}
	return out, nil
}

// SetUp is that a team was set up, with the queues just before.
type SetUp struct {
	TeamID string        `json:"team_id"`
	Team   string        `json:"team"`
	Why    string        `json:"why"`
	At     civil.Instant `json:"at"` // from when the record shows it
	From   civil.Instant `json:"from"`
}

// Queues are the queues of all teams for one reader.
type Queues struct {
	Now    civil.Instant
	At     civil.Instant
	From   civil.Date
	Filter Filter
	Rows   []Row // now; before each set-up, the latest first; each week, the latest first
	SetUps []SetUp
	Teams  []Named
}

// Named is a team that can be asked for.
type Named struct{ ID, Name string }

// Queues works out the queue of each team: at the moment asked, just before each team was
// set up, and at the end of each week.
func (d *Desk) Queues(ctx context.Context, who access.Actor, f Filter) (*Queues, error) {
	out := &Queues{}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		*out = Queues{Now: v.Now, At: f.at(v.Now), From: f.from(v.Now), Filter: f}
		s, err := v.Scope(access.SeeTeams)
		if err != nil {
			return err
		}
		now, weeks := weekly(out.From, out.At)
		k, all, err := read(ctx, v, v.Authority, out.From.Start(), out.At)
		if err != nil {
			return err
		}
		if all, err = shown(ctx, v, s, all, nil); err != nil {
			return err
		}
		for _, c := range all {
			k.works = append(k.works, c.work)
		}
		if err := out.setUps(ctx, v); err != nil {
			return err
		}
		windows := []window{now}
		for _, x := range slices.Backward(out.SetUps) {
			windows = append(windows, justBefore(x.At))
		}
		for _, w := range slices.Backward(weeks) {
			windows = append(windows, w)
		}
		names := map[string]bool{}
		lists := access.ScopeOf(who, access.ListTeams)
		for _, w := range windows {
			for _, r := range k.tell(w) {
				if !names[r.TeamID] {
					names[r.TeamID] = true
					out.Teams = append(out.Teams, Named{r.TeamID, k.nameOf(r.TeamID, now.until)})
				}
				if f.Team != "" && f.Team != r.TeamID {
					continue
				}
				r.lists = lists.Allowed && (len(lists.Teams) == 0 || slices.Contains(lists.Teams, r.TeamID))
				out.Rows = append(out.Rows, r)
			}
		}
		slices.SortFunc(out.Teams, func(a, b Named) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
		v.Saw("queues of teams")
		return nil
	})
	return out, err
}

// setUps finds the teams that were set up in the time that is shown.
func (q *Queues) setUps(ctx context.Context, v *record.View) error {
	all, err := db.Collect(ctx, v, func(r *sql.Rows, x *SetUp) error {
		var written civil.Instant
		err := r.Scan(&x.TeamID, &x.Team, &x.Why, &x.From, &written)
		x.At = later(x.From, written)
		return err
	}, setUps, v.Authority)
	q.SetUps = slices.DeleteFunc(all, func(x SetUp) bool { return x.At.After(q.At) || x.At.Before(q.From.Start()) })
	slices.SortStableFunc(q.SetUps, func(a, b SetUp) int { return a.At.Compare(b.At) })
	return err
}

// Kid is one child behind a number.
type Kid struct {
	Child    string          `json:"child"`
	Age      string          `json:"age"`
	ChildRef string          `json:"child_reference"`
	Contact  string          `json:"contact"`
	TeamID   string          `json:"team_id"`
	Team     string          `json:"team"`
	Outcome  pathway.Outcome `json:"outcome"`
	Decided  civil.Instant   `json:"decided"`
	Seconds  int64           `json:"waited_seconds"` // for a worker, until one accepted or the moment asked
	Worker   string          `json:"worker"`
	Masked   bool            `json:"restricted"`
	Opens    bool            `json:"-"` // whether the child's page is open to the reader
	Work     string          `json:"-"` // to allocate it; "" where there is nothing to allocate
}

// List is the children behind a number.
type List struct {
	Now    civil.Instant
	Filter Filter
	Team   string
	At     civil.Instant
	Week   civil.Date
	Whole  bool // a whole week
	Before bool // just before the moment
	Rows   []Kid
}

// Children lists whose a number of the queues is.
func (d *Desk) Children(ctx context.Context, who access.Actor, f Filter) (*List, error) {
	out := &List{}
	f.What = cmp.Or(f.What, Waiting)
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		w := f.window(v.Now)
		*out = List{Now: v.Now, Filter: f, At: w.at, Week: w.week, Whole: w.kind == rowWeekly, Before: w.kind == rowSetUp}
		s, err := v.Scope(access.ListTeams)
		if err != nil {
			return err
		}
		if len(s.Teams) > 0 && f.Team != "" && !slices.Contains(s.Teams, f.Team) {
			return refusal.Hidden()
		}
		k, all, err := read(ctx, v, v.Authority, w.from, w.until)
		if err != nil {
			return err
		}
		out.Team = k.nameOf(f.Team, w.until)
		if f.Team == "" {
			out.Team = "all teams"
		}
		pages := access.ScopeOf(who, access.OpenChild)
		allocates := access.ScopeOf(who, access.Allocate)
		if all, err = shown(ctx, v, s, all, s.Teams); err != nil {
			return err
		}
		for _, c := range all {
			for _, n := range c.counted(w.from, w.until) {
				if n.what != f.What || f.Team != "" && n.team != f.Team || len(s.Teams) > 0 && !slices.Contains(s.Teams, n.team) {
					continue
				}
				out.Rows = append(out.Rows, c.kid(n.team, k, w, pages, allocates))
				if !c.masked {
					v.Saw("team list", c.contact)
				}
			}
		}
		v.Saw("team list")
		slices.SortStableFunc(out.Rows, func(a, b Kid) int { return a.Decided.Compare(b.Decided) })
		return nil
	})
	return out, err
}

// kid is a child as the list shows them.
func (c child) kid(team string, k known, w window, pages, allocates access.Scope) Kid {
	x := Kid{TeamID: team, Team: k.nameOf(team, w.until), Decided: c.decided, Masked: c.masked}
	end := w.at
	for _, at := range []civil.Instant{c.accepted, c.closed} {
		if before(at, w.until) && at.Before(end) {
			end = at
		}
	}
	x.Seconds = int64(end.Sub(c.decided).Seconds())
	if c.masked {
		x.Child = "Restricted record"
		return x
	}
	x.Child, x.Age, x.ChildRef, x.Contact, x.Outcome = c.name, c.age, c.ref, c.contact, c.outcome
	if before(c.accepted, w.until) {
		x.Worker = c.worker
	}
	about := access.About{Kind: "child", ID: c.contact, Workers: []string{c.workerID, c.offered}}
	if c.state == "open" {
		about.Teams = []string{c.team}
	}
	x.Opens = c.ref != "" && pages.Admits(about) == access.Allow
	if c.state == "open" && c.workerID == "" && allocates.Admits(about) == access.Allow {
		x.Work = c.id
	}
	return x
}
