package pathway

import (
	"testing"
	"time"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func given() HelpGiven {
	return HelpGiven{Child: "k1", Kind: HelpVisit, At: received.Add(time.Hour), By: "R. Nowak, social worker", Met: "yes", Alone: "Yes", Words: "Showed me the rabbit"}
}

func TestHelpGiven(t *testing.T) {
	now := received.Add(48 * time.Hour)
	open := []OpenWait{
		{For: timescale.EnquiryChildSeen, On: SocialWork, Since: received}, {For: timescale.PlanVisit, On: SocialWork, Since: received},
		{For: timescale.EarlyHelpFirstContact, On: EarlyHelp, Since: received}, {For: timescale.Assessment, On: SocialWork, Since: received},
	}
	tests := []struct {
		name         string
		change       func(*HelpGiven)
		kind         refusal.Kind
		ends, begins int
	}{
		{name: "a child who was met stops what waited for that, and no assessment", ends: 3, begins: 2},
		{name: "a child who was not met stops no clock", change: func(h *HelpGiven) { h.Met = "no" }},
		{name: "a visit before the clocks started stops none", change: func(h *HelpGiven) { h.At = received.Add(-time.Hour) }},
		{name: "a visit that has not happened", change: func(h *HelpGiven) { h.At = now.Add(time.Hour) }, kind: refusal.Invalid},
		{name: "nobody said who", change: func(h *HelpGiven) { h.By = " " }, kind: refusal.Invalid},
		{name: "nobody said whether the child was there", change: func(h *HelpGiven) { h.Met = "" }, kind: refusal.Invalid},
		{name: "nobody said whether alone", change: func(h *HelpGiven) { h.Alone = "" }, kind: refusal.Invalid},
		{name: "no words of the child", change: func(h *HelpGiven) { h.Words = "" }, kind: refusal.Invalid},
		{name: "a form is no help", change: func(h *HelpGiven) { h.Kind = "assessment" }, kind: refusal.Invalid},
		{name: "what another desk records is not recorded here", change: func(h *HelpGiven) { h.Kind = helpSuspect }, kind: refusal.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := given()
			if tt.change != nil {
				tt.change(&h)
			}
			next, err := h.Record(open, now)
			if got := refusal.KindOf(err); got != tt.kind || (err == nil) != (tt.kind == refusal.Fault) {
				t.Fatalf("Record: %v (kind %v), want kind %v", err, got, tt.kind)
			}
			if len(next.Ends) != tt.ends || len(next.Begins) != tt.begins {
				t.Errorf("ends %d and begins %d, want %d and %d", len(next.Ends), len(next.Begins), tt.ends, tt.begins)
			}
			for _, e := range next.Ends {
				if e.HappenedAt != h.At {
					t.Errorf("%s ended at %s, want the moment the child was met", e.For, e.HappenedAt)
				}
			}
		})
	}
}

// Every clock whose end is counted as help has a kind that is counted, and no clock of
// writing, deciding or naming somebody is among them.
func TestOnlyEventsAboutTheChildAreHelp(t *testing.T) {
	for _, k := range HelpWaits() {
		if _, ok := HelpOf(HelpByWait(k)); !ok {
			t.Errorf("the end of %s is counted and has no kind", k)
		}
	}
	for _, k := range []timescale.Key{timescale.Assessment, timescale.Allocation, timescale.InNeedPlan, timescale.StrategyDecided, timescale.InitialConference, timescale.Enquiry, timescale.Feedback} {
		if HelpByWait(k) != "" {
			t.Errorf("the end of %s is counted as help: it is no event about the child", k)
		}
	}
	for _, c := range HelpCounts() {
		if c.Recorded && HelpName(c.Kind) == "" || !c.First && !c.Effective || c.Words == "" {
			t.Errorf("%s: recorded without a name, or counted for nothing", c.Kind)
		}
	}
	for _, o := range HelpOutcomes() {
		if i, ok := OutcomeOf(o); !ok || i.Closes {
			t.Errorf("help is owed after %s, which closes", o)
		}
	}
}
