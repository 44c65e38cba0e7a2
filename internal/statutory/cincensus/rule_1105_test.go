package cincensus

import "testing"

func TestRule1105(t *testing.T) {
	examples(t, &rule1105, "", []example{
		{name: "the day before the referral", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2025-04-13") }, flags: "CINdetails.CINreferralDate.0 ChildProtectionPlans.CPPstartDate.0"},
		{name: "the day of the referral", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2025-04-14") }},
		{name: "no start date", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = Date{} }},
	})
}
