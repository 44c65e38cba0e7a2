package pathway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Whoever told us, by whatever channel and whatever was decided: a wait is open, or there
// is a reason on record, and what goes by itself goes only where an agency reads it.
func TestEveryDecisionIsFedBack(t *testing.T) {
	reaches := map[string]Reach{
		"nothing":        {},
		"unnamed":        {Unnamed: true},
		"an account":     {Account: "user:u9", Word: "w"},
		"an agency":      {Address: "hv@health.example", Word: "w"},
		"both":           {Account: "organisation:police", Address: "hv@health.example", Word: "w"},
		"not to be told": {Account: "user:u9", Address: "hv@health.example", Word: "w", Silent: NotSafe},
	}
	for _, channel := range []Channel{ByPolice, ByForm, ByPhone, ByBulk, ByEmail} {
		for _, source := range []Agency{Police, School, "public", ""} {
			for _, closed := range []bool{false, true} {
				for name, reach := range reaches {
					for _, o := range Outcomes() {
						d, f, c := goodDecision(), goodFacts(), openTo(screened())
						d.Outcome, f.Reach, c.Channel, c.Source, c.Children[0].Conceal, c.ReferrerEmail = o.Code, reach, channel, source, closed, "a@anybody.example"
						got, err := c.Decide("k1", d, f)
						if err != nil {
							t.Fatal(err)
						}
						fedBack(t, fmt.Sprintf("%s, %s, %s, closed %v, %s", channel, source, name, closed, o.Code), c, f, got)
					}
				}
			}
		}
	}
}

func fedBack(t *testing.T, name string, c Contact, f Facts, got Consequences) {
	t.Helper()
	w := waitsFor(got, timescale.Feedback)
	if len(w) != 1 {
		t.Fatalf("%s: waits %v, want one", name, w)
	}
	open := w[0].Over.IsZero()
	var reason NotTold
	for _, x := range got.Told {
		reason = x.Reason
		if !open && x.Reason == "" {
			t.Errorf("%s: over without a reason, and nobody was told yet", name)
		}
		if x.Reason == "" && !x.Waits {
			t.Errorf("%s: told before anything went", name)
		}
	}
	if open != (reason == "") || !open && (w[0].How != Withdrawn || w[0].Reason == "") {
		t.Errorf("%s: open %v with reason %q, wait %+v: want exactly one of them", name, open, reason, w[0])
	}
	public := c.Source == "public" || c.Source == ""
	for _, x := range got.Tells {
		if (x.Kind == "feedback" || strings.HasPrefix(x.Kind, "outcome")) && f.Reach.Silent != "" {
			t.Errorf("%s: a notice goes although they are not to be told", name)
		}
		switch x.Kind {
		case "feedback":
			if !public || x.To != c.ReferrerEmail || x.Text != publicSentence {
				t.Errorf("%s: %+v, want it for the public alone, and that it was dealt with", name, x)
			}
		case "outcome-account", "outcome-link":
			if public || c.Children[0].Conceal || x.To != f.Reach.Account && x.To != f.Reach.Address || x.Text != "" {
				t.Errorf("%s: %+v, want it where an agency reads, without a sentence", name, x)
			}
		}
	}
	if w := w[0]; c.Children[0].Conceal && w.On != RestrictedDesk {
		t.Errorf("%s: the wait of a restricted child is on %s", name, w.On)
	}
}

// An address that somebody says is theirs hears nothing of a decision.
func TestAnAddressOfNobodyWeKnowHearsNothing(t *testing.T) {
	c := screenedWithEmail()
	got, err := c.Decide("k1", goodDecision(), goodFacts())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range got.Tells {
		if x.To == c.ReferrerEmail {
			t.Errorf("%+v goes to an address of nobody we know", x)
		}
	}
	if w := waitsFor(got, timescale.Feedback); len(w) != 1 || !w[0].Over.IsZero() {
		t.Errorf("waits %v, want a person to tell them", w)
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

func decidedContact() Contact {
	c := screened()
	c.Source = School
	c.Children[0].Outcome = ReferralAssessment
	return c
}

func TestFedBack(t *testing.T) {
	now := received.Add(3 * time.Hour)
	good := ToldBy{Way: ByVoice, Words: "The duty sergeant, on the force’s own number", At: now.Add(-time.Hour)}
	tests := []struct {
		name   string
		change func(*Contact, *ToldBy)
		kind   refusal.Kind
		field  string
	}{
		{name: "by telephone"},
		{name: "by letter", change: func(_ *Contact, b *ToldBy) { b.Way = ByLetter }},
		{name: "not decided", change: func(c *Contact, _ *ToldBy) { c.Children[0].Outcome = "" }, kind: refusal.Conflict},
		{name: "no way", change: func(_ *Contact, b *ToldBy) { b.Way = "" }, kind: refusal.Invalid, field: "way"},
		{name: "a way that the service alone goes", change: func(_ *Contact, b *ToldBy) { b.Way = ByOwnLink }, kind: refusal.Invalid, field: "way"},
		{name: "no words", change: func(_ *Contact, b *ToldBy) { b.Words = " " }, kind: refusal.Invalid, field: "how"},
		{name: "in the future", change: func(_ *Contact, b *ToldBy) { b.At = now.Add(time.Minute) }, kind: refusal.Invalid, field: "at"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, by := decidedContact(), good
			if tt.change != nil {
				tt.change(&c, &by)
			}
			got, err := c.FedBack(by, now)
			wantRefusal(t, err, tt.kind, tt.field)
			if err != nil {
				return
			}
			for _, k := range []timescale.Key{timescale.Feedback, timescale.Acknowledgement} {
				if _, ok := endOf(got, k); !ok {
					t.Errorf("%s goes on after the referrer was told the outcome", k)
				}
			}
			if e, _ := endOf(got, timescale.Feedback); e.HappenedAt != by.At {
				t.Errorf("ends at %v, want when they were told and not when that was written down", e.HappenedAt)
			}
			if len(got.Told) != 1 || got.Told[0].Sentence != c.OutcomeSentence(ReferralAssessment) || got.Told[0].Waits {
				t.Errorf("keeps %+v, want what they were told", got.Told)
			}
		})
	}
}

func TestSendOutcome(t *testing.T) {
	now, to := received.Add(time.Hour), Reach{Address: "office@hilltop.example", Word: "secret"}
	got, err := decidedContact().SendOutcome(to, now)
	wantRefusal(t, err, refusal.Fault, "")
	if len(got.Ends) != 0 || len(got.Told) != 1 || !got.Told[0].Waits {
		t.Errorf("ends %v, keeps %+v: want the wait to go on until it has gone", got.Ends, got.Told)
	}
	if x := got.Tells[0]; x.To != to.Address || x.Text != "" || x.Link != "/outcome/secret" {
		t.Errorf("sends %+v, want a reference and a link alone", x)
	}
	_, err = decidedContact().SendOutcome(Reach{}, now)
	wantRefusal(t, err, refusal.Invalid, "agency")
	c := decidedContact()
	c.Source = "public"
	_, err = c.SendOutcome(to, now)
	wantRefusal(t, err, refusal.Conflict, "")
	_, err = screened().SendOutcome(to, now)
	wantRefusal(t, err, refusal.Conflict, "")
}

func TestNotToldBecause(t *testing.T) {
	for _, r := range ChosenNotTolds() {
		got, err := decidedContact().NotToldBecause(NotTold(r.Code), "She said so on 3 March")
		wantRefusal(t, err, refusal.Fault, "")
		e, ok := endOf(got, timescale.Feedback)
		if !ok || e.How != Withdrawn || !strings.Contains(e.Reason, r.Words) || got.Told[0].Reason != NotTold(r.Code) {
			t.Errorf("%s: ends %+v and keeps %+v", r.Code, e, got.Told)
		}
	}
	for _, r := range explained {
		_, err := decidedContact().NotToldBecause(r, "")
		wantRefusal(t, err, refusal.Invalid, "words")
	}
	_, err := decidedContact().NotToldBecause(NotPublic, "x")
	wantRefusal(t, err, refusal.Invalid, "reason")
	_, err = decidedContact().NotToldBecause("because", "x")
	wantRefusal(t, err, refusal.Invalid, "reason")
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
