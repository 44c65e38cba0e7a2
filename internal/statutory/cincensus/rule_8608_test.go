package cincensus

import "testing"

func TestRule8608(t *testing.T) {
	examples(t, &rule8608, "", []example{
		{name: "authorised the day before it started", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = day("2025-04-14") }, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentAuthorisationDate.0"},
		{name: "authorised on the day it started", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = day("2025-04-15") }},
	})
}
