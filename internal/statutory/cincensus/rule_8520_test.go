package cincensus

import "testing"

func TestRule8520(t *testing.T) {
	examples(t, &rule8520, "", []example{
		{name: "the day after the reference date", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonBirthDate = day("2026-04-01") }, flags: "ChildIdentifiers.PersonBirthDate.0"},
		{name: "the reference date", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonBirthDate = day("2026-03-31") }},
	})
}
