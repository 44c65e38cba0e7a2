package cincensus

import "testing"

func TestRule8772(t *testing.T) {
	examples(t, &rule8772, "", []example{
		{name: "a referral that went further", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPNunknown = Of("UN7") }, flags: "CINdetails.ReferralNFA.0 ChildIdentifiers.UPNunknown.0"},
		{name: "one of two went further", change: func(c *Child, e *CINdetails) {
			c.Identifiers.UPNunknown, e.ReferralNFA = Of("UN7"), Of("true")
			c.Episodes = append(c.Episodes, &CINdetails{})
		}, flags: "CINdetails.ReferralNFA.1 ChildIdentifiers.UPNunknown.0"},
		{name: "no further action", change: func(c *Child, e *CINdetails) { c.Identifiers.UPNunknown, e.ReferralNFA = Of("UN7"), Of("1") }},
	})
}
