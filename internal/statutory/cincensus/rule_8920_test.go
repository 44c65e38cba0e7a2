package cincensus

import "testing"

func TestRule8920(t *testing.T) {
	examples(t, &rule8920, "", []example{
		{name: "died the day before", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-12-09") }, flags: "ChildIdentifiers.PersonDeathDate.0 ChildProtectionPlans.CPPendDate.0"},
		{name: "died on the day", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-12-10") }},
	})
}
