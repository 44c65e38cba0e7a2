package cincensus

import "testing"

func TestRule4000(t *testing.T) {
	examples(t, &rule4000, "", []example{
		{name: "no further action and a plan", change: func(_ *Child, e *CINdetails) { e.ReferralNFA = Of("TRUE") }, flags: "CINdetails.ReferralNFA.0"},
		{name: "no further action and no plan", change: func(_ *Child, e *CINdetails) { e.ReferralNFA = Of("1"); e.CINPlans = nil }},
	})
}
