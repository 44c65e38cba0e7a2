package pathway

import (
	"strings"
	"testing"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func TestEveryDecisionIsFedBack(t *testing.T) {
	for _, channel := range []Channel{ByPolice, ByForm, ByPhone, ByBulk, ByEmail} {
		for _, o := range Outcomes() {
			d := goodDecision()
			d.Outcome = o.Code
			c := openTo(screened())
			c.Channel = channel
			got, err := c.Decide("k1", d, goodFacts())
			if err != nil {
				t.Fatal(err)
			}
			if w := waitsFor(got, timescale.Feedback); len(w) != 1 || !w[0].Over.IsZero() {
				t.Errorf("%s, %s: waits %v, want a person to tell the referrer", channel, o.Code, w)
			}
			c.ReferrerEmail = "a@school.example"
			if got, err = c.Decide("k1", d, goodFacts()); err != nil {
				t.Fatal(err)
			}
			if n := len(told(got, "feedback")); n != 1 {
				t.Errorf("%s, %s: %d messages, want one", channel, o.Code, n)
			}
			if w := waitsFor(got, timescale.Feedback); len(w) != 1 || w[0].Over != goodFacts().Now {
				t.Errorf("%s, %s: waits %v, want it on record as told at once", channel, o.Code, w)
			}
		}
	}
}

// The public hear only that it was dealt with; nobody hears a word that another
// person wrote.
func TestFeedbackIsSafeToShare(t *testing.T) {
	for _, o := range Outcomes() {
		c := screenedWithEmail()
		c.Source = "public"
		if got := c.OutcomeSentence(o.Code); got != publicSentence {
			t.Errorf("the public is told %q of %s", got, o.Code)
		}
		c.Source = School
		got := c.OutcomeSentence(o.Code)
		d := goodDecision()
		for _, secret := range []string{d.Rationale, d.Evidence, d.Lead, d.Changed, "police", "harm", "section 47", "plan", "already"} {
			if strings.Contains(strings.ToLower(got), strings.ToLower(secret)) {
				t.Errorf("%s tells the referrer %q", o.Code, secret)
			}
		}
	}
	if got := screenedWithEmail().OutcomeSentence("nonsense"); got != publicSentence {
		t.Errorf("an unknown outcome says %q", got)
	}
}

// A sentence that told an assessment from a strategy discussion could reach the
// suspected person.
func TestFeedbackDoesNotTellAStrategyDiscussionFromAnAssessment(t *testing.T) {
	c := screened()
	if a, b := c.OutcomeSentence(ReferralAssessment), c.OutcomeSentence(ReferralStrategy); a != b {
		t.Errorf("%q and %q differ", a, b)
	}
}

func TestFedBack(t *testing.T) {
	_, err := screened().FedBack("")
	wantRefusal(t, err, refusal.Invalid, "how")
	got, err := screened().FedBack("By phone at 10:00")
	wantRefusal(t, err, refusal.Fault, "")
	for _, k := range []timescale.Key{timescale.Feedback, timescale.Acknowledgement} {
		if _, ok := endOf(got, k); !ok {
			t.Errorf("%s goes on after the referrer was told the outcome", k)
		}
	}
}

func TestSecondView(t *testing.T) {
	c := screened()
	if w := c.AskSecond("k1").Begins; len(w) != 1 || w[0].For != timescale.SecondManager || w[0].Child != "k1" || w[0].On != FrontDoor {
		t.Errorf("begins %+v, want a second manager's view on the front door", w)
	}
	c.Children[0].Conceal = true
	if w := c.AskSecond("k1").Begins; w[0].On != RestrictedDesk {
		t.Errorf("the second view of a restricted child waits on %s", w[0].On)
	}
	_, err := c.SecondView("k1", true, "I agree", true)
	wantRefusal(t, err, refusal.Denied, "")
	_, err = c.SecondView("k1", true, "", false)
	wantRefusal(t, err, refusal.Invalid, "reason")
	for _, agrees := range []bool{true, false} {
		got, err := c.SecondView("k1", agrees, "The baby was not seen", false)
		wantRefusal(t, err, refusal.Fault, "")
		if _, ok := endOf(got, timescale.SecondManager); !ok {
			t.Errorf("agrees %v: the wait goes on", agrees)
		}
		if got := strings.Contains(got.Lines[0].Text, "does not agree"); got == agrees {
			t.Errorf("agrees %v: the line says otherwise", agrees)
		}
	}
}
