package pathway

import (
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Conference is a child protection conference about the children of one family as its
// rules need it (pathway reference, sections 4 and 5).
type Conference struct {
	ID, Ref  string
	Kind     ConferenceKind
	Children []string
	State    ConferenceState
	Due      civil.Instant // by the earliest clock of its children
	BookedAt civil.Instant
}

// ConferenceKind says which conference it is. The zero kind is an initial one.
type ConferenceKind string

// The kinds: whether a plan is needed, and later whether it goes on.
const (
	InitialKind ConferenceKind = "initial"
	ReviewKind  ConferenceKind = "review"
)

// ConferenceName is what people call a kind.
func ConferenceName(k ConferenceKind) string {
	if k == ReviewKind {
		return "review child protection conference"
	}
	return "initial child protection conference"
}

// ConferenceWaits are the clocks that end when a conference of a kind is held.
func ConferenceWaits(k ConferenceKind) []timescale.Key {
	if k == ReviewKind {
		return []timescale.Key{timescale.ReviewConference, timescale.LaterReview}
	}
	return []timescale.Key{timescale.InitialConference}
}

// ConferenceFor is the kind of conference that a clock waits for.
func ConferenceFor(k timescale.Key) ConferenceKind {
	if slices.Contains(ConferenceWaits(ReviewKind), k) {
		return ReviewKind
	}
	return InitialKind
}

// ConferenceState is how far a conference has come.
type ConferenceState string

// The states.
const (
	ConferenceRequired  ConferenceState = "required"
	ConferenceBooked    ConferenceState = "booked"
	ConferenceAdjourned ConferenceState = "adjourned"
	ConferenceHeld      ConferenceState = "held"
)

// Booking is when a conference is to be held and who chairs it.
type Booking struct {
	At          civil.Instant
	Chair       string
	Independent bool   // the chair stands outside the line that manages the work
	LateWhy     string // why after its limit
}

// Book sets the day. A day after the limit needs its reason; the clock is not moved by it.
func (c Conference) Book(b Booking, now civil.Instant) (Consequences, error) {
	if c.State == ConferenceHeld {
		return Consequences{}, refusal.New(refusal.Conflict, "This conference has been held")
	}
	var p problems
	switch {
	case b.At.IsZero():
		p.say("at", "Enter when the conference is held")
	case b.At.Before(now):
		p.say("at", "The conference must be in the future")
	case b.At.After(c.Due) && blank(b.LateWhy):
		p.say("late-why", "Enter why it cannot be held by "+c.Due.Words())
	}
	if blank(b.Chair) {
		p.say("chair", "Enter who chairs")
	} else if !b.Independent {
		p.say("independent", "The chair must stand outside the line that manages the work with the family")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	var out Consequences
	for _, child := range c.Children {
		out.Lines = append(out.Lines, Line{Child: child, Kind: "conference", Source: string(SocialWork), Text: "The " + ConferenceName(c.Kind) + " is booked for " + b.At.Words()})
	}
	return out, nil
}

// Member is an agency at a conference.
type Member struct {
	Agency Agency
	Name   string
	Direct bool // has had direct contact with the child or family
}

// quorum is how many agencies beside social care, each with direct contact, make a
// conference quorate (guidance on the data standard; Working Together, chapter 3).
const quorum = 2

// ConferenceQuorate says whether enough agencies were there.
func ConferenceQuorate(there []Member) bool {
	social, others := false, map[Agency]bool{}
	for _, m := range there {
		switch {
		case m.Agency == SocialWork:
			social = true
		case m.Direct:
			others[m.Agency] = true
		}
	}
	return social && len(others) >= quorum
}

// Conferred is what happened at a conference.
type Conferred struct {
	At        civil.Instant
	There     []Member
	Parents   string // how the parents took part, or why not
	ChildPart string // how each child took part, or why not
	GoOnWhy   string // why it went on although it was not quorate
	Decisions []ForPlan
}

// ForPlan is what a conference decided for one child.
type ForPlan struct {
	Child     string
	Plan      string // yes, no
	Category  string
	Why       string
	Outline   string
	Lead      string // lead social worker
	CoreGroup string // who is in it
	Review    civil.Date
	After     string // without a plan: in_need, nothing
	Changed   string // at a review: what has changed for the child
	EndFor    string // at a review: why the plan may end, from EndReasons
}

// The first review is held within three months of the initial conference, each later one
// within six of the one before (timescales CP10 and CP11).
const (
	reviewWithin      = 3
	laterReviewWithin = 6
)

// EndReasons are why a plan may end (pathway reference, section 4, step down).
func EndReasons() []PointOption {
	return []PointOption{{"no_longer_likely", "Harm is no longer likely"}, {"moved", "The child has moved and the other authority has taken over"}, {"looked_after", "The child is looked after, and the conference agrees"},
		{"adult", "The child is 18"}, {"died", "The child has died"}}
}

// Reasons are the reasons for one child as they are kept: why the plan may end first.
func (d ForPlan) Reasons() string {
	if end := endReason(d.EndFor); d.Plan == "no" && end != "" {
		return end + ". " + d.Why
	}
	return d.Why
}

func endReason(code string) string {
	for _, o := range EndReasons() {
		if o.Value == code {
			return o.Label
		}
	}
	return ""
}

// Hold records a conference that decided, for each child by itself. Not quorate, it
// needs the chair's reasons for going on.
func (c Conference) Hold(h Conferred, now civil.Instant) (Consequences, error) {
	if c.State == ConferenceHeld {
		return Consequences{}, refusal.New(refusal.Conflict, "Somebody else has recorded this conference. Read the record before going on")
	}
	var p problems
	switch {
	case h.At.IsZero():
		p.say("at", "Enter when the conference was held")
	case h.At.After(now):
		p.say("at", "The conference must have been held already")
	}
	if len(h.There) == 0 {
		p.say("there", "Enter who was there")
	} else if !ConferenceQuorate(h.There) && blank(h.GoOnWhy) {
		p.say("go-on", "Social care and two other agencies that know the family were not there. Enter the chair's reasons for going on, or adjourn")
	}
	if blank(h.Parents) {
		p.say("parents", "Enter how the parents took part, or why they did not")
	}
	if blank(h.ChildPart) {
		p.say("child-part", "Enter how each child took part, or why they did not")
	}
	for _, child := range c.Children {
		i := slices.IndexFunc(h.Decisions, func(d ForPlan) bool { return d.Child == child })
		if i < 0 {
			p.say("plan-"+child, c.askPlan())
			continue
		}
		h.Decisions[i].check(&p, c, h.At)
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	var out Consequences
	for _, d := range h.Decisions {
		if slices.Contains(c.Children, d.Child) {
			out = out.And(d.follow(c.Kind, h.At))
		}
	}
	return out, nil
}

func (c Conference) askPlan() string {
	if c.Kind == ReviewKind {
		return "Select whether this child’s plan goes on"
	}
	return "Select whether this child needs a child protection plan"
}

func (d ForPlan) check(p *problems, c Conference, at civil.Instant) {
	say := func(field, message string) { p.say(field+"-"+d.Child, message) }
	if d.Plan != "yes" && d.Plan != "no" {
		say("plan", c.askPlan())
		return
	}
	within, words := reviewWithin, "The first review is held within three months: by "
	if c.Kind == ReviewKind {
		within, words = laterReviewWithin, "The next review is held within six months: by "
		if blank(d.Changed) {
			say("changed", "Enter what has changed for this child since the last conference")
		}
		if d.Plan == "no" && endReason(d.EndFor) == "" {
			say("end-for", "Select why the plan may end")
		}
	}
	if blank(d.Why) {
		say("why", "Enter the reasons for this child")
	}
	if d.Plan == "no" {
		if d.After != "in_need" && d.After != "nothing" {
			say("after", "Select what follows without a plan")
		}
		return
	}
	if !slices.Contains(Categories, d.Category) {
		say("category", "Select the kind of harm")
	}
	if blank(d.Outline) {
		say("outline", "Enter the outline plan: what must change for this child")
	}
	if blank(d.Lead) {
		say("lead", "Enter the lead social worker")
	}
	if blank(d.CoreGroup) {
		say("core-group", "Enter who is in the core group")
	}
	switch last := at.Date().AddMonths(within); {
	case d.Review.IsZero() || !d.Review.After(at.Date()):
		say("review", "Enter the date of the review conference")
	case d.Review.After(last):
		say("review", words+last.Words())
	}
}

// follow is what the decision for one child sets going.
func (d ForPlan) follow(kind ConferenceKind, at civil.Instant) Consequences {
	if kind == ReviewKind {
		return d.reviewed(at)
	}
	out := Consequences{Ends: []End{{Child: d.Child, For: timescale.InitialConference, HappenedAt: at}}}
	text := "The conference decided on no child protection plan. " + d.Why
	switch {
	case d.Plan == "yes":
		text = "The conference decided on a child protection plan: " + d.Category + ". " + d.Why
		out.Ends = append(out.Ends, End{Child: d.Child, For: timescale.InNeedPlan, How: Withdrawn, Reason: "a child protection plan took its place"})
		out.Begins = []Wait{
			{Child: d.Child, On: SocialWork, For: timescale.CoreGroup, What: "first core group", Since: at},
			{Child: d.Child, On: SocialWork, For: timescale.PlanVisit, What: "the child is seen at home, alone where possible", Since: at},
			{Child: d.Child, On: SocialWork, For: timescale.ReviewConference, What: "review conference", Since: at, By: d.Review.EndOfDay()},
		}
	case d.After == "in_need":
		out.Begins = []Wait{{Child: d.Child, On: SocialWork, For: timescale.InNeedPlan, What: "a child in need plan, agreed with the family", Since: at}}
	default:
		out = out.And(d.nothingMore())
	}
	out.Lines = []Line{{Child: d.Child, Kind: "conference", Source: string(SocialWork), Text: text, HappenedAt: at}}
	return out
}

// nothingMore closes the child's work after a conference.
func (d ForPlan) nothingMore() Consequences {
	out := Consequences{Closes: []string{d.Child}}
	for _, k := range []timescale.Key{timescale.Assessment, timescale.Allocation, timescale.AllocationAnswer} {
		out.Ends = append(out.Ends, End{Child: d.Child, For: k, How: Withdrawn, Reason: "the conference decided that nothing more follows"})
	}
	return out
}

// reviewed is what a review sets going: the next review while the plan goes on; and when
// it ends, the end of what only a plan asks for.
func (d ForPlan) reviewed(at civil.Instant) Consequences {
	var out Consequences
	for _, k := range ConferenceWaits(ReviewKind) {
		out.Ends = append(out.Ends, End{Child: d.Child, For: k, HappenedAt: at})
	}
	text := "The review decided that the child protection plan goes on: " + d.Category + ". " + d.Why + " Changed for the child: " + d.Changed
	if d.Plan == "yes" {
		out.Begins = []Wait{{Child: d.Child, On: SocialWork, For: timescale.LaterReview, What: "next review conference", Since: at, By: d.Review.EndOfDay()}}
	} else {
		text = "The review ended the child protection plan. " + endReason(d.EndFor) + ". " + d.Why + " Changed for the child: " + d.Changed
		for _, k := range []timescale.Key{timescale.CoreGroup, timescale.LaterCoreGroup, timescale.PlanVisit} {
			out.Ends = append(out.Ends, End{Child: d.Child, For: k, How: Withdrawn, Reason: "the review ended the plan"})
		}
		if d.After == "in_need" {
			out.Begins = []Wait{{Child: d.Child, On: SocialWork, For: timescale.InNeedPlan, What: "a child in need plan, agreed with the family", Since: at}}
		} else {
			out = out.And(d.nothingMore())
		}
	}
	out.Lines = []Line{{Child: d.Child, Kind: "conference", Source: string(SocialWork), Text: text, HappenedAt: at}}
	return out
}

// Adjourn puts a conference off. It needs a reason, a new day, and what keeps the
// children safe until then. The clock is not moved.
func (c Conference) Adjourn(why, safety string, to, now civil.Instant) (Consequences, error) {
	if c.State == ConferenceHeld {
		return Consequences{}, refusal.New(refusal.Conflict, "This conference has been held")
	}
	var p problems
	if blank(why) {
		p.say("why", "Enter why the conference is adjourned")
	}
	if blank(safety) {
		p.say("safety", "Enter what keeps the children safe until then")
	}
	if to.IsZero() || to.Before(now) {
		p.say("to", "Enter the new day, in the future")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	var out Consequences
	for _, child := range c.Children {
		out.Lines = append(out.Lines, Line{Child: child, Kind: "conference", Source: string(SocialWork), Text: "The " + ConferenceName(c.Kind) + " was adjourned to " + to.Words() + ": " + why + ". Until then: " + safety})
	}
	return out, nil
}
