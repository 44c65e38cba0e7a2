package pathway

import (
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/timescale"
)

// follow is what a decision sets going.
func (c Contact) follow(child Child, o OutcomeInfo, d Decision, f Facts) Consequences {
	old, replaces := OutcomeOf(child.Outcome)
	out := c.endings(child, o, d, f)
	if replaces {
		out = out.And(c.replaced(child, old, o))
	}
	for _, w := range o.Begins {
		if f.DiscussionAsked && !begins(old, w.For) && (w.For == timescale.StrategyDiscussion || w.For == timescale.StrategyConvened) {
			continue // asked for already: that clock goes on
		}
		w.Child, w.Since = child.ID, c.started(w.For, old, f)
		switch {
		case o.Lead:
			w.Owner = d.LeadOwner
		case w.For == timescale.OpenCaseAcknowledged:
			w.Owner = child.OpenTo
		}
		if o.Code == EarlyHelpPartner && d.LeadAgency != "" {
			w.On = d.LeadAgency
		}
		out.Begins = append(out.Begins, w)
	}
	if o.Closes {
		out.Closes = []string{child.ID}
	}
	if o.Code == OpenCase || o.Code == OpenEarlyHelp {
		out.Tells = append(out.Tells, c.passOn(child, o, d))
	}
	again := ""
	if replaces {
		again = " again"
	}
	out.Lines = append(out.Lines, Line{Child: child.ID, Kind: "decision", Source: string(FrontDoor),
		Text: "Decided" + again + ": " + o.Name + ". " + d.Rationale})
	if answer, why := d.Answer(); len(f.Triggers) > 0 {
		out.Ends = append(out.Ends, End{Child: child.ID, For: timescale.StrategyConsidered})
		if o.Code != ReferralStrategy {
			out.Lines = append(out.Lines, Line{Child: child.ID, Kind: "considered", Source: string(FrontDoor), Text: "A strategy discussion was considered: " + answer + ". " + why})
		}
	}
	return out.And(c.feedback(child, o, d, f))
}

// endings are the waits that a decision ends, whichever decision it is.
func (c Contact) endings(child Child, o OutcomeInfo, d Decision, f Facts) Consequences {
	var out Consequences
	end := func(k timescale.Key, how Ending, reason string) {
		out.Ends = append(out.Ends, End{Child: child.ID, For: k, How: how, Reason: reason})
	}
	end(timescale.ContactDecision, Met, "")
	end(timescale.SecondManager, Met, "")
	if f.Unanswered > 0 {
		for _, k := range []timescale.Key{timescale.RequestRed, timescale.RequestAmber, timescale.RequestGreen} {
			end(k, Withdrawn, "decided without it: "+d.UnansweredWhy)
		}
	}
	if child.Link.Settled() {
		end(timescale.IdentifyChild, Met, "")
	}
	switch {
	case o.Closes:
		for _, k := range []timescale.Key{timescale.IdentifyChild, timescale.ConsentChase, timescale.PhoneConfirmed} {
			end(k, Withdrawn, "nothing more follows: "+o.Name)
		}
	case o.Episode == "" || o.Code == ReferralStrategy:
		end(timescale.ConsentChase, Withdrawn, "what follows does not depend on it: "+o.Name)
	}
	return out
}

// replaced takes back what an earlier decision began, and nothing else: the
// partner who has not answered and the child who has no name are still there. A
// clock that the new decision needs too goes on from where it started, so that
// deciding again never makes anybody less late. A closed child that opens again
// is waited for again.
func (c Contact) replaced(child Child, old, o OutcomeInfo) Consequences {
	var out Consequences
	for _, k := range clocksOf(old) {
		how := Withdrawn
		if begins(o, k) {
			how = Moved
		}
		out.Ends = append(out.Ends, End{Child: child.ID, For: k, How: how, Reason: "the decision was replaced"})
	}
	out.Ends = append(out.Ends, End{Child: child.ID, For: timescale.Feedback, How: Moved, Reason: "the decision was replaced"})
	if !old.Closes || o.Closes {
		return out
	}
	if !child.Named && !child.Link.Settled() {
		out.Begins = append(out.Begins, c.identify(child, c.ReceivedAt))
	}
	if c.agreementUnknown() && o.Code != ReferralStrategy && o.Episode != "" {
		out.Begins = append(out.Begins, chase(child.ID, c.ReceivedAt))
	}
	return out
}

// clocksOf are the clocks that may be running because of an outcome: those it
// began, and those that came after them.
func clocksOf(o OutcomeInfo) []timescale.Key {
	var out []timescale.Key
	var add func(waits []Wait)
	add = func(waits []Wait) {
		for _, w := range waits {
			if slices.Contains(out, w.For) {
				continue
			}
			out = append(out, w.For)
			if w.For == timescale.Allocation {
				out = append(out, timescale.AllocationAnswer)
			}
			e, _ := eventOf(w.For)
			add(e.Begins)
		}
	}
	add(o.Begins)
	return out
}

func begins(o OutcomeInfo, k timescale.Key) bool {
	return slices.ContainsFunc(o.Begins, func(w Wait) bool { return w.For == k })
}

// started is when a clock began to run; zero is now.
func (c Contact) started(k timescale.Key, old OutcomeInfo, f Facts) civil.Instant {
	if fromReceipt(k) {
		return c.ReceivedAt
	}
	if begins(old, k) {
		return f.DecidedAt
	}
	return civil.Instant{}
}

// fromReceipt says which clocks run from the moment the contact was received,
// however long the decision took: the day of referral is that day, and so it is
// for a child on a plan who moved in and for private fostering (timescales CN1,
// CP13, PF4).
func fromReceipt(k timescale.Key) bool {
	return k == timescale.Assessment || k == timescale.TransferInConference || k == timescale.PrivateFosteringVisit
}

// passOn tells whoever works with the child that there is news of them.
func (c Contact) passOn(child Child, o OutcomeInfo, d Decision) Tell {
	to := "user:" + child.OpenTo
	if child.OpenTo == "" {
		to = "desk:" + string(o.Begins[0].On)
	}
	return Tell{Kind: "open-case", To: to, Ref: c.Ref, Link: "/my-work", Key: "open-case " + c.Ref + " " + child.ID + " " + d.Cites}
}
