package partnership

import (
	"slices"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/feed"
)

// The parts of a scorecard, in order.
const (
	partPromptness = "promptness"
	partAttendance = "attendance"
	partAnswers    = "answers"
	partQuality    = "quality"
)

// measure is one number of a scorecard: how many lines of a kind are so, of how many.
// Its key names the list behind it.
type measure struct {
	part, key, words string
	of               string // the key of what it is a share of
	timed            bool   // with how long it took from asking
	in               func(c counting, l Line) bool
}

// counting is the period that is counted, as it stood at a moment.
type counting struct {
	Period
	at civil.Instant
}

// due says whether a line's time had come: decided by its limit, done or not. What was
// taken back before is not counted.
func (c counting) due(l Line, kinds ...string) bool {
	return slices.Contains(kinds, l.Kind) && c.has(l.Due) && !l.Due.After(c.at) && l.State != notNeeded
}

func dueOf(kinds ...string) func(counting, Line) bool {
	return func(c counting, l Line) bool { return c.due(l, kinds...) }
}

func stateOf(state string, kinds ...string) func(counting, Line) bool {
	return func(c counting, l Line) bool { return c.due(l, kinds...) && l.State == state }
}

func came(how string) func(counting, Line) bool {
	return func(c counting, l Line) bool {
		return l.Kind == kindMeetings && c.has(l.From) && (how == "" || l.State == how)
	}
}

// falling are the kinds of what falls due.
var falling = []string{kindInvitations, kindQuestions, kindSignatures, kindActions}

// lineMeasures are the numbers that are counted from lines, as the page shows them.
var lineMeasures = []measure{
	{part: partAttendance, key: "seats", words: "Places at strategy discussions that were held", in: came("")},
	{part: partAttendance, key: "attended", words: "Came", of: "seats", in: came("attended")},
	{part: partAttendance, key: "sent-view", words: "Sent a view and did not come", of: "seats", in: came("sent_view")},
	{part: partAttendance, key: "absent", words: "Absent", of: "seats", in: came("absent")},
	{part: partAttendance, key: "not-constituted", words: "Not properly constituted without them", of: "seats", in: func(c counting, l Line) bool {
		return came("")(c, l) && l.without
	}},

	{part: partAnswers, key: "due", words: "Everything that fell due", in: dueOf(falling...)},
	{part: partAnswers, key: "in-time", words: "Done in time", of: "due", in: stateOf(inTime, falling...)},

	{part: partAnswers, key: "questions-asked", words: "Questions asked", in: func(c counting, l Line) bool {
		return l.Kind == kindQuestions && c.has(l.From)
	}},
	{part: partAnswers, key: "questions", words: "Questions whose answer fell due", timed: true, in: dueOf(kindQuestions)},
	{part: partAnswers, key: "questions-in-time", words: "Answered in time", of: "questions", in: stateOf(inTime, kindQuestions)},
	{part: partAnswers, key: "questions-late", words: "Answered late", of: "questions", in: stateOf(late, kindQuestions)},
	{part: partAnswers, key: "questions-overdue", words: "Not answered", of: "questions", in: stateOf(overdue, kindQuestions)},

	{part: partAnswers, key: "invitations", words: "Invitations whose answer fell due", timed: true, in: dueOf(kindInvitations)},
	{part: partAnswers, key: "invitations-in-time", words: "Answered in time", of: "invitations", in: stateOf(inTime, kindInvitations)},
	{part: partAnswers, key: "invitations-late", words: "Answered late", of: "invitations", in: stateOf(late, kindInvitations)},
	{part: partAnswers, key: "invitations-silent", words: "Silent", of: "invitations", in: stateOf(overdue, kindInvitations)},

	{part: partAnswers, key: "signatures", words: "Records of discussions to sign", timed: true, in: dueOf(kindSignatures)},
	{part: partAnswers, key: "signatures-in-time", words: "Signed within a working day", of: "signatures", in: stateOf(inTime, kindSignatures)},
	{part: partAnswers, key: "signatures-late", words: "Signed late", of: "signatures", in: stateOf(late, kindSignatures)},
	{part: partAnswers, key: "signatures-overdue", words: "Not signed", of: "signatures", in: stateOf(overdue, kindSignatures)},

	{part: partAnswers, key: "actions", words: "Actions agreed that fell due", timed: true, in: dueOf(kindActions)},
	{part: partAnswers, key: "actions-in-time", words: "Done by the promised date", of: "actions", in: stateOf(inTime, kindActions)},
	{part: partAnswers, key: "actions-late", words: "Done late", of: "actions", in: stateOf(late, kindActions)},
	{part: partAnswers, key: "actions-overdue", words: "Not done", of: "actions", in: stateOf(overdue, kindActions)},
}

func measureOf(key string) (measure, bool) {
	i := slices.IndexFunc(lineMeasures, func(m measure) bool { return m.key == key })
	if i < 0 {
		return measure{}, false
	}
	return lineMeasures[i], true
}

// only are the lines of a measure.
func (m measure) only(c counting, all []Line) []Line {
	out := []Line{}
	for _, l := range all {
		if m.in(c, l) {
			out = append(out, l)
		}
	}
	return out
}

// The lists of messages: all, those that lacked nothing, and those that lacked one thing.
const (
	messagesKey = "messages"
	wholeKey    = "whole"
	lackingKey  = "lacking-"
)

// gapOf is which messages a key lists: every one "", whole ones "-", or the gap.
func gapOf(key string, police bool) (gap string, ok bool) {
	switch key {
	case messagesKey:
		return "", true
	case wholeKey:
		return "-", true
	}
	word, ok := strings.CutPrefix(key, lackingKey)
	return word, ok && slices.Contains(feed.Gaps(police), feed.Gap(word))
}
