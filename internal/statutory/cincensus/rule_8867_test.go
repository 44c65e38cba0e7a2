package cincensus

import "testing"

func TestRule8867(t *testing.T) {
	examples(t, &rule8867, "", []example{
		{name: "not authorised", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = Date{} }, flags: "Assessments.AssessmentAuthorisationDate.0 CINdetails.CINclosureDate.0"},
		{name: "not authorised and not closed", change: func(_ *Child, e *CINdetails) {
			e.Assessments[0].AssessmentAuthorisationDate, e.CINclosureDate = Date{}, Date{}
		}},
	})
}
