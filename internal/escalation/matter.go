package escalation

import (
	"fmt"
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// Standing is a child's wait as it stands on the ladder.
type Standing struct {
	Wait string // id of the wait
	Step Step   // the highest level reached
	On   bool   // on the ladder: past its limit or raised, and not overridden
}

// Matter is everything that stands between us and one partner about one step: the
// children who wait for it, those past their limit and those who are not yet.
type Matter []Standing

// open are the waits on the ladder.
func (m Matter) open() Matter {
	return slices.DeleteFunc(slices.Clone(m), func(s Standing) bool { return !s.On })
}

// Levels are the levels at which something is asked now, the highest first.
func (m Matter) Levels() []int {
	var out []int
	for _, s := range m.open() {
		if !slices.Contains(out, s.Step.Level) {
			out = append(out, s.Step.Level)
		}
	}
	slices.SortFunc(out, func(a, b int) int { return b - a })
	return out
}

// Unanswered are the levels whose question is not answered yet, the highest first.
func (m Matter) Unanswered() []int {
	return slices.DeleteFunc(m.Levels(), func(level int) bool {
		return !slices.ContainsFunc(m.open(), func(s Standing) bool { return s.Step.Level == level && s.Step.Answered.IsZero() })
	})
}

// Given is an answer as it was given.
type Given struct {
	Level   int
	By      string // who answers, with their role
	Words   string
	Promise civil.Instant // by when the children will be seen to; zero when nothing is promised
	Seen    civil.Instant // when the question was read: who was added later is not covered; zero means now
}

// Answer records what a partner answers at a level, for every child for whom the
// question stands there unanswered. It gives the waits it covers.
//
// It refuses an answer that names nobody or says nothing, one where nothing is asked,
// and a promise that is past.
func (m Matter) Answer(g Given, now civil.Instant) ([]string, error) {
	var p []refusal.Problem
	if blank(g.By) {
		p = append(p, refusal.Problem{Field: "by", Message: "Enter who answers, with their role"})
	}
	if blank(g.Words) {
		p = append(p, refusal.Problem{Field: "words", Message: "Enter what is answered"})
	}
	if !g.Promise.IsZero() && !g.Promise.After(now) {
		p = append(p, refusal.Problem{Field: "promise", Message: "The day by which the children will be seen to must be in the future"})
	}
	if g.Level == 0 && len(m.open()) > 0 {
		p = append(p, refusal.Problem{Field: "level", Message: "Select which question is answered"})
	}
	if err := refusal.Fields(p); err != nil {
		return nil, err
	}
	var waits []string
	for _, s := range m.open() {
		if s.Step.Level == g.Level && s.Step.Answered.IsZero() && (g.Seen.IsZero() || !s.Step.Asked.After(g.Seen)) {
			waits = append(waits, s.Wait)
		}
	}
	if len(waits) == 0 {
		return nil, refusal.New(refusal.Conflict, "Nothing at this level waits for an answer any more. Read what was answered, or what is asked now")
	}
	return waits, nil
}

// Raise takes chosen waits to a level at once. It refuses without a reason, and for a
// wait that has been asked about at that level or above: nothing is asked twice.
func (m Matter) Raise(level int, waits []string, why string) error {
	var p []refusal.Problem
	if level < 1 || level > Top {
		p = append(p, refusal.Problem{Field: "level", Message: "Select the level to raise it to"})
	}
	if len(waits) == 0 {
		p = append(p, refusal.Problem{Field: "waits", Message: "Select at least one child"})
	}
	if blank(why) {
		p = append(p, refusal.Problem{Field: "why", Message: "Enter why it is raised"})
	}
	if err := refusal.Fields(p); err != nil {
		return err
	}
	asked := 0
	for _, id := range waits {
		i := slices.IndexFunc(m, func(s Standing) bool { return s.Wait == id })
		if i < 0 {
			return refusal.New(refusal.Conflict, "A child you selected no longer waits for this. Select again from those who do")
		}
		if m[i].Step.Level >= level {
			asked++
		}
	}
	if asked > 0 {
		return refusal.Field("level", fmt.Sprintf("For %s this was already asked at level %d or above. Select a higher level, or fewer children", children(asked), level))
	}
	return nil
}

// Close records what came of it, once every child has what they waited for. While one
// still waits it refuses: an escalation ends by measured recovery for the children it
// names, or by an override (finding 9).
func (m Matter) Close(outcome string) error {
	if n := len(m.open()); n > 0 {
		verb := "still wait"
		if n == 1 {
			verb = "still waits"
		}
		return refusal.New(refusal.Conflict, fmt.Sprintf("%s %s. It ends when they have what they wait for. To end it before, the director overrides it by name, with a reason", children(n), verb))
	}
	if blank(outcome) {
		return refusal.Field("outcome", "Enter what came of it for the children")
	}
	return nil
}

// Override ends the questions for every child who still waits, on one person's name.
// The children go on waiting on every other page. It gives the waits it covers.
func (m Matter) Override(why string) ([]string, error) {
	open := m.open()
	switch {
	case len(open) == 0:
		return nil, refusal.New(refusal.Conflict, "No child waits past a limit here any more. Record what came of it instead")
	case blank(why):
		return nil, refusal.Field("why", "Enter why nobody is asked any more while the children still wait")
	}
	waits := make([]string, len(open))
	for i, s := range open {
		waits[i] = s.Wait
	}
	return waits, nil
}

func children(n int) string {
	if n == 1 {
		return "1 child"
	}
	return fmt.Sprintf("%d children", n)
}

// Question is what is asked of one partner at one level about one step, for all the
// children who stand there: thirty children are one question, not thirty.
type Question struct {
	Rung
	Asked    civil.Instant // the earliest
	By       civil.Instant // the earliest that is not answered; when all are, the earliest
	Promise  civil.Instant // the latest that was promised
	Answered int
	State    State // the worst of its children
	At       []int // their places in the list it was made from
}

// Questions gathers children who stand on the ladder by level, the highest first.
func Questions(steps []Step, now civil.Instant) []Question {
	var out []Question
	for i, s := range steps {
		k := slices.IndexFunc(out, func(q Question) bool { return q.Level == s.Level })
		if k < 0 {
			out = append(out, Question{Rung: s.Rung, Asked: s.Asked, By: s.By, Promise: s.Promise, State: s.State(now), Answered: count(!s.Answered.IsZero()), At: []int{i}})
			continue
		}
		q := &out[k]
		q.At = append(q.At, i)
		q.Answered += count(!s.Answered.IsZero())
		if s.Asked.Before(q.Asked) {
			q.Asked = s.Asked
		}
		if s.Promise.After(q.Promise) {
			q.Promise = s.Promise
		}
		if s.State(now).Worse(q.State) {
			q.State, q.By, q.Rung = s.State(now), s.By, s.Rung
		} else if s.State(now) == q.State && s.By.Before(q.By) {
			q.By = s.By
		}
	}
	slices.SortFunc(out, func(a, b Question) int { return b.Level - a.Level })
	return out
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
