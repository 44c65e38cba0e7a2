package pathway

import (
	"strings"
	"testing"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func worry() Worry {
	return Worry{ID: "w1", Ref: "PW-26-AAAAAA", Child: "k1", Agency: School, Why: "He sleeps in class", Wants: "Somebody sees him at home", Decider: "u1"}
}

func worryAnswer() WorryAnswer {
	return WorryAnswer{ID: "w1", Ref: "PW-26-AAAAAA", Child: "k1", Result: WorryAgain, Words: "We had not known of the bruise", To: "user:u9", By: "u1"}
}

func toldOf(outcome Outcome) Contact {
	return Contact{ID: "c1", Ref: "FD-26-AAAAAA", Children: []Child{{ID: "k1", Outcome: outcome}}}
}

func TestAPartnerWhoIsStillWorriedIsOwedAnAnswer(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Contact, *Worry)
		kind   refusal.Kind
		field  string
		on     Agency
		owner  string
	}{
		{name: "on the manager who decided", on: FrontDoor, owner: "u1"},
		{name: "a restricted child's is the restricted desk's", change: func(c *Contact, _ *Worry) { c.Children[0].Conceal = true }, on: RestrictedDesk},
		{name: "nobody is named as having decided", change: func(_ *Contact, w *Worry) { w.Decider = "" }, on: FrontDoor},
		{name: "nothing is decided yet", change: func(c *Contact, _ *Worry) { c.Children[0].Outcome = "" }, kind: refusal.Conflict},
		{name: "said already", change: func(_ *Contact, w *Worry) { w.Standing = true }, kind: refusal.Conflict},
		{name: "not why", change: func(_ *Contact, w *Worry) { w.Why = " " }, kind: refusal.Invalid, field: "why"},
		{name: "not what should happen", change: func(_ *Contact, w *Worry) { w.Wants = "" }, kind: refusal.Invalid, field: "wants"},
		{name: "no such child", change: func(_ *Contact, w *Worry) { w.Child = "k9" }, kind: refusal.Invalid, field: "child"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, w := toldOf(NFAAdvice), worry()
			if tt.change != nil {
				tt.change(&c, &w)
			}
			got, err := c.StillWorried(w)
			if tt.on == "" {
				x, ok := refusal.As(err)
				if !ok || x.Kind != tt.kind || tt.field != "" && x.Problems[0].Field != tt.field {
					t.Fatalf("StillWorried: %v, want %v at %q", err, tt.kind, tt.field)
				}
				return
			}
			if err != nil || len(got.Begins) != 1 {
				t.Fatalf("StillWorried: %+v, %v, want one wait", got, err)
			}
			if b := got.Begins[0]; b.On != tt.on || b.Owner != tt.owner || b.For != timescale.PartnerWorry || b.About != "w1" || b.Child != "k1" {
				t.Errorf("the wait is %+v, want on %s by %q", b, tt.on, tt.owner)
			}
			if len(got.Tells) != 1 || got.Tells[0].To == "" || strings.Contains(got.Tells[0].Text+got.Tells[0].Ref, "sleeps") {
				t.Errorf("told %+v, want somebody by reference alone", got.Tells)
			}
		})
	}
}

func TestAnAnswerToAPartnerEndsItsOwnWaitAlone(t *testing.T) {
	for _, r := range WorryResults() {
		a := worryAnswer()
		a.Result = WorryResult(r.Code)
		got, err := toldOf(NFAAdvice).AnswerWorry(a)
		if err != nil || len(got.Ends) != 1 || got.Ends[0].About != "w1" || got.Ends[0].For != timescale.PartnerWorry || len(got.Tells) != 1 || got.Tells[0].To != "user:u9" {
			t.Fatalf("%s: %+v, %v, want one ending and the partner told", r.Code, got, err)
		}
		if again := len(got.Begins) == 1 && got.Begins[0].For == timescale.ContactDecision && got.Begins[0].Owner == "u1"; again != (a.Result == WorryAgain) {
			t.Errorf("%s begins %+v, want a wait for a decision only when it is decided again", r.Code, got.Begins)
		}
	}
	for name, change := range map[string]func(*WorryAnswer){
		"no result": func(a *WorryAnswer) { a.Result = "" }, "no words": func(a *WorryAnswer) { a.Words = "" }, "answered already": func(a *WorryAnswer) { a.Answered = true },
		"about nothing": func(a *WorryAnswer) { a.ID = "" }, "another child": func(a *WorryAnswer) { a.Child = "k9" },
	} {
		a := worryAnswer()
		change(&a)
		if _, err := toldOf(NFAAdvice).AnswerWorry(a); err == nil {
			t.Errorf("%s: taken, want it refused", name)
		}
	}
}
