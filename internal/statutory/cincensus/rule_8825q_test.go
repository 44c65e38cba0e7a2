package cincensus

import "testing"

func TestRule8825Q(t *testing.T) {
	examples(t, &rule8825Q, "", []example{
		{name: "no assessment", change: func(_ *Child, e *CINdetails) { e.ReasonForClosure, e.Assessments = Of("RC8"), nil }, flags: "CINdetails.ReasonForClosure.0"},
		{name: "no assessment, referred to early help", change: func(_ *Child, e *CINdetails) { e.ReasonForClosure, e.Assessments = Of("RC9"), nil }, flags: "CINdetails.ReasonForClosure.0"},
		{name: "an assessment", change: func(_ *Child, e *CINdetails) { e.ReasonForClosure = Of("RC8") }},
		{name: "another reason", change: func(_ *Child, e *CINdetails) { e.Assessments = nil }},
	})
}
