package pathway

import (
	"slices"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Event is something that happened to a child and ends a wait that has no desk of
// its own yet.
type Event struct {
	For   timescale.Key
	Child string
	On    Agency
	By    string // who says so
	What  string // what happened
	Owner string // who goes on
}

// EventInfo is an event that may be recorded on the waiting desk.
type EventInfo struct {
	For    timescale.Key
	Name   string // what happened: "the provider accepts"
	Begins []Wait // what the child waits for after it
	Last   bool   // after it nothing more is owed to the child here
}

// events says what may be recorded on the waiting desk and what follows. What is
// not here ends at its own desk.
var events = []EventInfo{
	{For: timescale.EarlyHelpAccepted, Name: "early help is accepted by whoever will give it",
		Begins: []Wait{{On: EarlyHelp, For: timescale.EarlyHelpFirstContact, What: "first contact with the family"}}},
	{For: timescale.EarlyHelpFirstContact, Name: "the family is met",
		Begins: []Wait{{On: EarlyHelp, For: timescale.EarlyHelpDelivered, What: "confirm what help was given"}}},
	{For: timescale.EarlyHelpDelivered, Name: "the help given is confirmed", Last: true},
	{For: timescale.OpenCaseAcknowledged, Name: "whoever works with the child has read the news and answers", Last: true},
	{For: timescale.TransferConfirmed, Name: "the other authority confirms in writing that it has taken over", Last: true},
	{For: timescale.PhoneConfirmed, Name: "the caller confirms what was written down"},
	{For: timescale.Acknowledgement, Name: "the referrer is told that the contact arrived"},
	{For: timescale.Feedback, Name: "the referrer is told what was decided"},
}

// Events are all events that may be recorded on the waiting desk.
func Events() []EventInfo { return slices.Clone(events) }

func eventOf(k timescale.Key) (EventInfo, bool) {
	i := slices.IndexFunc(events, func(e EventInfo) bool { return e.For == k })
	if i < 0 {
		return EventInfo{}, false
	}
	return events[i], true
}

// CanRecord says whether the event a clock waits for is recorded on the waiting desk.
func CanRecord(k timescale.Key) bool {
	_, ok := eventOf(k)
	return ok
}

// Record ends a wait by the event that it was for. A saved form is no event: it
// needs who says so and what happened. last tells whether this was the last wait
// the child had; then, and only after an event that leaves nothing owed, the
// child's part in the contact closes.
func (e Event) Record(last bool) (Consequences, error) {
	info, ok := eventOf(e.For)
	if !ok {
		return Consequences{}, refusal.New(refusal.Conflict, "This wait ends where the work is done, not here")
	}
	if e.Child == "" {
		return Consequences{}, refusal.Hidden()
	}
	var p problems
	if blank(e.By) {
		p.say("by", "Enter who told you, with their role")
	}
	if blank(e.What) {
		p.say("what", "Enter what happened for the child")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	out := Consequences{
		Ends:  []End{{Child: e.Child, For: e.For, On: e.On}},
		Lines: []Line{{Child: e.Child, Kind: "event", Source: string(e.On), Text: e.What + " (" + e.By + ")"}},
	}
	for _, w := range info.Begins {
		w.Child, w.Owner = e.Child, e.Owner
		if e.On != "" { // a partner who leads goes on leading
			w.On = e.On
		}
		out.Begins = append(out.Begins, w)
	}
	if info.Last && last {
		out.Closes = []string{e.Child}
	}
	return out, nil
}
