package cincensus

import "testing"

func TestRule8606(t *testing.T) {
	examples(t, &rule8606, "", []example{
		{name: "281 days before birth", change: func(c *Child, e *CINdetails) { c.Identifiers.PersonBirthDate = day("2026-01-20") }, flags: "CINdetails.CINreferralDate.0 ChildIdentifiers.ExpectedPersonBirthDate.0 ChildIdentifiers.PersonBirthDate.0"},
		{name: "280 days before birth", change: func(c *Child, e *CINdetails) { c.Identifiers.PersonBirthDate = day("2026-01-19") }},
		{name: "281 days before the expected birth", change: func(c *Child, e *CINdetails) { unborn(c, "2026-01-20") }, flags: "CINdetails.CINreferralDate.0 ChildIdentifiers.ExpectedPersonBirthDate.0 ChildIdentifiers.PersonBirthDate.0"},
		{name: "280 days before the expected birth", change: func(c *Child, e *CINdetails) { unborn(c, "2026-01-19") }},
	})
}
