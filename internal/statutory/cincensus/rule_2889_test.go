package cincensus

import "testing"

func TestRule2889(t *testing.T) {
	examples(t, &rule2889, "", []example{
		{name: "the day before the referral", change: func(_ *Child, e *CINdetails) { e.Section47s[0].S47ActualStartDate = day("2025-04-13") }, flags: "CINdetails.CINreferralDate.0 Section47.S47ActualStartDate.0"},
		{name: "the day of the referral", change: func(_ *Child, e *CINdetails) { e.Section47s[0].S47ActualStartDate = day("2025-04-14") }},
	})
}
