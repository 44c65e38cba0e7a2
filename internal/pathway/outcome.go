package pathway

import (
	"slices"

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
		Begins: append(strategyWaits(), Wait{On: Allocations, For: timescale.Allocation, What: "a named social worker"})},
	{Code: OpenCase, Name: "Already open: to the social worker", Meaning: "The child has a worker, who is told and answers.", Told: "We passed this on to the right team.",
		Begins: []Wait{{On: SocialWork, For: timescale.OpenCaseAcknowledged, What: "the child's worker reads and answers"}}},
	{Code: OpenEarlyHelp, Name: "Already open: to early help", Meaning: "The family has a lead practitioner, who is told and answers.", Told: "We passed this on to the right team.",
		Begins: []Wait{{On: EarlyHelp, For: timescale.OpenCaseAcknowledged, What: "the lead practitioner reads and answers"}}},
	{Code: ToOtherAuthority, Name: "Belongs to another authority", Meaning: "Passed on. We stay responsible until they confirm in writing.", Told: "We passed this to the authority that is responsible.", Lead: true,
		Begins: []Wait{{On: OtherAuthority, For: timescale.TransferConfirmed, What: "confirm in writing that they have taken over"}}},
	{Code: PrivateFostering, Name: "Private fostering", Meaning: "A notification of a private fostering arrangement.", Told: "We accepted a notification. A social worker will be in touch.", Episode: "referral",
		Begins: []Wait{
			{On: Allocations, For: timescale.Allocation, What: "a named social worker"},
			{On: SocialWork, For: timescale.PrivateFosteringVisit, What: "first visit"},
		}},
	{Code: CPTransferIn, Name: "Child on a plan moved in", Meaning: "A transfer-in conference.", Told: "We accepted a referral. A social worker will be in touch.", Episode: "referral",
		Begins: []Wait{
			{On: Allocations, For: timescale.Allocation, What: "a named social worker"},
			{On: SocialWork, For: timescale.TransferInConference, What: "transfer-in conference"},
		}},
	{Code: NotThisChild, Name: "Not this child, or a duplicate", Meaning: "Wrong identity or the same contact twice. It is linked, never deleted.", Told: "We recorded what you told us. Social care will take no further action on this contact.", Closes: true},
}

// Outcomes are all outcomes, in the order a decision page offers them.
func Outcomes() []OutcomeInfo { return slices.Clone(after) }

// OutcomeOf finds what an outcome means.
func OutcomeOf(o Outcome) (OutcomeInfo, bool) {
	i := slices.IndexFunc(after, func(x OutcomeInfo) bool { return x.Code == o })
	if i < 0 {
		return OutcomeInfo{}, false
	}
	return after[i], true
}

// nothingMore are the outcomes by which a manager decides that no more is to be
// done. They need what was considered and who was told, and sometimes a second
// manager (pathway reference, section 1).
func nothingMore(o Outcome) bool { return o == NFAAdvice || o == NFANoRole || o == Signpost }

// OutcomeName is what people call an outcome.
func OutcomeName(o Outcome) string {
	i, _ := OutcomeOf(o)
	return i.Name
}
