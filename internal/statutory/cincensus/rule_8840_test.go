package cincensus

import "testing"

func TestRule8840(t *testing.T) {
	examples(t, &rule8840, "", []example{
		{name: "the same day", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPendDate = day("2025-07-15") }, flags: "ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPstartDate.0"},
		{name: "the next day", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPendDate = day("2025-07-16") }},
		{name: "the day before is another rule's", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPendDate = day("2025-07-14") }},
	})
}
