package cincensus

import "testing"

func TestRule8790(t *testing.T) {
	examples(t, &rule8790, "", []example{
		{name: "NONE and another", change: func(c *Child, _ *CINdetails) { disabled(c, "MOB", "NONE", "LD") }, flags: "Disabilities.Disability.0 Disabilities.Disability.2"},
		{name: "two disabilities", change: func(c *Child, _ *CINdetails) { disabled(c, "MOB", "LD") }},
		{name: "NONE and a blank", change: func(c *Child, _ *CINdetails) { disabled(c, "NONE", "") }},
	})
}
