package cincensus

import "testing"

func TestRule2883(t *testing.T) {
	examples(t, &rule2883, "", []example{
		{name: "a plan and no conference", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = Date{} }, flags: "LA"},
		{name: "the conference is before the year", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-03-31") }, flags: "LA"},
		{name: "the conference is on the first day of the year", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-04-01") }},
		{name: "the conference is on the last day of the year", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2026-03-31") }},
		{name: "the conference is after the year", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2026-04-01") }, flags: "LA"},
		{name: "the conference stands on the referral", change: func(_ *Child, e *CINdetails) { e.Section47s = nil; e.DateOfInitialCPC = day("2025-07-15") }},
		{name: "the plan is before the year", change: func(_ *Child, e *CINdetails) {
			e.Section47s = nil
			e.ProtectionPlans[0].CPPstartDate = day("2025-03-31")
		}},
		{name: "the plan is after the year", change: func(_ *Child, e *CINdetails) {
			e.Section47s = nil
			e.ProtectionPlans[0].CPPstartDate = day("2026-04-01")
		}},
	})
}
