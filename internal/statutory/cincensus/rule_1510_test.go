package cincensus

import "testing"

func TestRule1510(t *testing.T) {
	examples(t, &rule1510, "", []example{
		{name: "the wrong letter", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("A359000000001") }, flags: "ChildIdentifiers.UPN.0"},
		{name: "the right letter", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("B359000000001") }},
		{name: "a small letter", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("b359000000001") }, flags: "ChildIdentifiers.UPN.0"},
		{name: "a temporary number, which ends in a letter", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("A35900000000B") }},
		{name: "too short to have a check letter", change: func(c *Child, _ *CINdetails) { c.Identifiers.UPN = Of("A35900000001") }},
	})
}
