package cincensus

import "testing"

func TestRule4011(t *testing.T) {
	examples(t, &rule4011, "", []example{
		{name: "the day before the start", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanEndDate = day("2025-06-01") }, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0"},
		{name: "the day of the start", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanEndDate = day("2025-06-02") }},
	})
}
