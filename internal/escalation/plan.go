package escalation

import (
	"fmt"
	"slices"
	"strconv"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// Measure is a number that the record gives at any moment, past or present, and that
// an action of the joint improvement plan is held against (finding 14).
type Measure struct {
	Key   string
	Name  string
	Unit  string // hours, percent, children, questions
	Least bool   // the target is the least; otherwise the most
	Grade bool   // asked for one grade of the police
	Says  string // how it is counted
}

// The measures.
const (
	LagMedian      = "lag-median"
	LagNinetyFive  = "lag-95"
	StrategyInTime = "strategy-in-time"
	Quorate        = "strategy-quorate"
	WaitsBreached  = "waits-breached"
	OpenQuestions  = "escalations-open"
)

// Window is how many days up to a moment a rate is counted over.
const Window = 28

var measures = []Measure{
	{LagMedian, "Hours from incident to receipt that half of the notifications did not exceed", "hours", false, true, "Of the notifications received in the 28 days up to the day."},
	{LagNinetyFive, "Hours from incident to receipt that 95 in 100 notifications did not exceed", "hours", false, true, "Of the notifications received in the 28 days up to the day."},
	{StrategyInTime, "Children for whom the partner met in time for a strategy discussion", "percent", true, false, "Of the children for whom the partner's limit fell in the 28 days up to the day: those whose wait ended by then, because the discussion was held."},
	{Quorate, "Strategy discussions held with everybody who must be there", "percent", true, false, "Of the times that people met in the 28 days up to the day, whoever was missing."},
	{WaitsBreached, "Children who wait past a limit on the partner", "children", false, false, "At the end of the day. A child who waits for two things counts twice."},
	{OpenQuestions, "Escalations to the partner that are open", "questions", false, false, "Steps about which at least one child waits past a limit and nobody has overridden it, at the end of the day."},
}

// Measures are all of them, in the order of the child's journey.
func Measures() []Measure { return slices.Clone(measures) }

// MeasureOf finds a measure by its key.
func MeasureOf(key string) (Measure, bool) {
	i := slices.IndexFunc(measures, func(m Measure) bool { return m.Key == key })
	if i < 0 {
		return Measure{}, false
	}
	return measures[i], true
}

// Value is what a measure came to. It is not Known when there was nothing to count: a
// partner that sends nothing has not become prompt.
type Value struct {
	N     float64 `json:"value"`
	Of    int     `json:"counted_over"`
	Known bool    `json:"known"`
}

// Words is a value with its unit: "31.5 hours", "80%", "12 children".
func (m Measure) Words(n float64) string {
	s := strconv.FormatFloat(n, 'f', -1, 64)
	switch m.Unit {
	case "percent":
		return s + "%"
	case "hours":
		if n == 1 {
			return "1 hour"
		}
		return s + " hours"
	case "children":
		return children(int(n))
	}
	if n == 1 {
		return "1 open"
	}
	return s + " open"
}

// TargetWords is a target: "at most 24 hours", "at least 95%".
func (m Measure) TargetWords(n float64) string {
	if m.Least {
		return "at least " + m.Words(n)
	}
	return "at most " + m.Words(n)
}

// Meets says whether a value reaches the target.
func (m Measure) Meets(v Value, target float64) bool {
	if !v.Known {
		return false
	}
	if m.Least {
		return v.N >= target
	}
	return v.N <= target
}

// Promised is one line of a joint improvement plan: an action, who does it, and the
// measure, target and day by which it shows.
type Promised struct {
	Action  string
	Partner string // organisation
	Who     string // who does it, with their role
	Measure string
	Grade   string // for the measures that ask for one
	Target  float64
	Due     civil.Date
}

// mostTarget bounds a target that somebody types.
const mostTarget = 100000

// Promise says whether a line may be written into the plan. It refuses one without an
// action, without somebody who does it, without a measure, or whose day has come: a
// line that cannot fail shows nothing.
func (l Promised) Promise(today civil.Date, grades []string) error {
	var p []refusal.Problem
	say := func(field, message string) { p = append(p, refusal.Problem{Field: field, Message: message}) }
	if blank(l.Action) {
		say("action", "Enter what will be done")
	}
	if blank(l.Partner) {
		say("partner", "Select the partner whose service it is to change")
	}
	if blank(l.Who) {
		say("who", "Enter who does it, with their role")
	}
	m, ok := MeasureOf(l.Measure)
	switch {
	case !ok:
		say("measure", "Select the measure that will show it")
	case m.Grade && !slices.Contains(grades, l.Grade):
		say("grade", "Select the grade that the measure is of")
	case l.Target < 0 || l.Target > mostTarget || (m.Unit == "percent" && l.Target > 100):
		say("target", fmt.Sprintf("The target must be a number, in %s", m.Unit))
	}
	switch {
	case l.Due.IsZero():
		say("due", "Enter the day by which it shows")
	case !l.Due.After(today):
		say("due", "The day by which it shows must be in the future")
	}
	return refusal.Fields(p)
}

// Score is how a line stands. Nobody sets it.
type Score string

// The scores. What was scored on its day stays: later values stand beside it.
const (
	NotYet      Score = "not_yet"      // the day is to come, and the target is not met today
	MetSoFar    Score = "met_so_far"   // the day is to come, and the target is met today
	Achieved    Score = "achieved"     // met at the end of the day
	NotAchieved Score = "not_achieved" // not met at the end of the day, or nothing could be counted
	Withdrawn   Score = "withdrawn"    // taken out by name, with a reason
)

// Words is a score as people read it.
func (s Score) Words() string {
	return map[Score]string{NotYet: "Not met yet", MetSoFar: "Met so far", Achieved: "Achieved", NotAchieved: "Not achieved", Withdrawn: "Withdrawn"}[s]
}

// Scored is how a line stands at a moment: by the value at the end of its day once that
// has passed, and by today's until then.
func (l Promised) Scored(atDue, today Value, now civil.Instant) Score {
	m, _ := MeasureOf(l.Measure)
	past := now.After(l.Due.EndOfDay())
	switch {
	case past && m.Meets(atDue, l.Target):
		return Achieved
	case past:
		return NotAchieved
	case m.Meets(today, l.Target):
		return MetSoFar
	}
	return NotYet
}
