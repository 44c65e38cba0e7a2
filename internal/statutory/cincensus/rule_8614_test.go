package cincensus

import "testing"

func TestRule8614(t *testing.T) {
	examples(t, &rule8614, "", []example{
		{name: "not authorised", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = Date{} }, flags: "Assessments.AssessmentAuthorisationDate.0 Assessments.AssessmentFactors.0"},
		{name: "no factors", change: func(_ *Child, e *CINdetails) { e.Assessments[0] = &Assessment{Factors: []Text{Of("")}} }},
	})
}
