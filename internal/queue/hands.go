package queue

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdoor/internal/civil"
)

// Age is a band of how long a contact has waited; one past its time is in Late whatever
// its age, so that each contact is in one band.
type Age struct {
	Key, Words string
	From, To   time.Duration // waited at least From and less than To; To 0 is no end
}

// Late is the band of those past their time.
const Late = "late"

// Ages are the bands, the youngest first, and those past their time. The strict clock of
// a decision is 24 hours (timescale FD1b).
func Ages() []Age {
	const h = time.Hour
	return []Age{{"age-0-4", "up to 4 hours", 0, 4 * h}, {"age-4-12", "4 to 12 hours", 4 * h, 12 * h}, {"age-12-20", "12 to 20 hours", 12 * h, 20 * h},
		{"age-20-24", "20 to 24 hours", 20 * h, 0}, {Late, "past its time", 0, 0}}
}

// AgeOf is the band of that key; ok is false for Late and for what is no band.
func AgeOf(key string) (a Age, ok bool) {
	for _, a := range Ages() {
		if a.Key == key && key != Late {
			return a, true
		}
	}
	return Age{}, false
}

// Between are the moments of receipt of a band: after the first and not after the second.
func (a Age) Between(now civil.Instant) (after, until civil.Instant) {
	if a.To > 0 {
		after = now.Add(-a.To)
	}
	return after, now.Add(-a.From)
}

// AgeAt is the band of a contact at a moment.
func AgeAt(received, due, now civil.Instant) string {
	if due.Before(now) {
		return Late
	}
	all := Ages()
	for _, a := range all {
		if after, _ := a.Between(now); a.Key != Late && received.After(after) {
			return a.Key
		}
	}
	return all[3].Key
}

// Limits are how many contacts one person, and the whole desk, should have at once; 0 is
// no limit. They warn and name; nothing is hidden or refused because of them.
type Limits struct{ Person, Desk int }

// Hand is one person of the desk with what they have.
type Hand struct {
	ID, Name string
	N        int
	Next     civil.Instant // when the first of it is due
}

// Over says that somebody has more than the limit.
func (l Limits) Over(h Hand) bool { return l.Person > 0 && h.N > l.Person }

// Room says that somebody has less than the limit.
func (l Limits) Room(h Hand) bool { return l.Person > 0 && h.N < l.Person }

// State says in words how a person stands to the limit.
func (l Limits) State(n int) string { return stateOf(n, l.Person) }

// DeskState says in words how the desk stands to its limit.
func (l Limits) DeskState(n int) string { return stateOf(n, l.Desk) }

func stateOf(n, limit int) string {
	switch {
	case limit == 0:
		return "no limit is set"
	case n > limit:
		return fmt.Sprintf("%d over the limit of %d", n-limit, limit)
	case n == limit:
		return fmt.Sprintf("at the limit of %d", limit)
	}
	return fmt.Sprintf("room for %d of %d", limit-n, limit)
}

// Alarm is what somebody should act on before a contact passes its time.
type Alarm struct {
	First   Passing // the first contact that is expected to pass its time
	Pace    Pace
	Waiting int
	Limits  Limits
	Over    []Hand // people over the limit
	Room    []Hand // people under it, the one with most room first
	Short   int    // decisions more than usual that let none pass
}

// AlarmOf is the alarm of a desk. c is the course of the next 24 hours.
func AlarmOf(c Course, p Pace, l Limits, hands []Hand) Alarm {
	a := Alarm{First: c.First, Short: c.Short(), Pace: p, Waiting: int(c.Points[0].Waiting), Limits: l}
	for _, h := range hands {
		if l.Over(h) {
			a.Over = append(a.Over, h)
		}
		if l.Room(h) {
			a.Room = append(a.Room, h)
		}
	}
	slices.SortStableFunc(a.Room, func(x, y Hand) int { return x.N - y.N })
	return a
}

// DeskOver says that more wait than the desk's limit.
func (a Alarm) DeskOver() bool { return a.Limits.Desk > 0 && a.Waiting > a.Limits.Desk }

// Rings says whether there is anything to act on.
func (a Alarm) Rings() bool { return !a.First.Due.IsZero() || a.DeskOver() || len(a.Over) > 0 }

// Words say what is wrong, without a name: what is expected first, then the limits.
func (a Alarm) Words() []string {
	var out []string
	if !a.First.Due.IsZero() {
		as := "as usual"
		if a.Pace.Faster() {
			as = fmt.Sprintf("as in the last 24 hours (%d, usual %.0f)", a.Pace.Got, a.Pace.Usual)
		}
		out = append(out, fmt.Sprintf("If contacts go on coming %s, the first passes its time on %s, before anybody decides it", as, a.First.Due.Words()))
	}
	if a.DeskOver() {
		out = append(out, fmt.Sprintf("%d contacts wait: %s of the desk", a.Waiting, a.Limits.DeskState(a.Waiting)))
	}
	if n := len(a.Over); n > 0 {
		out = append(out, fmt.Sprintf("%s more than the limit of %d contacts in hand", people(n, "has", "have"), a.Limits.Person))
	}
	return out
}

func people(n int, one, many string) string {
	if n == 1 {
		return "1 person " + one
	}
	return fmt.Sprintf("%d people %s", n, many)
}

// shown is how many people are named in one sentence.
const shown = 5

// RoomWords name who is under the limit, or say that nobody is.
func (a Alarm) RoomWords() string {
	switch {
	case a.Limits.Person == 0:
		return "No limit of contacts in hand is set, so nobody can be named who has room"
	case len(a.Room) == 0:
		return "Nobody is under the limit"
	}
	return "Under their limit: " + names(a.Room, a.Limits.Person)
}

// OverWords name who is over the limit; "" when nobody is.
func (a Alarm) OverWords() string {
	if len(a.Over) == 0 {
		return ""
	}
	return "Over their limit: " + names(a.Over, a.Limits.Person)
}

// ShortWords say how many more decisions would do; "" when none are needed.
func (a Alarm) ShortWords() string {
	switch a.Short {
	case 0:
		return ""
	case 1:
		return "1 decision more than usual in the next 24 hours would let none pass: of the contact that is due first"
	}
	return fmt.Sprintf("%d decisions more than usual in the next 24 hours would let none pass: of the contacts that are due first", a.Short)
}

func names(all []Hand, limit int) string {
	var out []string
	for _, h := range all[:min(len(all), shown)] {
		out = append(out, fmt.Sprintf("%s (%d of %d)", h.Name, h.N, limit))
	}
	if more := len(all) - shown; more > 0 {
		out = append(out, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(out, ", ")
}
