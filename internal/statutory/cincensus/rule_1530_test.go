package cincensus

import "testing"

func TestRule1530(t *testing.T) {
	examples(t, &rule1530, "", []example{
		{name: "no such authority", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("A999000000001") }, flags: "ChildIdentifiers.UPN.0"},
		{name: "the first and the last of a span", all: func() []*Child {
			return twins(2, func(i int, c *Child) { c.Identifiers.UPN = Of([]string{"A201000000001", "A213000000001"}[i]) })
		}},
		{name: "just outside a span", all: func() []*Child {
			return twins(2, func(i int, c *Child) { c.Identifiers.UPN = Of([]string{"A200000000001", "A214000000001"}[i]) })
		}, flags: "ChildIdentifiers.UPN.0 ChildIdentifiers.UPN.1"},
		{name: "943 is not taken in 2023", year: 2023, change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("A943000000001") }, flags: "ChildIdentifiers.UPN.0"},
		{name: "943 is taken from 2024", year: 2024, change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("A943000000001") }},
		{name: "letters where the authority should be", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("AX59000000001") }, flags: "ChildIdentifiers.UPN.0"},
	})
}
