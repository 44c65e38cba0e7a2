package cincensus

import "testing"

func TestRule8500(t *testing.T) {
	examples(t, &rule8500, "", []example{
		{name: "missing", change: func(c *Child, _ *CINdetails) { c.Identifiers.LAchildID = Text{} }, flags: "ChildIdentifiers.LAchildID.0"},
	})
}
