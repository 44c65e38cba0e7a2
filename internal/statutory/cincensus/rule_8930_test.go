package cincensus

import "testing"

func TestRule8930(t *testing.T) {
	examples(t, &rule8930, "", []example{
		{name: "the day before the year", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPendDate = day("2025-03-31") }, flags: "ChildProtectionPlans.CPPendDate.0"},
		{name: "the first day of the year", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPendDate = day("2025-04-01") }},
		{name: "the last day of the year", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPendDate = day("2026-03-31") }},
		{name: "the day after the year", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPendDate = day("2026-04-01") }, flags: "ChildProtectionPlans.CPPendDate.0"},
	})
}
