package cincensus

import "testing"

func TestRule8832(t *testing.T) {
	examples(t, &rule8832, "", []example{
		{name: "no further action and a plan", change: func(_ *Child, e *CINdetails) { e.ReferralNFA = Of("true") }, flags: "CINdetails.ReferralNFA.0"},
		{name: "no further action and no plan", change: func(_ *Child, e *CINdetails) { noFurther(e) }},
	})
}
