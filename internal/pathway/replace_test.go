package pathway

import (
	"testing"
	"time"

	"frontdoor/internal/timescale"
)

// replace decides again for a child about whom something was decided before.
func replace(t *testing.T, old, next Outcome, change func(*Contact, *Decision, *Facts)) Consequences {
	t.Helper()
	c, d, f := openTo(screened()), goodDecision(), goodFacts()
	c.Children[0].Outcome, d.Outcome, d.Cites, f.InForce, f.DecidedAt = old, next, "d1", "d1", received
	if change != nil {
		change(&c, &d, &f)
	}
	got, err := c.Decide("k1", d, f)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestReplacingTakesBackWhatTheOldDecisionBegan(t *testing.T) {
	got := replace(t, ReferralStrategy, NFANoRole, nil)
	for _, k := range []timescale.Key{timescale.StrategyDiscussion, timescale.Allocation, timescale.AllocationAnswer} {
		if e, ok := endOf(got, k); !ok || e.How != Withdrawn || e.Reason == "" {
			t.Errorf("%s ends as %+v, want it withdrawn with a reason", k, e)
		}
	}
	if e, ok := endOf(got, timescale.Feedback); !ok || e.How != Moved {
		t.Errorf("the telling ends as %+v, want it moved on to the new decision", e)
	}
	got = replace(t, EarlyHelpLA, ReferralAssessment, nil)
	for _, k := range []timescale.Key{timescale.EarlyHelpAccepted, timescale.EarlyHelpFirstContact, timescale.EarlyHelpDelivered} {
		if e, ok := endOf(got, k); !ok || e.How != Withdrawn {
			t.Errorf("%s ends as %+v, want it withdrawn", k, e)
		}
	}
}

func TestReplacingTakesBackNothingElse(t *testing.T) {
	got := replace(t, ReferralAssessment, ReferralStrategy, func(c *Contact, _ *Decision, _ *Facts) {
		c.Children[0].Link, c.Children[0].Named = LinkUnresolved, false
	})
	for _, k := range []timescale.Key{timescale.ImmediateDanger, timescale.IdentifyChild, timescale.PhoneConfirmed, timescale.RequestAmber, timescale.Acknowledgement} {
		if e, ok := endOf(got, k); ok {
			t.Errorf("%s was ended as %+v: it has nothing to do with the old decision", k, e)
		}
	}
}

// Deciding again must not make anybody less late.
func TestAClockThatBothDecisionsNeedGoesOn(t *testing.T) {
	got := replace(t, ReferralAssessment, ReferralStrategy, nil)
	if e, _ := endOf(got, timescale.Allocation); e.How != Moved {
		t.Errorf("allocation ends as %+v, want it moved", e)
	}
	if e, _ := endOf(got, timescale.Assessment); e.How != Withdrawn {
		t.Errorf("assessment ends as %+v, want it withdrawn", e)
	}
	if w := waitsFor(got, timescale.Allocation)[0]; w.Since != received {
		t.Errorf("allocation runs since %v, want since the first decision", w.Since)
	}
	for _, w := range waitsFor(got, timescale.StrategyDiscussion) {
		if !w.Since.IsZero() {
			t.Errorf("a strategy discussion first asked for now runs since %v", w.Since)
		}
	}
	for _, w := range waitsFor(replace(t, ReferralStrategy, ReferralStrategy, nil), timescale.StrategyDiscussion) {
		if w.Since != received {
			t.Errorf("a strategy discussion decided twice runs since %v, want since the first time", w.Since)
		}
	}
}

func TestAClosedChildThatOpensAgainIsWaitedForAgain(t *testing.T) {
	got := replace(t, NFAAdvice, ReferralStrategy, func(c *Contact, _ *Decision, _ *Facts) {
		c.Children[0].Named, c.Children[0].Link = false, LinkUnresolved
	})
	if w := waitsFor(got, timescale.IdentifyChild); len(w) != 1 || w[0].Since != received {
		t.Errorf("waits %+v, want the child to be identified, since receipt", w)
	}
	got = replace(t, NFAAdvice, ReferralAssessment, func(c *Contact, _ *Decision, _ *Facts) {
		c.Channel, c.Consent = ByForm, ConsentNotKnown
	})
	if len(waitsFor(got, timescale.ConsentChase)) != 1 {
		t.Error("nobody asks any more what the family agreed to")
	}
	if got = replace(t, NFAAdvice, NFANoRole, nil); len(waitsFor(got, timescale.IdentifyChild)) != 0 {
		t.Error("a child that stays closed is waited for")
	}
}

func TestTheReferrerHearsOfANewDecisionToo(t *testing.T) {
	f := goodFacts()
	f.Reach = Reach{Address: "a@school.example", Word: "one"}
	first, err := screened().Decide("k1", goodDecision(), f)
	if err != nil {
		t.Fatal(err)
	}
	second := replace(t, ReferralAssessment, ReferralStrategy, func(_ *Contact, _ *Decision, g *Facts) { g.Reach, g.Now = f.Reach, f.Now.Add(time.Hour) })
	a, b := told(first, "outcome-link"), told(second, "outcome-link")
	if len(a) != 1 || len(b) != 1 || a[0].Key == b[0].Key {
		t.Errorf("first %+v, second %+v: want a message each, not taken for the same", a, b)
	}
}

func screenedWithEmail() Contact {
	c := screened()
	c.ReferrerEmail = "a@school.example"
	return c
}
