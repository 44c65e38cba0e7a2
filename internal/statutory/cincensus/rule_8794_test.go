package cincensus

import "testing"

func TestRule8794(t *testing.T) {
	examples(t, &rule8794, "", []example{
		{name: "twice", change: func(c *Child, _ *CINdetails) { disabled(c, "MOB", "LD", "MOB") }, flags: "Disabilities.Disability.0 Disabilities.Disability.2"},
		{name: "three times", change: func(c *Child, _ *CINdetails) { disabled(c, "MOB", "MOB", "MOB") }, flags: "Disabilities.Disability.0 Disabilities.Disability.1 Disabilities.Disability.2"},
		{name: "different codes", change: func(c *Child, _ *CINdetails) { disabled(c, "MOB", "LD") }},
	})
}
