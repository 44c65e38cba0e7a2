package cincensus

import "testing"

func TestRule8873Q(t *testing.T) {
	examples(t, &rule8873Q, "", []example{
		{name: "closed for another reason", change: func(_ *Child, e *CINdetails) { factors(e, "21") }, flags: "Assessments.AssessmentFactors.0 CINdetails.ReasonForClosure.0"},
		{name: "not closed", change: func(_ *Child, e *CINdetails) { factors(e, "21"); e.ReasonForClosure = Text{} }, flags: "Assessments.AssessmentFactors.0 CINdetails.ReasonForClosure.0"},
		{name: "RC8", change: func(_ *Child, e *CINdetails) { factors(e, "21"); e.ReasonForClosure = Of("RC8") }},
		{name: "RC9", change: func(_ *Child, e *CINdetails) { factors(e, "21"); e.ReasonForClosure = Of("RC9") }},
		{name: "two assessments", change: func(_ *Child, e *CINdetails) { factors(e, "21"); e.Assessments = append(e.Assessments, &Assessment{}) }},
	})
}
