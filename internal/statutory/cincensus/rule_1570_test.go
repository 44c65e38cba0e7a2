package cincensus

import "testing"

func TestRule1570(t *testing.T) {
	examples(t, &rule1570, "", []example{
		{name: "21 characters", change: func(c *Child, _ *CINdetails) { c.Identifiers.LAchildID = Of("A12345678901234567890") }, flags: "ChildIdentifiers.LAchildID.0"},
		{name: "20 characters", change: func(c *Child, _ *CINdetails) { c.Identifiers.LAchildID = Of("A1234567890123456789") }},
		{name: "21 characters in 2024", year: 2024, change: func(c *Child, _ *CINdetails) { c.Identifiers.LAchildID = Of("A12345678901234567890") }},
	})
}
