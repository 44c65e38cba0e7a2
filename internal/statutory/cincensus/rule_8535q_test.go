package cincensus

import "testing"

func TestRule8535Q(t *testing.T) {
	examples(t, &rule8535Q, "", []example{
		{name: "died the day before birth", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2015-06-09") }, flags: "ChildIdentifiers.PersonBirthDate.0 ChildIdentifiers.PersonDeathDate.0"},
		{name: "died on the day of birth", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonDeathDate = day("2015-06-10") }},
		{name: "died and no date of birth", change: func(c *Child, _ *CINdetails) {
			c.Identifiers.PersonDeathDate = day("2025-06-09")
			c.Identifiers.PersonBirthDate = Date{}
		}, flags: "ChildIdentifiers.PersonBirthDate.0 ChildIdentifiers.PersonDeathDate.0"},
	})
}
