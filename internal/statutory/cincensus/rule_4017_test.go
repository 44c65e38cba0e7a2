package cincensus

import "testing"

func TestRule4017(t *testing.T) {
	examples(t, &rule4017, "", []example{
		{name: "the day the plan starts", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2025-06-02") }, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0 ChildProtectionPlans.CPPstartDate.0"},
		{name: "the day before the plan starts", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2025-06-01") }},
		{name: "the day before the plan ends", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2025-07-09") }, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0 ChildProtectionPlans.CPPstartDate.0"},
		{name: "the day the plan ends", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPstartDate = day("2025-07-10") }},
		{name: "the reference date, the plan open", change: func(_ *Child, e *CINdetails) {
			e.ProtectionPlans[0].CPPstartDate = day("2026-03-31")
			e.CINPlans[0].CINPlanEndDate = Date{}
		}, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0 ChildProtectionPlans.CPPstartDate.0"},
		{name: "after the reference date, the plan open", change: func(_ *Child, e *CINdetails) {
			e.ProtectionPlans[0].CPPstartDate = day("2026-04-01")
			e.CINPlans[0].CINPlanEndDate = Date{}
		}},
	})
}
