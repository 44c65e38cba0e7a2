package cincensus

import "testing"

func TestRule8863Q(t *testing.T) {
	examples(t, &rule8863Q, "", []example{
		{name: "the day the other is authorised", change: func(_ *Child, e *CINdetails) {
			e.Assessments = append(e.Assessments, &Assessment{AssessmentActualStartDate: day("2025-05-30"), AssessmentAuthorisationDate: day("2025-06-20")})
		}, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentActualStartDate.1 Assessments.AssessmentAuthorisationDate.0"},
		{name: "the day after the other is authorised", change: func(_ *Child, e *CINdetails) {
			e.Assessments = append(e.Assessments, &Assessment{AssessmentActualStartDate: day("2025-05-31"), AssessmentAuthorisationDate: day("2025-06-20")})
		}},
		{name: "the day the other starts", change: func(_ *Child, e *CINdetails) {
			e.Assessments = append(e.Assessments, &Assessment{AssessmentActualStartDate: day("2025-04-15"), AssessmentAuthorisationDate: day("2025-04-15")})
		}, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentActualStartDate.1 Assessments.AssessmentAuthorisationDate.0 Assessments.AssessmentAuthorisationDate.1"},
		{name: "the day before the other starts", change: func(_ *Child, e *CINdetails) {
			e.Assessments = append(e.Assessments, &Assessment{AssessmentActualStartDate: day("2025-04-14"), AssessmentAuthorisationDate: day("2025-04-14")})
		}},
		{name: "the reference date, the other open", change: func(_ *Child, e *CINdetails) {
			e.Assessments = []*Assessment{{AssessmentActualStartDate: day("2025-04-15")}, {AssessmentActualStartDate: day("2026-03-31"), AssessmentAuthorisationDate: day("2026-03-31")}}
		}, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentActualStartDate.1 Assessments.AssessmentAuthorisationDate.0"},
		{name: "after the reference date, the other open", change: func(_ *Child, e *CINdetails) {
			e.Assessments = []*Assessment{{AssessmentActualStartDate: day("2025-04-15")}, {AssessmentActualStartDate: day("2026-04-01"), AssessmentAuthorisationDate: day("2026-04-01")}}
		}},
		{name: "identical dates are not compared", change: func(_ *Child, e *CINdetails) { e.Assessments = append(e.Assessments, e.Assessments[0]) }},
	})
}
