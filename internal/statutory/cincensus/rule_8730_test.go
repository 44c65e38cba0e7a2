package cincensus

import "testing"

func TestRule8730(t *testing.T) {
	examples(t, &rule8730, "", []example{
		{name: "missing", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].NumberOfPreviousCPP = Text{} }, flags: "ChildProtectionPlans.NumberOfPreviousCPP.0"},
		{name: "below zero", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].NumberOfPreviousCPP = Of("-1") }, flags: "ChildProtectionPlans.NumberOfPreviousCPP.0"},
		{name: "no number", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].NumberOfPreviousCPP = Of("one") }, flags: "ChildProtectionPlans.NumberOfPreviousCPP.0"},
		{name: "zero", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].NumberOfPreviousCPP = Of("0") }},
	})
}
