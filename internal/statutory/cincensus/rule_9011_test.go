package cincensus

import "testing"

func TestRule9011(t *testing.T) {
	examples(t, &rule9011, "", []example{
		{name: "no such code", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].PPOutcome = Of("D") }, flags: "PreProceedings.PPOutcome.0"},
		{name: "blank", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].PPOutcome = Text{} }},
		{name: "blank, as the reference has it", year: 2027, mode: Reference, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].PPOutcome = Text{} }, flags: "PreProceedings.PPOutcome.0"},
		{name: "C", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].PPOutcome = Of("C") }},
	})
}
