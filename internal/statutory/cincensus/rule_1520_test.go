package cincensus

import "testing"

func TestRule1520(t *testing.T) {
	examples(t, &rule1520, "", []example{
		{name: "three children with one number", all: func() []*Child { return twins(3, func(i int, c *Child) {}) }, flags: "ChildIdentifiers.UPN.0 ChildIdentifiers.UPN.1 ChildIdentifiers.UPN.2"},
		{name: "children with their own numbers", all: func() []*Child {
			return twins(2, func(i int, c *Child) { c.Identifiers.UPN = Of([]string{"B359000000001", "D359000000002"}[i]) })
		}},
		{name: "two children with no number", all: func() []*Child { return twins(2, func(_ int, c *Child) { c.Identifiers.UPN = Text{} }) }},
	})
}
