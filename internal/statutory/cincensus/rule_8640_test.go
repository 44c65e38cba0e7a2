package cincensus

import "testing"

func TestRule8640(t *testing.T) {
	examples(t, &rule8640, "", []example{
		{name: "no such code", change: func(_ *Child, e *CINdetails) { e.ReasonForClosure = Of("RC10") }, flags: "CINdetails.ReasonForClosure.0"},
		{name: "RC9 in 2022", year: 2022, change: func(_ *Child, e *CINdetails) { e.ReasonForClosure = Of("RC9") }, flags: "CINdetails.ReasonForClosure.0"},
		{name: "RC9 in 2023", year: 2023, change: func(_ *Child, e *CINdetails) { e.ReasonForClosure = Of("RC9") }},
		{name: "none", change: func(_ *Child, e *CINdetails) { e.ReasonForClosure = Text{} }},
	})
}
