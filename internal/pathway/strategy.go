package pathway

import (
	"slices"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Strategy is a strategy discussion as its rules need it (pathway reference,
// sections 4 and 5). That it was asked for is one event and starts the clock; that
// it was held is another, and only a quorate one stops it.
type Strategy struct {
	ID, Ref     string
	Contact     string   // reference of the contact it follows
	Children    []string // contact_child ids it is about
	Kind        StrategyKind
	State       StrategyState
	Immediate   bool // a child is in immediate danger
	Needs       Needs
	RequestedAt civil.Instant
	ScheduledAt civil.Instant
	HeldAt      civil.Instant
	Seats       []Seat
}

// StrategyKind is what a discussion is for. There is no "other".
type StrategyKind string

// The kinds.
const (
	InitialStrategy StrategyKind = "initial" // whether to start enquiries
	ReviewStrategy  StrategyKind = "review"  // how the agreed enquiries go
	FurtherStrategy StrategyKind = "further" // what is new, or who was missing
)

// StrategyState is how far a discussion has come.
type StrategyState string

// The states. A discussion that was held without the people it needs is back to
// waiting for a date: nothing has stopped.
const (
	StrategyRequested StrategyState = "requested"
	StrategyScheduled StrategyState = "scheduled"
	StrategyHeld      StrategyState = "held"
	StrategyDecided   StrategyState = "decided"
)

// Part is what somebody is at a discussion for.
type Part string

// The parts. The first three are always needed.
const (
	PartManager   Part = "manager"       // social care, who decides
	PartPolice    Part = "police"        // an officer who may decide on investigation
	PartHealth    Part = "health"        // somebody who can speak to the child's health record
	PartWorker    Part = "social_worker" // who works with the child
	PartDoctor    Part = "senior_doctor" // in hospital, or a medical is needed
	PartMidwife   Part = "midwifery"     // for an unborn child
	PartPlacement Part = "placement"     // for a child who is looked after
	PartSchool    Part = "school"        // expected, and the discussion goes on without
	PartReferrer  Part = "referrer"      // expected, and the discussion goes on without
	PartOther     Part = "other"
)

// PartWords is what people call a part.
func PartWords(p Part) string {
	return map[Part]string{
		PartManager: "a social care manager", PartPolice: "police", PartHealth: "health", PartWorker: "the social worker", PartDoctor: "a senior doctor",
		PartMidwife: "midwifery", PartPlacement: "the placement service", PartSchool: "the school", PartReferrer: "the agency that referred", PartOther: "another agency",
	}[p]
}

// Parts are all parts, in the order a form offers them.
func Parts() []Part {
	return []Part{PartPolice, PartHealth, PartManager, PartWorker, PartDoctor, PartMidwife, PartPlacement, PartSchool, PartReferrer, PartOther}
}

// Attendance is whether somebody was there. A view sent by e-mail is a view, and
// not attendance.
type Attendance string

// How somebody took part.
const (
	Attended Attendance = "attended"
	SentView Attendance = "sent_view"
	Absent   Attendance = "absent"
)

// Seat is one place at a discussion.
type Seat struct {
	ID         string
	Part       Part
	Agency     Agency
	Owner      string // organisation or user that the seat is for
	Name       string // who sits in it
	Email      string
	Attendance Attendance
	Why        string // why absent
	Decides    bool   // may decide for the agency; for health: can speak to the child's record
	Answered   bool
}

// Needs are the facts that need somebody more at the table.
type Needs struct {
	Medical     bool // in hospital, or a medical is needed
	Unborn      bool
	LookedAfter bool
	InSchool    bool
}

// Quoracy says whether the right people were there.
type Quoracy string

// The answers. A discussion without health in immediate danger may start enquiries,
// and must be held again with everybody.
const (
	Quorate          Quoracy = "quorate"
	NotQuorateUrgent Quoracy = "not_quorate_urgent"
	NotQuorate       Quoracy = "not_quorate"
)

// needed are the parts that a discussion cannot be quorate without (Working Together
// to Safeguard Children, chapter 3, strategy discussion; local additions).
func (n Needs) needed() []Part {
	out := []Part{PartManager, PartPolice, PartHealth}
	if n.Medical {
		out = append(out, PartDoctor)
	}
	if n.Unborn {
		out = append(out, PartMidwife)
	}
	if n.LookedAfter {
		out = append(out, PartPlacement)
	}
	return out
}

// expected are the parts that should be there and whose absence stops nothing.
func (n Needs) expected() []Part {
	if n.InSchool {
		return []Part{PartSchool, PartReferrer}
	}
	return []Part{PartReferrer}
}

// Quoracy works out from who was there whether a discussion was properly
// constituted, which of the parts it needs were missing, and which that were only
// expected.
func (s Strategy) Quoracy() (q Quoracy, missing, absent []Part) {
	there := func(p Part) bool {
		return slices.ContainsFunc(s.Seats, func(x Seat) bool {
			return x.Part == p && x.Attendance == Attended && (x.Decides || p != PartManager && p != PartPolice && p != PartHealth)
		})
	}
	for _, p := range s.Needs.needed() {
		if !there(p) {
			missing = append(missing, p)
		}
	}
	for _, p := range s.Needs.expected() {
		if !there(p) {
			absent = append(absent, p)
		}
	}
	switch {
	case len(missing) == 0:
		return Quorate, nil, absent
	case s.Immediate && there(PartManager) && there(PartPolice):
		return NotQuorateUrgent, missing, absent
	}
	return NotQuorate, missing, absent
}

// StrategyRequest is why somebody asks for a discussion.
type StrategyRequest struct {
	Suspected string // what is suspected, by whom, since when
	Category  string // neglect, physical, sexual, emotional
	Kind      StrategyKind
	Manager   bool
	Open      bool // a discussion of these children is already waited for
}

// Categories of harm, as a child protection plan names them.
var Categories = []string{"neglect", "physical", "sexual", "emotional"}

// Request asks for a strategy discussion about children with whom somebody already
// works. Police and health are waited for from this moment, and somebody convenes.
func (s Strategy) Request(r StrategyRequest) (Consequences, error) {
	var p problems
	if len(s.Children) == 0 {
		p.say("child", "Enter the reference of a child with whom somebody works now")
	}
	if blank(r.Suspected) {
		p.say("suspected", "Enter what is suspected, who suspects it and since when")
	}
	if !slices.Contains(Categories, r.Category) {
		p.say("category", "Select the kind of harm that is suspected")
	}
	if _, ok := StrategyKindOf(s.Kind); !ok {
		p.say("kind", "Select what the discussion is for")
	}
	if r.Open {
		p.say("child", "A discussion about this child is already waited for. Open that one")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	var out Consequences
	for _, child := range s.Children {
		for _, w := range strategyWaits() {
			w.Child = child
			out.Begins = append(out.Begins, w)
		}
		out.Lines = append(out.Lines, Line{Child: child, Kind: "strategy", Source: string(SocialWork), Text: "A strategy discussion was asked for: " + r.Suspected})
	}
	return out, nil
}

// strategyWaits are what a child waits for when there is reasonable cause to suspect
// significant harm: both agencies, and somebody who brings them together.
func strategyWaits() []Wait {
	return []Wait{
		{On: Police, For: timescale.StrategyDiscussion, What: "meet for a strategy discussion"},
		{On: Health, For: timescale.StrategyDiscussion, What: "meet for a strategy discussion"},
		{On: SocialWork, For: timescale.StrategyConvened, What: "convene the strategy discussion"},
	}
}

// Convene offers times and invites. It refuses without a time that is still to
// come, or without police and health among the invited: a meeting that cannot be
// quorate is not convened. Each invited agency is waited for until it answers.
func (s Strategy) Convene(slots []civil.Instant, now civil.Instant) (Consequences, error) {
	if s.State == StrategyHeld || s.State == StrategyDecided {
		return Consequences{}, refusal.New(refusal.Conflict, "This discussion has been held. Convene a further one")
	}
	var p problems
	if len(slots) == 0 {
		p.say("slot-1", "Enter at least one time to offer")
	}
	for _, t := range slots {
		if t.Before(now) {
			p.say("slot-1", "Times to offer must be in the future")
			break
		}
	}
	for _, part := range []Part{PartPolice, PartHealth} {
		if !slices.ContainsFunc(s.Seats, func(x Seat) bool { return x.Part == part && (x.Owner != "" || x.Email != "") }) {
			p.say("seat-"+string(part), "Enter who is invited for "+PartWords(part))
		}
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	var out Consequences
	for _, seat := range s.Seats {
		if !seat.Answered {
			out = out.And(s.Invite(seat))
		}
	}
	return out, nil
}

// Invite asks one seat to answer. Until it does, somebody is waited for.
func (s Strategy) Invite(seat Seat) Consequences {
	if seat.Agency == SocialWork && seat.Owner == "" && seat.Email == "" {
		return Consequences{}
	}
	to := seat.Email
	if to == "" && seat.Agency == SocialWork {
		to = "user:" + seat.Owner
	}
	out := Consequences{Tells: []Tell{{Kind: "meeting-invited", To: to, Ref: s.Ref, Link: "/meetings/" + s.Ref, Key: "invite " + seat.ID}}}
	if seat.Agency != SocialWork {
		for _, child := range s.Children {
			out.Begins = append(out.Begins, Wait{Child: child, On: seat.Agency, Owner: seat.Owner, For: timescale.StrategyAnswer,
				What: "answer the invitation to a strategy discussion", About: seat.ID})
		}
	}
	return out
}

// Answer is what an invited agency says.
type Answer struct {
	Seat   string
	Comes  string // yes, deputy, no
	Name   string // who comes
	Email  string // of the deputy
	Reason string
}

// AnswerInvitation records what an agency answered. A refusal needs a reason and ends
// only the wait for the answer: the agency goes on being waited for until it meets.
func (s Strategy) AnswerInvitation(a Answer) (Consequences, error) {
	seat, ok := s.Seat(a.Seat)
	if !ok {
		return Consequences{}, refusal.Hidden()
	}
	if s.State == StrategyHeld || s.State == StrategyDecided {
		return Consequences{}, refusal.New(refusal.Conflict, "This discussion has been held. Its record is below")
	}
	var p problems
	switch a.Comes {
	case "yes", "deputy":
		if blank(a.Name) {
			p.say("name", "Enter who will come, with their role")
		}
	case "no":
		if blank(a.Reason) {
			p.say("reason", "Enter why nobody can come, and when somebody can")
		}
	default:
		p.say("comes", "Select whether somebody will come")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	words := map[string]string{"yes": " will come", "deputy": " sends a deputy", "no": " will not come: " + a.Reason}[a.Comes]
	out := Consequences{Ends: []End{{For: timescale.StrategyAnswer, About: seat.ID}}}
	for _, child := range s.Children {
		out.Lines = append(out.Lines, Line{Child: child, Kind: "strategy", Source: string(seat.Agency), Text: capital(AgencyName(seat.Agency)) + words})
	}
	return out, nil
}

// Silent says that a seat was asked and has not answered when its time was up. Then
// the deputy is asked as well; the first goes on being waited for.
func (s Strategy) Silent(seat, deputy Seat) Consequences {
	out := s.Invite(deputy)
	for _, child := range s.Children {
		out.Lines = append(out.Lines, Line{Child: child, Kind: "strategy", Source: string(seat.Agency),
			Text: capital(AgencyName(seat.Agency)) + " did not answer the invitation in time. The deputy was asked"})
	}
	return out
}

// RemindBefore is how long before it a discussion that has a time is called to mind.
// Local practice: long enough to find a deputy, short enough not to be forgotten again.
const RemindBefore = 2 * time.Hour

// RemindToAnswer calls an invitation to mind that nobody has answered while there is
// still time to answer it (finding 17: "as and when they should"). It changes no clock.
func (s Strategy) RemindToAnswer(seat Seat) Consequences {
	if seat.Answered || seat.Email == "" {
		return Consequences{}
	}
	out := Consequences{Tells: []Tell{{Kind: "meeting-answer-soon", To: seat.Email, Ref: s.Ref, Link: "/meetings/" + s.Ref, Key: "remind " + seat.ID}}}
	for _, child := range s.Children {
		out.Lines = append(out.Lines, Line{Child: child, Kind: "strategy", Source: string(seat.Agency),
			Text: capital(AgencyName(seat.Agency)) + " had not answered the invitation and was reminded"})
	}
	return out
}

// RemindOfMeeting calls the time of a discussion to mind, once for each time that is set.
func (s Strategy) RemindOfMeeting(seat Seat) Consequences {
	if seat.Email == "" || s.State != StrategyScheduled {
		return Consequences{}
	}
	return Consequences{Tells: []Tell{{Kind: "meeting-soon", To: seat.Email, Ref: s.Ref, Link: "/meetings/" + s.Ref, Key: "soon " + seat.ID + " " + s.ScheduledAt.String()}}}
}

// Schedule fixes the time. Whoever convenes is no longer waited for; police and
// health still are.
func (s Strategy) Schedule(at, now civil.Instant) (Consequences, error) {
	switch {
	case s.State == StrategyHeld || s.State == StrategyDecided:
		return Consequences{}, refusal.New(refusal.Conflict, "This discussion has been held. Convene a further one")
	case at.IsZero():
		return Consequences{}, refusal.Field("at", "Select one of the times that were offered, or enter another")
	case at.Before(now):
		return Consequences{}, refusal.Field("at", "The time must be in the future. Record the discussion if it has been held")
	}
	var out Consequences
	for _, child := range s.Children {
		out.Ends = append(out.Ends, End{Child: child, For: timescale.StrategyConvened})
		out.Lines = append(out.Lines, Line{Child: child, Kind: "strategy", Source: string(SocialWork), Text: "The strategy discussion is set for " + at.Words()})
	}
	for _, seat := range s.Seats {
		if seat.Email != "" {
			out.Tells = append(out.Tells, Tell{Kind: "meeting-set", To: seat.Email, Ref: s.Ref, Link: "/meetings/" + s.Ref, Key: "set " + seat.ID + " " + at.String()})
		}
	}
	return out, nil
}

// Cancel takes back a date, not the need. The children go on waiting, and somebody
// must convene again.
func (s Strategy) Cancel(reason string, manager bool) (Consequences, error) {
	switch {
	case !manager:
		return Consequences{}, notManager()
	case s.State != StrategyScheduled:
		return Consequences{}, refusal.New(refusal.Conflict, "This discussion has no date to cancel")
	case blank(reason):
		return Consequences{}, refusal.Field("reason", "Enter why the date is cancelled")
	}
	var out Consequences
	for _, child := range s.Children {
		out.Begins = append(out.Begins, Wait{Child: child, On: SocialWork, For: timescale.StrategyConvened, What: "set a new date for the strategy discussion"})
		out.Lines = append(out.Lines, Line{Child: child, Kind: "strategy", Source: string(SocialWork), Text: "The date of the strategy discussion was cancelled: " + reason})
	}
	for _, seat := range s.Seats {
		if seat.Email != "" {
			out.Tells = append(out.Tells, Tell{Kind: "meeting-cancelled", To: seat.Email, Ref: s.Ref, Link: "/meetings/" + s.Ref, Key: "cancelled " + seat.ID + " " + s.ScheduledAt.String()})
		}
	}
	return out, nil
}

// earliestRecord is how long after it was asked for a discussion may have been held
// before the request was written down: by telephone, at once.
const earliestRecord = 24 * time.Hour

// Hold records that a discussion took place and who was there. Whether it was
// quorate is worked out, never entered. Only a quorate one stops the clocks of police
// and health, at the moment it was held.
func (s Strategy) Hold(at, now civil.Instant) (Consequences, error) {
	var p problems
	switch {
	case s.State == StrategyDecided:
		return Consequences{}, refusal.New(refusal.Conflict, "This discussion has been decided. Record a further one")
	case at.IsZero():
		p.say("held", "Enter when the discussion was held")
	case at.After(now):
		p.say("held", "The discussion must have been held already")
	case at.Before(s.RequestedAt.Add(-earliestRecord)):
		p.say("held", "The discussion cannot have been held before it was asked for")
	}
	for _, seat := range s.Seats {
		if seat.Attendance == Absent && blank(seat.Why) {
			p.say("why-"+seat.ID, "Enter why "+PartWords(seat.Part)+" was not there")
		}
	}
	if !slices.ContainsFunc(s.Seats, func(x Seat) bool { return x.Attendance == Attended }) {
		p.say("held", "Say of at least one person that they were there")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	q, missing, _ := s.Quoracy()
	var out Consequences
	for _, child := range s.Children {
		text := "A strategy discussion was held"
		switch q {
		case Quorate:
			out.Ends = append(out.Ends, End{Child: child, For: timescale.StrategyDiscussion, HappenedAt: at},
				End{Child: child, For: timescale.StrategyConvened, HappenedAt: at},
				End{Child: child, For: timescale.StrategyFollowUp, HappenedAt: at},
				End{Child: child, For: timescale.StrategyAnswer, How: Withdrawn, Reason: "the discussion was held"})
			out.Begins = append(out.Begins, Wait{Child: child, On: SocialWork, For: timescale.StrategyDecided, What: "decide and circulate the record of the discussion", About: s.ID, Since: at})
		case NotQuorateUrgent:
			text += " in immediate danger without " + partsWords(missing) + ". It must be held again with everybody"
			out.Ends = append(out.Ends, End{Child: child, For: timescale.StrategyFollowUp, How: Moved, Reason: "held again without everybody"})
			out.Begins = append(out.Begins, Wait{Child: child, On: SocialWork, For: timescale.StrategyDecided, What: "decide and circulate the record of the discussion", About: s.ID, Since: at},
				Wait{Child: child, On: SocialWork, For: timescale.StrategyFollowUp, What: "hold the discussion again with everybody", Since: at})
		default:
			text += ", but not properly constituted: no " + partsWords(missing) + ". The clock is still running"
		}
		out.Lines = append(out.Lines, Line{Child: child, Kind: "strategy", Source: string(SocialWork), Text: text, HappenedAt: at})
	}
	return out, nil
}

func partsWords(parts []Part) string {
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = PartWords(p)
	}
	if len(words) < 2 {
		return joinWords(words)
	}
	return joinWords(words[:len(words)-1]) + " or " + words[len(words)-1]
}

func joinWords(words []string) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += ", "
		}
		out += w
	}
	return out
}

// Seat finds a seat.
func (s Strategy) Seat(id string) (Seat, bool) {
	i := slices.IndexFunc(s.Seats, func(x Seat) bool { return x.ID == id })
	if i < 0 {
		return Seat{}, false
	}
	return s.Seats[i], true
}

// Visit is what was done for a child's safety while the meeting is waited for.
type Visit struct {
	Child string
	At    civil.Instant
	By    string
	Seen  string // yes, no
	Alone string // yes, no and why
	Words string // what the child said or showed
	Next  civil.Instant
}

// VisitMeanwhile records a visit to a child who waits for a discussion.
func (s Strategy) VisitMeanwhile(v Visit, now civil.Instant) (Consequences, error) {
	var p problems
	if !slices.Contains(s.Children, v.Child) {
		p.say("child", "Select which child was visited")
	}
	switch {
	case v.At.IsZero():
		p.say("at", "Enter when the visit was made")
	case v.At.After(now):
		p.say("at", "The visit must have been made already")
	}
	if blank(v.By) {
		p.say("by", "Enter who visited")
	}
	if v.Seen != "yes" && v.Seen != "no" {
		p.say("seen", "Select whether the child was seen")
	}
	if v.Seen == "yes" && blank(v.Alone) {
		p.say("alone", "Enter whether the child was seen alone, and if not why")
	}
	if v.Seen == "yes" && blank(v.Words) {
		p.say("words", "Enter what the child said or showed")
	}
	if v.Next.IsZero() {
		p.say("next", "Enter when somebody sees the child next")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	text := v.By + " visited while the discussion is waited for. "
	if v.Seen == "yes" {
		text += "The child was seen. " + v.Words
	} else {
		text += "The child was not seen."
	}
	return Consequences{Lines: []Line{{Child: v.Child, Kind: "visit", Source: string(SocialWork), Text: text, HappenedAt: v.At}}}, nil
}
