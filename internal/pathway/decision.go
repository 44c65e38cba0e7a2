package pathway

import (
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Outcome is what was decided for one child (pathway reference, section 3).
type Outcome string

// The outcomes.
const (
	NFAAdvice          Outcome = "nfa_advice"
	NFANoRole          Outcome = "nfa_no_role"
	Signpost           Outcome = "signpost"
	EarlyHelpPartner   Outcome = "early_help_partner"
	EarlyHelpLA        Outcome = "early_help_la"
	ReferralAssessment Outcome = "referral_assessment"
	ReferralStrategy   Outcome = "referral_strategy"
	OpenCase           Outcome = "open_case"
	OpenEarlyHelp      Outcome = "open_early_help"
	ToOtherAuthority   Outcome = "other_authority"
	PrivateFostering   Outcome = "private_fostering"
	NotThisChild       Outcome = "not_this_child"
	CPTransferIn       Outcome = "cp_transfer_in"
)

// OutcomeInfo is an outcome as pages and the journey show it.
type OutcomeInfo struct {
	Code    Outcome
	Name    string
	Meaning string
	Told    string // what a professional referrer may be told: no new fact
	Closes  bool   // nothing more follows
	Episode string // kind of work that opens: referral, early_help, or ""
	Begins  []Wait // what the child waits for from now on
	Lead    bool   // a lead agency or worker must be named
	Owner   Agency // whose desk is named by Lead, when it is a partner
}

// after says what each outcome sets going. An outcome that begins no wait must
// close; TestNoOutcomeIsSilent holds us to it.
var after = []OutcomeInfo{
	{Code: NFAAdvice, Name: "Information or advice given", Meaning: "Nothing more by social care. The contact never becomes a referral.", Told: "We gave information or advice. Social care will take no further action on this contact.", Closes: true},
	{Code: NFANoRole, Name: "No role for social care or early help", Meaning: "Nothing more is to be done, with the reason.", Told: "We considered this carefully. Social care will take no further action on this contact.", Closes: true},
	{Code: Signpost, Name: "Universal service named", Meaning: "A service open to all can help, and the referrer is told which.", Told: "We named a service that can help the family.", Closes: true},
	{Code: EarlyHelpPartner, Name: "Early help led by a partner", Meaning: "A school, health or another partner leads. Somebody checks that the help is given.", Told: "Early help will be offered, led by a partner.", Episode: "early_help", Lead: true,
		Begins: []Wait{{On: EarlyHelp, For: timescale.EarlyHelpAccepted, What: "the named partner accepts to lead early help"}}},
	{Code: EarlyHelpLA, Name: "Early help by the authority", Meaning: "Targeted early help or family help.", Told: "Early help will be offered by the authority.", Episode: "early_help",
		Begins: []Wait{{On: EarlyHelp, For: timescale.EarlyHelpAccepted, What: "early help accepts the family"}}},
	{Code: ReferralAssessment, Name: "Referral: assessment", Meaning: "A child and family assessment under section 17.", Told: "We accepted a referral. A social worker will be in touch.", Episode: "referral",
		Begins: []Wait{
			{On: Allocations, For: timescale.Allocation, What: "a named social worker"},
			{On: SocialWork, For: timescale.Assessment, What: "assessment"},
		}},
	{Code: ReferralStrategy, Name: "Referral: strategy discussion", Meaning: "Reasonable cause to suspect significant harm: police and health are asked to meet.", Told: "We accepted a referral. A social worker will be in touch.", Episode: "referral",
		Begins: []Wait{
			{On: Police, For: timescale.StrategyDiscussion, What: "meet for a strategy discussion"},
			{On: Health, For: timescale.StrategyDiscussion, What: "meet for a strategy discussion"},
			{On: Allocations, For: timescale.Allocation, What: "a named social worker"},
		}},
	{Code: OpenCase, Name: "Already open: to the social worker", Meaning: "The child has a worker, who is told and answers.", Told: "We passed this to the team that works with the family.",
		Begins: []Wait{{On: SocialWork, For: timescale.OpenCaseAcknowledged, What: "the child's worker reads and answers"}}},
	{Code: OpenEarlyHelp, Name: "Already open: to early help", Meaning: "The family has a lead practitioner, who is told and answers.", Told: "We passed this to the team that works with the family.",
		Begins: []Wait{{On: EarlyHelp, For: timescale.OpenCaseAcknowledged, What: "the lead practitioner reads and answers"}}},
	{Code: ToOtherAuthority, Name: "Belongs to another authority", Meaning: "Passed on. We stay responsible until they confirm in writing.", Told: "The child lives in another area. We passed this to that authority.", Lead: true,
		Begins: []Wait{{On: OtherAuthority, For: timescale.TransferConfirmed, What: "confirm in writing that they have taken over"}}},
	{Code: PrivateFostering, Name: "Private fostering", Meaning: "A notification of a private fostering arrangement.", Told: "We accepted a notification of private fostering. A social worker will visit.", Episode: "referral",
		Begins: []Wait{
			{On: Allocations, For: timescale.Allocation, What: "a named social worker"},
			{On: SocialWork, For: timescale.PrivateFosteringVisit, What: "first visit"},
		}},
	{Code: CPTransferIn, Name: "Child on a plan moved in", Meaning: "A transfer-in conference.", Told: "We accepted a referral. A social worker will be in touch.", Episode: "referral",
		Begins: []Wait{
			{On: Allocations, For: timescale.Allocation, What: "a named social worker"},
			{On: SocialWork, For: timescale.TransferInConference, What: "transfer-in conference"},
		}},
	{Code: NotThisChild, Name: "Not this child, or a duplicate", Meaning: "Wrong identity or the same contact twice. It is linked, never deleted.", Told: "We already had this information.", Closes: true},
}

// Outcomes are all outcomes, in the order a decision page offers them.
func Outcomes() []OutcomeInfo { return after }

// OutcomeOf finds what an outcome means.
func OutcomeOf(o Outcome) (OutcomeInfo, bool) {
	i := slices.IndexFunc(after, func(x OutcomeInfo) bool { return x.Code == o })
	if i < 0 {
		return OutcomeInfo{}, false
	}
	return after[i], true
}

// OutcomeName is what people call an outcome.
func OutcomeName(o Outcome) string {
	i, _ := OutcomeOf(o)
	return i.Name
}

// Decision is what a manager decides for one child, and why.
type Decision struct {
	Outcome          Outcome
	Rationale        string
	Changed          string // what changed since last time
	HistoryRead      bool
	Level            string // level of need decided
	ThresholdVersion string
	Told             string // who was told
	Evidence         string // what was considered, when nothing more is done
	UnansweredWhy    string // why it did not wait for partners' answers
	Lead             string // lead agency, worker or authority, in words
	LeadOwner        string // id of the organisation or user who leads, or ""
	Manager          bool   // whether a social-work-qualified manager decides
	SecondAgrees     bool   // whether a second manager has agreed to this outcome
	Cites            string // decision this one replaces
}

// Facts are what the record knows that bears on a decision.
type Facts struct {
	History    History
	Unanswered int // open questions to partners about this child
	Consent    ConsentStatus
}

// Decide applies a threshold decision to one child of a contact.
//
// It refuses a second decision that does not cite the first, one by somebody who
// is not a manager, without reasons, without the history read, without a level and
// the version of the threshold document; early help without the family's
// agreement; a referral for a child not yet identified unless it is for a strategy
// discussion; no further action without what was considered and who was told, or
// without a second manager where one must agree. It does not refuse a late
// decision: the clock records lateness, and a late answer is better than none.
func (c Contact) Decide(id string, d Decision, f Facts) (Consequences, error) {
	child, ok := c.Child(id)
	info, known := OutcomeOf(d.Outcome)
	switch {
	case !ok:
		return Consequences{}, refusal.Hidden()
	case !d.Manager:
		return Consequences{}, refusal.New(refusal.Denied, "You need to be a front door manager to do this")
	case child.Outcome != "" && d.Cites == "":
		return Consequences{}, refusal.New(refusal.Conflict, "Somebody else has decided for this child. Read their decision before going on")
	}
	var p []refusal.Problem
	say := func(field, message string) { p = append(p, refusal.Problem{Field: field, Message: message}) }
	if !known {
		say("outcome", "Select what should happen next for this child")
	}
	if blank(d.Rationale) {
		say("rationale", "Enter the reasons for the decision")
	}
	if !c.HistoryRead && !d.HistoryRead {
		say("history-read", "Read the history and confirm what it means before you decide")
	}
	if f.History.Contacts > 0 && blank(d.Changed) {
		say("changed", "Enter what has changed since last time")
	}
	if blank(d.Level) {
		say("level", "Select the level of need")
	}
	if blank(d.ThresholdVersion) {
		say("level", "Select the level of need from the threshold document in force")
	}
	if f.Unanswered > 0 && blank(d.UnansweredWhy) {
		say("unanswered-why", "Enter why the decision does not wait for the partners who have not answered")
	}
	if known {
		p = append(p, c.outcomeProblems(child, info, d, f)...)
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	return c.follow(child, info, d, f), nil
}

// outcomeProblems are the guards of single outcomes.
func (c Contact) outcomeProblems(child Child, info OutcomeInfo, d Decision, f Facts) []refusal.Problem {
	var p []refusal.Problem
	say := func(field, message string) { p = append(p, refusal.Problem{Field: field, Message: message}) }
	if info.Episode == "early_help" && f.Consent != ConsentGiven {
		say("outcome", "Record how the family agreed to early help, or choose a different outcome")
	}
	if (info.Episode != "" && d.Outcome != ReferralStrategy || d.Outcome == OpenCase || d.Outcome == OpenEarlyHelp) && !child.Link.Settled() {
		say("outcome", "Say who this child is first. Only a strategy discussion can begin before that")
	}
	if info.Lead && blank(d.Lead) {
		say("lead", map[Outcome]string{
			EarlyHelpPartner: "Enter who will lead: the agency and a named person",
			ToOtherAuthority: "Enter the authority and who there was told",
		}[d.Outcome])
	}
	if slices.Contains([]Outcome{NFAAdvice, NFANoRole, Signpost}, d.Outcome) {
		if blank(d.Evidence) {
			say("evidence", "Enter what was considered")
		}
		if blank(d.Told) {
			say("told", "Enter who was told")
		}
		if c.NeedsSecond(child, f.History) && !d.SecondAgrees {
			say("outcome", "Ask a second manager to agree first: this is a domestic abuse notification about "+c.whySecond(child, f.History))
		}
	}
	if d.Outcome == OpenCase && child.OpenTo == "" {
		say("outcome", "This child has no open work. Choose a different outcome")
	}
	return p
}

// NeedsSecond says whether no further action needs a second manager: a
// domestic-abuse notification with a child under 1, an unborn child or three in a
// year (local rule, pathway reference section 1).
func (c Contact) NeedsSecond(child Child, h History) bool { return c.whySecond(child, h) != "" }

const notificationsForSecond = 3

func (c Contact) whySecond(child Child, h History) string {
	switch {
	case c.Source != Police || c.Grade == "":
		return ""
	case slices.ContainsFunc(c.Children, func(x Child) bool { return x.Unborn }):
		return "an unborn child"
	case slices.ContainsFunc(c.Children, func(x Child) bool { return x.Age == 0 && !x.Unborn }):
		return "a child under 1"
	case h.Notifications+1 >= notificationsForSecond:
		return "a child with three notifications in a year"
	}
	return ""
}

// follow is what a decision sets going.
func (c Contact) follow(child Child, info OutcomeInfo, d Decision, f Facts) Consequences {
	var out Consequences
	if d.Cites != "" {
		out.Ends = append(out.Ends, End{Child: child.ID, How: Withdrawn, Reason: "the decision was replaced"})
	} else {
		out.Ends = append(out.Ends,
			End{Child: child.ID, For: timescale.ContactDecision},
			End{Child: child.ID, For: timescale.SecondManager})
	}
	if f.Unanswered > 0 {
		for _, k := range []timescale.Key{timescale.RequestRed, timescale.RequestAmber, timescale.RequestGreen} {
			out.Ends = append(out.Ends, End{Child: child.ID, For: k, How: Withdrawn, Reason: "decided without it: " + d.UnansweredWhy})
		}
	}
	if child.Link.Settled() {
		out.Ends = append(out.Ends, End{Child: child.ID, For: timescale.IdentifyChild})
	}
	for _, w := range info.Begins {
		w.Child = child.ID
		if w.For == timescale.Assessment {
			w.Since = c.ReceivedAt // the day of referral is the day the contact was received
		}
		if info.Lead {
			w.Owner = d.LeadOwner
		}
		if w.For == timescale.OpenCaseAcknowledged && child.OpenTo != "" {
			w.Owner = child.OpenTo
		}
		out.Begins = append(out.Begins, w)
	}
	if info.Closes {
		out.Closes = []string{child.ID}
		for _, k := range []timescale.Key{timescale.IdentifyChild, timescale.ConsentChase, timescale.PhoneConfirmed} {
			out.Ends = append(out.Ends, End{Child: child.ID, For: k, How: Withdrawn, Reason: "nothing more follows: " + info.Name})
		}
	}
	if d.Outcome == OpenCase || d.Outcome == OpenEarlyHelp {
		out.Tells = append(out.Tells, Tell{Kind: "open-case", To: "user:" + child.OpenTo, Ref: c.Ref, Link: "/my-work", Key: "open-case " + c.Ref + " " + child.ID + d.Cites})
	}
	words := "Decided: " + info.Name + ". " + d.Rationale
	if d.Cites != "" {
		words = "Decided again: " + info.Name + ". " + d.Rationale
	}
	out.Lines = append(out.Lines, Line{Child: child.ID, Kind: "decision", Source: string(FrontDoor), Text: words})
	return out.And(c.feedback(child, info, d))
}

// feedback tells the referrer what was decided (FD3): a professional hears the
// outcome in a sentence with no new fact; the public hears that it was dealt with.
// Without an address a person has to tell them, and that is a wait.
func (c Contact) feedback(child Child, info OutcomeInfo, d Decision) Consequences {
	if c.Channel == ByBulk {
		return Consequences{}
	}
	if c.ReferrerEmail == "" {
		return Consequences{Begins: []Wait{{Child: child.ID, On: FrontDoor, For: timescale.Feedback, What: "tell the referrer what was decided"}}}
	}
	return Consequences{Tells: []Tell{{Kind: "feedback", To: c.ReferrerEmail, Ref: c.Ref, Text: c.OutcomeSentence(info.Code),
		Key: "feedback " + c.Ref + " " + child.ID + " " + d.Cites}}}
}

// OutcomeSentence is what this contact's referrer may be told. Members of the
// public are told only that it was dealt with (threat model, section 3.1).
func (c Contact) OutcomeSentence(o Outcome) string {
	if c.Source == "public" || c.Source == "" {
		return "We have dealt with what you told us. We cannot tell you more about the family."
	}
	i, _ := OutcomeOf(o)
	return i.Told
}

// FedBack records that somebody told the referrer.
func (c Contact) FedBack(how string) (Consequences, error) {
	if blank(how) {
		return Consequences{}, refusal.Field("how", "Enter how and when the referrer was told")
	}
	return Consequences{
		Ends:  []End{{For: timescale.Feedback}},
		Lines: []Line{{Kind: "feedback", Source: string(FrontDoor), Text: "Referrer told: " + how}},
	}, nil
}

// Acknowledged records that somebody told the referrer that the contact arrived.
func (c Contact) Acknowledged(how string) (Consequences, error) {
	if blank(how) {
		return Consequences{}, refusal.Field("how", "Enter how the referrer was told")
	}
	return Consequences{Ends: []End{{For: timescale.Acknowledgement}}}, nil
}

// AskSecond asks a second manager before no further action (the wait stands on
// the front door until they answer).
func (c Contact) AskSecond(child string) Consequences {
	return Consequences{Begins: []Wait{{Child: child, On: FrontDoor, For: timescale.SecondManager, What: "a second manager's view"}}}
}

// SecondView is what the second manager thinks. It refuses the manager who asked
// and a view without a reason.
func (c Contact) SecondView(child string, agrees bool, reason string, sameManager bool) (Consequences, error) {
	switch {
	case sameManager:
		return Consequences{}, refusal.New(refusal.Denied, "The second view must be another manager's")
	case blank(reason):
		return Consequences{}, refusal.Field("reason", "Enter the reason for your view")
	}
	words := "A second manager agrees that nothing more is to be done: "
	if !agrees {
		words = "A second manager does not agree that nothing more is to be done: "
	}
	return Consequences{
		Ends:  []End{{Child: child, For: timescale.SecondManager}},
		Lines: []Line{{Child: child, Kind: "second view", Source: string(FrontDoor), Text: words + reason}},
	}, nil
}

// Rank places a contact on the board by risk: 0 is in danger now, then high or
// red, medium or amber, everything else. Within a rank the oldest risk is first,
// so an old incident outranks a fresh one of the same grade.
func (c Contact) Rank() int {
	switch {
	case c.Danger == "yes":
		return 0
	case c.RAG == "red" || (c.RAG == "" && c.Grade == "high"):
		return 1
	case c.RAG == "amber" || (c.RAG == "" && c.Grade == "medium"), c.RAG == "" && (c.Grade == "" || c.Unreadable):
		return 2
	}
	return 3
}

// RiskSince is how long the risk has lasted: since the incident, or since we were
// told when that is not known or cannot be right.
func (c Contact) RiskSince() civil.Instant {
	if c.IncidentAt.IsZero() || c.IncidentAt.After(c.ReceivedAt) {
		return c.ReceivedAt
	}
	return c.IncidentAt
}
