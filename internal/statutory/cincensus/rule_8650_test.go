package cincensus

import "testing"

func TestRule8650(t *testing.T) {
	examples(t, &rule8650, "", []example{
		{name: "no such code", change: func(_ *Child, e *CINdetails) { e.PrimaryNeedCode = Of("N10") }, flags: "CINdetails.PrimaryNeedCode.0"},
		{name: "not stated", change: func(_ *Child, e *CINdetails) { e.PrimaryNeedCode = Of("N0") }},
		{name: "none", change: func(_ *Child, e *CINdetails) { e.PrimaryNeedCode = Text{} }},
	})
}
