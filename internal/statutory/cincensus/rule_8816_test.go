package cincensus

import "testing"

func TestRule8816(t *testing.T) {
	examples(t, &rule8816, "", []example{
		{name: "referred again the day after", change: func(c *Child, e *CINdetails) {
			e.CINclosureDate = Date{}
			c.Episodes = append(c.Episodes, &CINdetails{CINreferralDate: day("2025-04-15"), ReferralNFA: Of("1")})
		}, flags: "CINdetails.CINreferralDate.0 CINdetails.ReferralNFA.0"},
		{name: "referred twice on the same day", change: func(c *Child, e *CINdetails) {
			e.CINclosureDate = Date{}
			c.Episodes = append(c.Episodes, &CINdetails{CINreferralDate: day("2025-04-14"), ReferralNFA: Of("1")})
		}},
		{name: "the open one is the later, though it stands first", change: func(c *Child, e *CINdetails) {
			e.CINclosureDate = Date{}
			c.Episodes = append(c.Episodes, &CINdetails{CINreferralDate: day("2025-04-13"), ReferralNFA: Of("1")})
		}},
	})
}
