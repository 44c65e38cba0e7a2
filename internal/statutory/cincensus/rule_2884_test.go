package cincensus

import "testing"

func TestRule2884(t *testing.T) {
	examples(t, &rule2884, "", []example{
		{name: "the same day in both places", change: func(_ *Child, e *CINdetails) { e.DateOfInitialCPC = day("2025-07-15") }, flags: "CINdetails.DateOfInitialCPC.0 Section47.DateOfInitialCPC.0"},
		{name: "the same day in another episode", change: func(c *Child, e *CINdetails) {
			c.Episodes = append(c.Episodes, &CINdetails{DateOfInitialCPC: day("2025-07-15")})
		}, flags: "CINdetails.DateOfInitialCPC.1 Section47.DateOfInitialCPC.0"},
		{name: "the day before", change: func(_ *Child, e *CINdetails) { e.DateOfInitialCPC = day("2025-07-14") }},
		{name: "neither is given", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = Date{} }},
	})
}
