package cincensus

import "testing"

func TestRule8615(t *testing.T) {
	examples(t, &rule8615, "", []example{
		{name: "started the day after the conference", change: func(_ *Child, e *CINdetails) { e.Section47s[0].S47ActualStartDate = day("2025-07-16") }, flags: "Section47.DateOfInitialCPC.0 Section47.S47ActualStartDate.0"},
		{name: "started on the day of the conference", change: func(_ *Child, e *CINdetails) { e.Section47s[0].S47ActualStartDate = day("2025-07-15") }},
		{name: "no start", change: func(_ *Child, e *CINdetails) { e.Section47s[0].S47ActualStartDate = Date{} }, flags: "Section47.DateOfInitialCPC.0 Section47.S47ActualStartDate.0"},
		{name: "neither", change: func(_ *Child, e *CINdetails) { e.Section47s[0] = &Section47{} }},
	})
}
