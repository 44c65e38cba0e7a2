package cincensus

import "testing"

func TestRule8945Q(t *testing.T) {
	examples(t, &rule8945Q, "", []example{
		{name: "18A", change: func(_ *Child, e *CINdetails) { factors(e, "4A", "18A") }, flags: "Assessments.AssessmentFactors.0"},
		{name: "18A, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) { factors(e, "4A", "18A") }},
		{name: "18A in 2024", year: 2024, change: func(_ *Child, e *CINdetails) { factors(e, "18A") }},
		{name: "18B", change: func(_ *Child, e *CINdetails) { factors(e, "18B") }},
	})
}
