package cincensus

import "testing"

func TestRule9005(t *testing.T) {
	examples(t, &rule9005, "", []example{
		{name: "the day before the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].PPStartDate = day("2026-03-31") }, flags: "PreProceedings.PPStartDate.0"},
		{name: "the first day of the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].PPStartDate = day("2026-04-01") }},
		{name: "the last day of the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].PPStartDate = day("2027-03-31") }},
		{name: "the day after the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].PPStartDate = day("2027-04-01") }, flags: "PreProceedings.PPStartDate.0"},
		{name: "in 2026", change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].PPStartDate = day("2024-03-31") }},
	})
}
