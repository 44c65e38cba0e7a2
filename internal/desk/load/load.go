// Package load is the desk where it is seen how much waits at the front door, who works
// on how much of it, and what is expected: finding 57, “high volume of referrals had
// caused delays in the multi-agency safeguarding hub process”. Limits here warn and name;
// they never hide a contact or refuse one.
package load

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/queue"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// Desk is the desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Ask is what a reader wants to be foreseen.
type Ask struct {
	Hours int     // 24 or 48
	Times float64 // of the usual, beside what is expected
}

// What can be asked, and what is foreseen when nothing is.
const (
	Shortest, Longest = 24, 48
	leastTimes        = 0.5
	mostTimes         = 4
)

// Usually is what is foreseen when nothing else is asked.
func Usually() Ask { return Ask{Shortest, 2} }

// AskOf reads what is asked from an address, and says what is wrong with it; what is
// wrong is as usual.
func AskOf(hours, times string) (Ask, error) {
	a := Usually()
	if hours == strconv.Itoa(Longest) {
		a.Hours = Longest
	}
	if times == "" {
		return a, nil
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(times), 64)
	if err != nil || !(n >= leastTimes && n <= mostTimes) {
		return a, refusal.Field("times", "Enter how many times the usual come, from 0.5 to 4, such as 2 or 1.5")
	}
	a.Times = n
	return a, nil
}

// State is how much waits and what is expected, as one reader is shown it.
type State struct {
	*record.Load
	Ask        Ask
	AgeCounts  []AgeCount
	Own, Names bool // only one's own part; whether people are named
	Alarm      record.LoadAlarm
	Course, If queue.Course
	Past       []record.PastPoint
}

// AgeCount is how many wait in a band of age.
type AgeCount struct {
	queue.Age
	N int
}

// pastDays and pastHour are which past days are shown, and at which hour.
const (
	pastDays = 7
	pastHour = 9
)

// Load is how much waits now and what is expected.
func (d *Desk) Load(ctx context.Context, who access.Actor, ask Ask) (*State, error) {
	out := &State{Ask: ask}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		s, err := v.Scope(access.SeeLoad)
		if err != nil {
			return err
		}
		v.Saw("load of the front door")
		if out.Load, err = v.Load(ctx); err != nil {
			return err
		}
		out.Own, out.Names = s.WorkerID != "", s.Named
		return nil
	})
	if err != nil {
		return nil, err
	}
	counts := out.Ages()
	out.AgeCounts = nil
	for _, a := range queue.Ages() {
		out.AgeCounts = append(out.AgeCounts, AgeCount{a, counts[a.Key]})
	}
	out.Alarm = out.Load.Alarm()
	out.Course, out.If = out.Load.Course(ask.Hours, out.Pace.Times), out.Load.Course(ask.Hours, ask.Times)
	out.Past = out.Load.Past(pastDays, pastHour)
	return out, nil
}

// Shown are the people whom the reader is shown: all, or themselves, or nobody.
func (s *State) Shown(who access.Actor) []queue.Hand {
	switch {
	case !s.Names:
		return nil
	case !s.Own:
		return s.Hands
	}
	for _, h := range s.Hands {
		if h.ID == who.ID {
			return []queue.Hand{h}
		}
	}
	return []queue.Hand{{ID: who.ID, Name: who.Name}}
}

// OverLimit is how many people have more than the limit.
func (s *State) OverLimit() (n int) {
	for _, h := range s.Hands {
		if s.Limits.Over(h) {
			n++
		}
	}
	return n
}

var addLimit = db.InsertInto("load.add-limit", "load_limit", "id, authority_id, of_whom, most, from_date, source, why, begun_at, begun_by, begun_by_name", "")

// local is where every limit comes from: none is set nationally.
const local = "local"

// mostLimit is more than any desk has at once; a larger number is a slip.
const mostLimit = 9999

// SetLimit sets a limit from a day on, today or later, so that old days keep the limit
// they had. Most 0 ends it.
func (d *Desk) SetLimit(ctx context.Context, who access.Actor, l record.LoadLimit) error {
	err := d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.SetLoadLimit, access.About{}); err != nil {
			return err
		}
		var p []refusal.Problem
		if l.Of != record.LimitOfPerson && l.Of != record.LimitOfDesk {
			p = append(p, refusal.Problem{Field: "of", Message: "Select whose limit it is"})
		}
		if l.Most < 0 || l.Most > mostLimit {
			p = append(p, refusal.Problem{Field: "most", Message: "Enter how many contacts, such as 8, or 0 for no limit"})
		}
		switch {
		case l.From.IsZero():
			p = append(p, refusal.Problem{Field: "from", Message: "Enter from which day it holds"})
		case l.From.Before(tx.Now.Date()):
			p = append(p, refusal.Problem{Field: "from", Message: "The day must be today or later: past days keep the limit they had"})
		}
		if l.Why == "" {
			p = append(p, refusal.Problem{Field: "why", Message: "Enter why the limit is changed"})
		}
		if err := refusal.Fields(p); err != nil {
			return err
		}
		if err := addLimit.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, l.Of, l.Most, l.From, local, l.Why, tx.Now, who.ID, who.Name}); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "load limit", Ref: l.Of}, fmt.Sprintf("set load limit: %s %d from %s", l.Of, l.Most, l.From), pathway.Consequences{})
	})
	if err == nil {
		d.Record.LimitsChanged(who.Authority)
	}
	return err
}

// Set are the limits that were ever set, the latest first.
func (d *Desk) Set(ctx context.Context, who access.Actor) (out []record.LoadLimit, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		if err := v.Allow(access.SetLoadLimit, access.About{}); err != nil {
			return err
		}
		v.Saw("limits of the front door")
		now = v.Now
		out, err = record.FindLoadLimits(ctx, v, v.Authority)
		return err
	})
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out, now, err
}

// Sheet is all of it as a file: the parts of the page one after another.
func (s *State) Sheet(who access.Actor) web.Sheet {
	out := web.Sheet{Head: []string{"part", "what", "contacts", "limit", "against_limit", "first_due", "come", "decided", "low", "high", "passed", "if_contacts", "if_passed", "foreseen"}}
	add := func(cells ...string) {
		out.Rows = append(out.Rows, append(cells, make([]string, len(out.Head)-len(cells))...))
	}
	for _, a := range s.AgeCounts {
		add("age", a.Key, strconv.Itoa(a.N))
	}
	n := len(s.Waiting)
	add("desk", "all", strconv.Itoa(n), limitText(s.Limits.Desk), s.Limits.DeskState(n))
	add("nobody", "nobody", strconv.Itoa(s.Nobody.N), "", "", s.Nobody.Next.String())
	for _, h := range s.Shown(who) {
		add("person", h.Name, strconv.Itoa(h.N), limitText(s.Limits.Person), s.Limits.State(h.N), h.Next.String())
	}
	if !s.Own {
		add("people", "over the limit", strconv.Itoa(s.OverLimit()), limitText(s.Limits.Person))
	}
	for i, p := range s.Course.Points {
		if !s.Usual.Known() {
			break
		}
		other := s.If.Points[i]
		low, high := s.Usual.Band(p, queue.Eight)
		add("hour", p.At.String(), tenth(p.Waiting), limitText(s.Limits.Desk), "", "", tenth(p.Arrived), tenth(p.Decided), tenth(low), tenth(high), tenth(p.Passed), tenth(other.Waiting), tenth(other.Passed))
	}
	for _, p := range s.Past {
		row := []string{"day", p.At.String(), strconv.Itoa(p.Waited), limitText(p.Limit), (queue.Limits{Desk: p.Limit}).DeskState(p.Waited), "", "", "", "", "", "", "", "", ""}
		if p.Known {
			row[8], row[9], row[13] = tenth(p.Low), tenth(p.High), tenth(p.Foreseen)
		}
		add(row...)
	}
	return out
}

func limitText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func tenth(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
