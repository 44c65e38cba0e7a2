package pathway

import (
	"testing"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func TestRecord(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Event)
		open   []timescale.Key
		kind   refusal.Kind
		field  string
		begins timescale.Key
		closes bool
		lets   timescale.Key // withdrawn, because nobody needs it any more
	}{
		{name: "early help accepted: the family is to be met", begins: timescale.EarlyHelpFirstContact},
		{name: "the family is met: the help is to be confirmed", change: func(e *Event) { e.For = timescale.EarlyHelpFirstContact }, begins: timescale.EarlyHelpDelivered},
		{name: "help confirmed, and nothing else waited for", change: func(e *Event) { e.For = timescale.EarlyHelpDelivered }, closes: true},
		{name: "help confirmed, and other work waited for", change: func(e *Event) { e.For = timescale.EarlyHelpDelivered }, open: []timescale.Key{timescale.Feedback, timescale.Assessment}},
		{name: "help confirmed, and only the referrer still to be told", change: func(e *Event) { e.For = timescale.EarlyHelpDelivered }, open: []timescale.Key{timescale.Feedback}, closes: true},
		{name: "the worker answers, and a call not yet confirmed is let go", change: func(e *Event) { e.For = timescale.OpenCaseAcknowledged }, open: []timescale.Key{timescale.PhoneConfirmed}, closes: true, lets: timescale.PhoneConfirmed},
		{name: "the worker answers", change: func(e *Event) { e.For = timescale.OpenCaseAcknowledged }, closes: true},
		{name: "the other authority confirms", change: func(e *Event) { e.For = timescale.TransferConfirmed }, closes: true},
		{name: "a confirmed call closes no child", change: func(e *Event) { e.For = timescale.PhoneConfirmed }},
		{name: "that the referrer was told is recorded beside what they are told", change: func(e *Event) { e.For = timescale.Feedback }, kind: refusal.Conflict},
		{name: "a decision is not recorded here", change: func(e *Event) { e.For = timescale.ContactDecision }, kind: refusal.Conflict},
		{name: "a strategy discussion is not recorded here", change: func(e *Event) { e.For = timescale.StrategyDiscussion }, kind: refusal.Conflict},
		{name: "said by nobody", change: func(e *Event) { e.By = "" }, kind: refusal.Invalid, field: "by"},
		{name: "a saved form is no event", change: func(e *Event) { e.What = "" }, kind: refusal.Invalid, field: "what"},
		{name: "about no child", change: func(e *Event) { e.Child = "" }, kind: refusal.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := Event{For: timescale.EarlyHelpAccepted, Child: "k1", On: EarlyHelp, By: "Sam Hill, family support", What: "Accepted, starting Monday", Owner: "team-1"}
			if tt.change != nil {
				tt.change(&e)
			}
			got, err := e.Record(tt.open)
			wantRefusal(t, err, tt.kind, tt.field)
			if err != nil {
				return
			}
			if tt.lets != "" {
				if end, ok := endOf(got, tt.lets); !ok || end.How != Withdrawn || end.Child != "k1" || end.Reason == "" {
					t.Errorf("%s ends as %+v, want it withdrawn with a reason", tt.lets, end)
				}
			} else if len(got.Ends) != 1 {
				t.Errorf("ends %+v, want one", got.Ends)
			}
			if got.Ends[0] != (End{Child: "k1", For: e.For, On: EarlyHelp}) {
				t.Errorf("ends %+v", got.Ends)
			}
			if tt.begins == "" && len(got.Begins) > 0 || tt.begins != "" && (len(got.Begins) != 1 || got.Begins[0].For != tt.begins || got.Begins[0].Owner != "team-1") {
				t.Errorf("begins %+v, want %q", got.Begins, tt.begins)
			}
			if (len(got.Closes) > 0) != tt.closes {
				t.Errorf("closes %v, want %v", got.Closes, tt.closes)
			}
		})
	}
}

func TestAPartnerWhoLeadsGoesOnLeading(t *testing.T) {
	got, err := Event{For: timescale.EarlyHelpAccepted, Child: "k1", On: School, By: "Jo Bell", What: "Accepted", Owner: "o1"}.Record(nil)
	if err != nil {
		t.Fatal(err)
	}
	if w := got.Begins[0]; w.On != School || w.Owner != "o1" {
		t.Errorf("waits %+v, want the school", w)
	}
}

// Whatever is recorded, in whatever order, a decided child is closed or goes on
// waiting for work: telling the referrer last must leave nobody open and silent.
func TestEventsLeaveNobodySilent(t *testing.T) {
	for _, o := range Outcomes() {
		for _, k := range clocksOf(o) {
			info, ok := eventOf(k)
			if !ok {
				continue
			}
			got, err := Event{For: k, Child: "k1", By: "Jo", What: "Done"}.Record([]timescale.Key{timescale.Feedback, timescale.Acknowledgement, timescale.ConsentChase})
			if err != nil {
				t.Fatal(err)
			}
			if (len(got.Closes) > 0) == (len(got.Begins) > 0) {
				t.Errorf("after %q of %s: closes %v, begins %v; want one or the other", info.Name, o.Code, got.Closes, got.Begins)
			}
		}
	}
	for _, e := range Events() {
		if !CanRecord(e.For) || e.Name == "" {
			t.Errorf("%+v cannot be recorded in words", e)
		}
	}
}
