package pathway

import (
	"fmt"
	"strings"

	"frontdoor/internal/timescale"
)

// Step is one line of the journey: in this state, when this happens and the guard
// holds, then this follows. /about/journey and its golden copy are made of them.
type Step struct {
	From, Event, Guard, To, Decides string
	Clocks                          []string
}

// Journey is what follows what at the front door. What comes after a decision is
// written from the tables that the rules use.
func Journey() []Step {
	steps := append(arriving(), telling()...)
	steps = append(steps, deciding())
	for _, o := range after {
		steps = append(steps, decided(o))
	}
	steps = append(steps, replacing(), hearing())
	steps = append(steps, allocating()...)
	steps = append(steps, discussing()...)
	steps = append(steps, enquiring()...)
	steps = append(steps, conferring()...)
	steps = append(steps, worrying()...)
	for _, e := range events {
		steps = append(steps, recorded(e))
	}
	return append(steps, recordedTwice()...)
}

func starts(keys ...timescale.Key) string { return "starts " + joined(keys) }
func stops(keys ...timescale.Key) string  { return "stops " + joined(keys) }

func joined(keys []timescale.Key) string {
	words := make([]string, len(keys))
	for i, k := range keys {
		words[i] = string(k)
	}
	return strings.Join(words, ", ")
}

func arriving() []Step {
	return []Step{
		{From: "", Event: "a contact arrives by any route", Guard: "at least one child, named or described", To: "received", Decides: "anybody", Clocks: []string{
			starts(timescale.ContactDecision, timescale.ContactDecision24h) + " for each child, on the front door, or on the restricted desk for a restricted child",
			starts(timescale.IdentifyChild) + " for each child not named",
			starts(timescale.PhoneConfirmed) + " for a phone call",
			starts(timescale.ConsentChase) + " when a form, call or e-mail leaves the family's agreement unknown",
			starts(timescale.Acknowledgement) + " unless the sender's system was answered at once; it stops by itself when an e-mail address is known",
			starts(timescale.ImmediateDanger) + " when a child is said to be in danger now",
			"records " + joined([]timescale.Key{timescale.PoliceHigh, timescale.PoliceMedium, timescale.PoliceStandard}) + ", by grade, from the incident to receipt",
		}},
		{From: "received", Event: "the contact is screened", Guard: "danger answered; rated red, amber or green with a reason", To: "screening", Decides: "screener",
			Clocks: []string{starts(timescale.ImmediateDanger) + " when a child is in danger now"}},
		{From: "any", Event: "immediate danger is taken in hand", Guard: "what was done to make the child safe", To: "the same", Decides: "front door manager",
			Clocks: []string{stops(timescale.ImmediateDanger)}},
		{From: "any", Event: "recorded facts meet a trigger, or a new fact meets one again", Guard: "facts in triggers.toml: recorded by a door, a screener or a manager; danger; a high grade; incidents counted over a year, of brothers and sisters too", To: "the same", Decides: "nobody: it asks",
			Clocks: []string{starts(timescale.StrategyConsidered), "withdraws " + string(timescale.StrategyConsidered) + " when what it stood on is taken back, or a link is undone"}},
		{From: "any, with a trigger met", Event: "a manager says yes or no to a strategy discussion", Guard: "a manager; the reason; a decision on something else is refused without it", To: "the same", Decides: "manager",
			Clocks: []string{stops(timescale.StrategyConsidered), starts(timescale.StrategyDiscussion) + " on police and on health, and " + string(timescale.StrategyConvened) + ", after a yes"}},
		{From: "screening", Event: "a child is looked for in the record", Guard: "matched, new, or not settled yet", To: "screening", Decides: "screener",
			Clocks: []string{stops(timescale.IdentifyChild) + " when it is settled who the child is", starts(timescale.IdentifyChild) + " when somebody looked and cannot say yet"}},
		{From: "screening", Event: "a child cannot be identified", Guard: "what was tried and why", To: "screening", Decides: "front door manager",
			Clocks: []string{"withdraws " + string(timescale.IdentifyChild)}},
		{From: "screening", Event: "the child's history is read", Guard: "a sentence on what it means", To: "screening", Decides: "screener or manager"},
		{From: "screening", Event: "the family's agreement is recorded", Guard: "given or refused: who, when, how, to what; not asked: a reason from the list; dispensed with: a manager and a reason from the list", To: "screening", Decides: "screener; a manager to dispense",
			Clocks: []string{stops(timescale.ConsentChase)}},
		{From: "screening", Event: "a partner is asked", Guard: "a lawful basis: the family agreed, or a manager chose suspected significant harm or dispensed with agreement; what is asked, why, of whom", To: "awaiting information", Decides: "screener",
			Clocks: []string{starts(timescale.RequestRed) + ", " + string(timescale.RequestAmber) + " or " + string(timescale.RequestGreen) + " on that partner, by the rating"}},
		{From: "awaiting information", Event: "a partner answers, however late", Guard: "who answers; what they know, that they know nothing, or why they decline", To: "screening", Decides: "partner",
			Clocks: []string{"stops the request's clock"}},
		{From: "screening", Event: "a second manager is asked", Guard: "", To: "screening", Decides: "front door manager", Clocks: []string{starts(timescale.SecondManager)}},
		{From: "screening", Event: "the second manager agrees, or does not", Guard: "another manager than the first; a reason", To: "screening", Decides: "a second front door manager", Clocks: []string{stops(timescale.SecondManager)}},
	}
}

// decided is the step of one outcome, from its row in the table. It says only
// what this outcome adds to what every decision needs.
func decided(o OutcomeInfo) Step {
	s := Step{From: "decided", Event: "the outcome is: " + o.Name, Guard: guardWords(o), To: "open", Decides: "front door manager"}
	if o.Closes {
		s.To = "closed"
	}
	for _, w := range o.Begins {
		line := starts(w.For) + " on " + AgencyName(w.On)
		if o.Code == EarlyHelpPartner {
			line = starts(w.For) + " on the partner who leads"
		}
		if fromReceipt(w.For) {
			line += ", from the moment the contact was received"
		}
		s.Clocks = append(s.Clocks, line)
	}
	return s
}

func guardWords(o OutcomeInfo) string {
	var g []string
	if needsIdentity(o) {
		g = append(g, "it is settled who the child is")
	}
	if o.Episode == "early_help" {
		g = append(g, "the family agreed")
	}
	if o.Lead {
		g = append(g, "who leads or takes over is named")
	}
	if o.Code == OpenCase || o.Code == OpenEarlyHelp {
		g = append(g, "the child has open work")
	}
	if o.Code == NotThisChild {
		g = append(g, "which contact or child it belongs to, and how that is known")
	}
	if nothingMore(o.Code) {
		g = append(g, "what was considered", "who was told", "a second manager for a domestic abuse notification with a child under 1, an unborn child or the third in a year")
	}
	if o.Closes {
		g = append(g, "no immediate danger left that nobody has in hand")
	}
	return strings.Join(g, "; ")
}

// deciding is what every decision needs, whatever the outcome.
func deciding() Step {
	return Step{From: "screening or awaiting information", Event: "a manager decides for one child, however late",
		Guard: "reasons; history read, with a sentence on what it means after repeated contacts; what has changed since last time; level of need and version of the threshold document; why, if partners have not answered; danger answered and rated, and the child looked for in the record, unless it is for a strategy discussion",
		To:    "decided", Decides: "front door manager", Clocks: []string{
			stops(timescale.ContactDecision, timescale.ContactDecision24h),
			"withdraws the clocks of questions not answered, and of what no longer matters for the outcome",
			starts(timescale.Feedback) + "; it stops when the referrer has read it, when word of it has gone to their agency, when somebody told them, or with the reason why they are not told",
		}}
}

func replacing() Step {
	return Step{From: "open or closed", Event: "a decision is replaced by a new one", Guard: "the new decision cites the one in force, with everything a decision needs",
		To: "open or closed, as the new decision says", Decides: "front door manager",
		Clocks: []string{"withdraws what the old decision began; a clock the new one needs too goes on from where it started", starts(timescale.Feedback)}}
}

// hearing is how the clock of telling the referrer ends.
func hearing() Step {
	return Step{From: "any", Event: "the referrer is told what was decided, or it is recorded why not", Guard: "it has gone to their own page or their agency’s mailbox; or they opened it; or who told them, how and when; or a reason from the list, which may be said before the decision",
		To: "the same", Decides: "screener or manager", Clocks: []string{stops(timescale.Feedback), "withdraws " + string(timescale.Feedback) + " with the reason", starts(timescale.Feedback) + " again, from where it started, when a notice comes back"}}
}

func allocating() []Step {
	return []Step{
		{From: "open, waiting for a worker", Event: "a worker is proposed", Guard: "the worker's present load is shown", To: "proposed", Decides: "team manager",
			Clocks: []string{starts(timescale.AllocationAnswer) + " on the worker; " + string(timescale.Allocation) + " goes on running, with an interim owner"}},
		{From: "proposed", Event: "the worker accepts", Guard: "", To: "allocated", Decides: "social worker",
			Clocks: []string{stops(timescale.Allocation, timescale.AllocationAnswer)}},
		{From: "proposed", Event: "the worker refuses", Guard: "a reason", To: "open, waiting for a worker", Decides: "social worker",
			Clocks: []string{"withdraws " + string(timescale.AllocationAnswer) + "; " + string(timescale.Allocation) + " goes on running"}},
	}
}

// recordedTwice is how two records of one child are joined and parted.
func recordedTwice() []Step {
	const managers = "front door manager or team manager"
	return []Step{
		{From: "two records", Event: "they may be of one child", Guard: "the weekly search, or somebody who says why; more when they are family or their numbers differ",
			To: "suggested or proposed", Decides: "anybody at the front door; the service alone joins nobody",
			Clocks: []string{starts(timescale.DuplicateAnswer) + " on the list of possible duplicates, not on a child's waits"}},
		{From: "proposed", Event: "a second person agrees", Guard: "not the one who proposed; closed to the same people; of two open referrals, whose worker answers", To: "read as one record",
			Decides: managers, Clocks: []string{stops(timescale.DuplicateAnswer)}},
		{From: "suggested or proposed", Event: "somebody says that they are two children", Guard: "a reason", To: "two records; not asked again on the same evidence",
			Decides: managers, Clocks: []string{stops(timescale.DuplicateAnswer)}},
		{From: "read as one record", Event: "it turns out that they are two children", Guard: "a reason, and two people", To: "two records, each as it was with what was added to it", Decides: managers},
	}
}

// recorded is the step of an event recorded on the waiting desk.
func recorded(e EventInfo) Step {
	s := Step{From: "waiting by " + string(e.For), Event: e.Name, Guard: "who says so; what happened", To: "the same", Decides: "whoever owns the wait, or the front door", Clocks: []string{stops(e.For)}}
	if len(e.Begins) == 0 && isWork(e.For) {
		s.To = "closed, when no other work is waited for"
	}
	for _, w := range e.Begins {
		s.To = "waiting by " + string(w.For)
		s.Clocks = append(s.Clocks, starts(w.For)+" on whoever gives the help")
	}
	return s
}

// JourneyTable is the journey as text, for its golden copy.
func JourneyTable() string {
	var b strings.Builder
	for _, s := range Journey() {
		from := s.From
		if from == "" {
			from = "nothing yet"
		}
		fmt.Fprintf(&b, "%s: when %s -> %s\n", from, s.Event, s.To)
		if s.Guard != "" {
			fmt.Fprintf(&b, "  needs: %s\n", s.Guard)
		}
		fmt.Fprintf(&b, "  decides: %s\n", s.Decides)
		for _, c := range s.Clocks {
			fmt.Fprintf(&b, "  %s\n", c)
		}
	}
	return b.String()
}

// discussing are the steps of a strategy discussion.
func discussing() []Step {
	return []Step{
		{From: "open", Event: "reasonable cause to suspect significant harm is recorded for a child who is known", Guard: "what is suspected, by whom, since when; the kind of harm", To: "strategy discussion asked for", Decides: "social worker or manager",
			Clocks: []string{starts(timescale.StrategyDiscussion) + " on police and on health", starts(timescale.StrategyConvened)}},
		{From: "strategy discussion asked for", Event: "the child is seen while it is waited for", Guard: "who saw the child, alone or not, the child's words, the next visit", To: "the same", Decides: "social care",
			Clocks: []string{starts(timescale.StrategyMeanwhile) + " again; it is asked of the visits and begins no wait"}},
		{From: "strategy discussion asked for", Event: "times are offered and people invited", Guard: "a time to come; police and health among the invited", To: "the same", Decides: "social care",
			Clocks: []string{starts(timescale.StrategyAnswer) + " on each agency; after it the deputy is asked too"}},
		{From: "strategy discussion asked for", Event: "an agency answers", Guard: "who comes, or why nobody can", To: "the same", Decides: "that agency", Clocks: []string{stops(timescale.StrategyAnswer)}},
		{From: "strategy discussion asked for", Event: "a time is set", Guard: "", To: "strategy discussion has a date", Decides: "social care", Clocks: []string{stops(timescale.StrategyConvened)}},
		{From: "strategy discussion has a date", Event: "the date is cancelled", Guard: "a manager, with the reason", To: "strategy discussion asked for", Decides: "manager", Clocks: []string{starts(timescale.StrategyConvened)}},
		{From: "strategy discussion asked for or with a date", Event: "a discussion is held", Guard: "who was there for each agency, whether they may decide, and why each absent one was", To: "held", Decides: "the chair",
			Clocks: []string{stops(timescale.StrategyDiscussion, timescale.StrategyConvened, timescale.StrategyFollowUp) + " when it was quorate, and nothing otherwise: it was not properly constituted",
				starts(timescale.StrategyFollowUp) + " in immediate danger without an agency it needs; the first clock goes on running",
				starts(timescale.StrategyDecided) + ", unless it was not properly constituted"}},
		{From: "held", Event: "what was decided is recorded", Guard: "every point of the agenda; no enquiry after a discussion that was neither quorate nor urgent", To: "decided", Decides: "a social care manager",
			Clocks: []string{stops(timescale.StrategyDecided), starts(timescale.StrategySigned) + " on each agency that was there", starts(timescale.ActionAgreed) + " on whoever undertook an action, by the date agreed",
				starts(timescale.Enquiry, timescale.EnquiryChildSeen) + " from the moment it was held, when enquiries start", starts(timescale.Assessment) + ", unless nothing more follows"}},
		{From: "decided", Event: "an agency signs the record", Guard: "or says what it does not agree with, and what it would do", To: "the same", Decides: "that agency", Clocks: []string{stops(timescale.StrategySigned), starts(timescale.Disagreement) + " when it does not agree"}},
	}
}

// enquiring are the steps of a section 47 enquiry; its outcomes are written from their
// table.
func enquiring() []Step {
	steps := []Step{
		{From: "strategy discussion asked for", Event: "an enquiry starts before the discussion is held", Guard: "a manager, with the reason; a discussion has been asked for", To: "enquiry", Decides: "manager",
			Clocks: []string{starts(timescale.Enquiry, timescale.EnquiryChildSeen)}},
		{From: "enquiry", Event: "police or social care say whether to investigate together", Guard: "who says so; the reason when it is alone although the facts ask for both", To: "the same", Decides: "each agency",
			Clocks: []string{starts(timescale.Disagreement) + " when the two differ"}},
		{From: "enquiry", Event: "an agency undertakes an action", Guard: "who, and by when", To: "the same", Decides: "that agency", Clocks: []string{starts(timescale.ActionAgreed) + " by that date"}},
		{From: "enquiry", Event: "an action is done, or is not needed after all", Guard: "when and by whom, or the reason", To: "the same", Decides: "that agency", Clocks: []string{stops(timescale.ActionAgreed), stops(timescale.EnquiryChildSeen) + " when the child was seen"}},
		{From: "enquiry", Event: "the outcome is recorded", Guard: "the child was seen; an analysis; how brothers and sisters stand; why evidence is still open", To: "outcome recorded", Decides: "social worker"},
	}
	for _, o := range enquiryOutcomes {
		s := Step{From: "outcome recorded", Event: "it is authorised: " + o.Name, Guard: "another manager; every earlier event of the child and of brothers and sisters used or set aside with a reason; what police and health think", To: "open", Decides: "manager",
			Clocks: []string{stops(timescale.Enquiry), starts(timescale.Disagreement) + " when police or health do not agree"}}
		if o.Closes {
			s.To = "closed"
		}
		for _, w := range o.Begins {
			line := starts(w.For)
			if w.For == timescale.InitialConference {
				line += ", from the discussion that started the enquiry"
			}
			s.Clocks = append(s.Clocks, line)
		}
		steps = append(steps, s)
	}
	return steps
}

// conferring are the steps of an initial child protection conference.
func conferring() []Step {
	return []Step{
		{From: "waiting for a conference", Event: "the conference is booked", Guard: "an independent chair; the reason when it is after the limit", To: "the same", Decides: "social care"},
		{From: "waiting for a conference", Event: "the conference is adjourned", Guard: "why; what keeps the children safe until then; the new day", To: "the same", Decides: "the chair"},
		{From: "waiting for a conference", Event: "the conference decides, for each child by itself", Guard: "social care and two agencies that know the family, or the chair's reasons; how parents and child took part; with a plan: category, outline, lead social worker, core group, review within three months", To: "on a plan, in need, or closed", Decides: "the chair",
			Clocks: []string{stops(timescale.InitialConference), starts(timescale.CoreGroup, timescale.PlanVisit, timescale.ReviewConference) + " with a plan", starts(timescale.InNeedPlan) + " for a child in need"}},
		{From: "on a plan", Event: "the review decides, for each child by itself", Guard: "as the initial conference; what has changed for the child; when the plan goes on: category, what must still change, the next review within six months; when it ends: why it may", To: "on a plan, in need, or closed", Decides: "the chair",
			Clocks: []string{stops(timescale.ReviewConference, timescale.LaterReview), starts(timescale.LaterReview) + " while the plan goes on", starts(timescale.InNeedPlan) + " for a child in need", "withdraws core-group.first, core-group.later, plan.visit when the plan ends"}},
	}
}

// worrying are the steps of a partner who does not agree with a decision.
func worrying() []Step {
	return []Step{
		{From: "decided", Event: "whoever told us is still worried about the child", Guard: "what worries them still and what they think should happen; not twice before an answer", To: "the same", Decides: "the partner",
			Clocks: []string{starts(timescale.PartnerWorry) + " on the manager who decided"}},
		{From: "decided", Event: "a manager answers a partner who is still worried", Guard: "what follows from it, and the reasons, which the partner reads", To: "the same", Decides: "front door manager",
			Clocks: []string{stops(timescale.PartnerWorry), starts(timescale.ContactDecision, timescale.ContactDecision24h) + " when it is decided again"}},
	}
}
