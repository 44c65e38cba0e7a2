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
	About string // what the wait is about, where a child has several alike
	By    string // who says so
	What  string // what happened
	Owner string // who goes on
}

// EventInfo is an event that may be recorded on the waiting desk.
type EventInfo struct {
	For    timescale.Key
	Name   string // what happened: "the provider accepts"
	Begins []Wait // what the child waits for after it
}

// events says what may be recorded on the waiting desk and what follows. What is
// not here ends at its own desk.
var events = []EventInfo{
	{For: timescale.EarlyHelpAccepted, Name: "early help is accepted by whoever will give it",
		Begins: []Wait{{On: EarlyHelp, For: timescale.EarlyHelpFirstContact, What: "first contact with the family"}}},
	{For: timescale.EarlyHelpFirstContact, Name: "the family is met",
		Begins: []Wait{{On: EarlyHelp, For: timescale.EarlyHelpDelivered, What: "confirm what help was given"}}},
	{For: timescale.EarlyHelpDelivered, Name: "the help given is confirmed"},
	{For: timescale.OpenCaseAcknowledged, Name: "whoever works with the child has read the news and answers"},
	{For: timescale.TransferConfirmed, Name: "the other authority confirms in writing that it has taken over"},
	{For: timescale.PhoneConfirmed, Name: "the caller confirms what was written down"},
	{For: timescale.Acknowledgement, Name: "the referrer is told that the contact arrived"},
	{For: timescale.ActionAgreed, Name: "what was agreed is done"},
	{For: timescale.Disagreement, Name: "the disagreement is settled with the agency"},
	{For: timescale.EnquiryChildSeen, Name: "the child is seen and spoken to"},
	{For: timescale.InNeedPlan, Name: "the plan is agreed with the family and shared", Begins: []Wait{{On: SocialWork, For: timescale.InNeedReview, What: "review of the child in need plan"}}},
	{For: timescale.InNeedReview, Name: "the child in need plan is reviewed and goes on", Begins: []Wait{{On: SocialWork, For: timescale.InNeedReview, What: "review of the child in need plan"}}},
	{For: timescale.LegalPlanning, Name: "the legal planning meeting is held"},
	{For: timescale.CoreGroup, Name: "the core group meets", Begins: []Wait{{On: SocialWork, For: timescale.LaterCoreGroup, What: "next core group"}}},
	{For: timescale.LaterCoreGroup, Name: "the core group meets again", Begins: []Wait{{On: SocialWork, For: timescale.LaterCoreGroup, What: "next core group"}}},
	{For: timescale.PlanVisit, Name: "the child is seen", Begins: []Wait{{On: SocialWork, For: timescale.PlanVisit, What: "the child is seen at home, alone where possible"}}},
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

// asides are the clocks that keep no child open: they are about the telling and
// the asking, not about the work.
var asides = []timescale.Key{
	timescale.Acknowledgement, timescale.Feedback, timescale.PhoneConfirmed, timescale.ConsentChase, timescale.IdentifyChild,
	timescale.PoliceHigh, timescale.PoliceMedium, timescale.PoliceStandard, timescale.RequestRed, timescale.RequestAmber, timescale.RequestGreen,
	timescale.StrategyConsidered, timescale.StrategyAnswer, timescale.StrategySigned, timescale.ActionAgreed, timescale.Disagreement, timescale.PartnerWorry, timescale.EnquiryChildSeen,
	timescale.EncompassTold, timescale.EncompassByHand, timescale.EncompassHelp,
}

// Record ends a wait by the event that it was for. A saved form is no event: it
// needs who says so and what happened. open are the clocks of the child's other
// open waits: when the work that was waited for is done and none of them is of
// work, the child's part in the contact closes, and questions that nobody needs
// answered any more are withdrawn.
func (e Event) Record(open []timescale.Key) (Consequences, error) {
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
		Ends:  []End{{Child: e.Child, For: e.For, On: e.On, About: e.About}},
		Lines: []Line{{Child: e.Child, Kind: "event", Source: string(e.On), Text: e.What + " (" + e.By + ")"}},
	}
	for _, w := range info.Begins {
		w.Child, w.Owner = e.Child, e.Owner
		if e.On != "" { // a partner who leads goes on leading
			w.On = e.On
		}
		out.Begins = append(out.Begins, w)
	}
	if len(info.Begins) > 0 || slices.Contains(asides, e.For) || slices.ContainsFunc(open, isWork) {
		return out, nil
	}
	out.Closes = []string{e.Child}
	for _, k := range open {
		// The referrer is still to be told, and a manager still to say yes or no.
		if k != timescale.Feedback && k != timescale.Acknowledgement && k != timescale.StrategyConsidered {
			out.Ends = append(out.Ends, End{Child: e.Child, For: k, How: Withdrawn, Reason: "nothing more follows: " + info.Name})
		}
	}
	return out, nil
}

func isWork(k timescale.Key) bool { return !slices.Contains(asides, k) }
