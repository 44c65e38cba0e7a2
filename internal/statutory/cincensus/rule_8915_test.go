package cincensus

import "testing"

func TestRule8915(t *testing.T) {
	examples(t, &rule8915, "", []example{
		{name: "died the day before", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-07-14") }, flags: "ChildIdentifiers.PersonDeathDate.0 ChildProtectionPlans.CPPstartDate.0"},
		{name: "died on the day", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-07-15") }},
	})
}
