package cincensus

import "testing"

func TestRule8805(t *testing.T) {
	examples(t, &rule8805, "", []example{
		{name: "no reason", change: func(_ *Child, e *CINdetails) { e.ReasonForClosure = Text{} }, flags: "CINdetails.CINclosureDate.0 CINdetails.ReasonForClosure.0"},
		{name: "neither", change: func(_ *Child, e *CINdetails) { e.ReasonForClosure, e.CINclosureDate = Text{}, Date{} }},
	})
}
