package pathway

import (
	_ "embed" // when a joint investigation is to be considered
	"slices"
	"sync"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"

	"github.com/BurntSushi/toml"
)

// Enquiry is a section 47 enquiry about one child as its rules need it (pathway
// reference, section 4: s47).
type Enquiry struct {
	ID, Ref    string
	Child      string // contact_child
	State      EnquiryState
	StartedAt  civil.Instant // the discussion that decided to start it, or the early start
	Discussion bool          // whether a discussion decided it
	Joint      string        // joint, single, or "" until both agencies have said
	Actions    []EnquiryAction
	OpenWhy    string // why evidence is still to be secured, as recorded with the outcome
	Unread     int    // significant earlier events neither cited nor set aside
	Outcome    EnquiryOutcome
}

// EnquiryState is how far an enquiry has come.
type EnquiryState string

// The states.
const (
	EnquiryOpen       EnquiryState = "open"
	EnquiryRecorded   EnquiryState = "outcome_recorded"
	EnquiryAuthorised EnquiryState = "authorised"
)

// ActionKind is what is done in an enquiry.
type ActionKind string

// The kinds. The last but two secure evidence that does not wait.
const (
	ChildSeen     ActionKind = "child_seen"
	ChildSpoken   ActionKind = "child_spoken"
	SuspectSpoken ActionKind = "suspect_spoken"
	Medical       ActionKind = "medical"
	Devices       ActionKind = "devices"
	Photographs   ActionKind = "photographs"
	OtherAction   ActionKind = "other"
)

// ActionKinds are all kinds with what people call them.
func ActionKinds() []PointOption {
	return []PointOption{{string(ChildSeen), "The child is seen"}, {string(ChildSpoken), "The child is spoken to"}, {string(SuspectSpoken), "The person alleged to be responsible is spoken to"},
		{string(Medical), "Medical"}, {string(Devices), "Devices secured"}, {string(Photographs), "Photographs taken"}, {string(OtherAction), "Something else"}}
}

// EnquiryAction is something an agency does in an enquiry, by a date.
type EnquiryAction struct {
	ID    string
	Kind  ActionKind
	What  string
	On    Agency
	Owner string
	By    civil.Instant
	Done  civil.Instant
	Let   string // why it is not needed after all
}

// Open says whether the action is still to be done.
func (a EnquiryAction) Open() bool { return a.Done.IsZero() && a.Let == "" }

// evidence are the kinds that may be lost by waiting (finding 23).
var evidence = []ActionKind{Medical, Devices, Photographs, ChildSpoken}

// StartEarly starts an enquiry before the discussion, for a child who cannot wait. It
// needs a manager and a reason, and that a discussion has been asked for: an early start
// is never instead of one.
func (e Enquiry) StartEarly(why string, manager, asked, running bool) (Consequences, error) {
	switch {
	case !manager:
		return Consequences{}, notManager()
	case running:
		return Consequences{}, refusal.New(refusal.Conflict, "An enquiry about this child is already under way. Open that one")
	case !asked:
		return Consequences{}, refusal.Field("child", "Ask for a strategy discussion first. An enquiry may start before it is held, not without it")
	case blank(why):
		return Consequences{}, refusal.Field("why", "Enter why the enquiry cannot wait for the discussion")
	}
	return Consequences{
		Begins: []Wait{
			{Child: e.Child, On: SocialWork, For: timescale.Enquiry, What: "section 47 enquiry", About: e.ID},
			{Child: e.Child, On: SocialWork, For: timescale.EnquiryChildSeen, What: "the child is seen and spoken to", About: e.ID},
		},
		Lines: []Line{{Child: e.Child, Kind: "enquiry", Source: string(SocialWork), Text: "A section 47 enquiry started before the strategy discussion: " + why}},
	}, nil
}

// Criterion is a fact that asks for a joint investigation.
type Criterion struct{ Key, Name, Source string }

//go:embed joint.toml
var jointText string

type jointData struct{ Criterion, Single []Criterion }

var joint = sync.OnceValue(func() jointData {
	var f jointData
	md, err := toml.Decode(jointText, &f)
	if err != nil || len(md.Undecoded()) > 0 || len(f.Criterion) == 0 || len(f.Single) == 0 {
		panic("pathway: joint.toml cannot be read") // a test reads it
	}
	return f
})

// Criteria are the facts that ask for a joint investigation, as reviewed data.
func Criteria() []Criterion { return joint().Criterion }

// SingleReasons are why social care investigates alone, as reviewed data.
func SingleReasons() []Criterion { return joint().Single }

// SingleReason is what people call a reason to investigate alone.
func SingleReason(key string) string {
	for _, r := range SingleReasons() {
		if r.Key == key {
			return r.Name
		}
	}
	return ""
}

// JointView is what one agency says about investigating together.
type JointView struct {
	Agency   Agency
	By       string
	View     string   // joint, single
	Criteria []string // which are met
	Reason   string   // code of the reason to investigate alone
	Why      string
}

// Together records one agency's view. Single when a criterion for a joint investigation
// is met needs its reason. When the two agencies differ, somebody settles it within a
// day; neither decides alone (findings 25 and 26).
func (e Enquiry) Together(v JointView, other string) (Consequences, error) {
	var p problems
	if v.Agency != Police && v.Agency != SocialWork {
		return Consequences{}, refusal.Hidden()
	}
	if e.State == EnquiryAuthorised {
		return Consequences{}, refusal.New(refusal.Conflict, "The outcome of this enquiry is authorised. Nothing more is decided in it")
	}
	if v.View != "joint" && v.View != "single" {
		p.say("view", "Select whether to investigate together")
	}
	if blank(v.By) {
		p.say("by", "Enter who says so, with their role")
	}
	if v.View == "single" && SingleReason(v.Reason) == "" {
		p.say("single-reason", "Select why social care investigates alone")
	}
	if v.View == "single" && v.Reason == "other" && blank(v.Why) {
		p.say("why", "Enter the reason in words")
	}
	if v.View == "single" && len(v.Criteria) > 0 && blank(v.Why) {
		p.say("why", "Enter why this is not a joint investigation although the facts ask for one")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	words := map[string]string{"joint": "a joint investigation", "single": "social care alone"}[v.View]
	out := Consequences{Lines: []Line{{Child: e.Child, Kind: "enquiry", Source: string(v.Agency), Text: capital(AgencyName(v.Agency)) + " said: " + words + singleWords(v) + ". " + v.Why}}}
	switch {
	case other != "" && other != v.View:
		out.Begins = append(out.Begins, Wait{Child: e.Child, On: SocialWork, For: timescale.Disagreement, What: "settle whether to investigate together", About: e.ID})
	case other == v.View:
		out.Ends = append(out.Ends, End{Child: e.Child, For: timescale.Disagreement, About: e.ID})
	}
	return out, nil
}

func singleWords(v JointView) string {
	if v.View != "single" {
		return ""
	}
	return ", " + lowered(SingleReason(v.Reason))
}

// Agree adds an action to an enquiry. Whoever undertook it is waited for by its date.
func (e Enquiry) Agree(a EnquiryAction, now civil.Instant) (Consequences, error) {
	var p problems
	if e.State == EnquiryAuthorised {
		return Consequences{}, refusal.New(refusal.Conflict, "The outcome of this enquiry is authorised. Nothing more is done in it")
	}
	if !slices.ContainsFunc(ActionKinds(), func(o PointOption) bool { return o.Value == string(a.Kind) }) {
		p.say("kind", "Select what is to be done")
	}
	if a.Kind == OtherAction && blank(a.What) {
		p.say("what", "Enter what is to be done")
	}
	if a.On == "" {
		p.say("agency", "Select who does it")
	}
	if a.By.IsZero() || a.By.Before(now) {
		p.say("by", "Enter by when it is done, from now on")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	return Consequences{
		Begins: []Wait{{Child: e.Child, On: a.On, Owner: a.Owner, For: timescale.ActionAgreed, What: a.words(), About: a.ID, By: a.By}},
		Lines:  []Line{{Child: e.Child, Kind: "enquiry", Source: string(SocialWork), Text: capital(AgencyName(a.On)) + " will do by " + a.By.Words() + ": " + a.words()}},
	}, nil
}

func (a EnquiryAction) words() string {
	if a.Kind == OtherAction || !blank(a.What) {
		return a.What
	}
	for _, o := range ActionKinds() {
		if o.Value == string(a.Kind) {
			return lowered(o.Label)
		}
	}
	return string(a.Kind)
}

func lowered(s string) string {
	r := []rune(s)
	if len(r) > 0 && r[0] >= 'A' && r[0] <= 'Z' {
		r[0] += 'a' - 'A'
	}
	return string(r)
}

// Deed is that an action was done, or is not needed after all.
type Deed struct {
	Action string
	At     civil.Instant
	By     string
	How    string // for a child: alone or why not, and their words
	Let    string // why it is not needed
}

// Do records that an action was done. Seeing the child ends that clock too.
func (e Enquiry) Do(d Deed, now civil.Instant) (Consequences, error) {
	i := slices.IndexFunc(e.Actions, func(a EnquiryAction) bool { return a.ID == d.Action })
	if i < 0 {
		return Consequences{}, refusal.Hidden()
	}
	a := e.Actions[i]
	if !a.Open() {
		return Consequences{}, refusal.New(refusal.Conflict, "Somebody has already recorded this action")
	}
	var p problems
	if blank(d.Let) {
		switch {
		case d.At.IsZero():
			p.say("at", "Enter when it was done, or why it is not needed")
		case d.At.After(now):
			p.say("at", "It must have been done already")
		}
		if blank(d.By) {
			p.say("by", "Enter who did it")
		}
		if a.Kind == ChildSeen && blank(d.How) {
			p.say("how", "Enter whether the child was seen alone, and if not why")
		}
		if a.Kind == ChildSpoken && blank(d.How) {
			p.say("how", "Enter what the child said, in the child's words")
		}
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	if !blank(d.Let) {
		return Consequences{
			Ends:  []End{{Child: e.Child, For: timescale.ActionAgreed, About: a.ID, How: Withdrawn, Reason: "not needed: " + d.Let}},
			Lines: []Line{{Child: e.Child, Kind: "enquiry", Source: string(a.On), Text: "Not needed after all, " + a.words() + ": " + d.Let}},
		}, nil
	}
	out := Consequences{
		Ends:  []End{{Child: e.Child, For: timescale.ActionAgreed, About: a.ID, HappenedAt: d.At}},
		Lines: []Line{{Child: e.Child, Kind: "enquiry", Source: string(a.On), Text: "Done, " + a.words() + " (" + d.By + "). " + d.How, HappenedAt: d.At}},
	}
	if a.Kind == ChildSeen {
		out.Ends = append(out.Ends, End{Child: e.Child, For: timescale.EnquiryChildSeen, HappenedAt: d.At})
	}
	return out, nil
}

// EnquiryOutcome is what an enquiry found.
type EnquiryOutcome string

// EnquiryOutcomeInfo is an outcome as pages and the journey show it.
type EnquiryOutcomeInfo struct {
	Code   EnquiryOutcome
	Name   string
	Begins []Wait
	Closes bool
}

// enquiryOutcomes says what each outcome sets going (pathway reference, section 4, s47
// outcomes). The clock of an initial conference runs from the discussion that started
// the enquiry, however long the enquiry took (timescales CP4).
var enquiryOutcomes = []EnquiryOutcomeInfo{
	{Code: "not_substantiated_closed", Name: "Not substantiated, no further action", Closes: true},
	{Code: "not_substantiated_support", Name: "Not substantiated, assessment and support go on"},
	{Code: "substantiated_plan", Name: "Substantiated, no continuing risk: child in need plan", Begins: []Wait{{On: SocialWork, For: timescale.InNeedPlan, What: "a child in need plan, agreed with the family"}}},
	{Code: "conference", Name: "Substantiated, continuing risk: initial child protection conference", Begins: []Wait{{On: SocialWork, For: timescale.InitialConference, What: "initial child protection conference"}}},
	{Code: "legal", Name: "Legal action", Begins: []Wait{{On: SocialWork, For: timescale.LegalPlanning, What: "legal planning meeting"}}},
}

// EnquiryOutcomes are all outcomes, in the order a form offers them.
func EnquiryOutcomes() []EnquiryOutcomeInfo { return slices.Clone(enquiryOutcomes) }

// EnquiryOutcomeOf finds an outcome.
func EnquiryOutcomeOf(o EnquiryOutcome) (EnquiryOutcomeInfo, bool) {
	i := slices.IndexFunc(enquiryOutcomes, func(x EnquiryOutcomeInfo) bool { return x.Code == o })
	if i < 0 {
		return EnquiryOutcomeInfo{}, false
	}
	return enquiryOutcomes[i], true
}

// Finding is what the social worker found.
type Finding struct {
	Outcome  EnquiryOutcome
	Analysis string // of the history and what was learned
	Siblings string // how the brothers and sisters stand
	OpenWhy  string // why evidence that was agreed is still open
}

// Record records the outcome of an enquiry. It refuses one in which the child was not
// seen, without an analysis, without the position of brothers and sisters, or with
// evidence still to be secured and no reason.
func (e Enquiry) Record(f Finding) (Consequences, error) {
	if e.State == EnquiryAuthorised {
		return Consequences{}, refusal.New(refusal.Conflict, "The outcome of this enquiry is already authorised")
	}
	var p problems
	info, ok := EnquiryOutcomeOf(f.Outcome)
	if !ok {
		p.say("outcome", "Select what the enquiry found")
	}
	if !slices.ContainsFunc(e.Actions, func(a EnquiryAction) bool { return a.Kind == ChildSeen && !a.Done.IsZero() }) {
		p.say("outcome", "Record first that the child was seen")
	}
	if blank(f.Analysis) {
		p.say("analysis", "Enter what the history and what was learned mean together")
	}
	if blank(f.Siblings) {
		p.say("siblings", "Enter how the brothers and sisters stand, or that there are none")
	}
	if e.OpenEvidence() > 0 && blank(f.OpenWhy) {
		p.say("open-why", "Enter why evidence that was agreed is still to be secured")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	return Consequences{Lines: []Line{{Child: e.Child, Kind: "enquiry", Source: string(SocialWork), Text: "The enquiry found: " + info.Name + ". " + f.Analysis}}}, nil
}

// OpenEvidence is how many agreed actions that secure evidence are still open.
func (e Enquiry) OpenEvidence() int {
	n := 0
	for _, a := range e.Actions {
		if a.Open() && slices.Contains(evidence, a.Kind) {
			n++
		}
	}
	return n
}

// Authority is a manager's word on an outcome, with what the other agencies think.
type Authority struct {
	Manager  bool
	Self     bool              // the manager recorded the outcome too
	Agencies map[Agency]string // police, health: agrees, disagrees, not_asked
	Why      map[Agency]string // of a disagreement, or why an agency was not asked
}

// Authorise ends an enquiry. It refuses while an earlier event of the child or of a
// brother or sister is neither used nor set aside with a reason (finding 91), while
// evidence is open without a reason (finding 23), and by the person who recorded the
// outcome. A disagreement is recorded and somebody's to settle.
func (e Enquiry) Authorise(a Authority) (Consequences, error) {
	info, ok := EnquiryOutcomeOf(e.Outcome)
	switch {
	case !a.Manager:
		return Consequences{}, notManager()
	case e.State == EnquiryAuthorised:
		return Consequences{}, refusal.New(refusal.Conflict, "Somebody else has authorised this outcome")
	case e.State != EnquiryRecorded || !ok:
		return Consequences{}, refusal.New(refusal.Conflict, "Record the outcome first")
	case a.Self:
		return Consequences{}, refusal.New(refusal.Conflict, "Ask another manager: whoever recorded an outcome does not authorise it")
	}
	var p problems
	if e.Unread > 0 {
		p.say("events", plural(e.Unread, "earlier event")+" of this family not used yet. Cite each, or set it aside with a reason")
	}
	if e.OpenEvidence() > 0 && blank(e.OpenWhy) {
		p.say("events", "Evidence that was agreed after the outcome was recorded is still to be secured. Record the outcome again with the reason")
	}
	for _, g := range []Agency{Police, Health} {
		switch a.Agencies[g] {
		case "agrees":
		case "disagrees", "not_asked":
			if blank(a.Why[g]) {
				p.say(string(g)+"-why", "Enter why "+AgencyName(g)+" does not agree or was not asked")
			}
		default:
			p.say(string(g), "Select what "+AgencyName(g)+" thinks of the outcome")
		}
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	out := Consequences{
		Ends:  []End{{Child: e.Child, For: timescale.Enquiry}, {Child: e.Child, For: timescale.EnquiryChildSeen}},
		Lines: []Line{{Child: e.Child, Kind: "enquiry", Source: string(SocialWork), Text: "Outcome of the enquiry authorised: " + info.Name}},
	}
	for _, w := range info.Begins {
		w.Child, w.About = e.Child, e.ID
		if w.For == timescale.InitialConference {
			w.Since = e.StartedAt
		}
		out.Begins = append(out.Begins, w)
	}
	for _, g := range []Agency{Police, Health} {
		if a.Agencies[g] == "disagrees" {
			out.Begins = append(out.Begins, Wait{Child: e.Child, On: SocialWork, For: timescale.Disagreement, What: "settle a disagreement with " + AgencyName(g) + " on the outcome", About: e.ID})
			out.Lines = append(out.Lines, Line{Child: e.Child, Kind: "enquiry", Source: string(g), Text: capital(AgencyName(g)) + " did not agree with the outcome: " + a.Why[g]})
		}
	}
	if info.Closes {
		for _, k := range []timescale.Key{timescale.Assessment, timescale.Allocation, timescale.AllocationAnswer, timescale.StrategyFollowUp} {
			out.Ends = append(out.Ends, End{Child: e.Child, For: k, How: Withdrawn, Reason: "the enquiry found that nothing more follows"})
		}
		out.Closes = []string{e.Child}
	}
	return out, nil
}
