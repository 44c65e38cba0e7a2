package cincensus

import "testing"

func TestRule4016(t *testing.T) {
	examples(t, &rule4016, "", []example{
		{name: "the day the protection plan starts", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanStartDate = day("2025-07-15") }, flags: "CINplanDates.CINPlanStartDate.0 ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPstartDate.0"},
		{name: "the day before it starts", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanStartDate = day("2025-07-14") }},
		{name: "the day before it ends", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanStartDate = day("2025-12-09") }, flags: "CINplanDates.CINPlanStartDate.0 ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPstartDate.0"},
		{name: "the day it ends", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanStartDate = day("2025-12-10") }},
		{name: "the reference date, the protection plan open", change: func(_ *Child, e *CINdetails) {
			e.CINPlans[0].CINPlanStartDate = day("2026-03-31")
			e.ProtectionPlans[0].CPPendDate = Date{}
		}, flags: "CINplanDates.CINPlanStartDate.0 ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPstartDate.0"},
		{name: "after the reference date, the protection plan open", change: func(_ *Child, e *CINdetails) {
			e.CINPlans[0].CINPlanStartDate = day("2026-04-01")
			e.ProtectionPlans[0].CPPendDate = Date{}
		}},
		{name: "in another episode", change: func(c *Child, _ *CINdetails) {
			c.Episodes = append(c.Episodes, &CINdetails{CINPlans: []*CINPlan{{CINPlanStartDate: day("2025-08-01")}}})
		}, flags: "CINplanDates.CINPlanStartDate.1 ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPstartDate.0"},
	})
}
