package cincensus

import "testing"

func TestRule4010(t *testing.T) {
	examples(t, &rule4010, "", []example{
		{name: "missing", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanStartDate = Date{} }, flags: "CINplanDates.CINPlanStartDate.0"},
		{name: "the day after the reference date", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanStartDate = day("2026-04-01") }, flags: "CINplanDates.CINPlanStartDate.0"},
		{name: "the reference date", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanStartDate = day("2026-03-31") }},
		{name: "not a date", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanStartDate = day("02/06/2025") }, flags: "CINplanDates.CINPlanStartDate.0"},
	})
}
