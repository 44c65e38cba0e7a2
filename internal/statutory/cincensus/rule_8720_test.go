package cincensus

import "testing"

func TestRule8720(t *testing.T) {
	examples(t, &rule8720, "", []example{
		{name: "missing", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = Date{} }, flags: "ChildProtectionPlans.CPPstartDate.0"},
		{name: "the day after the reference date", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2026-04-01") }, flags: "ChildProtectionPlans.CPPstartDate.0"},
		{name: "the reference date", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2026-03-31") }},
	})
}
