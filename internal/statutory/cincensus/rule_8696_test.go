package cincensus

import "testing"

func TestRule8696(t *testing.T) {
	examples(t, &rule8696, "", []example{
		{name: "the day before the year", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = day("2025-03-31") }, flags: "Assessments.AssessmentAuthorisationDate.0"},
		{name: "the first day of the year", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = day("2025-04-01") }},
		{name: "the last day of the year", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = day("2026-03-31") }},
		{name: "the day after the year", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = day("2026-04-01") }, flags: "Assessments.AssessmentAuthorisationDate.0"},
		{name: "not authorised", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = Date{} }},
	})
}
