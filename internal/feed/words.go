package feed

import (
	"fmt"
	"math"
	"time"

	"frontdoor/internal/civil"
)

// HeartbeatWithin is how long a partner's system may be silent once it has begun to
// say that it is there. It is asked to every 15 minutes; an hour is ours.
const HeartbeatWithin = time.Hour

// Words says what is wrong with a feed, and nothing when nothing is. last is when
// something last came.
func (d Judged) Words(last, now civil.Instant) string {
	usual := int(math.Round(d.By.Usual))
	today := d.Date == now.Date()
	switch {
	case d.Alarm == Quiet:
		return ""
	case d.Alarm == Below && today && d.By.Days == 1 && d.N == 0:
		return fmt.Sprintf("Nothing received since %s. Usual by now: %d", sinceWords(last, now), usual)
	case today && d.By.Days == 1:
		return fmt.Sprintf("%d received today. Usual by now: %d, %s", d.N, usual, d.By.bound(d.Alarm))
	case d.Alarm == Below && d.By.Got == 0:
		return fmt.Sprintf("Nothing received since %s. Usual in %s: %d, %s", sinceWords(last, now), dayWords(d.By.Days), usual, d.By.bound(d.Alarm))
	}
	return fmt.Sprintf("%d received in %s to %s. Usual: %d, %s. %s its usual band since %s", d.By.Got, dayWords(d.By.Days), d.Date.Words(), usual, d.By.bound(d.Alarm),
		map[Alarm]string{Below: "Below", Above: "Above"}[d.Alarm], d.Since.Words())
}

func sinceWords(last, now civil.Instant) string {
	switch {
	case last.IsZero():
		return "the beginning"
	case last.Date() == now.Date():
		return last.Clock()
	}
	return last.Words()
}

func (w Window) bound(a Alarm) string {
	if a == Below {
		return fmt.Sprintf("at least %d", w.Low)
	}
	return fmt.Sprintf("at most %d", w.High)
}

func dayWords(n int) string {
	if n == 1 {
		return "one day"
	}
	return fmt.Sprintf("%d days", n)
}

// SilentWords says that a partner's system has not been heard of, or nothing. One that
// never said that it is there is not missed.
func SilentWords(seen, now civil.Instant) string {
	if seen.IsZero() || now.Sub(seen) <= HeartbeatWithin {
		return ""
	}
	return fmt.Sprintf("Their system has not been heard of since %s", sinceWords(seen, now))
}

// MissingWords says that incidents on a force's own lists never came, or nothing.
func MissingWords(n int, oldest, now civil.Instant) string {
	switch {
	case n == 0:
		return ""
	case n == 1:
		return fmt.Sprintf("An incident on its own list never came. It was %s", civil.AgoDays(oldest, now))
	}
	return fmt.Sprintf("%d incidents on its own lists never came. The oldest was %s", n, civil.AgoDays(oldest, now))
}

// Waiting is what a force says waits for triage with it, of one grade.
type Waiting struct {
	Grade string
	N     int
	AsAt  civil.Instant
}

// declaredFor is how long a declared backlog is held against arrivals.
const declaredFor = 14

// Inconsistent says what cannot be right about a declared backlog: nothing waits with
// the force, and yet fewer notifications come than usual; or it has not been declared
// for two weeks. Finding 4: a backlog of medium-risk cases that nobody could see.
func Inconsistent(all []Waiting, state Judged) string {
	if len(all) == 0 {
		return ""
	}
	sum, newest := 0, all[0].AsAt
	for _, w := range all {
		sum += w.N
		if w.AsAt.After(newest) {
			newest = w.AsAt
		}
	}
	day := newest.Date()
	switch {
	case day.DaysUntil(state.Date) > declaredFor:
		return fmt.Sprintf("The backlog was last declared on %s: ask for it again", day.Words())
	case sum == 0 && state.Alarm == Below && !day.Before(state.Since):
		return fmt.Sprintf("Inconsistent: the force declared on %s that nothing waits for triage, and since %s fewer arrive than usual (%d in %s, usual %d). Either they are not sent, or they are not recorded",
			day.Words(), state.Since.Words(), state.By.Got, dayWords(state.By.Days), int(math.Round(state.By.Usual)))
	}
	return ""
}
