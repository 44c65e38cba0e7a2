package cincensus

import "testing"

func TestRule4015(t *testing.T) {
	examples(t, &rule4015, "", []example{
		{name: "the day before the referral", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanStartDate = day("2025-04-13") }, flags: "CINdetails.CINreferralDate.0 CINplanDates.CINPlanStartDate.0"},
		{name: "the day of the referral", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanStartDate = day("2025-04-14") }},
	})
}
