package cincensus

import "testing"

func TestRule8950Q(t *testing.T) {
	examples(t, &rule8950Q, "", []example{
		{name: "19A", change: func(_ *Child, e *CINdetails) { factors(e, "19A") }, flags: "Assessments.AssessmentFactors.0"},
		{name: "19A, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) { factors(e, "19A") }},
		{name: "19A in 2024", year: 2024, change: func(_ *Child, e *CINdetails) { factors(e, "19A") }},
		{name: "19C", change: func(_ *Child, e *CINdetails) { factors(e, "19C") }},
	})
}
