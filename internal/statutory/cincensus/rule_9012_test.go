package cincensus

import "testing"

func TestRule9012(t *testing.T) {
	examples(t, &rule9012, "", []example{
		{name: "the day before the decision", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].CourtAppDate = day("2026-08-31") }, flags: "PreProceedings.CourtAppDate.0"},
		{name: "the day of the decision", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].CourtAppDate = day("2026-09-01") }},
		{name: "the last day of the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].CourtAppDate = day("2027-03-31") }},
		{name: "the day after the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].CourtAppDate = day("2027-04-01") }, flags: "PreProceedings.CourtAppDate.0"},
	})
}
