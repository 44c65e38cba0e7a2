package cincensus

import "testing"

func TestRule8925(t *testing.T) {
	examples(t, &rule8925, "", []example{
		{name: "the day before the start", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPendDate = day("2025-07-14") }, flags: "ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPstartDate.0"},
		{name: "the day of the start is another rule's", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPendDate = day("2025-07-15") }},
	})
}
