package cincensus

import "testing"

func TestRule8810(t *testing.T) {
	examples(t, &rule8810, "", []example{
		{name: "no date", change: func(_ *Child, e *CINdetails) { e.CINclosureDate = Date{} }, flags: "CINdetails.CINclosureDate.0 CINdetails.ReasonForClosure.0"},
		{name: "neither", change: func(_ *Child, e *CINdetails) { e.ReasonForClosure, e.CINclosureDate = Text{}, Date{} }},
	})
}
