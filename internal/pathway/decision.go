package pathway

import (
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// Decision is what a manager decides for one child, and why.
type Decision struct {
	Outcome          Outcome
	Rationale        string
	Changed          string // what changed since last time
	HistoryRead      bool
	HistorySentence  string // what the history means, where the contact has no such sentence yet
	Level            string // level of need decided
	ThresholdVersion string
	Told             string // who was told
	Evidence         string // what was considered, when nothing more is done
	UnansweredWhy    string // why it did not wait for partners' answers
	Lead             string // lead agency, worker or authority, in words
	LeadAgency       Agency // kind of partner that leads early help; "" leaves it with early help
	LeadOwner        string // id of the organisation or user who leads, or ""
	Manager          bool   // whether a social-work-qualified manager decides
	SecondAgrees     bool   // whether a second manager has agreed to this outcome
	Cites            string // decision this one replaces
	Considered       string // yes or no to a strategy discussion, where facts ask for it
	ConsideredWhy    string
}

// Answer is what a decision says to a strategy discussion, and why: deciding on one is a
// yes by itself.
func (d Decision) Answer() (answer, reason string) {
	if d.Outcome == ReferralStrategy {
		return "yes", d.Rationale
	}
	return d.Considered, d.ConsideredWhy
}

// Facts are what the record knows that bears on a decision.
type Facts struct {
	History    History
	Unanswered int // open questions to partners about this child
	Consent    ConsentStatus
	DangerOpen bool          // nobody has an immediate danger in hand yet
	InForce    string        // id of the decision in force, or ""
	DecidedAt  civil.Instant // when the decision in force was made
	Now        civil.Instant // when this decision is made
	Reach      Reach         // how the referrer can be told

	Triggers        []string // names of the triggers met that nobody has considered
	DiscussionAsked bool     // a strategy discussion about this child is waited for already
}

// Decide applies a threshold decision to one child of a contact (pathway
// reference, sections 3 and 4).
//
// It refuses a second decision that does not cite the one in force, one by
// somebody who is not a manager, without reasons, without the first look, without
// the history read, without a level and the version of the threshold document;
// early help without the family's agreement; a referral for a child not yet
// identified unless it is for a strategy discussion; no further action without
// what was considered and who was told, or without a second manager where one
// must agree. It does not refuse a late decision: the clock records lateness, and
// a late answer is better than none.
func (c Contact) Decide(id string, d Decision, f Facts) (Consequences, error) {
	child, ok := c.Child(id)
	switch {
	case !ok:
		return Consequences{}, refusal.Hidden()
	case !d.Manager:
		return Consequences{}, notManager()
	case child.Outcome != "" && (d.Cites == "" || f.InForce != "" && d.Cites != f.InForce):
		return Consequences{}, refusal.New(refusal.Conflict, "Somebody else has decided for this child. Read their decision before going on")
	case child.Outcome == "" && d.Cites != "":
		return Consequences{}, refusal.New(refusal.Conflict, "Nothing has been decided for this child yet, so there is no decision to replace")
	}
	info, known := OutcomeOf(d.Outcome)
	var p problems
	if !known {
		p.say("outcome", "Select what should happen next for this child")
	}
	c.needsReading(&p, d, f)
	if known {
		c.needsScreening(&p, child, info)
		c.needsOfOutcome(&p, child, info, d, f)
		needsConsidering(&p, child, info, d, f)
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	return c.follow(child, info, d, f), nil
}

// problems gathers what is missing, in the order of the form.
type problems []refusal.Problem

func (p *problems) say(field, message string) {
	*p = append(*p, refusal.Problem{Field: field, Message: message})
}

// needsReading are the guards of every decision: reasons, history, level, and
// the partners' answers or why they were not waited for.
func (c Contact) needsReading(p *problems, d Decision, f Facts) {
	if blank(d.Rationale) {
		p.say("rationale", "Enter the reasons for the decision")
	}
	if !c.HistoryRead && !d.HistoryRead {
		p.say("history-read", "Read the history and confirm what it means before you decide")
	}
	if f.History.Repeat && !c.HistoryRead && blank(d.HistorySentence) {
		p.say("history-sentence", "Enter what the whole history means: "+f.History.repeatWords())
	}
	if f.History.Contacts > 0 && blank(d.Changed) {
		p.say("changed", "Enter what has changed since last time")
	}
	if blank(d.Level) {
		p.say("level", "Select the level of need")
	} else if blank(d.ThresholdVersion) {
		p.say("level", "Select the level of need from the threshold document in force")
	}
	if f.Unanswered > 0 && blank(d.UnansweredWhy) {
		p.say("unanswered-why", "Enter why the decision does not wait for the partners who have not answered")
	}
}

// needsScreening are the guards of the first look. A strategy discussion begins
// without them: suspected significant harm does not wait for a form.
func (c Contact) needsScreening(p *problems, child Child, o OutcomeInfo) {
	if o.Code == ReferralStrategy {
		return
	}
	if !c.Screened {
		p.say("outcome", "Answer whether any child is in danger now and rate the contact first. Only a strategy discussion can begin before that")
	}
	switch {
	case child.Link == LinkOpen || child.Link == "":
		p.say("outcome", "Look for this child in the record first. Only a strategy discussion can begin before that")
	case needsIdentity(o) && !child.Link.Settled():
		p.say("outcome", "Say who this child is first. Only a strategy discussion can begin before that")
	}
}

// needsIdentity says that an outcome cannot be carried out for a child of whom
// nobody knows who they are.
func needsIdentity(o OutcomeInfo) bool {
	return o.Episode != "" && o.Code != ReferralStrategy || o.Code == OpenCase || o.Code == OpenEarlyHelp
}

// needsOfOutcome are the guards of single outcomes.
func (c Contact) needsOfOutcome(p *problems, child Child, o OutcomeInfo, d Decision, f Facts) {
	if o.Episode == "early_help" && f.Consent != ConsentGiven {
		p.say("outcome", "Record how the family agreed to early help, or choose a different outcome")
	}
	if o.Closes && f.DangerOpen {
		p.say("outcome", "Record first what was done to make the child safe")
	}
	switch {
	case o.Code == OpenCase && child.OpenTo == "":
		p.say("outcome", "This child has no open work. Choose a different outcome")
	case o.Code == OpenEarlyHelp && !child.EarlyHelp && child.OpenTo == "":
		p.say("outcome", "This child is not open to early help. Choose a different outcome")
	case o.Code == EarlyHelpPartner && d.LeadAgency != "" && !slices.Contains(leads, d.LeadAgency):
		p.say("lead", "Select a partner who can lead early help")
	case o.Code == EarlyHelpPartner && blank(d.Lead):
		p.say("lead", "Enter who will lead: the agency and a named person")
	case o.Code == ToOtherAuthority && blank(d.Lead):
		p.say("lead", "Enter the authority and who there was told")
	case o.Code == NotThisChild && blank(d.Evidence):
		p.say("evidence", "Enter the reference of the contact or child that this belongs to, and how you know")
	case nothingMore(o.Code):
		c.needsOfNothingMore(p, child, d, f)
	}
}

// needsConsidering demands a yes or no to a strategy discussion where recorded facts ask
// for one (finding 19): deciding something else without it is refused. A discussion that
// was asked for is not dropped by closing the child's part in the contact.
func needsConsidering(p *problems, child Child, o OutcomeInfo, d Decision, f Facts) {
	if o.Code == ReferralStrategy {
		return
	}
	if f.DiscussionAsked && o.Closes && child.Outcome != ReferralStrategy {
		p.say("outcome", "A strategy discussion about this child was asked for. Choose “Referral: strategy discussion”, or what follows while it is waited for")
	}
	if len(f.Triggers) == 0 {
		return
	}
	names := strings.Join(f.Triggers, "; ")
	switch d.Considered {
	case "no":
		if blank(d.ConsideredWhy) {
			p.say("considered-why", "Enter why a strategy discussion is not needed: "+names)
		}
	case "yes":
		if !f.DiscussionAsked {
			p.say("outcome", "You said yes to a strategy discussion. Choose “Referral: strategy discussion”. For a child with open work, say yes on the page of children to be considered first")
		}
		if blank(d.ConsideredWhy) {
			p.say("considered-why", "Enter why a strategy discussion is needed: "+names)
		}
	default:
		p.say("considered", "Say yes or no to a strategy discussion. Recorded facts ask for it: "+names)
	}
}

// leads are the partners that can lead early help.
var leads = []Agency{School, Health, Housing, OtherPartner, EarlyHelp}

func (c Contact) needsOfNothingMore(p *problems, child Child, d Decision, f Facts) {
	if blank(d.Evidence) {
		p.say("evidence", "Enter what was considered")
	}
	if blank(d.Told) {
		p.say("told", "Enter who was told")
	}
	if why := c.whySecond(child, f.History); why != "" && !d.SecondAgrees {
		p.say("outcome", "Ask a second manager to agree first: this is a domestic abuse notification about "+why)
	}
}

func (h History) repeatWords() string {
	return fmt.Sprintf("%s before this one ended without a referral", plural(h.Ended, "contact"))
}
