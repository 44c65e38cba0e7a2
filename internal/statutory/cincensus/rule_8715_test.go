package cincensus

import "testing"

func TestRule8715(t *testing.T) {
	examples(t, &rule8715, "", []example{
		{name: "the day before the year", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-03-31") }, flags: "Section47.DateOfInitialCPC.0"},
		{name: "the first day of the year", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-04-01") }},
		{name: "the last day of the year", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2026-03-31") }},
		{name: "the day after the year", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2026-04-01") }, flags: "Section47.DateOfInitialCPC.0"},
	})
}
