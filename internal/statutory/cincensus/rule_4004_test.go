package cincensus

import "testing"

func TestRule4004(t *testing.T) {
	examples(t, &rule4004, "", []example{
		{name: "two open plans", change: func(_ *Child, e *CINdetails) { e.CINPlans = []*CINPlan{{}, {CINPlanEndDate: day("2025-07-10")}, {}} }, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanEndDate.2"},
		{name: "one open plan", change: func(_ *Child, e *CINdetails) { e.CINPlans = append(e.CINPlans, &CINPlan{}) }},
	})
}
