package cincensus

import "testing"

func TestRule4009Q(t *testing.T) {
	examples(t, &rule4009Q, "", []example{
		{name: "the day after the death", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-07-09") }, flags: "CINplanDates.CINPlanEndDate.0 ChildIdentifiers.PersonDeathDate.0"},
		{name: "the day of the death", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-07-10") }},
	})
}
