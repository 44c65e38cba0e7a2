package cincensus

import "testing"

func TestRule2887Q(t *testing.T) {
	examples(t, &rule2887Q, "LA", []example{
		{name: "seven codes", change: func(c *Child, _ *CINdetails) { disabled(c, "NONE", "MOB", "HAND", "PC", "INC", "COMM", "LD", "HEAR") }, flags: "LA"},
		{name: "eight codes", change: func(c *Child, _ *CINdetails) { disabled(c, "MOB", "HAND", "PC", "INC", "COMM", "LD", "HEAR", "VIS") }},
		{name: "a code that does not exist is not counted", change: func(c *Child, _ *CINdetails) { disabled(c, "MOB", "HAND", "PC", "INC", "COMM", "LD", "HEAR", "XXX") }, flags: "LA"},
		{name: "seven NONE, as the reference has it", mode: Reference, all: func() []*Child { return twins(7, func(int, *Child) {}) }, flags: "LA"},
		{name: "eight NONE, as the reference has it", mode: Reference, all: func() []*Child { return twins(8, func(int, *Child) {}) }},
	})
}
