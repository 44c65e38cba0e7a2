package cincensus

import "testing"

func TestRule8875(t *testing.T) {
	examples(t, &rule8875, "", []example{
		{name: "Friday", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-07-18") }},
		{name: "Saturday", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-07-19") }, flags: "Section47.DateOfInitialCPC.0"},
		{name: "Sunday", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-07-20") }, flags: "Section47.DateOfInitialCPC.0"},
		{name: "Monday", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-07-21") }},
	})
}
