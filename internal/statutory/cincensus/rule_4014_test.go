package cincensus

import "testing"

func TestRule4014(t *testing.T) {
	examples(t, &rule4014, "", []example{
		{name: "the day the other ends", change: func(_ *Child, e *CINdetails) {
			e.CINPlans = append(e.CINPlans, &CINPlan{CINPlanStartDate: day("2025-07-10"), CINPlanEndDate: day("2025-08-01")})
		}, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0 CINplanDates.CINPlanStartDate.1"},
		{name: "the day after the other ends", change: func(_ *Child, e *CINdetails) {
			e.CINPlans = append(e.CINPlans, &CINPlan{CINPlanStartDate: day("2025-07-11"), CINPlanEndDate: day("2025-08-01")})
		}},
		{name: "in another episode", change: func(c *Child, e *CINdetails) {
			c.Episodes = append(c.Episodes, &CINdetails{CINPlans: []*CINPlan{{CINPlanStartDate: day("2025-06-02"), CINPlanEndDate: day("2025-06-02")}}})
		}, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanEndDate.1 CINplanDates.CINPlanStartDate.0 CINplanDates.CINPlanStartDate.1"},
		{name: "on the reference date, the other open", change: func(_ *Child, e *CINdetails) {
			e.CINPlans = []*CINPlan{{CINPlanStartDate: day("2025-06-02")}, {CINPlanStartDate: day("2026-03-31"), CINPlanEndDate: day("2026-03-31")}}
		}, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0 CINplanDates.CINPlanStartDate.1"},
		{name: "after the reference date, the other open", change: func(_ *Child, e *CINdetails) {
			e.CINPlans = []*CINPlan{{CINPlanStartDate: day("2025-06-02")}, {CINPlanStartDate: day("2026-04-01"), CINPlanEndDate: day("2026-04-01")}}
		}},
		{name: "the day before the other starts", change: func(_ *Child, e *CINdetails) {
			e.CINPlans = append(e.CINPlans, &CINPlan{CINPlanStartDate: day("2025-06-01"), CINPlanEndDate: day("2025-06-01")})
		}},
	})
}
