package cincensus

import "testing"

func TestRule8898(t *testing.T) {
	examples(t, &rule8898, "", []example{
		{name: "twice", change: func(_ *Child, e *CINdetails) { factors(e, "4A", "3B", "4A") }, flags: "Assessments.AssessmentFactors.0"},
		{name: "once each", change: func(_ *Child, e *CINdetails) { factors(e, "4A", "4B") }},
		{name: "in two assessments", change: func(_ *Child, e *CINdetails) { e.Assessments = append(e.Assessments, e.Assessments[0]) }},
	})
}
