package pathway

import (
	"slices"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"

	"pgregory.net/rapid"
)

// enquiry is a good enquiry: the child was seen, nothing is left unread.
func enquiry() Enquiry {
	return Enquiry{ID: "e1", Ref: "SE-26-000001", Child: "k1", State: EnquiryOpen, StartedAt: received, Discussion: true, Joint: "joint",
		Actions: []EnquiryAction{{ID: "a1", Kind: ChildSeen, On: SocialWork, By: received.Add(4 * time.Hour), Done: received.Add(2 * time.Hour)}}}
}

func agreed() Authority {
	return Authority{Manager: true, Agencies: map[Agency]string{Police: "agrees", Health: "agrees"}, Why: map[Agency]string{}}
}

func TestStartEarly(t *testing.T) {
	for _, tt := range []struct {
		name                    string
		why                     string
		manager, asked, running bool
		kind                    refusal.Kind
		field                   string
	}{
		{name: "a child who cannot wait", why: "A baby with a fracture", manager: true, asked: true},
		{name: "no reason", manager: true, asked: true, kind: refusal.Invalid, field: "why"},
		{name: "instead of a discussion", why: "Urgent", manager: true, kind: refusal.Invalid, field: "child"},
		{name: "not a manager", why: "Urgent", asked: true, kind: refusal.Denied},
		{name: "under way already", why: "Urgent", manager: true, asked: true, running: true, kind: refusal.Conflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := enquiry().StartEarly(tt.why, tt.manager, tt.asked, tt.running)
			wantRefusal(t, err, tt.kind, tt.field)
			if err == nil && (len(waitsFor(got, timescale.Enquiry)) != 1 || len(waitsFor(got, timescale.EnquiryChildSeen)) != 1) {
				t.Errorf("begins %+v", got.Begins)
			}
			if _, stopped := endOf(got, timescale.StrategyDiscussion); stopped {
				t.Error("an early start stopped the clock of the discussion")
			}
		})
	}
}

func TestTogether(t *testing.T) {
	for _, tt := range []struct {
		name, other string
		view        JointView
		kind        refusal.Kind
		field       string
		differ      bool
	}{
		{name: "the first agency says joint", view: JointView{Agency: Police, By: "DS Hill", View: "joint"}},
		{name: "the second agrees", other: "joint", view: JointView{Agency: SocialWork, By: "S. Clarke", View: "joint"}},
		{name: "the two differ", other: "joint", view: JointView{Agency: SocialWork, By: "S. Clarke", View: "single", Reason: "no_offence"}, differ: true},
		{name: "alone, although the facts ask for both, with the reason", view: JointView{Agency: Police, By: "DS Hill", View: "single", Reason: "no_offence", Criteria: []string{"injury"}, Why: "Seen by a doctor: an accident"}},
		{name: "alone, although the facts ask for both, without", view: JointView{Agency: Police, By: "DS Hill", View: "single", Reason: "no_offence", Criteria: []string{"injury"}}, kind: refusal.Invalid, field: "why"},
		{name: "said by nobody", view: JointView{Agency: Police, View: "joint"}, kind: refusal.Invalid, field: "by"},
		{name: "nothing said", view: JointView{Agency: Police, By: "DS Hill"}, kind: refusal.Invalid, field: "view"},
		{name: "not for a school to say", view: JointView{Agency: School, By: "Jo Bell", View: "joint"}, kind: refusal.NotFound},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := enquiry().Together(tt.view, tt.other)
			wantRefusal(t, err, tt.kind, tt.field)
			if (len(waitsFor(got, timescale.Disagreement)) > 0) != tt.differ {
				t.Errorf("begins %+v", got.Begins)
			}
		})
	}
}

func TestActionsOfAnEnquiry(t *testing.T) {
	e := enquiry()
	e.Actions = []EnquiryAction{{ID: "a1", Kind: ChildSeen, On: SocialWork, By: received.Add(time.Hour)}, {ID: "a2", Kind: Medical, On: Health, By: received.Add(time.Hour)}}
	got, err := e.Do(Deed{Action: "a1", At: received, By: "R. Nowak", How: "Alone"}, received)
	if err != nil {
		t.Fatal(err)
	}
	if end, ok := endOf(got, timescale.EnquiryChildSeen); !ok || end.HappenedAt != received {
		t.Errorf("ends %+v, want the clock of seeing the child stopped", got.Ends)
	}
	if end, _ := endOf(got, timescale.ActionAgreed); end.About != "a1" {
		t.Errorf("ends %+v, want this action and no other", end)
	}
	for _, tt := range []struct {
		name  string
		deed  Deed
		kind  refusal.Kind
		field string
	}{
		{"not needed, with the reason", Deed{Action: "a2", Let: "Seen by the family doctor this morning"}, refusal.Fault, ""},
		{"no date", Deed{Action: "a2", By: "Dr Rao"}, refusal.Invalid, "at"},
		{"to come", Deed{Action: "a2", By: "Dr Rao", At: received.Add(time.Hour)}, refusal.Invalid, "at"},
		{"by nobody", Deed{Action: "a2", At: received}, refusal.Invalid, "by"},
		{"seen, and not said whether alone", Deed{Action: "a1", At: received, By: "R. Nowak"}, refusal.Invalid, "how"},
		{"of another enquiry", Deed{Action: "a9", At: received, By: "X"}, refusal.NotFound, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := e.Do(tt.deed, received)
			wantRefusal(t, err, tt.kind, tt.field)
		})
	}
	e.Actions[0].Done = received
	_, err = e.Do(Deed{Action: "a1", At: received, By: "R. Nowak", How: "Alone"}, received)
	wantRefusal(t, err, refusal.Conflict, "")
}

func TestRecordAnOutcome(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Enquiry, *Finding)
		field  string
	}{
		{name: "as it should be"},
		{name: "the child was not seen", change: func(e *Enquiry, _ *Finding) { e.Actions[0].Done = civil.Instant{} }, field: "outcome"},
		{name: "no outcome", change: func(_ *Enquiry, f *Finding) { f.Outcome = "" }, field: "outcome"},
		{name: "no analysis", change: func(_ *Enquiry, f *Finding) { f.Analysis = " " }, field: "analysis"},
		{name: "nothing said of brothers and sisters", change: func(_ *Enquiry, f *Finding) { f.Siblings = "" }, field: "siblings"},
		{name: "a medical agreed and not done", change: func(e *Enquiry, _ *Finding) {
			e.Actions = append(e.Actions, EnquiryAction{ID: "a2", Kind: Medical, On: Health, By: received})
		}, field: "open-why"},
		{name: "a medical agreed and let go with a reason", change: func(e *Enquiry, _ *Finding) {
			e.Actions = append(e.Actions, EnquiryAction{ID: "a2", Kind: Medical, On: Health, By: received, Let: "Not needed"})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, f := enquiry(), Finding{Outcome: "conference", Analysis: "The third injury in a year", Siblings: "None"}
			if tt.change != nil {
				tt.change(&e, &f)
			}
			_, err := e.Record(f)
			kind := refusal.Fault
			if tt.field != "" {
				kind = refusal.Invalid
			}
			wantRefusal(t, err, kind, tt.field)
		})
	}
}

// Whatever an enquiry found, the child waits for something named, or is closed; and an
// outcome with earlier events unread is never authorised.
func TestNoOutcomeOfAnEnquiryIsSilentAndHistoryIsUsed(t *testing.T) {
	for _, o := range EnquiryOutcomes() {
		e := enquiry()
		e.State, e.Outcome = EnquiryRecorded, o.Code
		got, err := e.Authorise(agreed())
		if err != nil {
			t.Fatal(err)
		}
		if o.Code != "not_substantiated_support" && len(got.Begins) == 0 && len(got.Closes) == 0 {
			t.Errorf("%s begins nothing and closes nobody", o.Code)
		}
		if w := waitsFor(got, timescale.InitialConference); len(w) == 1 && w[0].Since != e.StartedAt {
			t.Errorf("the conference is counted from %s, want the discussion", w[0].Since)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		e := enquiry()
		e.State, e.Outcome = EnquiryRecorded, rapid.SampledFrom(EnquiryOutcomes()).Draw(t, "outcome").Code
		e.Unread = rapid.IntRange(0, 3).Draw(t, "unread")
		a := agreed()
		a.Self = rapid.Bool().Draw(t, "self")
		a.Manager = rapid.Bool().Draw(t, "manager")
		_, err := e.Authorise(a)
		if (err == nil) != (e.Unread == 0 && !a.Self && a.Manager) {
			t.Fatalf("unread %d, self %v, manager %v: %v", e.Unread, a.Self, a.Manager, err)
		}
	})
}

func TestAuthoriseWithADisagreement(t *testing.T) {
	e := enquiry()
	e.State, e.Outcome = EnquiryRecorded, "not_substantiated_support"
	a := agreed()
	a.Agencies[Police] = "disagrees"
	_, err := e.Authorise(a)
	wantRefusal(t, err, refusal.Invalid, "police-why")
	a.Why[Police] = "We would charge"
	got, err := e.Authorise(a)
	if err != nil || len(waitsFor(got, timescale.Disagreement)) != 1 {
		t.Errorf("a disagreement is somebody's to settle: %+v, %v", got.Begins, err)
	}
}

func TestCriteriaCanBeRead(t *testing.T) {
	for _, c := range Criteria() {
		if c.Key == "" || c.Name == "" || c.Source == "" {
			t.Errorf("criterion %+v is not whole", c)
		}
	}
	if !slices.ContainsFunc(Criteria(), func(c Criterion) bool { return c.Key == "sexual" }) {
		t.Error("sexual abuse does not ask for a joint investigation")
	}
}

func conference() Conference {
	return Conference{ID: "c1", Ref: "CC-26-000001", Children: []string{"k1"}, State: ConferenceBooked, Due: received.Add(24 * time.Hour)}
}

func conferred() Conferred {
	return Conferred{At: received, Parents: "Both spoke", ChildPart: "Wrote a letter, read out by the advocate",
		There:     []Member{{SocialWork, "R. Nowak", true}, {School, "Jo Bell", true}, {Health, "Dr Rao", true}},
		Decisions: []ForPlan{{Child: "k1", Plan: "yes", Category: "neglect", Why: "Nothing has changed in a year", Outline: "Warm, fed, at school", Lead: "R. Nowak", CoreGroup: "Parents, school, health", Review: received.Date().AddDays(80)}}}
}

func TestHoldAConference(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Conferred)
		field  string
		begins []timescale.Key
		closes bool
	}{
		{name: "a plan", begins: []timescale.Key{timescale.CoreGroup, timescale.PlanVisit, timescale.ReviewConference}},
		{name: "no plan, in need", change: func(h *Conferred) { h.Decisions[0].Plan, h.Decisions[0].After = "no", "in_need" }, begins: []timescale.Key{timescale.InNeedPlan}},
		{name: "no plan and nothing more", change: func(h *Conferred) { h.Decisions[0].Plan, h.Decisions[0].After = "no", "nothing" }, closes: true},
		{name: "one agency beside social care", change: func(h *Conferred) { h.There = h.There[:2] }, field: "go-on"},
		{name: "one agency, and the chair's reasons", change: func(h *Conferred) { h.There, h.GoOnWhy = h.There[:2], "The children cannot wait" }, begins: []timescale.Key{timescale.CoreGroup, timescale.PlanVisit, timescale.ReviewConference}},
		{name: "an agency that never met the family", change: func(h *Conferred) { h.There[2].Direct = false }, field: "go-on"},
		{name: "a child without a decision", change: func(h *Conferred) { h.Decisions = nil }, field: "plan-k1"},
		{name: "no category", change: func(h *Conferred) { h.Decisions[0].Category = "" }, field: "category-k1"},
		{name: "a review after three months and a day", change: func(h *Conferred) { h.Decisions[0].Review = received.Date().AddMonths(3).AddDays(1) }, field: "review-k1"},
		{name: "a review after three months to the day", change: func(h *Conferred) { h.Decisions[0].Review = received.Date().AddMonths(3) }, begins: []timescale.Key{timescale.CoreGroup, timescale.PlanVisit, timescale.ReviewConference}},
		{name: "no core group", change: func(h *Conferred) { h.Decisions[0].CoreGroup = "" }, field: "core-group-k1"},
		{name: "nothing of the child's part", change: func(h *Conferred) { h.ChildPart = "" }, field: "child-part"},
		{name: "to come", change: func(h *Conferred) { h.At = received.Add(time.Hour) }, field: "at"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := conferred()
			if tt.change != nil {
				tt.change(&h)
			}
			got, err := conference().Hold(h, received)
			kind := refusal.Fault
			if tt.field != "" {
				kind = refusal.Invalid
			}
			wantRefusal(t, err, kind, tt.field)
			if err != nil {
				return
			}
			var begun []timescale.Key
			for _, w := range got.Begins {
				begun = append(begun, w.For)
			}
			if !slices.Equal(begun, tt.begins) || (len(got.Closes) > 0) != tt.closes {
				t.Errorf("begins %v and closes %v, want %v", begun, got.Closes, tt.begins)
			}
			if e, ok := endOf(got, timescale.InitialConference); !ok || e.HappenedAt != h.At {
				t.Errorf("ends %+v", got.Ends)
			}
		})
	}
}

func TestBookAndAdjourn(t *testing.T) {
	good := Booking{At: received.Add(time.Hour), Chair: "B. Fox", Independent: true}
	for _, tt := range []struct {
		name   string
		change func(*Booking)
		field  string
	}{
		{name: "in time"},
		{name: "late without a reason", change: func(b *Booking) { b.At = received.Add(48 * time.Hour) }, field: "late-why"},
		{name: "late with a reason", change: func(b *Booking) { b.At, b.LateWhy = received.Add(48*time.Hour), "No interpreter before" }},
		{name: "a chair from the line", change: func(b *Booking) { b.Independent = false }, field: "independent"},
		{name: "no chair", change: func(b *Booking) { b.Chair = "" }, field: "chair"},
		{name: "past", change: func(b *Booking) { b.At = received.Add(-time.Hour) }, field: "at"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := good
			if tt.change != nil {
				tt.change(&b)
			}
			got, err := conference().Book(b, received)
			kind := refusal.Fault
			if tt.field != "" {
				kind = refusal.Invalid
			}
			wantRefusal(t, err, kind, tt.field)
			if len(got.Ends) > 0 {
				t.Error("booking stopped a clock")
			}
		})
	}
	_, err := conference().Adjourn("No health", "", received.Add(time.Hour), received)
	wantRefusal(t, err, refusal.Invalid, "safety")
	got, err := conference().Adjourn("No health", "With the grandmother", received.Add(time.Hour), received)
	if err != nil || len(got.Ends) > 0 {
		t.Errorf("Adjourn: %+v, %v", got, err)
	}
}
