package cincensus

import "testing"

func TestRule8590(t *testing.T) {
	examples(t, &rule8590, "", []example{
		{name: "no referral", change: func(c *Child, _ *CINdetails) { c.Episodes = nil }, flags: "ChildIdentifiers.LAchildID.0"},
	})
}
