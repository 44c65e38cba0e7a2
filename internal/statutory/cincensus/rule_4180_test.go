package cincensus

import "testing"

func TestRule4180(t *testing.T) {
	examples(t, &rule4180, "", []example{
		{name: "missing", change: func(c *Child, _ *CINdetails) { c.Identifiers.Sex = Text{} }, flags: "ChildIdentifiers.Sex.0"},
		{name: "the old code in 2025", year: 2025, change: func(c *Child, _ *CINdetails) { c.Identifiers.Sex = Of("1") }, flags: "ChildIdentifiers.Sex.0"},
		{name: "the new code in 2024", year: 2024, change: func(c *Child, _ *CINdetails) { c.Identifiers.GenderCurrent = Of("M") }, flags: "ChildIdentifiers.GenderCurrent.0"},
		{name: "unknown is a code", change: func(c *Child, _ *CINdetails) { c.Identifiers.Sex = Of("U") }},
		{name: "9 in 2024", year: 2024, change: func(c *Child, _ *CINdetails) { c.Identifiers.GenderCurrent = Of("9") }},
	})
}
