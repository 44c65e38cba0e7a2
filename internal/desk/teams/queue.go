package teams

import (
	"cmp"
	"slices"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
)

// What a number of a team's queue counts.
type What string

// The numbers, in the order of the table. Waiting and Held are at a moment; the others
// are of a week: what came to the queue of children without a worker and what left it.
const (
	Waiting   What = "waiting"   // without a worker
	Came      What = "new"       // decided, and came to this team
	MovedIn   What = "moved_in"  // came without a worker from another team
	MovedOut  What = "moved_out" // went without a worker to another team
	Allocated What = "allocated" // a worker accepted, and the child left this team's queue
	Closed    What = "closed"    // the work ended and no worker had accepted
	Held      What = "held"      // with a worker
)

// whats are all of them, with what pages call them.
var whats = []struct {
	What
	Name, Says string
}{
	{Waiting, "Waiting for a worker", "children waiting for a worker"},
	{Came, "New", "children who came new"},
	{MovedIn, "Moved in", "children who came without a worker from another team"},
	{MovedOut, "Moved out", "children who went without a worker to another team"},
	{Allocated, "Allocated", "children whom a worker accepted"},
	{Closed, "Closed without", "children whose work ended without a worker"},
	{Held, "Held", "children with a worker"},
}

func nameOf(w What) string {
	for _, x := range whats {
		if x.What == w {
			return x.Says
		}
	}
	return ""
}

// stay is that a child's work belongs to a team from a moment on.
type stay struct {
	team string
	from civil.Instant
	why  string
}

// work is one child's work, as far as queues need it.
type work struct {
	decided, accepted, closed civil.Instant
	stays                     []stay // the earliest first
}

// before says that something had happened before a moment.
func before(at, moment civil.Instant) bool { return !at.IsZero() && at.Before(moment) }

// teamBefore is the team the work belonged to just before a moment; the first, when it
// did not belong to any yet.
func (w work) teamBefore(moment civil.Instant) string {
	team := ""
	for i, s := range w.stays {
		if i == 0 || s.from.Before(moment) {
			team = s.team
		}
	}
	return team
}

// counted are the numbers of a window, from a moment until just before another, in which
// the work counts, each with its team. Only what happened before the end is looked at, so
// that a past window never changes.
func (w work) counted(from, until civil.Instant) (out []counts) {
	if !w.decided.Before(until) || len(w.stays) == 0 {
		return nil
	}
	within := func(at civil.Instant) bool { return before(at, until) && !at.Before(from) }
	accepted, closed := before(w.accepted, until), before(w.closed, until)
	if within(w.decided) {
		out = append(out, counts{Came, w.stays[0].team})
	}
	for i, s := range w.stays[1:] {
		unheld := (w.accepted.IsZero() || s.from.Before(w.accepted)) && (w.closed.IsZero() || s.from.Before(w.closed))
		if was := w.stays[i].team; within(s.from) && unheld && s.why != "accepted" && was != s.team {
			out = append(out, counts{MovedOut, was}, counts{MovedIn, s.team})
		}
	}
	switch {
	case within(w.accepted):
		out = append(out, counts{Allocated, w.teamBefore(w.accepted)})
	case w.accepted.IsZero() && within(w.closed):
		out = append(out, counts{Closed, w.teamBefore(w.closed)})
	}
	switch team := w.teamBefore(until); {
	case closed:
	case accepted:
		out = append(out, counts{Held, team})
	default:
		out = append(out, counts{Waiting, team})
	}
	return out
}

type counts struct {
	what What
	team string
}

// Kind of a row: the queue now, just before a team was set up, and at the end of each week.
const (
	rowNow    = "now"
	rowSetUp  = "before a set-up"
	rowWeekly = "week"
)

// Row is one team's queue at a moment, and what came and went in the week until then.
type Row struct {
	Kind    string        `json:"row"`
	Week    civil.Date    `json:"week"` // its Monday
	At      civil.Instant `json:"at"`   // the moment that waiting and held are of
	TeamID  string        `json:"team_id"`
	Team    string        `json:"team"` // as it was called then
	Waiting int           `json:"waiting"`
	Median  int64         `json:"median_seconds"`
	Longest int64         `json:"longest_seconds"`
	New     int           `json:"new"`
	In      int           `json:"moved_in"`
	Out     int           `json:"moved_out"`
	Taken   int           `json:"allocated"`
	Closed  int           `json:"closed_without"`
	Workers int           `json:"workers"`
	Held    int           `json:"held"`
	lists   bool          // whether the reader may see whose the numbers are
}

// n is one of the row's numbers.
func (r *Row) n(w What) *int {
	return map[What]*int{Waiting: &r.Waiting, Came: &r.New, MovedIn: &r.In, MovedOut: &r.Out, Allocated: &r.Taken, Closed: &r.Closed, Held: &r.Held}[w]
}

// window is a time that rows are counted for.
type window struct {
	kind        string
	week        civil.Date
	from, until civil.Instant // until is just after at
	at          civil.Instant
}

// member is that somebody works in a team; begun and ended are when the record knew, so
// that what is written down later changes no past week.
type member struct {
	team, user   string
	begun, ended civil.Instant
}

// named is that a team was called something from when it was written down.
type named struct {
	team, name string
	at         civil.Instant
}

// theTeam is a team with when the record knew that it began and that it ended.
type theTeam struct {
	id           string
	kind         pathway.TeamKind
	begun, ended civil.Instant // zero: always there, still there
}

// there says whether a team is shown for a window although it counts nothing.
func (t theTeam) there(w window) bool {
	return pathway.TeamKindName(t.kind) != "" && (t.begun.IsZero() || t.begun.Before(w.until)) && (t.ended.IsZero() || !t.ended.Before(w.until))
}

// known is everything that queues are worked out from.
type known struct {
	works   []work
	teams   []theTeam
	names   []named // the earliest first
	members []member
}

// tell works out the rows of a window, in the order of the teams' names.
func (k known) tell(w window) []Row {
	rows := map[string]*Row{}
	row := func(team string) *Row {
		if rows[team] == nil {
			rows[team] = &Row{Kind: w.kind, Week: w.week, At: w.at, TeamID: team, Team: k.nameOf(team, w.until)}
		}
		return rows[team]
	}
	waited := map[string][]time.Duration{}
	for _, x := range k.works {
		for _, c := range x.counted(w.from, w.until) {
			*row(c.team).n(c.what)++
			if c.what == Waiting {
				waited[c.team] = append(waited[c.team], w.at.Sub(x.decided))
			}
		}
	}
	for team, all := range waited {
		slices.Sort(all)
		rows[team].Longest = int64(all[len(all)-1] / time.Second)
		rows[team].Median = int64((all[(len(all)-1)/2] + all[len(all)/2]) / 2 / time.Second)
	}
	for _, t := range k.teams {
		if t.there(w) {
			row(t.id)
		}
	}
	people := map[member]bool{}
	for _, m := range k.members {
		who := member{team: m.team, user: m.user}
		if rows[m.team] != nil && m.begun.Before(w.until) && !before(m.ended, w.until) && !people[who] {
			people[who] = true
			rows[m.team].Workers++
		}
	}
	var out []Row
	for _, r := range rows {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Row) int { return cmp.Or(cmp.Compare(a.Team, b.Team), cmp.Compare(a.TeamID, b.TeamID)) })
	return out
}

// nameOf is what a team was called just before a moment.
func (k known) nameOf(team string, moment civil.Instant) string {
	name := ""
	for _, x := range k.names {
		if x.team == team && (name == "" || x.at.Before(moment)) {
			name = x.name
		}
	}
	return cmp.Or(name, team)
}

// Monday is the first day of a day's week.
func Monday(d civil.Date) civil.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }

// tick is the smallest time between two moments of the record.
const tick = time.Microsecond

// weekly are the windows of each week from the week of a day until the one before the
// week of a moment, and the window of that week until the moment.
func weekly(from civil.Date, at civil.Instant) (now window, weeks []window) {
	this := Monday(at.Date())
	for m := Monday(from); m.Before(this); m = m.AddDays(7) {
		end := m.AddDays(7).Start()
		weeks = append(weeks, window{rowWeekly, m, m.Start(), end, end})
	}
	return window{rowNow, this, this.Start(), at.Add(tick), at}, weeks
}

// justBefore is the window of the week of a moment until just before it.
func justBefore(at civil.Instant) window {
	m := Monday(at.Date())
	return window{rowSetUp, m, m.Start(), at, at}
}
