package cincensus

import "testing"

func TestRule1550(t *testing.T) {
	examples(t, &rule1550, "", []example{
		{name: "the letter O", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("B35900000000O") }, flags: "ChildIdentifiers.UPN.0"},
		{name: "a small letter", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("B35900000000a") }, flags: "ChildIdentifiers.UPN.0"},
		{name: "a capital letter", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("B35900000000Z") }},
		{name: "twelve characters", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("B3590000000O") }},
	})
}
