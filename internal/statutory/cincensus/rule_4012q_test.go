package cincensus

import "testing"

func TestRule4012Q(t *testing.T) {
	examples(t, &rule4012Q, "", []example{
		{name: "the same day", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanEndDate = day("2025-06-02") }, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0"},
		{name: "the next day", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanEndDate = day("2025-06-03") }},
		{name: "neither date", change: func(_ *Child, e *CINdetails) { e.CINPlans[0] = &CINPlan{} }},
	})
}
