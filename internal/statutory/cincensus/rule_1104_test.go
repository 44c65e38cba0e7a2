package cincensus

import "testing"

func TestRule1104(t *testing.T) {
	examples(t, &rule1104, "", []example{
		{name: "the day before the referral", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-04-13") }, flags: "CINdetails.CINreferralDate.0 Section47.DateOfInitialCPC.0"},
		{name: "the day of the referral", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-04-14") }},
		{name: "no conference", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = Date{} }},
	})
}
