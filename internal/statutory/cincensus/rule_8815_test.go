package cincensus

import "testing"

func TestRule8815(t *testing.T) {
	examples(t, &rule8815, "", []example{
		{name: "two open", change: func(c *Child, e *CINdetails) {
			e.CINclosureDate = Date{}
			c.Episodes = append(c.Episodes, &CINdetails{ReferralNFA: Of("false")})
		}, flags: "CINdetails.CINclosureDate.0 CINdetails.CINclosureDate.1 CINdetails.ReferralNFA.0 CINdetails.ReferralNFA.1"},
		{name: "one open and one of no further action", change: func(c *Child, e *CINdetails) {
			e.CINclosureDate = Date{}
			c.Episodes = append(c.Episodes, &CINdetails{ReferralNFA: Of("1")})
		}},
		{name: "one open", change: func(_ *Child, e *CINdetails) { e.CINclosureDate = Date{} }},
	})
}
