package pathway

import (
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Propose offers a child to a worker. The child goes on waiting for a worker,
// with the interim owner named, until the worker accepts.
func Propose(child, worker, episode string) (Consequences, error) {
	if worker == "" {
		return Consequences{}, refusal.Field("worker", "Select who should work with the child")
	}
	return Consequences{
		Begins: []Wait{{Child: child, On: SocialWork, Owner: worker, For: timescale.AllocationAnswer, What: "accept or refuse the child", About: episode}},
		Tells:  []Tell{{Kind: "allocation-proposed", To: "user:" + worker, Ref: episode, Link: "/my-work", Key: ""}},
		Lines:  []Line{{Child: child, Kind: "allocation", Source: string(Allocations), Text: "A worker was proposed"}},
	}, nil
}

// Accept ends the wait for a worker (FD7): a named person is responsible now.
// What the worker owes the child is theirs from here.
func Accept(child, episode string) Consequences {
	return Consequences{
		Ends:  []End{{Child: child, For: timescale.AllocationAnswer}, {Child: child, For: timescale.Allocation}},
		Lines: []Line{{Child: child, Kind: "allocation", Source: string(Allocations), Text: "The worker accepted"}},
	}
}

// Refuse returns the child to the queue. The clock for a worker has gone on
// running. It needs a reason.
func Refuse(child, episode, reason string) (Consequences, error) {
	if blank(reason) {
		return Consequences{}, refusal.Field("reason", "Enter why you cannot work with this child now")
	}
	return Consequences{
		Ends:  []End{{Child: child, For: timescale.AllocationAnswer, How: Withdrawn, Reason: "refused: " + reason}},
		Lines: []Line{{Child: child, Kind: "allocation", Source: string(Allocations), Text: "The proposed worker could not take the child: " + reason}},
	}, nil
}

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

// next says which events may be recorded on the waiting desk, and what the child
// waits for after each. What is not here ends at its own desk.
var next = map[timescale.Key][]Wait{
	timescale.EarlyHelpAccepted:     {{On: EarlyHelp, For: timescale.EarlyHelpFirstContact, What: "first contact with the family"}},
	timescale.EarlyHelpFirstContact: {{On: EarlyHelp, For: timescale.EarlyHelpDelivered, What: "confirm what help was given"}},
	timescale.EarlyHelpDelivered:    nil,
	timescale.OpenCaseAcknowledged:  nil,
	timescale.TransferConfirmed:     nil,
	timescale.PhoneConfirmed:        nil,
	timescale.Acknowledgement:       nil,
	timescale.Feedback:              nil,
}

// final are the events after which nothing more is owed to the child here.
var final = map[timescale.Key]bool{
	timescale.EarlyHelpDelivered: true, timescale.OpenCaseAcknowledged: true, timescale.TransferConfirmed: true,
}

// CanRecord says whether the event a clock waits for is recorded on the waiting desk.
func CanRecord(k timescale.Key) bool {
	_, ok := next[k]
	return ok
}

// Record ends a wait by the event that it was for. A saved form is no event: it
// needs who says so and what happened. closes tells whether this was the last
// wait the child had.
func (e Event) Record(last bool) (Consequences, error) {
	follow, ok := next[e.For]
	var p []refusal.Problem
	if !ok {
		return Consequences{}, refusal.New(refusal.Conflict, "This wait ends where the work is done, not here")
	}
	if blank(e.By) {
		p = append(p, refusal.Problem{Field: "by", Message: "Enter who told you, with their role"})
	}
	if blank(e.What) {
		p = append(p, refusal.Problem{Field: "what", Message: "Enter what happened for the child"})
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	out := Consequences{
		Ends:  []End{{Child: e.Child, For: e.For, On: e.On}},
		Lines: []Line{{Child: e.Child, Kind: "event", Source: string(e.On), Text: e.What + " (" + e.By + ")"}},
	}
	for _, w := range follow {
		w.Child, w.Owner = e.Child, e.Owner
		out.Begins = append(out.Begins, w)
	}
	if final[e.For] && last {
		out.Closes = []string{e.Child}
	}
	return out, nil
}
