package cincensus

import "testing"

func TestRule9006(t *testing.T) {
	examples(t, &rule9006, "", []example{
		{name: "the day before the start", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].LBPSentDate = day("2026-05-10") }, flags: "PreProceedings.LBPSentDate.0"},
		{name: "the day of the start", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].LBPSentDate = day("2026-05-11") }},
		{name: "the last day of the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].LBPSentDate = day("2027-03-31") }},
		{name: "the day after the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].LBPSentDate = day("2027-04-01") }, flags: "PreProceedings.LBPSentDate.0"},
		{name: "before the year, no start", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0] = &PreProceedings{LBPSentDate: day("2026-03-31")} }, flags: "PreProceedings.LBPSentDate.0"},
		{name: "before the year, no start, as the reference has it", year: 2027, mode: Reference, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0] = &PreProceedings{LBPSentDate: day("2026-03-31")} }},
	})
}
