package record

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/queue"
	"frontdoor/internal/timescale"
)

// BoardVisible is the condition of what waits at the front door as one reader is shown it:
// $1 is the authority, $2 whether restricted contacts are masked and not hidden, $3 the
// reader. What is sealed is there for those who are named and nobody else.
const BoardVisible = `
	c.authority_id = $1 AND c.decided_at IS NULL AND (c.conceal = '' OR (CAST($2 AS boolean) AND c.conceal = 'restricted') OR EXISTS (
		SELECT 1 FROM contact_child cc
		JOIN restriction_named n ON n.authority_id = cc.authority_id AND n.user_id = $3 AND n.ended_at IS NULL
			AND (n.person_id = cc.person_id OR n.person_id = cc.may_be)
		WHERE cc.contact_id = c.id AND cc.authority_id = c.authority_id))`

var (
	loadWaiting = db.SQL("record.load-waiting", `
		SELECT c.ref, c.rank, c.risk_since, c.received_at, c.due_at, c.working_on, c.working_on_name, c.conceal = 'sealed'
		FROM contact c WHERE `+BoardVisible+`
		ORDER BY c.rank, c.risk_since, c.id`)
	loadArrived = db.SQL("record.load-arrived", `
		SELECT received_at, rank FROM contact WHERE authority_id = $1 AND received_at >= $2 AND received_at < $3 AND conceal <> 'sealed'`)
	loadDecided = db.SQL("record.load-decided", `
		SELECT decided_at, 0 FROM contact WHERE authority_id = $1 AND decided_at IS NOT NULL AND decided_at >= $2 AND decided_at < $3 AND conceal <> 'sealed'`)
	loadPace = db.SQL("record.load-pace", `
		SELECT count(*) FROM contact WHERE authority_id = $1 AND received_at > $2 AND received_at <= $3 AND conceal <> 'sealed'`)
	loadLimits = db.SQL("record.load-limits", `
		SELECT of_whom, most, from_date, source, why, begun_at, begun_by_name FROM load_limit WHERE authority_id = $1 ORDER BY from_date, begun_at, id`)
	loadPeople = db.SQL("record.load-people", `
		SELECT u.id, u.name, r.role, COALESCE(t.name, ''), COALESCE(t.phone, '') FROM user_role r
		JOIN user_account u ON u.id = r.user_id AND u.authority_id = r.authority_id
		LEFT JOIN team t ON t.id = r.team_id AND t.authority_id = r.authority_id
		WHERE r.authority_id = $1 AND r.role IN ('screener', 'front_door_manager', 'team_manager', 'director') AND r.begun_at <= $2 AND (r.ended_at IS NULL OR r.ended_at > $2)
			AND u.disabled_at IS NULL AND (u.expires_at IS NULL OR u.expires_at > $2)
		ORDER BY u.id, r.role, r.team_id`)
)

// LoadLimit is how many contacts one person or the desk should have at once, from a day
// on. Most 0 is no limit.
type LoadLimit struct {
	Of     string        `json:"of"` // person or desk
	Most   int           `json:"most"`
	From   civil.Date    `json:"from"`
	Source string        `json:"source"`
	Why    string        `json:"why"`
	Begun  civil.Instant `json:"set_at"`
	By     string        `json:"set_by"`
}

// Whom a limit is of.
const (
	LimitOfPerson = "person"
	LimitOfDesk   = "desk"
)

// LoadLimitsOn are the limits that held on a day: of each, the last whose day had come;
// of two from one day, the one that was set last.
func LoadLimitsOn(all []LoadLimit, day civil.Date) (l queue.Limits) {
	for _, x := range all { // in order of their days
		if x.From.After(day) {
			continue
		}
		if x.Of == LimitOfPerson {
			l.Person = x.Most
		} else {
			l.Desk = x.Most
		}
	}
	return l
}

// FindLoadLimits are all limits that were ever set, in the order of their days.
func FindLoadLimits(ctx context.Context, q db.Queryer, authority string) ([]LoadLimit, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, l *LoadLimit) error {
		return r.Scan(&l.Of, &l.Most, &l.From, &l.Source, &l.Why, &l.Begun, &l.By)
	}, loadLimits, authority)
}

// AtDesk is one contact that waits for its decision.
type AtDesk struct {
	queue.Waiting
	Received   civil.Instant
	On, OnName string // who works on it
	sealed     bool
}

// Caller is somebody who can be asked for more hands.
type Caller struct {
	ID, Name, Role, Team, Phone string
}

// Load is how much waits at the front door, who works on how much, and what is usual. It
// is counted whenever it is asked for; only what past days show is kept for the day.
type Load struct {
	Now     civil.Instant
	Waiting []AtDesk // in the board's order
	Set     []LoadLimit
	Limits  queue.Limits // today's
	Hands   []queue.Hand // of the front door, those with most first
	Nobody  queue.Hand   // what nobody works on
	Callers []Caller     // who can be asked for more hands
	Usual   queue.Usual
	Pace    queue.Pace

	limit   time.Duration
	days    []queue.Day // past days, the last of them yesterday
	today   queue.Day
	holiday func(civil.Date) bool
}

// backDays is how many past days a forecast can be held against what happened.
const backDays = 14

// keptLoad is what past days show, kept until the day is over; and the last alarm, kept for a
// minute.
type keptLoad struct {
	mu     sync.Mutex
	days   map[string]pastDays
	alarms map[string]keptAlarm
}

type pastDays struct {
	today civil.Date
	days  []queue.Day
}

type keptAlarm struct {
	at    civil.Instant
	alarm LoadAlarm
}

// Load is what the reader of a page is shown. Restricted contacts are counted for
// everybody: a restriction hides a record from people, never from the clock.
func (v *View) Load(ctx context.Context) (*Load, error) {
	return v.record.findLoad(ctx, v, v.Authority, v.Who.ID, v.Now)
}

func (r *Record) findLoad(ctx context.Context, q db.Queryer, authority, reader string, now civil.Instant) (*Load, error) {
	l := &Load{Now: now, holiday: func(d civil.Date) bool { _, yes := r.Calendar.Holiday(d); return yes }}
	var err error
	if l.Waiting, err = db.Collect(ctx, q, func(r *sql.Rows, w *AtDesk) error {
		return r.Scan(&w.Ref, &w.Rank, &w.Since, &w.Received, &w.Due, &w.On, &w.OnName, &w.sealed)
	}, loadWaiting, authority, true, reader); err != nil {
		return nil, err
	}
	if l.Set, err = FindLoadLimits(ctx, q, authority); err != nil {
		return nil, err
	}
	l.Limits = LoadLimitsOn(l.Set, now.Date())
	if err := l.people(ctx, q, authority); err != nil {
		return nil, err
	}
	if l.days, err = r.pastLoad(ctx, q, authority, now.Date(), l.holiday); err != nil {
		return nil, err
	}
	today, err := countDays(ctx, q, authority, now.Date(), now.Date(), now.Add(time.Microsecond), l.holiday)
	if err != nil {
		return nil, err
	}
	l.today = today[0]
	l.Usual = queue.Learn(l.days)
	var got int
	if err := q.QueryRowContext(ctx, loadPace, authority, now.Add(-queue.PaceHours*time.Hour), now).Scan(&got); err != nil {
		return nil, err
	}
	l.Pace = l.Usual.PaceOf(now, got, l.holiday)
	l.limit, err = r.decisionTime(now)
	return l, err
}

// decisionTime is how long after receipt a contact that comes now is due: the earlier of
// the two clocks.
func (r *Record) decisionTime(now civil.Instant) (time.Duration, error) {
	first := time.Duration(0)
	for _, k := range []timescale.Key{timescale.ContactDecision, timescale.ContactDecision24h} {
		due, _, err := r.due(k, now)
		if err != nil {
			return 0, err
		}
		if d := due.At.Sub(now); first == 0 || d < first {
			first = d
		}
	}
	return first, nil
}

// people counts what each person of the front door has, also those who have nothing, and
// finds who can be asked for more hands.
func (l *Load) people(ctx context.Context, q db.Queryer, authority string) error {
	type holder struct{ id, name, role, team, phone string }
	all, err := db.Collect(ctx, q, func(r *sql.Rows, h *holder) error { return r.Scan(&h.id, &h.name, &h.role, &h.team, &h.phone) }, loadPeople, authority, l.Now)
	if err != nil {
		return err
	}
	at := map[string]int{}
	add := func(id, name string) *queue.Hand {
		if _, ok := at[id]; !ok {
			at[id] = len(l.Hands)
			l.Hands = append(l.Hands, queue.Hand{ID: id, Name: name})
		}
		return &l.Hands[at[id]]
	}
	for _, h := range all {
		switch h.role {
		case "screener", "front_door_manager":
			add(h.id, h.name)
		default:
			if !slices.ContainsFunc(l.Callers, func(c Caller) bool { return c.ID == h.id }) {
				l.Callers = append(l.Callers, Caller{h.id, h.name, h.role, h.team, h.phone})
			}
		}
	}
	for _, w := range l.Waiting {
		h := &l.Nobody
		if w.On != "" {
			h = add(w.On, w.OnName)
		}
		h.N++
		if h.Next.IsZero() || w.Due.Before(h.Next) {
			h.Next = w.Due
		}
	}
	slices.SortStableFunc(l.Hands, func(a, b queue.Hand) int { return cmp.Or(b.N-a.N, strings.Compare(a.Name, b.Name)) })
	slices.SortStableFunc(l.Callers, func(a, b Caller) int {
		return cmp.Or(-strings.Compare(a.Role, b.Role), strings.Compare(a.Name, b.Name)) // team managers before the director
	})
	return nil
}

// pastLoad is what came and was decided on the days before today. It is counted once a
// day: what has happened does not change. A contact recorded later with an earlier time
// of receipt is in it from the next day on.
func (r *Record) pastLoad(ctx context.Context, q db.Queryer, authority string, today civil.Date, holiday func(civil.Date) bool) ([]queue.Day, error) {
	r.load.mu.Lock()
	kept, ok := r.load.days[authority]
	r.load.mu.Unlock()
	if ok && kept.today == today {
		return kept.days, nil
	}
	days, err := countDays(ctx, q, authority, today.AddDays(-7*queue.LearnWeeks-backDays), today.AddDays(-1), today.Start(), holiday)
	if err != nil {
		return nil, err
	}
	r.load.mu.Lock()
	defer r.load.mu.Unlock()
	if r.load.days == nil {
		r.load.days = map[string]pastDays{}
	}
	r.load.days[authority] = pastDays{today, days}
	return days, nil
}

// countDays counts the hours of some days, as far as a moment.
func countDays(ctx context.Context, q db.Queryer, authority string, from, to civil.Date, until civil.Instant, holiday func(civil.Date) bool) ([]queue.Day, error) {
	out := make([]queue.Day, from.DaysUntil(to)+1)
	for i := range out {
		on := from.AddDays(i)
		out[i] = queue.Day{Date: on, Holiday: holiday(on)}
	}
	type happened struct {
		at   civil.Instant
		rank int
	}
	for i, query := range []db.Query{loadArrived, loadDecided} {
		all, err := db.Collect(ctx, q, func(r *sql.Rows, h *happened) error { return r.Scan(&h.at, &h.rank) }, query, authority, from.Start(), until)
		if err != nil {
			return nil, err
		}
		for _, h := range all {
			at := h.at.London()
			d := &out[from.DaysUntil(h.at.Date())]
			if i > 0 {
				d.Decided[at.Hour()]++
				continue
			}
			d.Arrived[at.Hour()]++
			d.Ranks[min(max(h.rank, 0), queue.Ranks-1)]++
		}
	}
	return out, nil
}

// Ages counts what waits in each band of age.
func (l *Load) Ages() map[string]int {
	out := map[string]int{}
	for _, w := range l.Waiting {
		out[queue.AgeAt(w.Received, w.Due, l.Now)]++
	}
	return out
}

// Course is what becomes of the queue in so many hours when so many times the usual come.
// While nothing is usual yet it ends where it begins.
func (l *Load) Course(hours int, times float64) queue.Course {
	if !l.Usual.Known() {
		hours = 0
	}
	waiting := make([]queue.Waiting, len(l.Waiting))
	for i, w := range l.Waiting {
		waiting[i] = w.Waiting
	}
	return queue.Scenario{Now: l.Now, Hours: hours, Usual: l.Usual, Times: times, Limit: l.limit, Holiday: l.holiday}.Run(waiting)
}

// AlarmHours is how far ahead an alarm looks: every contact that waits now is due in them.
const AlarmHours = 24

// LoadAlarm is the alarm of a front door, and whom to ask for more hands.
type LoadAlarm struct {
	queue.Alarm
	Callers []Caller
}

// Alarm is what somebody should act on now.
func (l *Load) Alarm() LoadAlarm {
	return LoadAlarm{queue.AlarmOf(l.Course(AlarmHours, l.Pace.Times), l.Pace, l.Limits, l.Hands), l.Callers}
}

// alarmKept is how long an alarm is shown on other pages without counting again.
const alarmKept = time.Minute

// LoadAlarm is the alarm of an authority's front door, worked out at most a minute ago,
// for the top of the board and for those who are told of it. Sealed contacts are not in
// it: whoever is named on one has it on their own board.
func (r *Record) LoadAlarm(ctx context.Context, q db.Queryer, authority string) (LoadAlarm, error) {
	now := r.Now()
	r.load.mu.Lock()
	kept, ok := r.load.alarms[authority]
	r.load.mu.Unlock()
	if ok && !now.Before(kept.at) && now.Sub(kept.at) < alarmKept {
		return kept.alarm, nil
	}
	l, err := r.findLoad(ctx, q, authority, "", now)
	if err != nil {
		return LoadAlarm{}, err
	}
	a := l.Alarm()
	r.load.mu.Lock()
	defer r.load.mu.Unlock()
	if r.load.alarms == nil {
		r.load.alarms = map[string]keptAlarm{}
	}
	r.load.alarms[authority] = keptAlarm{now, a}
	return a, nil
}

// LoadAlarm is the alarm for the top of a page.
func (v *View) LoadAlarm(ctx context.Context) (LoadAlarm, error) {
	return v.record.LoadAlarm(ctx, v, v.Authority)
}

// LimitsChanged has the alarm worked out anew.
func (r *Record) LimitsChanged(authority string) {
	r.load.mu.Lock()
	defer r.load.mu.Unlock()
	delete(r.load.alarms, authority)
}

// WaitedAt is how many waited at a full hour of the last days: what waits now, less what
// came since, and what was decided since. Sealed contacts are left out.
func (l *Load) WaitedAt(at civil.Instant) int {
	n := 0
	for _, w := range l.Waiting {
		if !w.sealed {
			n++
		}
	}
	came, went := l.between(at, l.Now.Add(time.Hour))
	return n - came + went
}

// between is what came and was decided from one full hour until before another.
func (l *Load) between(from, to civil.Instant) (came, went int) {
	day, hour := civil.Date{}, -1
	for t := from; t.Before(to); t = t.Add(time.Hour) {
		on, h := t.Date(), t.London().Hour()
		if on == day && h == hour {
			continue // the hour that autumn repeats is one
		}
		day, hour = on, h
		d := l.dayOf(on)
		came, went = came+d.Arrived[h], went+d.Decided[h]
	}
	return came, went
}

func (l *Load) dayOf(on civil.Date) queue.Day {
	if on == l.today.Date {
		return l.today
	}
	if i := len(l.days) - on.DaysUntil(l.today.Date); i >= 0 && i < len(l.days) {
		return l.days[i]
	}
	return queue.Day{Date: on}
}

// PastPoint is how the queue stood at one hour of a past day, and what the forecast said of it
// the day before.
type PastPoint struct {
	At                  civil.Instant
	Waited              int
	Limit               int  // the desk's on that day; 0 is none
	Known               bool // whether enough was known the day before for a forecast
	Foreseen, Low, High float64
}

// Past is how many waited at an hour of each of the last days, the latest first, and what
// a forecast made a day earlier, from what was known then, said. Within low and high it
// should be on eight days of ten.
func (l *Load) Past(days, hour int) []PastPoint {
	var out []PastPoint
	for back := 0; len(out) < days; back++ {
		on := l.Now.Date().AddDays(-back)
		at := on.AtTime(hour, 0)
		if at.After(l.Now) {
			continue
		}
		p := PastPoint{At: at, Waited: l.WaitedAt(at), Limit: LoadLimitsOn(l.Set, on).Desk}
		made := on.AddDays(-1).AtTime(hour, 0)
		u := queue.Learn(l.days[:max(0, len(l.days)-made.Date().DaysUntil(l.Now.Date()))])
		if p.Known = u.Known(); p.Known {
			before := l.WaitedAt(made)
			came, _ := l.between(made.Add(-queue.PaceHours*time.Hour), made)
			pace := u.PaceOf(made, came, l.holiday)
			s := queue.Scenario{Now: made, Hours: int(at.Sub(made) / time.Hour), Usual: u, Times: pace.Times, Limit: l.limit, Holiday: l.holiday}
			c := s.Run(make([]queue.Waiting, max(before, 0)))
			p.Foreseen = c.Last().Waiting
			p.Low, p.High = u.Band(c.Last(), queue.Eight)
		}
		out = append(out, p)
	}
	return out
}
