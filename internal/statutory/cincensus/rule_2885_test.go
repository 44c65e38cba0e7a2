package cincensus

import "testing"

func TestRule2885(t *testing.T) {
	examples(t, &rule2885, "", []example{
		{name: "the day after the conference", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2025-07-16") }, flags: "ChildProtectionPlans.CPPstartDate.0 Section47.DateOfInitialCPC.0"},
		{name: "before the year", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2025-03-31") }},
		{name: "on the first day of the year", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2025-04-01") }, flags: "ChildProtectionPlans.CPPstartDate.0 Section47.DateOfInitialCPC.0"},
		{name: "on the last day of the year", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2026-03-31") }, flags: "ChildProtectionPlans.CPPstartDate.0 Section47.DateOfInitialCPC.0"},
		{name: "after the year", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2026-04-01") }},
		{name: "one of two enquiries has the conference", change: func(_ *Child, e *CINdetails) {
			e.Section47s = append(e.Section47s, &Section47{ICPCnotRequired: Of("0")})
		}},
		{name: "an enquiry that needed no conference is not looked at", change: func(_ *Child, e *CINdetails) {
			e.Section47s[0].ICPCnotRequired = Of("true")
			e.DateOfInitialCPC = day("2025-07-15")
		}},
		{name: "no enquiry, and the referral's conference is another day", change: func(_ *Child, e *CINdetails) { e.Section47s = nil; e.DateOfInitialCPC = day("2025-07-14") }, flags: "CINdetails.DateOfInitialCPC.0 ChildProtectionPlans.CPPstartDate.0"},
		{name: "no enquiry, and the referral's conference is the day", change: func(_ *Child, e *CINdetails) { e.Section47s = nil; e.DateOfInitialCPC = day("2025-07-15") }},
	})
}
