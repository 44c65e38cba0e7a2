package cincensus

import "testing"

func TestRule1560Q(t *testing.T) {
	examples(t, &rule1560Q, "", []example{
		{name: "a letter at the end", change: func(c *Child, _ *CINdetails) { c.Identifiers.FormerUPN = Of("X98765432123B") }, flags: "ChildIdentifiers.FormerUPN.0"},
		{name: "a digit at the start", change: func(c *Child, _ *CINdetails) { c.Identifiers.FormerUPN = Of("1987654321234") }, flags: "ChildIdentifiers.FormerUPN.0"},
		{name: "twelve characters", change: func(c *Child, _ *CINdetails) { c.Identifiers.FormerUPN = Of("X98765432123") }, flags: "ChildIdentifiers.FormerUPN.0"},
		{name: "a letter and twelve digits", change: func(c *Child, _ *CINdetails) { c.Identifiers.FormerUPN = Of("X987654321234") }},
	})
}
