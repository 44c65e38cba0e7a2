package pathway

import (
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Propose offers a child to a worker. The child goes on waiting for a worker,
// with the interim owner named, until the worker accepts. A new proposal takes
// the place of one not yet answered.
func Propose(child, worker, episode string) (Consequences, error) {
	if worker == "" {
		return Consequences{}, refusal.Field("worker", "Select who should work with the child")
	}
	return Consequences{
		Ends:   []End{{Child: child, For: timescale.AllocationAnswer, How: Withdrawn, Reason: "another worker was proposed"}},
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
