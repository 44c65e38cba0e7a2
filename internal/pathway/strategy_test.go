package pathway

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"

	"pgregory.net/rapid"
)

// discussion is a good discussion of one child: everybody it needs was there.
func discussion() Strategy {
	return Strategy{
		ID: "d1", Ref: "SD-26-000001", Contact: "FD-26-000001", Children: []string{"k1"}, Kind: InitialStrategy, State: StrategyScheduled,
		RequestedAt: received.Add(-time.Hour), ScheduledAt: received,
		Seats: []Seat{
			{ID: "s1", Part: PartManager, Agency: SocialWork, Owner: "u1", Name: "S. Clarke", Attendance: Attended, Decides: true},
			{ID: "s2", Part: PartPolice, Agency: Police, Owner: "o1", Name: "DS Hill", Email: "desk@police.example", Attendance: Attended, Decides: true},
			{ID: "s3", Part: PartHealth, Agency: Health, Owner: "o2", Name: "Dr Rao", Email: "hv@health.example", Attendance: Attended, Decides: true},
		},
	}
}

// settled is a good record that starts enquiries.
func settled() Settled {
	d := Settled{Points: map[string]string{}, Why: map[string]string{}, Manager: true,
		Actions: []Action{{ID: "a1", Child: "k1", What: "Interview the neighbour", On: Police, Owner: "o1", By: received.Add(48 * time.Hour)}}}
	for _, p := range Agenda() {
		d.Points[p.Key] = "Talked through"
		if len(p.Options) > 0 {
			d.Points[p.Key] = p.Options[0].Value
		}
		d.Why[p.Key] = "A bruise that the explanation does not fit"
	}
	return d
}

func TestQuoracy(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*Strategy)
		want    Quoracy
		missing []Part
	}{
		{name: "a manager, police and health", want: Quorate},
		{name: "no police", change: func(s *Strategy) { s.Seats[1].Attendance = Absent }, want: NotQuorate, missing: []Part{PartPolice}},
		{name: "health agreed by e-mail", change: func(s *Strategy) { s.Seats[2].Attendance = SentView }, want: NotQuorate, missing: []Part{PartHealth}},
		{name: "an officer who may not decide", change: func(s *Strategy) { s.Seats[1].Decides = false }, want: NotQuorate, missing: []Part{PartPolice}},
		{name: "a nurse who cannot speak to the record", change: func(s *Strategy) { s.Seats[2].Decides = false }, want: NotQuorate, missing: []Part{PartHealth}},
		{name: "immediate danger without health", change: func(s *Strategy) { s.Immediate, s.Seats[2].Attendance = true, Absent }, want: NotQuorateUrgent, missing: []Part{PartHealth}},
		{name: "immediate danger without police", change: func(s *Strategy) { s.Immediate, s.Seats[1].Attendance = true, Absent }, want: NotQuorate, missing: []Part{PartPolice}},
		{name: "a medical is needed and no senior doctor", change: func(s *Strategy) { s.Needs.Medical = true }, want: NotQuorate, missing: []Part{PartDoctor}},
		{name: "an unborn child and no midwife", change: func(s *Strategy) { s.Needs.Unborn = true }, want: NotQuorate, missing: []Part{PartMidwife}},
		{name: "an unborn child with a midwife", change: func(s *Strategy) {
			s.Needs.Unborn = true
			s.Seats = append(s.Seats, Seat{ID: "s4", Part: PartMidwife, Agency: Health, Attendance: Attended})
		}, want: Quorate},
		{name: "a looked-after child without the placement", change: func(s *Strategy) { s.Needs.LookedAfter = true }, want: NotQuorate, missing: []Part{PartPlacement}},
		{name: "the school was expected and did not come", change: func(s *Strategy) { s.Needs.InSchool = true }, want: Quorate},
		{name: "social care alone", change: func(s *Strategy) { s.Seats = s.Seats[:1] }, want: NotQuorate, missing: []Part{PartPolice, PartHealth}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := discussion()
			if tt.change != nil {
				tt.change(&s)
			}
			got, missing, _ := s.Quoracy()
			if got != tt.want || !slices.Equal(missing, tt.missing) {
				t.Errorf("Quoracy: %s without %v, want %s without %v", got, missing, tt.want, tt.missing)
			}
		})
	}
}

// Whoever is there, only a quorate discussion stops the clock of police and health.
func TestOnlyAQuorateDiscussionStopsTheClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := discussion()
		s.Immediate = rapid.Bool().Draw(t, "immediate")
		s.Needs = Needs{rapid.Bool().Draw(t, "medical"), rapid.Bool().Draw(t, "unborn"), rapid.Bool().Draw(t, "looked after"), rapid.Bool().Draw(t, "in school")}
		s.Seats = nil
		for i, p := range Parts() {
			s.Seats = append(s.Seats, Seat{ID: string(rune('a' + i)), Part: p, Why: "No answer", Decides: rapid.Bool().Draw(t, "decides"),
				Attendance: rapid.SampledFrom([]Attendance{Attended, SentView, Absent}).Draw(t, "attendance")})
		}
		s.Seats[0].Attendance = Attended
		q, missing, _ := s.Quoracy()
		if (q == Quorate) != (len(missing) == 0) {
			t.Fatalf("%s, and %v missing", q, missing)
		}
		got, err := s.Hold(received, received)
		if err != nil {
			t.Fatal(err)
		}
		if _, stopped := endOf(got, timescale.StrategyDiscussion); stopped != (q == Quorate) {
			t.Fatalf("%s, and the clock stopped: %v", q, stopped)
		}
		if len(got.Lines) != 1 || q == NotQuorate && !strings.Contains(got.Lines[0].Text, "The clock is still running") {
			t.Fatalf("%s is told as %q", q, got.Lines)
		}
	})
}

func TestConvene(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Strategy)
		slots  []civil.Instant
		field  string
		kind   refusal.Kind
		begins int
	}{
		{name: "two agencies are asked", slots: []civil.Instant{received.Add(time.Hour)}, begins: 2},
		{name: "who answered is not asked again", slots: []civil.Instant{received.Add(time.Hour)}, change: func(s *Strategy) { s.Seats[1].Answered = true }, begins: 1},
		{name: "no time is offered", kind: refusal.Invalid, field: "slot-1"},
		{name: "a time that has passed", slots: []civil.Instant{received.Add(-time.Hour)}, kind: refusal.Invalid, field: "slot-1"},
		{name: "police are not invited", slots: []civil.Instant{received.Add(time.Hour)}, change: func(s *Strategy) { s.Seats = append(s.Seats[:1], s.Seats[2]) }, kind: refusal.Invalid, field: "seat-police"},
		{name: "health is not invited", slots: []civil.Instant{received.Add(time.Hour)}, change: func(s *Strategy) { s.Seats = s.Seats[:2] }, kind: refusal.Invalid, field: "seat-health"},
		{name: "it has been held", slots: []civil.Instant{received.Add(time.Hour)}, change: func(s *Strategy) { s.State = StrategyHeld }, kind: refusal.Conflict},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := discussion()
			s.State = StrategyRequested
			if tt.change != nil {
				tt.change(&s)
			}
			got, err := s.Convene(tt.slots, received)
			wantRefusal(t, err, tt.kind, tt.field)
			if n := len(waitsFor(got, timescale.StrategyAnswer)); n != tt.begins {
				t.Errorf("%d agencies are waited for, want %d", n, tt.begins)
			}
		})
	}
}

func TestAnswerInvitation(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer Answer
		kind   refusal.Kind
		field  string
	}{
		{name: "comes", answer: Answer{Seat: "s2", Comes: "yes", Name: "DS Hill"}},
		{name: "sends a deputy", answer: Answer{Seat: "s2", Comes: "deputy", Name: "DC Moor"}},
		{name: "cannot come, with the reason", answer: Answer{Seat: "s2", Comes: "no", Reason: "Nobody on duty until noon"}},
		{name: "cannot come, without", answer: Answer{Seat: "s2", Comes: "no"}, kind: refusal.Invalid, field: "reason"},
		{name: "comes, and nobody is named", answer: Answer{Seat: "s2", Comes: "yes"}, kind: refusal.Invalid, field: "name"},
		{name: "says nothing", answer: Answer{Seat: "s2"}, kind: refusal.Invalid, field: "comes"},
		{name: "has no seat", answer: Answer{Seat: "s9", Comes: "yes", Name: "X"}, kind: refusal.NotFound},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := discussion().AnswerInvitation(tt.answer)
			wantRefusal(t, err, tt.kind, tt.field)
			if err != nil {
				return
			}
			if _, stopped := endOf(got, timescale.StrategyDiscussion); stopped || len(got.Ends) != 1 {
				t.Errorf("ends %+v: an answer is not attendance", got.Ends)
			}
		})
	}
}

func TestHold(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Strategy)
		at     civil.Instant
		kind   refusal.Kind
		field  string
	}{
		{name: "held", at: received},
		{name: "to come", at: received.Add(time.Minute), kind: refusal.Invalid, field: "held"},
		{name: "no time", kind: refusal.Invalid, field: "held"},
		{name: "long before it was asked for", at: received.Add(-72 * time.Hour), kind: refusal.Invalid, field: "held"},
		{name: "absent without a reason", at: received, change: func(s *Strategy) { s.Seats[1].Attendance = Absent }, kind: refusal.Invalid, field: "why-s2"},
		{name: "nobody was there", at: received, change: func(s *Strategy) {
			for i := range s.Seats {
				s.Seats[i].Attendance, s.Seats[i].Why = Absent, "Did not come"
			}
		}, kind: refusal.Invalid, field: "held"},
		{name: "decided already", at: received, change: func(s *Strategy) { s.State = StrategyDecided }, kind: refusal.Conflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := discussion()
			if tt.change != nil {
				tt.change(&s)
			}
			got, err := s.Hold(tt.at, received)
			wantRefusal(t, err, tt.kind, tt.field)
			if e, ok := endOf(got, timescale.StrategyDiscussion); err == nil && (!ok || e.HappenedAt != tt.at) {
				t.Errorf("ends %+v, want the clock stopped when it was held", got.Ends)
			}
		})
	}
}

func TestDecideADiscussion(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Strategy, *Settled)
		kind   refusal.Kind
		field  string
		begins []timescale.Key
		closes bool
	}{
		{name: "enquiries start", begins: []timescale.Key{timescale.Enquiry, timescale.EnquiryChildSeen, timescale.Assessment, timescale.ActionAgreed, timescale.StrategySigned, timescale.StrategySigned}},
		{name: "no enquiry, an assessment", change: func(_ *Strategy, d *Settled) {
			d.Points["threshold"], d.Points["joint"], d.After = "no", "none", "assessment"
		}, begins: []timescale.Key{timescale.Assessment, timescale.ActionAgreed, timescale.StrategySigned, timescale.StrategySigned}},
		{name: "no enquiry and nothing more", change: func(_ *Strategy, d *Settled) {
			d.Points["threshold"], d.Points["joint"], d.After, d.Actions = "no", "none", "nothing", nil
		}, begins: []timescale.Key{timescale.StrategySigned, timescale.StrategySigned}, closes: true},
		{name: "not a manager", change: func(_ *Strategy, d *Settled) { d.Manager = false }, kind: refusal.Denied},
		{name: "not held yet", change: func(s *Strategy, _ *Settled) { s.State = StrategyScheduled }, kind: refusal.Conflict},
		{name: "somebody was first", change: func(s *Strategy, _ *Settled) { s.State = StrategyDecided }, kind: refusal.Conflict},
		{name: "enquiries without health, not urgent", change: func(s *Strategy, _ *Settled) { s.Seats[2].Attendance = Absent }, kind: refusal.Invalid, field: "threshold"},
		{name: "enquiries without health, in danger", change: func(s *Strategy, _ *Settled) { s.Immediate, s.Seats[2].Attendance = true, Absent },
			begins: []timescale.Key{timescale.Enquiry, timescale.EnquiryChildSeen, timescale.Assessment, timescale.ActionAgreed, timescale.StrategySigned}},
		{name: "enquiries that nobody makes", change: func(_ *Strategy, d *Settled) { d.Points["joint"] = "none" }, kind: refusal.Invalid, field: "joint"},
		{name: "no enquiry, and nothing said of what follows", change: func(_ *Strategy, d *Settled) { d.Points["threshold"], d.Points["joint"] = "no", "none" }, kind: refusal.Invalid, field: "after"},
		{name: "an action by nobody", change: func(_ *Strategy, d *Settled) { d.Actions[0].On = "" }, kind: refusal.Invalid, field: "action-1-agency"},
		{name: "an action without a date", change: func(_ *Strategy, d *Settled) { d.Actions[0].By = civil.Instant{} }, kind: refusal.Invalid, field: "action-1-by"},
		{name: "an action for another child", change: func(_ *Strategy, d *Settled) { d.Actions[0].Child = "k9" }, kind: refusal.Invalid, field: "action-1"},
	}
	for _, p := range Agenda() {
		tests = append(tests, struct {
			name   string
			change func(*Strategy, *Settled)
			kind   refusal.Kind
			field  string
			begins []timescale.Key
			closes bool
		}{name: p.Key + " is blank", change: func(_ *Strategy, d *Settled) { d.Points[p.Key] = " " }, kind: refusal.Invalid, field: p.Key})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, d := discussion(), settled()
			s.State, s.HeldAt = StrategyHeld, received
			if tt.change != nil {
				tt.change(&s, &d)
			}
			got, err := s.Decide(d)
			wantRefusal(t, err, tt.kind, tt.field)
			if err != nil {
				return
			}
			var begun []timescale.Key
			for _, w := range got.Begins {
				begun = append(begun, w.For)
			}
			if !slices.Equal(begun, tt.begins) {
				t.Errorf("begins %v, want %v", begun, tt.begins)
			}
			if (len(got.Closes) > 0) != tt.closes {
				t.Errorf("closes %v", got.Closes)
			}
			if a := waitsFor(got, timescale.ActionAgreed); len(a) == 1 && a[0].By != d.Actions[0].By {
				t.Errorf("the action is due %s, want the date that was agreed", a[0].By)
			}
		})
	}
}

func TestSign(t *testing.T) {
	s := discussion()
	s.State = StrategyDecided
	got, err := s.Sign(Signature{Seat: "s2", By: "DS Hill", Agrees: "yes"})
	if err != nil || len(got.Ends) != 1 || len(got.Begins) != 0 {
		t.Errorf("an agency that agrees: %+v, %v", got, err)
	}
	got, err = s.Sign(Signature{Seat: "s2", By: "DS Hill", Agrees: "no", Why: "We would interview first"})
	if err != nil || len(waitsFor(got, timescale.Disagreement)) != 1 {
		t.Errorf("a disagreement is somebody's to settle: %+v, %v", got, err)
	}
	_, err = s.Sign(Signature{Seat: "s2", By: "DS Hill", Agrees: "no"})
	wantRefusal(t, err, refusal.Invalid, "why")
	s.State = StrategyHeld
	_, err = s.Sign(Signature{Seat: "s2", By: "DS Hill", Agrees: "yes"})
	wantRefusal(t, err, refusal.Conflict, "")
}

func TestVisitMeanwhile(t *testing.T) {
	good := Visit{Child: "k1", At: received.Add(-time.Hour), By: "R. Nowak", Seen: "yes", Alone: "Yes", Words: "“I sleep at nan's.”", Next: received.Add(24 * time.Hour)}
	for _, tt := range []struct {
		name   string
		change func(*Visit)
		field  string
	}{
		{name: "seen alone"},
		{name: "not seen", change: func(v *Visit) { v.Seen, v.Alone, v.Words = "no", "", "" }},
		{name: "seen, and the child's words are missing", change: func(v *Visit) { v.Words = "" }, field: "words"},
		{name: "seen, and not said whether alone", change: func(v *Visit) { v.Alone = "" }, field: "alone"},
		{name: "no next visit", change: func(v *Visit) { v.Next = civil.Instant{} }, field: "next"},
		{name: "still to come", change: func(v *Visit) { v.At = received.Add(time.Hour) }, field: "at"},
		{name: "another child", change: func(v *Visit) { v.Child = "k9" }, field: "child"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := good
			if tt.change != nil {
				tt.change(&v)
			}
			got, err := discussion().VisitMeanwhile(v, received)
			kind := refusal.Fault
			if tt.field != "" {
				kind = refusal.Invalid
			}
			wantRefusal(t, err, kind, tt.field)
			if err == nil && len(got.Ends) > 0 {
				t.Error("a visit stopped the clock of the discussion")
			}
		})
	}
}

func TestCancelTakesBackTheDateAndNotTheNeed(t *testing.T) {
	s := discussion()
	got, err := s.Cancel("The officer is ill", true)
	if err != nil || len(waitsFor(got, timescale.StrategyConvened)) != 1 || len(got.Ends) != 0 {
		t.Errorf("Cancel: %+v, %v", got, err)
	}
	_, err = s.Cancel("", true)
	wantRefusal(t, err, refusal.Invalid, "reason")
	_, err = s.Cancel("Ill", false)
	wantRefusal(t, err, refusal.Denied, "")
}

// There is a single definition of the kinds and what each is for; none is "other", and a
// review and a further discussion must settle what an initial one need not (finding 29).
func TestEveryKindOfDiscussionHasItsPurposeAndItsAgenda(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range StrategyKinds() {
		if k.Name == "" || k.Purpose == "" || seen[k.Purpose] || k.Kind == "other" {
			t.Errorf("%+v: no name or purpose of its own", k)
		}
		seen[k.Purpose] = true
		s := discussion()
		s.Kind, s.State, s.HeldAt = k.Kind, StrategyHeld, received
		d := settled()
		_, err := s.Decide(d)
		if extra := len(AgendaFor(k.Kind)) - len(Agenda()); (extra > 0) != (err != nil) {
			t.Errorf("%s: settled without its own %d points: %v", k.Kind, extra, err)
		}
		for _, p := range k.First {
			d.Points[p.Key] = "Talked through"
		}
		if _, err := s.Decide(d); err != nil {
			t.Errorf("%s: settled with its own points: %v", k.Kind, err)
		}
		if _, err := s.Request(StrategyRequest{Suspected: "Bruises", Category: "physical"}); err != nil {
			t.Errorf("%s: %v", k.Kind, err)
		}
	}
	s := discussion()
	s.Kind = ""
	if _, err := s.Request(StrategyRequest{Suspected: "Bruises", Category: "physical"}); err == nil {
		t.Error("a discussion without a kind was asked for")
	}
	if _, ok := StrategyKindOf("other"); ok {
		t.Error("a discussion may be of another kind")
	}
}
