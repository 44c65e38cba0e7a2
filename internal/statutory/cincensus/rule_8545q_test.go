package cincensus

import "testing"

func TestRule8545Q(t *testing.T) {
	examples(t, &rule8545Q, "", []example{
		{name: "the day before the year", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-03-31") }, flags: "ChildIdentifiers.PersonDeathDate.0"},
		{name: "the first day of the year", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-04-01") }},
		{name: "the last day of the year", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2026-03-31") }},
		{name: "the day after the year", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2026-04-01") }, flags: "ChildIdentifiers.PersonDeathDate.0"},
	})
}
