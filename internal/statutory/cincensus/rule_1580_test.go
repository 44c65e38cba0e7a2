package cincensus

import "testing"

func TestRule1580(t *testing.T) {
	examples(t, &rule1580, "", []example{
		{name: "an underscore", change: func(c *Child, _ *CINdetails) { c.Identifiers.LAchildID = Of("child_1") }, flags: "ChildIdentifiers.LAchildID.0"},
		{name: "a letter of another alphabet", change: func(c *Child, _ *CINdetails) { c.Identifiers.LAchildID = Of("ché1") }, flags: "ChildIdentifiers.LAchildID.0"},
		{name: "letters and digits", change: func(c *Child, _ *CINdetails) { c.Identifiers.LAchildID = Of("abcXYZ0189") }},
		{name: "an underscore in 2024", year: 2024, change: func(c *Child, _ *CINdetails) { c.Identifiers.LAchildID = Of("child_1") }},
		{name: "missing is another rule's", change: func(c *Child, _ *CINdetails) { c.Identifiers.LAchildID = Text{} }},
	})
}
