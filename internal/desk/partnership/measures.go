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
	test
}

// test says which lines a number counts: of some kinds, those that are so.
type test struct {
	kinds []string
	in    func(c counting, l Line) bool
}

// counting is the period that is counted, as it stood at a moment.
type counting struct {
	Period
	at civil.Instant
}

// due says whether a line's time had come: decided by its limit, done or not. What was
// taken back before is not counted, and a discussion that was held falls due nowhere.
func (c counting) due(l Line) bool {
	return l.State != notNeeded && c.has(l.Due) && !l.Due.After(c.at)
}

func dueOf(kinds ...string) test { return test{kinds, counting.due} }

func stateOf(state string, kinds ...string) test {
	return test{kinds, func(c counting, l Line) bool { return l.State == state && c.due(l) }}
}

func came(how string) test {
	return test{[]string{kindMeetings}, func(c counting, l Line) bool { return (how == "" || l.State == how) && c.has(l.From) }}
}

// falling are the kinds of what falls due.
var falling = []string{kindInvitations, kindQuestions, kindSignatures, kindActions}

// lineMeasures are the numbers that are counted from lines, as the page shows them.
var lineMeasures = []measure{
	{part: partAttendance, key: "seats", words: "Places at strategy discussions that were held", test: came("")},
	{part: partAttendance, key: "attended", words: "Came", of: "seats", test: came("attended")},
	{part: partAttendance, key: "sent-view", words: "Sent a view and did not come", of: "seats", test: came("sent_view")},
	{part: partAttendance, key: "absent", words: "Absent", of: "seats", test: came("absent")},
	{part: partAttendance, key: "not-constituted", words: "Not properly constituted without them", of: "seats", test: test{[]string{kindMeetings}, func(c counting, l Line) bool { return l.without && c.has(l.From) }}},

	{part: partAnswers, key: "due", words: "Everything that fell due", test: dueOf(falling...)},
	{part: partAnswers, key: "in-time", words: "Done in time", of: "due", test: stateOf(inTime, falling...)},

	{part: partAnswers, key: "questions-asked", words: "Questions asked", test: test{[]string{kindQuestions}, func(c counting, l Line) bool { return c.has(l.From) }}},
	{part: partAnswers, key: "questions", words: "Questions whose answer fell due", timed: true, test: dueOf(kindQuestions)},
	{part: partAnswers, key: "questions-in-time", words: "Answered in time", of: "questions", test: stateOf(inTime, kindQuestions)},
	{part: partAnswers, key: "questions-late", words: "Answered late", of: "questions", test: stateOf(late, kindQuestions)},
	{part: partAnswers, key: "questions-overdue", words: "Not answered", of: "questions", test: stateOf(overdue, kindQuestions)},

	{part: partAnswers, key: "invitations", words: "Invitations whose answer fell due", timed: true, test: dueOf(kindInvitations)},
	{part: partAnswers, key: "invitations-in-time", words: "Answered in time", of: "invitations", test: stateOf(inTime, kindInvitations)},
	{part: partAnswers, key: "invitations-late", words: "Answered late", of: "invitations", test: stateOf(late, kindInvitations)},
	{part: partAnswers, key: "invitations-silent", words: "Silent", of: "invitations", test: stateOf(overdue, kindInvitations)},

	{part: partAnswers, key: "signatures", words: "Records of discussions to sign", timed: true, test: dueOf(kindSignatures)},
	{part: partAnswers, key: "signatures-in-time", words: "Signed within a working day", of: "signatures", test: stateOf(inTime, kindSignatures)},
	{part: partAnswers, key: "signatures-late", words: "Signed late", of: "signatures", test: stateOf(late, kindSignatures)},
	{part: partAnswers, key: "signatures-overdue", words: "Not signed", of: "signatures", test: stateOf(overdue, kindSignatures)},

	{part: partAnswers, key: "actions", words: "Actions agreed that fell due", timed: true, test: dueOf(kindActions)},
	{part: partAnswers, key: "actions-in-time", words: "Done by the promised date", of: "actions", test: stateOf(inTime, kindActions)},
	{part: partAnswers, key: "actions-late", words: "Done late", of: "actions", test: stateOf(late, kindActions)},
	{part: partAnswers, key: "actions-overdue", words: "Not done", of: "actions", test: stateOf(overdue, kindActions)},
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
		if slices.Contains(m.kinds, l.Kind) && m.in(c, l) {
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
