package cincensus

import "testing"

func TestRule8670Q(t *testing.T) {
	examples(t, &rule8670Q, "", []example{
		{name: "46 working days before the reference date", change: func(_ *Child, e *CINdetails) {
			e.Assessments[0] = &Assessment{AssessmentActualStartDate: day("2026-01-23")}
		}, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentAuthorisationDate.0"},
		{name: "45 working days before the reference date", change: func(_ *Child, e *CINdetails) {
			e.Assessments[0] = &Assessment{AssessmentActualStartDate: day("2026-01-27")}
		}},
		{name: "45 working days, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) {
			e.Assessments[0] = &Assessment{AssessmentActualStartDate: day("2026-01-27")}
		}, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentAuthorisationDate.0"},
		{name: "authorised", change: func(_ *Child, e *CINdetails) {}},
	})
}
