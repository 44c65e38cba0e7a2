package cincensus

import "testing"

func TestRule8555Q(t *testing.T) {
	examples(t, &rule8555Q, "", []example{
		{name: "died the day before", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-04-13") }, flags: "CINdetails.CINreferralDate.0 ChildIdentifiers.PersonDeathDate.0"},
		{name: "died on the day", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2025-04-14") }},
	})
}
