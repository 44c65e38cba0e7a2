package cincensus

import "testing"

func TestRule8630(t *testing.T) {
	examples(t, &rule8630, "", []example{
		{name: "closed the day before the referral", change: func(_ *Child, e *CINdetails) { e.CINclosureDate = day("2025-04-13") }, flags: "CINdetails.CINclosureDate.0 CINdetails.CINreferralDate.0"},
		{name: "closed on the day of the referral", change: func(_ *Child, e *CINdetails) { e.CINclosureDate = day("2025-04-14") }},
	})
}
