package cincensus

import "testing"

func TestRule8610(t *testing.T) {
	examples(t, &rule8610, "", []example{
		{name: "no need", change: func(_ *Child, e *CINdetails) { e.PrimaryNeedCode = Text{} }, flags: "CINdetails.PrimaryNeedCode.0 CINdetails.ReferralNFA.0"},
		{name: "no further action", change: func(_ *Child, e *CINdetails) { e.PrimaryNeedCode, e.ReferralNFA = Text{}, Of("1") }},
	})
}
