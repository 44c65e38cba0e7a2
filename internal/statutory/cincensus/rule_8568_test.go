package cincensus

import "testing"

func TestRule8568(t *testing.T) {
	examples(t, &rule8568, "", []example{
		{name: "missing", change: func(_ *Child, e *CINdetails) { e.ReferralNFA = Text{} }, flags: "CINdetails.ReferralNFA.0"},
		{name: "neither yes nor no", change: func(_ *Child, e *CINdetails) { e.ReferralNFA = Of("Y") }, flags: "CINdetails.ReferralNFA.0"},
		{name: "in whatever capitals", change: func(_ *Child, e *CINdetails) { e.ReferralNFA = Of("False") }},
	})
}
