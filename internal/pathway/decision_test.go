package pathway

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"

	"pgregory.net/rapid"
)

func TestDecide(t *testing.T) {
	type change func(*Contact, *Decision, *Facts)
	tests := []struct {
		name   string
		change change
		kind   refusal.Kind // Fault means allowed
		field  string
	}{
		{name: "an assessment with everything said"},
		{name: "by somebody who is not a manager", change: func(_ *Contact, d *Decision, _ *Facts) { d.Manager = false }, kind: refusal.Denied},
		{name: "nothing chosen", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome = "" }, kind: refusal.Invalid, field: "outcome"},
		{name: "an outcome that does not exist", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome = "file_it" }, kind: refusal.Invalid, field: "outcome"},
		{name: "without reasons", change: func(_ *Contact, d *Decision, _ *Facts) { d.Rationale = " \n" }, kind: refusal.Invalid, field: "rationale"},
		{name: "without the history", change: func(c *Contact, d *Decision, _ *Facts) { c.HistoryRead, d.HistoryRead = false, false }, kind: refusal.Invalid, field: "history-read"},
		{name: "with a history, and not a word on what changed", change: func(_ *Contact, d *Decision, f *Facts) { d.Changed, f.History.Contacts = "", 1 }, kind: refusal.Invalid, field: "changed"},
		{name: "without a history there is nothing to compare", change: func(_ *Contact, d *Decision, _ *Facts) { d.Changed = "" }},
		{name: "without a level", change: func(_ *Contact, d *Decision, _ *Facts) { d.Level = "" }, kind: refusal.Invalid, field: "level"},
		{name: "by a threshold document without a version", change: func(_ *Contact, d *Decision, _ *Facts) { d.ThresholdVersion = "" }, kind: refusal.Invalid, field: "level"},
		{name: "while partners have not answered, without a word", change: func(_ *Contact, _ *Decision, f *Facts) { f.Unanswered = 2 }, kind: refusal.Invalid, field: "unanswered-why"},
		{name: "while partners have not answered, and why", change: func(_ *Contact, d *Decision, f *Facts) {
			f.Unanswered, d.UnansweredWhy = 2, "The risk is plain already"
		}},
		{name: "after a tick only, when contacts repeat", change: func(c *Contact, _ *Decision, f *Facts) { c.HistoryRead, f.History.Repeat = false, true }, kind: refusal.Invalid, field: "history-sentence"},
		{name: "after a sentence on the history, when contacts repeat", change: func(c *Contact, d *Decision, f *Facts) {
			c.HistoryRead, f.History.Repeat, d.HistorySentence = false, true, "Each time it was closed at the door"
		}},
		{name: "before the first look", change: func(c *Contact, _ *Decision, _ *Facts) { c.Screened = false }, kind: refusal.Invalid, field: "outcome"},
		{name: "a strategy discussion before the first look", change: func(c *Contact, d *Decision, _ *Facts) { c.Screened, d.Outcome = false, ReferralStrategy }},
		{name: "for a child whom nobody looked for", change: func(c *Contact, _ *Decision, _ *Facts) { c.Children[0].Link = LinkOpen }, kind: refusal.Invalid, field: "outcome"},
		{name: "nothing more, for a child whom nobody looked for", change: func(c *Contact, d *Decision, _ *Facts) { c.Children[0].Link, d.Outcome = LinkOpen, NFAAdvice }, kind: refusal.Invalid, field: "outcome"},
		{name: "an assessment of a child who is not settled yet", change: func(c *Contact, _ *Decision, _ *Facts) { c.Children[0].Link = LinkUnresolved }, kind: refusal.Invalid, field: "outcome"},
		{name: "early help for a child who is not settled yet", change: func(c *Contact, d *Decision, _ *Facts) { c.Children[0].Link, d.Outcome = LinkUnresolved, EarlyHelpLA }, kind: refusal.Invalid, field: "outcome"},
		{name: "a strategy discussion about a child who is not settled yet", change: func(c *Contact, d *Decision, _ *Facts) {
			c.Children[0].Link, d.Outcome = LinkUnresolved, ReferralStrategy
		}},
		{name: "nothing more, for a child who cannot be settled", change: func(c *Contact, d *Decision, _ *Facts) { c.Children[0].Link, d.Outcome = LinkUnresolved, NFAAdvice }},
		{name: "early help with the family's agreement", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome = EarlyHelpLA }},
		{name: "early help without the family's agreement", change: func(_ *Contact, d *Decision, f *Facts) { d.Outcome, f.Consent = EarlyHelpLA, ConsentNotKnown }, kind: refusal.Invalid, field: "outcome"},
		{name: "early help that the family refused", change: func(_ *Contact, d *Decision, f *Facts) { d.Outcome, f.Consent = EarlyHelpPartner, ConsentRefused }, kind: refusal.Invalid, field: "outcome"},
		{name: "early help cannot be given to a family by dispensing with its agreement", change: func(_ *Contact, d *Decision, f *Facts) { d.Outcome, f.Consent = EarlyHelpLA, ConsentDispensed }, kind: refusal.Invalid, field: "outcome"},
		{name: "a refusal does not stand in the way of a strategy discussion", change: func(_ *Contact, d *Decision, f *Facts) { d.Outcome, f.Consent = ReferralStrategy, ConsentRefused }},
		{name: "missing agreement does not stand in the way of an assessment", change: func(_ *Contact, _ *Decision, f *Facts) { f.Consent = ConsentNotKnown }},
		{name: "early help led by nobody", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome, d.Lead = EarlyHelpPartner, "" }, kind: refusal.Invalid, field: "lead"},
		{name: "early help led by a school", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome, d.LeadAgency = EarlyHelpPartner, School }},
		{name: "early help led by somebody who cannot lead it", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome, d.LeadAgency = EarlyHelpPartner, Referrer }, kind: refusal.Invalid, field: "lead"},
		{name: "passed to no authority in particular", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome, d.Lead = ToOtherAuthority, "" }, kind: refusal.Invalid, field: "lead"},
		{name: "already open, to nobody", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome = OpenCase }, kind: refusal.Invalid, field: "outcome"},
		{name: "already open, to a worker", change: func(c *Contact, d *Decision, _ *Facts) { c.Children[0].OpenTo, d.Outcome = "u1", OpenCase }},
		{name: "open to early help, to nobody", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome = OpenEarlyHelp }, kind: refusal.Invalid, field: "outcome"},
		{name: "open to early help", change: func(c *Contact, d *Decision, _ *Facts) { c.Children[0].EarlyHelp, d.Outcome = true, OpenEarlyHelp }},
		{name: "another child, without saying which", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome, d.Evidence = NotThisChild, "" }, kind: refusal.Invalid, field: "evidence"},
		{name: "nothing more, with what was considered and who was told", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome = NFANoRole }},
		{name: "nothing more, without what was considered", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome, d.Evidence = NFANoRole, "" }, kind: refusal.Invalid, field: "evidence"},
		{name: "nothing more, and nobody told", change: func(_ *Contact, d *Decision, _ *Facts) { d.Outcome, d.Told = Signpost, "" }, kind: refusal.Invalid, field: "told"},
		{name: "nothing more while a child is in danger and nobody has it in hand", change: func(_ *Contact, d *Decision, f *Facts) { d.Outcome, f.DangerOpen = NFAAdvice, true }, kind: refusal.Invalid, field: "outcome"},
		{name: "a referral while a child is in danger and nobody has it in hand", change: func(_ *Contact, _ *Decision, f *Facts) { f.DangerOpen = true }},
		{name: "nothing more on domestic abuse with a baby in the house", change: func(c *Contact, d *Decision, _ *Facts) {
			c.Children = append(c.Children, Child{ID: "k2", Age: 0})
			d.Outcome = NFAAdvice
		}, kind: refusal.Invalid, field: "outcome"},
		{name: "nothing more on domestic abuse with an unborn child", change: func(c *Contact, d *Decision, _ *Facts) {
			c.Children = append(c.Children, Child{ID: "k2", Age: -1, Unborn: true})
			d.Outcome = NFAAdvice
		}, kind: refusal.Invalid, field: "outcome"},
		{name: "nothing more on the third notification in a year", change: func(_ *Contact, d *Decision, f *Facts) { d.Outcome, f.History.Notifications = NFAAdvice, 2 }, kind: refusal.Invalid, field: "outcome"},
		{name: "nothing more on the second notification in a year", change: func(_ *Contact, d *Decision, f *Facts) { d.Outcome, f.History.Notifications = NFAAdvice, 1 }},
		{name: "nothing more on the third notification in a year, a second manager agreeing", change: func(_ *Contact, d *Decision, f *Facts) {
			d.Outcome, f.History.Notifications, d.SecondAgrees = NFAAdvice, 2, true
		}},
		{name: "nothing more on a school's worry about a baby", change: func(c *Contact, d *Decision, _ *Facts) {
			c.Source, c.Channel, c.Grade, c.Children[0].Age, d.Outcome = School, ByForm, "", 0, NFAAdvice
		}},
		{name: "a child of another contact", change: func(c *Contact, _ *Decision, _ *Facts) { c.Children[0].ID = "k9" }, kind: refusal.NotFound},
		{name: "somebody else was first", change: func(c *Contact, _ *Decision, _ *Facts) { c.Children[0].Outcome = NFAAdvice }, kind: refusal.Conflict},
		{name: "a new decision that cites the one in force", change: func(c *Contact, d *Decision, f *Facts) {
			c.Children[0].Outcome, d.Cites, f.InForce = NFAAdvice, "d1", "d1"
		}},
		{name: "a new decision that cites one replaced meanwhile", change: func(c *Contact, d *Decision, f *Facts) {
			c.Children[0].Outcome, d.Cites, f.InForce = NFAAdvice, "d1", "d2"
		}, kind: refusal.Conflict},
		{name: "a new decision where there is no old one", change: func(_ *Contact, d *Decision, _ *Facts) { d.Cites = "d1" }, kind: refusal.Conflict},
		{name: "a decision three weeks late", change: func(_ *Contact, _ *Decision, f *Facts) { f.Now = received.Add(21 * 24 * time.Hour) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, d, f := screened(), goodDecision(), goodFacts()
			if tt.change != nil {
				tt.change(&c, &d, &f)
			}
			got, err := c.Decide("k1", d, f)
			wantRefusal(t, err, tt.kind, tt.field)
			if err != nil && len(got.Begins)+len(got.Ends)+len(got.Closes)+len(got.Tells)+len(got.Lines) != 0 {
				t.Errorf("a refused decision set something going: %+v", got)
			}
		})
	}
}

// openTo makes a child to whom every outcome may apply.
func openTo(c Contact) Contact {
	c.Children = slices.Clone(c.Children)
	c.Children[0].OpenTo, c.Children[0].EarlyHelp = "u1", true
	return c
}

// Every outcome closes, or the child waits for somebody, by a clock that is in
// the data. None does both.
func TestNoOutcomeIsSilent(t *testing.T) {
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range Outcomes() {
		t.Run(string(o.Code), func(t *testing.T) {
			d := goodDecision()
			d.Outcome = o.Code
			got, err := openTo(screened()).Decide("k1", d, goodFacts())
			if err != nil {
				t.Fatal(err)
			}
			open := 0
			for _, w := range got.Begins {
				if _, ok := set.Rule(w.For, received); !ok {
					t.Errorf("%s is no clock in the data", w.For)
				}
				if !slices.Contains(Agencies(), w.On) {
					t.Errorf("%q answers for nothing", w.On)
				}
				if w.Child != "k1" || w.What == "" {
					t.Errorf("wait %+v must name the child and what is awaited", w)
				}
				if w.For != timescale.Feedback && w.Over.IsZero() {
					open++
				}
			}
			if closes := slices.Equal(got.Closes, []string{"k1"}); closes == (open > 0) {
				t.Errorf("closes %v and begins %d waits: want one or the other", got.Closes, open)
			}
			if e, ok := endOf(got, timescale.ContactDecision); !ok || e.How != Met || e.Child != "k1" {
				t.Errorf("the wait for a decision ends as %+v", e)
			}
			if o.Name == "" || o.Meaning == "" || o.Told == "" {
				t.Errorf("%+v is not told in words", o)
			}
			if !slices.ContainsFunc(got.Lines, func(l Line) bool { return l.Child == "k1" && strings.Contains(l.Text, d.Rationale) }) {
				t.Errorf("lines %v, want the decision and its reasons", got.Lines)
			}
		})
	}
}

func TestWhatEachOutcomeBegins(t *testing.T) {
	type wait struct {
		on    Agency
		key   timescale.Key
		owner string
	}
	tests := []struct {
		outcome Outcome
		change  func(*Decision)
		want    []wait
	}{
		{outcome: EarlyHelpLA, want: []wait{{EarlyHelp, timescale.EarlyHelpAccepted, ""}}},
		{outcome: EarlyHelpPartner, change: func(d *Decision) { d.LeadAgency, d.LeadOwner = School, "o1" }, want: []wait{{School, timescale.EarlyHelpAccepted, "o1"}}},
		{outcome: ReferralAssessment, want: []wait{{Allocations, timescale.Allocation, ""}, {SocialWork, timescale.Assessment, ""}}},
		{outcome: ReferralStrategy, want: []wait{{Police, timescale.StrategyDiscussion, ""}, {Health, timescale.StrategyDiscussion, ""}, {SocialWork, timescale.StrategyConvened, ""}, {Allocations, timescale.Allocation, ""}}},
		{outcome: OpenCase, want: []wait{{SocialWork, timescale.OpenCaseAcknowledged, "u1"}}},
		{outcome: OpenEarlyHelp, want: []wait{{EarlyHelp, timescale.OpenCaseAcknowledged, "u1"}}},
		{outcome: ToOtherAuthority, want: []wait{{OtherAuthority, timescale.TransferConfirmed, ""}}},
		{outcome: PrivateFostering, want: []wait{{Allocations, timescale.Allocation, ""}, {SocialWork, timescale.PrivateFosteringVisit, ""}}},
		{outcome: CPTransferIn, want: []wait{{Allocations, timescale.Allocation, ""}, {SocialWork, timescale.TransferInConference, ""}}},
		{outcome: NFAAdvice}, {outcome: NFANoRole}, {outcome: Signpost}, {outcome: NotThisChild},
	}
	if len(tests) != len(Outcomes()) {
		t.Errorf("%d outcomes tested of %d", len(tests), len(Outcomes()))
	}
	for _, tt := range tests {
		t.Run(string(tt.outcome), func(t *testing.T) {
			d := goodDecision()
			d.Outcome = tt.outcome
			if tt.change != nil {
				tt.change(&d)
			}
			got, err := openTo(screened()).Decide("k1", d, goodFacts())
			if err != nil {
				t.Fatal(err)
			}
			var begun []wait
			for _, w := range got.Begins {
				if w.For != timescale.Feedback {
					begun = append(begun, wait{w.On, w.For, w.Owner})
				}
			}
			if !slices.Equal(begun, tt.want) {
				t.Errorf("begins %v, want %v", begun, tt.want)
			}
		})
	}
}

// The day of referral is the day the contact was received, not the day accepted.
func TestClocksOfAReferralRunFromReceipt(t *testing.T) {
	for o, k := range map[Outcome]timescale.Key{
		ReferralAssessment: timescale.Assessment, PrivateFostering: timescale.PrivateFosteringVisit, CPTransferIn: timescale.TransferInConference,
	} {
		d := goodDecision()
		d.Outcome = o
		got, err := screened().Decide("k1", d, goodFacts())
		if err != nil {
			t.Fatal(err)
		}
		if w := waitsFor(got, k)[0]; w.Since != received {
			t.Errorf("%s: %s runs since %v, want since receipt", o, k, w.Since)
		}
	}
}

func TestDecidingWithoutAnswersWithdrawsTheQuestions(t *testing.T) {
	d, f := goodDecision(), goodFacts()
	f.Unanswered, d.UnansweredWhy = 1, "The risk is plain already"
	got, err := screened().Decide("k1", d, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []timescale.Key{timescale.RequestRed, timescale.RequestAmber, timescale.RequestGreen} {
		if e, ok := endOf(got, k); !ok || e.How != Withdrawn || !strings.Contains(e.Reason, d.UnansweredWhy) {
			t.Errorf("%s ends as %+v, want it withdrawn with the reason", k, e)
		}
	}
	got, err = screened().Decide("k1", goodDecision(), goodFacts())
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := endOf(got, timescale.RequestAmber); ok {
		t.Errorf("nothing was asked, and %+v was withdrawn", e)
	}
}

func TestAChildWhoIsNotIdentifiedGoesOnWaitingForIt(t *testing.T) {
	c, d := screened(), goodDecision()
	c.Children[0] = Child{ID: "k1", Age: -1, Link: LinkUnresolved}
	d.Outcome = ReferralStrategy
	got, err := c.Decide("k1", d, goodFacts())
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := endOf(got, timescale.IdentifyChild); ok {
		t.Errorf("ends %+v, though nobody knows who the child is", e)
	}
	d.Outcome = NFAAdvice
	if got, err = c.Decide("k1", d, goodFacts()); err != nil {
		t.Fatal(err)
	}
	if e, _ := endOf(got, timescale.IdentifyChild); e.How != Withdrawn || e.Reason == "" {
		t.Errorf("ends %+v, want it withdrawn with a reason", e)
	}
}

// Lateness is recorded, never a reason to refuse: neither how long ago the
// contact was received nor how long after it the decision is made can matter.
func TestALateDecisionIsNeverRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, d, f := openTo(screened()), goodDecision(), goodFacts()
		d.Outcome = rapid.SampledFrom(Outcomes()).Draw(t, "outcome").Code
		late := time.Duration(rapid.Int64Range(0, 10*365*24).Draw(t, "hours")) * time.Hour
		c.ReceivedAt, f.Now = received.Add(-late), received
		c.IncidentAt = c.ReceivedAt.Add(-time.Duration(rapid.Int64Range(0, 1000).Draw(t, "before")) * time.Hour)
		if _, err := c.Decide("k1", d, f); err != nil {
			t.Fatalf("%s after %v: %v", d.Outcome, late, err)
		}
	})
}

// Whatever is sent, a decision is refused with words for the person, or it leaves
// no child silent: closed, or waiting with somebody to wait for.
func TestDecisionsOfAnyKindLeaveNobodySilent(t *testing.T) {
	decided := 0
	defer func() {
		if decided == 0 && !t.Failed() {
			t.Error("every decision was refused: nothing was tested")
		}
	}()
	rapid.Check(t, func(t *rapid.T) {
		pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
		yes := func(name string) bool { return rapid.Bool().Draw(t, name) }
		c := screened()
		c.Screened = rapid.IntRange(0, 9).Draw(t, "not screened") > 0
		c.ReferrerEmail = pick("email", "", "a@school.example")
		c.Channel = Channel(pick("channel", "police", "form", "phone", "bulk", "email"))
		c.Children[0].Link = LinkState(pick("link", "open", "system", "person", "new", "unresolved"))
		c.Children[0].Conceal, c.Children[0].Named = yes("conceal"), yes("named")
		c.Children[0].OpenTo = pick("open to", "", "u1")
		codes := []string{"", "nonsense"}
		for _, o := range Outcomes() {
			codes = append(codes, string(o.Code))
		}
		c.Children[0].Outcome = Outcome(pick("decided", append([]string{""}, codes[2:]...)...))
		d := goodDecision()
		d.Outcome, d.Cites, d.Manager = Outcome(pick("outcome", codes...)), "", rapid.IntRange(0, 9).Draw(t, "not a manager") > 0
		if c.Children[0].Outcome != "" {
			d.Cites = pick("cites", "d1", "d1", "")
		}
		d.Rationale, d.Lead = pick("rationale", "Reasons", "Reasons", ""), pick("lead", "Jo Bell", "Jo Bell", "")
		f := Facts{Consent: ConsentStatus(pick("consent", "", "given", "refused")), DangerOpen: yes("danger")}
		got, err := c.Decide("k1", d, f)
		if err != nil {
			if r, ok := refusal.As(err); !ok || r.Message == "" || strings.HasSuffix(r.Message, ".") {
				t.Fatalf("%v is not written for a person", err)
			}
			return
		}
		decided++
		waits := slices.ContainsFunc(got.Begins, func(w Wait) bool { return w.For != timescale.Feedback && w.Over.IsZero() })
		if len(got.Closes) == 0 && !waits {
			t.Fatalf("%s leaves the child silent", d.Outcome)
		}
		for _, w := range got.Begins {
			if c.Children[0].Conceal && w.On == FrontDoor {
				t.Fatalf("%s of a restricted child is on the front door's list", w.For)
			}
		}
		for _, e := range got.Ends {
			if e.Child == "" || e.For == "" {
				t.Fatalf("%+v would end more than this child's wait", e)
			}
			if e.How == Withdrawn && e.Reason == "" {
				t.Fatalf("%+v is withdrawn without a reason", e)
			}
		}
	})
}
