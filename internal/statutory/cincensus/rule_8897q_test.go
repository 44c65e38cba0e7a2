package cincensus

import "testing"

func TestRule8897Q(t *testing.T) {
	examples(t, &rule8897Q, "", []example{
		{name: "no factors", change: func(_ *Child, e *CINdetails) { factors(e) }, flags: "Assessments.AssessmentAuthorisationDate.0 Assessments.AssessmentFactors.0"},
		{name: "no such factor", change: func(_ *Child, e *CINdetails) { factors(e, "4A", "8A") }, flags: "Assessments.AssessmentAuthorisationDate.0 Assessments.AssessmentFactors.0"},
		{name: "a blank factor only", change: func(_ *Child, e *CINdetails) { factors(e, "") }, flags: "Assessments.AssessmentAuthorisationDate.0 Assessments.AssessmentFactors.0"},
		{name: "no factors, authorised on the first day of the year", change: func(_ *Child, e *CINdetails) {
			factors(e)
			e.Assessments[0].AssessmentAuthorisationDate = day("2025-04-01")
		}, flags: "Assessments.AssessmentAuthorisationDate.0 Assessments.AssessmentFactors.0"},
		{name: "no factors, authorised before the year", change: func(_ *Child, e *CINdetails) {
			factors(e)
			e.Assessments[0].AssessmentAuthorisationDate = day("2025-03-31")
		}},
		{name: "the old codes are still taken", change: func(_ *Child, e *CINdetails) { factors(e, "18A", "19A") }},
		{name: "no factors, not authorised", change: func(_ *Child, e *CINdetails) { e.Assessments[0] = &Assessment{} }},
	})
}
