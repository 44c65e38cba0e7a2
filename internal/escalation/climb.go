package escalation

import (
	"fmt"
	"slices"

	"frontdoor/internal/civil"
)

// Part is one child's wait on a partner, with what people did about it.
type Part struct {
	Agency   string
	Breached civil.Instant   // when its limit passed; zero while it has not
	Raised   []Raise         // by managers, in the order they were made
	Answers  []Reply         // in the order they were given
	Stops    []civil.Instant // when somebody overrode it, the earliest first
}

// Raise is a manager's word that a level is to be asked now.
type Raise struct {
	Level int
	At    civil.Instant
}

// Reply is an answer at a level. An answer is no recovery: without a promise it holds
// nothing back.
type Reply struct {
	Level   int
	At      civil.Instant
	Promise civil.Instant // by when the child will be seen to; zero when nothing was promised
}

// State says how the question of one level stands.
type State string

// The states, the worst last.
const (
	Answered   State = "answered"   // in time, and what was promised is not yet past
	Asked      State = "asked"      // the answer is not due yet
	NotKept    State = "not_kept"   // answered, and the child still waits after what was promised
	Unanswered State = "unanswered" // past its date
)

var stateOrder = []State{Answered, Asked, NotKept, Unanswered}

// Worse says whether a state is worse than another.
func (s State) Worse(than State) bool {
	return slices.Index(stateOrder, s) > slices.Index(stateOrder, than)
}

// Words is a state as people read it.
func (s State) Words() string {
	return map[State]string{Answered: "Answered", Asked: "Not answered yet", NotKept: "Answered, and still waiting after what was promised", Unanswered: "Not answered in time"}[s]
}

// Step is the question of one level for one child.
type Step struct {
	Rung
	Asked    civil.Instant // from when it is due to be asked
	By       civil.Instant // when the answer is due
	Answered civil.Instant // zero until somebody answers
	Promise  civil.Instant // by when it was answered that the child will be seen to
	Until    civil.Instant // when the next level is due to be asked, or would be
}

// State is how the question stands at a moment while the child still waits.
func (s Step) State(now civil.Instant) State {
	switch {
	case s.Answered.IsZero() && now.After(s.By):
		return Unanswered
	case s.Answered.IsZero():
		return Asked
	case now.After(s.Until):
		return NotKept
	}
	return Answered
}

// Climb says which levels a child's wait has reached by a moment, the lowest first. It
// is empty for one that is not past its limit and that nobody raised, or that was
// overridden and not raised since.
//
// Each level is asked once, unless somebody overrode it and a manager raises it anew. The first is asked when the limit passes, or when a
// manager raises the wait before; the next when the answer is due and the child still
// waits, or, where the answer promised a day, when that day has passed, but never later
// than the level may hold it; a manager may raise at once to any higher level. So the level never
// falls while the child waits (finding 9).
func (s *Set) Climb(p Part, now civil.Instant, cal *civil.Calendar) ([]Step, error) {
	var out []Step
	at, level := p.first()
	for level <= Top && !at.IsZero() && !at.After(now) {
		step, err := s.step(p, level, at, cal)
		if err != nil {
			return nil, err
		}
		out = append(out, step)
		stop := p.stopAfter(at)
		if at, level = p.next(step); stop.IsZero() || stop.After(now) || (!at.IsZero() && at.Before(stop)) {
			continue
		}
		out = nil // it was overridden: what goes on begins with a raise after it
		at, level = p.raisedAfter(stop)
	}
	return out, nil
}

// raisedAfter is the first raise after a moment; nothing when there is none.
func (p Part) raisedAfter(t civil.Instant) (civil.Instant, int) {
	for _, r := range p.Raised {
		if r.At.After(t) {
			return r.At, r.Level
		}
	}
	return civil.Instant{}, Top
}

// stopAfter is the first override at or after a moment.
func (p Part) stopAfter(at civil.Instant) civil.Instant {
	for _, t := range p.Stops {
		if !t.Before(at) {
			return t
		}
	}
	return civil.Instant{}
}

// first is where the climb begins: at the limit, or at the first raise before it.
func (p Part) first() (civil.Instant, int) {
	if len(p.Raised) > 0 && (p.Breached.IsZero() || p.Raised[0].At.Before(p.Breached)) {
		return p.Raised[0].At, p.Raised[0].Level
	}
	return p.Breached, 1
}

func (s *Set) step(p Part, level int, at civil.Instant, cal *civil.Calendar) (Step, error) {
	rung, ok := s.Rung(p.Agency, level, at)
	if !ok {
		return Step{}, fmt.Errorf("no ladder for %q in force at %s", p.Agency, at)
	}
	out := Step{Rung: rung, Asked: at}
	var err error
	if out.By, err = rung.By(at, cal); err != nil {
		return out, fmt.Errorf("level %d of %s: %w", level, p.Agency, err)
	}
	out.Until = out.By
	for _, a := range p.Answers {
		if a.Level != level || a.At.Before(at) || !out.Answered.IsZero() {
			continue
		}
		if level < Top && !a.At.Before(out.By) {
			continue // the next level had been asked by then
		}
		out.Answered, out.Promise = a.At, a.Promise
		latest, err := rung.Latest(a.At, cal)
		if err != nil {
			return out, fmt.Errorf("level %d of %s: %w", level, p.Agency, err)
		}
		if a.Promise.IsZero() {
			continue
		}
		if latest.Before(out.By) {
			latest = out.By
		}
		if out.Until = a.Promise; out.Until.After(latest) {
			out.Until = latest
		}
	}
	return out, nil
}

// next is when the level above a step is asked: by itself, or because a manager raised
// it meanwhile.
func (p Part) next(s Step) (civil.Instant, int) {
	for _, r := range p.Raised {
		if r.Level > s.Level && !r.At.Before(s.Asked) && r.At.Before(s.Until) {
			return r.At, r.Level
		}
	}
	if s.Level == Top {
		return civil.Instant{}, Top
	}
	return s.Until, s.Level + 1
}
