package cincensus

import "testing"

func TestRule8736(t *testing.T) {
	examples(t, &rule8736, "", []example{
		{name: "missing", change: func(_ *Child, e *CINdetails) { e.Assessments[0] = &Assessment{} }, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentAuthorisationDate.0"},
		{name: "the day before the year", change: func(_ *Child, e *CINdetails) {
			e.Assessments[0] = &Assessment{AssessmentActualStartDate: day("2025-03-31")}
		}, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentAuthorisationDate.0"},
		{name: "the first day of the year", change: func(_ *Child, e *CINdetails) {
			e.Assessments[0] = &Assessment{AssessmentActualStartDate: day("2025-04-01")}
		}},
		{name: "the last day of the year", change: func(_ *Child, e *CINdetails) {
			e.Assessments[0] = &Assessment{AssessmentActualStartDate: day("2026-03-31")}
		}},
		{name: "the day after the year", change: func(_ *Child, e *CINdetails) {
			e.Assessments[0] = &Assessment{AssessmentActualStartDate: day("2026-04-01")}
		}, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentAuthorisationDate.0"},
		{name: "authorised", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentActualStartDate = day("2025-03-31") }},
	})
}
