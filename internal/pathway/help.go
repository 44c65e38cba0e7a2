package pathway

import (
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// HelpKind is something that was done and may be help to a child.
type HelpKind string

// What a person may record of a child they work with.
const (
	HelpVisit      HelpKind = "visit"
	HelpSession    HelpKind = "session"
	HelpDirectWork HelpKind = "direct_work"
	HelpMeeting    HelpKind = "meeting"
)

// What other desks write down and is counted here too.
const (
	helpMeanwhile HelpKind = "meanwhile"      // a visit while a discussion is waited for
	helpFamilyMet HelpKind = "family_met"     // early help met the family
	helpConfirmed HelpKind = "help_confirmed" // the help given was confirmed
	helpPlanVisit HelpKind = "plan_visit"     // seen at home under a plan
	helpSeen      HelpKind = HelpKind(ChildSeen)
	helpSpoken    HelpKind = HelpKind(ChildSpoken)
	helpSuspect   HelpKind = HelpKind(SuspectSpoken)
	helpMedical   HelpKind = HelpKind(Medical)
)

// HelpCount says whether an event is help for two measures: the first help that reaches
// a child (finding 13: "first visit or first session") and the first action that has an
// effect for them (finding 31: "action type, not a form").
type HelpCount struct {
	Kind             HelpKind
	Words            string // "a visit, the child seen"
	First, Effective bool
	Recorded         bool // by the worker, on the child's page
}

// helpCounts is what is counted. What is not here stops no clock: a decision, a meeting
// of professionals, a worker who was named, an assessment or a plan that was written, a
// visit at which the child was not met.
var helpCounts = []HelpCount{
	{HelpVisit, "a visit at which the child was met", true, true, true},
	{HelpSession, "a session with the child", true, true, true},
	{HelpDirectWork, "direct work with the child", true, true, true},
	{HelpMeeting, "a meeting with the child", true, true, true},
	{helpMeanwhile, "a visit while a strategy discussion was waited for, the child seen", true, true, false},
	{helpSeen, "the child seen in an enquiry", true, true, false},
	{helpSpoken, "the child spoken to in an enquiry", true, true, false},
	{helpPlanVisit, "the child seen at home under a plan", true, true, false},
	{helpFamilyMet, "the family met by early help", true, false, false},
	{helpConfirmed, "the help given by early help confirmed", false, true, false},
	{helpSuspect, "the person alleged to be responsible spoken to", false, true, false},
	{helpMedical, "a medical of the child", false, true, false},
}

// HelpCounts are all events that are counted, with what they count for.
func HelpCounts() []HelpCount { return slices.Clone(helpCounts) }

// HelpOf finds what an event counts for.
func HelpOf(k HelpKind) (HelpCount, bool) {
	i := slices.IndexFunc(helpCounts, func(c HelpCount) bool { return c.Kind == k })
	if i < 0 {
		return HelpCount{}, false
	}
	return helpCounts[i], true
}

// HelpByWait is the help that the end of a wait is, or "".
func HelpByWait(k timescale.Key) HelpKind {
	return map[timescale.Key]HelpKind{timescale.EarlyHelpFirstContact: helpFamilyMet, timescale.EarlyHelpDelivered: helpConfirmed, timescale.PlanVisit: helpPlanVisit,
		timescale.EnquiryChildSeen: helpSeen}[k]
}

// HelpWaits are the clocks whose end is counted.
func HelpWaits() []timescale.Key {
	return []timescale.Key{timescale.EarlyHelpFirstContact, timescale.EarlyHelpDelivered, timescale.PlanVisit, timescale.EnquiryChildSeen}
}

// HelpMeanwhile is a visit that is recorded at the meetings' desk.
func HelpMeanwhile() HelpKind { return helpMeanwhile }

// OpenWait is something a child waits for as a rule needs it.
type OpenWait struct {
	For   timescale.Key
	On    Agency
	Owner string
	Since civil.Instant
}

// HelpGiven is a visit, a session, direct work or a meeting with a child.
type HelpGiven struct {
	Child string
	Kind  HelpKind
	At    civil.Instant
	By    string // who, with their role
	Met   string // yes, no: whether the child was there
	Alone string // whether the child was met alone, and if not why
	Words string // what the child said or showed; or what was tried
}

// Record writes down that a child was met, or that somebody tried. Only a child who was
// met stops a clock, and only one that was running then: a form that is saved stops
// none (findings, principles).
func (h HelpGiven) Record(open []OpenWait, now civil.Instant) (Consequences, error) {
	var p problems
	count, ok := HelpOf(h.Kind)
	if !ok || !count.Recorded {
		p.say("kind", "Select what took place")
	}
	switch {
	case h.At.IsZero():
		p.say("at", "Enter when it took place")
	case h.At.After(now):
		p.say("at", "It must have taken place already")
	}
	if blank(h.By) {
		p.say("by", "Enter who met the child, with their role")
	}
	if h.Met != "yes" && h.Met != "no" {
		p.say("met", "Select whether the child was met")
	}
	if h.Met == "yes" && blank(h.Alone) {
		p.say("alone", "Enter whether the child was met alone, and if not why")
	}
	if blank(h.Words) {
		p.say("words", "Enter what the child said or showed, or what was tried")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	text := capital(HelpName(h.Kind)) + ", " + h.By + ". "
	if h.Met == "no" {
		return Consequences{Lines: []Line{{Child: h.Child, Kind: "visit", Source: string(SocialWork), Text: text + "The child was not met. " + h.Words, HappenedAt: h.At}}}, nil
	}
	out := Consequences{Lines: []Line{{Child: h.Child, Kind: "visit", Source: string(SocialWork), Text: text + "The child was met. " + h.Words, HappenedAt: h.At}}}
	for _, w := range open {
		if !metBy(w.For) || h.At.Before(w.Since) || slices.ContainsFunc(out.Ends, func(e End) bool { return e.For == w.For && e.On == w.On }) {
			continue
		}
		out.Ends = append(out.Ends, End{Child: h.Child, For: w.For, On: w.On, HappenedAt: h.At})
		info, _ := eventOf(w.For)
		for _, next := range info.Begins {
			next.Child, next.On, next.Owner, next.Since = h.Child, w.On, w.Owner, h.At
			out.Begins = append(out.Begins, next)
		}
	}
	return out, nil
}

// metBy says whether meeting the child is what a clock waits for.
func metBy(k timescale.Key) bool {
	return k == timescale.EnquiryChildSeen || k == timescale.PlanVisit || k == timescale.EarlyHelpFirstContact
}

// HelpName is what people call what a worker records.
func HelpName(k HelpKind) string {
	return map[HelpKind]string{HelpVisit: "visit", HelpSession: "session", HelpDirectWork: "direct work", HelpMeeting: "meeting with the child"}[k]
}

// HelpOutcomes are the outcomes after which help is owed to the child.
func HelpOutcomes() []Outcome {
	return []Outcome{EarlyHelpPartner, EarlyHelpLA, ReferralAssessment, ReferralStrategy, PrivateFostering, CPTransferIn}
}
