package cincensus

import "testing"

func TestRule8940(t *testing.T) {
	examples(t, &rule8940, "", []example{
		{name: "the day the other ends", change: func(_ *Child, e *CINdetails) {
			e.ProtectionPlans = append(e.ProtectionPlans, &ProtectionPlan{CPPstartDate: day("2025-12-10"), CPPendDate: day("2025-12-19")})
		}, flags: "ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPstartDate.0 ChildProtectionPlans.CPPstartDate.1"},
		{name: "the day after the other ends", change: func(_ *Child, e *CINdetails) {
			e.ProtectionPlans = append(e.ProtectionPlans, &ProtectionPlan{CPPstartDate: day("2025-12-11"), CPPendDate: day("2025-12-19")})
		}},
		{name: "the day the other starts", change: func(_ *Child, e *CINdetails) {
			e.ProtectionPlans = append(e.ProtectionPlans, &ProtectionPlan{CPPstartDate: day("2025-07-15"), CPPendDate: day("2025-07-15")})
		}, flags: "ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPendDate.1 ChildProtectionPlans.CPPstartDate.0 ChildProtectionPlans.CPPstartDate.1"},
		{name: "the day before the other starts", change: func(_ *Child, e *CINdetails) {
			e.ProtectionPlans = append(e.ProtectionPlans, &ProtectionPlan{CPPstartDate: day("2025-07-14"), CPPendDate: day("2025-07-14")})
		}},
		{name: "the reference date, the other open", change: func(_ *Child, e *CINdetails) {
			e.ProtectionPlans = []*ProtectionPlan{{CPPstartDate: day("2025-07-15")}, {CPPstartDate: day("2026-03-31"), CPPendDate: day("2026-03-31")}}
		}, flags: "ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPstartDate.0 ChildProtectionPlans.CPPstartDate.1"},
		{name: "after the reference date, the other open", change: func(_ *Child, e *CINdetails) {
			e.ProtectionPlans = []*ProtectionPlan{{CPPstartDate: day("2025-07-15")}, {CPPstartDate: day("2026-04-01"), CPPendDate: day("2026-04-01")}}
		}},
		{name: "the first plans of two episodes", change: func(c *Child, e *CINdetails) {
			c.Episodes = append(c.Episodes, &CINdetails{ProtectionPlans: []*ProtectionPlan{{CPPstartDate: day("2025-08-01"), CPPendDate: day("2025-12-19")}}})
		}, flags: "ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPstartDate.0 ChildProtectionPlans.CPPstartDate.1"},
		{name: "the first plans of two episodes, as the reference has it", mode: Reference, change: func(c *Child, e *CINdetails) {
			c.Episodes = append(c.Episodes, &CINdetails{ProtectionPlans: []*ProtectionPlan{{CPPstartDate: day("2025-08-01"), CPPendDate: day("2025-12-19")}}})
		}},
	})
}
