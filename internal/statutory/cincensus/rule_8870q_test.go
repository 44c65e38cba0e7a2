package cincensus

import "testing"

func TestRule8870Q(t *testing.T) {
	examples(t, &rule8870Q, "", []example{
		{name: "Friday", change: func(_ *Child, e *CINdetails) { e.Section47s[0].InitialCPCtarget = day("2025-07-18") }},
		{name: "Saturday", change: func(_ *Child, e *CINdetails) { e.Section47s[0].InitialCPCtarget = day("2025-07-19") }, flags: "Section47.InitialCPCtarget.0"},
		{name: "Sunday", change: func(_ *Child, e *CINdetails) { e.Section47s[0].InitialCPCtarget = day("2025-07-20") }, flags: "Section47.InitialCPCtarget.0"},
		{name: "Monday", change: func(_ *Child, e *CINdetails) { e.Section47s[0].InitialCPCtarget = day("2025-07-21") }},
	})
}
