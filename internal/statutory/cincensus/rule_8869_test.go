package cincensus

import "testing"

func TestRule8869(t *testing.T) {
	examples(t, &rule8869, "", []example{
		{name: "21 and another", change: func(_ *Child, e *CINdetails) { factors(e, "21", "4A") }, flags: "Assessments.AssessmentFactors.0"},
		{name: "21 and another, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) { factors(e, "21", "4A") }},
		{name: "21 alone", change: func(_ *Child, e *CINdetails) { factors(e, "21") }},
	})
}
