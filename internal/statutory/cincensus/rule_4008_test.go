package cincensus

import "testing"

func TestRule4008(t *testing.T) {
	examples(t, &rule4008, "", []example{
		{name: "the day after the death", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-06-01") }, flags: "CINplanDates.CINPlanStartDate.0 ChildIdentifiers.PersonDeathDate.0"},
		{name: "the day of the death", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-06-02") }},
	})
}
