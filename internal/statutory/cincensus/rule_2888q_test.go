package cincensus

import "testing"

func TestRule2888Q(t *testing.T) {
	examples(t, &rule2888Q, "LA", []example{
		{name: "one disability and NONE", change: func(c *Child, _ *CINdetails) { disabled(c, "NONE", "MOB") }, flags: "LA"},
		{name: "the same code twice", change: func(c *Child, _ *CINdetails) { disabled(c, "MOB", "MOB") }, flags: "LA"},
		{name: "two disabilities", change: func(c *Child, _ *CINdetails) { disabled(c, "MOB", "HEAR") }},
	})
}
