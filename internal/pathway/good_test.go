package pathway

import (
	"slices"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func at(t *testing.T, s string) civil.Instant {
	t.Helper()
	i, err := civil.ParseInstant(s)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// received is a Tuesday morning: the good cases arrive then.
var received = civil.At(time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC))

// notification is a good police notification of one child who was named.
func notification() Contact {
	return Contact{
		ID: "c1", Ref: "FD-26-000001", Channel: ByPolice, Source: Police, Grade: "medium",
		IncidentAt: received.Add(-2 * time.Hour), ReportedAt: received.Add(-90 * time.Minute), GradedAt: received.Add(-time.Hour),
		SentAt: received.Add(-time.Minute), ReceivedAt: received,
		Children: []Child{{ID: "k1", Named: true, Link: LinkPerson, Age: 7, Born: civil.DateOf(2019, time.March, 1)}},
	}
}

// screened is a contact that is ready for a decision.
func screened() Contact {
	c := notification()
	c.Screened, c.Danger, c.RAG, c.HistoryRead = true, "no", "amber", true
	return c
}

// goodDecision is an assessment, decided as it should be.
func goodDecision() Decision {
	return Decision{
		Outcome: ReferralAssessment, Rationale: "Third incident in a month, child frightened", Changed: "The incidents are closer together",
		HistoryRead: true, Level: "4", ThresholdVersion: "2026-1", Told: "The school", Evidence: "Police, school and health information",
		Lead: "Northfield School, Jo Bell", Manager: true,
	}
}

// goodFacts are the facts under which every outcome may be decided.
func goodFacts() Facts { return Facts{Consent: ConsentGiven, Now: received.Add(3 * time.Hour)} }

// wantRefusal fails unless err is a refusal of this kind about this field; Fault
// means that nothing may be refused.
func wantRefusal(t *testing.T, err error, kind refusal.Kind, field string) {
	t.Helper()
	if kind == refusal.Fault {
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
		return
	}
	r, ok := refusal.As(err)
	if !ok || r.Kind != kind {
		t.Fatalf("got %v (kind %v), want a refusal of kind %v", err, refusal.KindOf(err), kind)
	}
	if field != "" && !slices.ContainsFunc(r.Problems, func(p refusal.Problem) bool { return p.Field == field }) {
		t.Errorf("refused %+v, want a problem with %q", r.Problems, field)
	}
}

func waitsFor(c Consequences, k timescale.Key) []Wait {
	var out []Wait
	for _, w := range c.Begins {
		if w.For == k {
			out = append(out, w)
		}
	}
	return out
}

func endOf(c Consequences, k timescale.Key) (End, bool) {
	i := slices.IndexFunc(c.Ends, func(e End) bool { return e.For == k })
	if i < 0 {
		return End{}, false
	}
	return c.Ends[i], true
}

func told(c Consequences, kind string) []Tell {
	var out []Tell
	for _, t := range c.Tells {
		if t.Kind == kind {
			out = append(out, t)
		}
	}
	return out
}
