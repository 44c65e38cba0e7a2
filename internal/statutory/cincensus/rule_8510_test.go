package cincensus

import "testing"

func TestRule8510(t *testing.T) {
	examples(t, &rule8510, "", []example{
		{name: "two children with one number", all: func() []*Child { return twins(2, func(_ int, c *Child) { c.Identifiers.LAchildID = Of("A") }) }, flags: "ChildIdentifiers.LAchildID.0 ChildIdentifiers.LAchildID.1"},
		{name: "two children with their own numbers", all: func() []*Child { return twins(2, func(int, *Child) {}) }},
		{name: "two children without a number", all: func() []*Child { return twins(2, func(_ int, c *Child) { c.Identifiers.LAchildID = Text{} }) }},
	})
}
