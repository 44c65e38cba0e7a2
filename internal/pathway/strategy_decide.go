package pathway

import (
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Point is something a strategy discussion must settle. A record with a blank point
// is no record (pathway reference, section 4: held, decide).
type Point struct {
	Key, Ask, Hint string
	Options        []PointOption // none: in words
	Why            bool          // the answer needs its reason beside it
}

// PointOption is one answer to a point.
type PointOption struct{ Value, Label string }

var yesNo = []PointOption{{"yes", "Yes"}, {"no", "No"}}

// agenda is what is settled, in the order it is talked through.
var agenda = []Point{
	{Key: "facts-police", Ask: "What police know", Hint: "Incidents, checks on adults, what officers saw and heard"},
	{Key: "facts-health", Ask: "What health know", Hint: "The child's health record, injuries, the parents' health"},
	{Key: "facts-social-care", Ask: "What social care know", Hint: "Earlier contacts, assessments and plans, of brothers and sisters too"},
	{Key: "threshold", Ask: "Is there reasonable cause to suspect significant harm, so that section 47 enquiries start?", Options: yesNo, Why: true},
	{Key: "joint", Ask: "Joint with police, or social care alone?", Options: []PointOption{{"joint", "Joint"}, {"single", "Social care alone"}, {"none", "No enquiry"}}, Why: true},
	{Key: "criminal", Ask: "Will police investigate a crime?", Options: yesNo, Why: true},
	{Key: "medical", Ask: "Is a medical needed?", Options: yesNo, Why: true},
	{Key: "child", Ask: "Who sees and speaks to the child, when, and how?"},
	{Key: "suspects", Ask: "Who speaks to the person alleged to be responsible, and when?"},
	{Key: "safety", Ask: "What keeps the child safe until the next step?"},
	{Key: "parents", Ask: "What are the parents told, when, by whom?"},
	{Key: "legal", Ask: "Is legal action needed?", Options: yesNo, Why: true},
	{Key: "next", Ask: "When is this looked at again, or why is that not needed?"},
}

// Agenda is what every strategy discussion must settle.
func Agenda() []Point { return slices.Clone(agenda) }

// StrategyKindInfo is a kind of discussion with what it is for and what it must settle
// beside the agenda of all.
type StrategyKindInfo struct {
	Kind          StrategyKind
	Name, Purpose string
	First         []Point // asked before the rest
}

// strategyKinds is the single definition of the kinds (finding 29). There is no other.
var strategyKinds = []StrategyKindInfo{
	{Kind: InitialStrategy, Name: "Initial discussion", Purpose: "whether there is reasonable cause to suspect significant harm, so that enquiries start"},
	{Kind: ReviewStrategy, Name: "Review discussion", Purpose: "how the agreed enquiries go, and whether they are still the right ones",
		First: []Point{{Key: "since", Ask: "What has been done since the last discussion, and what has not?", Hint: "Each action that was agreed, by whom; what was found"}}},
	{Kind: FurtherStrategy, Name: "Further discussion", Purpose: "what is new about a child who is already known, or who was missing last time",
		First: []Point{{Key: "since", Ask: "What is new, or who was missing last time?", Hint: "What nobody knew when it was last talked through"}}},
}

// StrategyKinds are the kinds of discussion with what each is for.
func StrategyKinds() []StrategyKindInfo { return slices.Clone(strategyKinds) }

// StrategyKindOf finds a kind; one that is not on the list is none.
func StrategyKindOf(k StrategyKind) (StrategyKindInfo, bool) {
	i := slices.IndexFunc(strategyKinds, func(x StrategyKindInfo) bool { return x.Kind == k })
	if i < 0 {
		return StrategyKindInfo{}, false
	}
	return strategyKinds[i], true
}

// AgendaFor is what a discussion of a kind must settle.
func AgendaFor(k StrategyKind) []Point {
	info, _ := StrategyKindOf(k)
	return append(slices.Clone(info.First), agenda...)
}

// Settled is what was settled at a discussion.
type Settled struct {
	Points  map[string]string // by key: an option's value, or words
	Why     map[string]string
	After   string // what follows when no enquiry starts: assessment, nothing
	Actions []Action
	Manager bool
	Running []string // children about whom an enquiry is already under way, begun early
}

// Action is something an agency said it would do by a date.
type Action struct {
	ID, Child string
	What      string
	On        Agency
	Owner     string // organisation or user
	By        civil.Instant
}

// Decide settles a discussion that was held. It refuses a blank point; enquiries
// after a discussion that was not quorate and not urgent; and an action without an
// agency and a date. What was decided becomes a wait on whoever must act.
func (s Strategy) Decide(d Settled) (Consequences, error) {
	q, missing, _ := s.Quoracy()
	switch {
	case !d.Manager:
		return Consequences{}, notManager()
	case s.State == StrategyDecided:
		return Consequences{}, refusal.New(refusal.Conflict, "Somebody else has recorded what was decided. Read it before going on")
	case s.State != StrategyHeld:
		return Consequences{}, refusal.New(refusal.Conflict, "Record first that the discussion was held, and who was there")
	}
	var p problems
	for _, x := range AgendaFor(s.Kind) {
		x.check(&p, d)
	}
	if d.Points["threshold"] == "yes" && q == NotQuorate {
		p.say("threshold", "Enquiries cannot be started by a discussion without "+partsWords(missing)+". Hold it again with everybody; protect the child meanwhile")
	}
	if d.Points["threshold"] == "yes" && d.Points["joint"] == "none" || d.Points["threshold"] == "no" && d.Points["joint"] != "none" && d.Points["joint"] != "" {
		p.say("joint", "The answer must fit whether enquiries start")
	}
	if d.Points["threshold"] == "no" && d.After != "assessment" && d.After != "nothing" {
		p.say("after", "Select what follows when no enquiry starts")
	}
	for i, a := range d.Actions {
		a.check(&p, i, s)
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	return s.follow(d), nil
}

func (x Point) check(p *problems, d Settled) {
	value := d.Points[x.Key]
	switch {
	case len(x.Options) == 0 && blank(value):
		p.say(x.Key, "Enter: "+x.Ask)
	case len(x.Options) > 0 && !slices.ContainsFunc(x.Options, func(o PointOption) bool { return o.Value == value }):
		p.say(x.Key, "Select: "+x.Ask)
	case x.Why && blank(d.Why[x.Key]):
		p.say(x.Key+"-why", "Enter the reason: "+x.Ask)
	}
}

func (a Action) check(p *problems, i int, s Strategy) {
	n := string(rune('1' + i))
	if blank(a.What) {
		p.say("action-"+n, "Enter what is to be done")
	}
	if a.On == "" {
		p.say("action-"+n+"-agency", "Select who does it")
	}
	if a.By.IsZero() || a.By.Before(s.HeldAt) {
		p.say("action-"+n+"-by", "Enter by when it is done, after the discussion")
	}
	if !slices.Contains(s.Children, a.Child) {
		p.say("action-"+n, "Select the child it is for")
	}
}

// follow is what a settled discussion sets going.
func (s Strategy) follow(d Settled) Consequences {
	var out Consequences
	for _, child := range s.Children {
		out.Ends = append(out.Ends, End{Child: child, For: timescale.StrategyDecided, About: s.ID})
		if d.Points["threshold"] == "yes" {
			if !slices.Contains(d.Running, child) {
				out.Begins = append(out.Begins,
					Wait{Child: child, On: SocialWork, For: timescale.Enquiry, What: "section 47 enquiry", About: s.ID, Since: s.HeldAt},
					Wait{Child: child, On: SocialWork, For: timescale.EnquiryChildSeen, What: "the child is seen and spoken to", About: s.ID, Since: s.HeldAt})
			}
			out.Begins = append(out.Begins, Wait{Child: child, On: SocialWork, For: timescale.Assessment, What: "assessment, of which the enquiry is a part", Since: s.RequestedAt})
			out.Lines = append(out.Lines, Line{Child: child, Kind: "strategy", Source: string(SocialWork), HappenedAt: s.HeldAt,
				Text: "Section 47 enquiries start, " + map[string]string{"joint": "jointly with police", "single": "by social care alone"}[d.Points["joint"]] + ". " + d.Why["threshold"]})
			continue
		}
		out.Lines = append(out.Lines, Line{Child: child, Kind: "strategy", Source: string(SocialWork), HappenedAt: s.HeldAt, Text: "No section 47 enquiry: " + d.Why["threshold"]})
		if d.After == "assessment" {
			out.Begins = append(out.Begins, Wait{Child: child, On: SocialWork, For: timescale.Assessment, What: "assessment", Since: s.RequestedAt})
			continue
		}
		for _, k := range []timescale.Key{timescale.Allocation, timescale.AllocationAnswer, timescale.StrategyFollowUp, timescale.StrategyConvened} {
			out.Ends = append(out.Ends, End{Child: child, For: k, How: Withdrawn, Reason: "the strategy discussion decided that nothing more follows"})
		}
		out.Closes = append(out.Closes, child)
	}
	for _, a := range d.Actions {
		out.Begins = append(out.Begins, Wait{Child: a.Child, On: a.On, Owner: a.Owner, For: timescale.ActionAgreed, What: a.What, About: a.ID, By: a.By})
	}
	return out.And(s.circulate())
}

// circulate sends the record to whoever was there and waits for each agency to sign
// it within a working day (timescales CP2).
func (s Strategy) circulate() Consequences {
	var out Consequences
	signs := []Agency{}
	for _, seat := range s.Seats {
		if seat.Attendance == Absent || seat.Attendance == "" {
			continue
		}
		if seat.Email != "" {
			out.Tells = append(out.Tells, Tell{Kind: "meeting-record", To: seat.Email, Ref: s.Ref, Link: "/meetings/" + s.Ref, Key: "record " + seat.ID})
		}
		if seat.Attendance != Attended || seat.Agency == SocialWork || slices.Contains(signs, seat.Agency) {
			continue
		}
		signs = append(signs, seat.Agency)
		for _, child := range s.Children {
			out.Begins = append(out.Begins, Wait{Child: child, On: seat.Agency, Owner: seat.Owner, For: timescale.StrategySigned,
				What: "sign the record of the strategy discussion", About: seat.ID})
		}
	}
	return out
}

// Signature is an agency's word on the record.
type Signature struct {
	Seat   string
	By     string
	Agrees string // yes, no
	Why    string
}

// Sign records that an agency agrees with the record, or how it does not. A
// disagreement is somebody's to settle: it does not end in the file.
func (s Strategy) Sign(g Signature) (Consequences, error) {
	seat, ok := s.Seat(g.Seat)
	if !ok {
		return Consequences{}, refusal.Hidden()
	}
	if s.State != StrategyDecided {
		return Consequences{}, refusal.New(refusal.Conflict, "There is no record to sign yet")
	}
	var p problems
	if blank(g.By) {
		p.say("by", "Enter your name and role")
	}
	if g.Agrees != "yes" && g.Agrees != "no" {
		p.say("agrees", "Select whether your agency agrees with the record")
	}
	if g.Agrees == "no" && blank(g.Why) {
		p.say("why", "Enter what you do not agree with, and what you would do")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	out := Consequences{Ends: []End{{For: timescale.StrategySigned, About: seat.ID}}}
	for _, child := range s.Children {
		text := capital(AgencyName(seat.Agency)) + " agreed with the record of the strategy discussion"
		if g.Agrees == "no" {
			text = capital(AgencyName(seat.Agency)) + " did not agree with the record of the strategy discussion: " + g.Why
			out.Begins = append(out.Begins, Wait{Child: child, On: SocialWork, For: timescale.Disagreement, What: "settle a disagreement with " + AgencyName(seat.Agency), About: seat.ID})
		}
		out.Lines = append(out.Lines, Line{Child: child, Kind: "strategy", Source: string(seat.Agency), Text: text})
	}
	return out, nil
}
