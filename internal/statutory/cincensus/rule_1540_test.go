package cincensus

import "testing"

func TestRule1540(t *testing.T) {
	examples(t, &rule1540, "", []example{
		{name: "a letter in the middle", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("B3590000X0001") }, flags: "ChildIdentifiers.UPN.0"},
		{name: "a letter at place 4 is another rule's", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("B35X000000001") }},
		{name: "a letter at place 13 is another rule's", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("B35900000000X") }},
		{name: "too short", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("B3590") }, flags: "ChildIdentifiers.UPN.0"},
		{name: "none", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Text{} }},
	})
}
