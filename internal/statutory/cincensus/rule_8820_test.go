package cincensus

import "testing"

func TestRule8820(t *testing.T) {
	examples(t, &rule8820, "", []example{
		{name: "the day before the other closes", change: func(c *Child, e *CINdetails) {
			c.Episodes = append(c.Episodes, &CINdetails{CINreferralDate: day("2025-12-18"), CINclosureDate: day("2026-01-10")})
		}, flags: "CINdetails.CINclosureDate.0 CINdetails.CINreferralDate.0 CINdetails.CINreferralDate.1"},
		{name: "the day the other closes", change: func(c *Child, e *CINdetails) {
			c.Episodes = append(c.Episodes, &CINdetails{CINreferralDate: day("2025-12-19"), CINclosureDate: day("2026-01-10")})
		}},
		{name: "the day before the reference date, the other open", change: func(c *Child, e *CINdetails) {
			e.CINclosureDate = Date{}
			c.Episodes = append(c.Episodes, &CINdetails{CINreferralDate: day("2026-03-30"), CINclosureDate: day("2026-03-31")})
		}, flags: "CINdetails.CINclosureDate.0 CINdetails.CINreferralDate.0 CINdetails.CINreferralDate.1"},
		{name: "the reference date, the other open", change: func(c *Child, e *CINdetails) {
			e.CINclosureDate = Date{}
			c.Episodes = append(c.Episodes, &CINdetails{CINreferralDate: day("2026-03-31"), CINclosureDate: day("2026-03-31")})
		}},
		{name: "the other is of no further action and has no closure", change: func(c *Child, e *CINdetails) {
			e.CINclosureDate, e.ReferralNFA = Date{}, Of("1")
			c.Episodes = append(c.Episodes, &CINdetails{CINreferralDate: day("2025-06-01"), CINclosureDate: day("2025-07-01")})
		}},
		{name: "the day before the other starts", change: func(c *Child, e *CINdetails) {
			c.Episodes = append(c.Episodes, &CINdetails{CINreferralDate: day("2025-04-13"), CINclosureDate: day("2025-04-14")})
		}},
	})
}
