package cincensus

import "testing"

func TestRule4013(t *testing.T) {
	examples(t, &rule4013, "", []example{
		{name: "the day before the year", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanEndDate = day("2025-03-31") }, flags: "CINplanDates.CINPlanEndDate.0"},
		{name: "the first day of the year", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanEndDate = day("2025-04-01") }},
		{name: "the last day of the year", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanEndDate = day("2026-03-31") }},
		{name: "the day after the year", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanEndDate = day("2026-04-01") }, flags: "CINplanDates.CINPlanEndDate.0"},
	})
}
