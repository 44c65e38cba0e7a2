package cincensus

import "testing"

func TestRule9013(t *testing.T) {
	examples(t, &rule9013, "", []example{
		{name: "the day before the application", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].LetterInitCPDate = day("2026-09-09") }, flags: "PreProceedings.LetterInitCPDate.0"},
		{name: "the day of the application", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].LetterInitCPDate = day("2026-09-10") }},
		{name: "the last day of the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].LetterInitCPDate = day("2027-03-31") }},
		{name: "the day after the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].LetterInitCPDate = day("2027-04-01") }, flags: "PreProceedings.LetterInitCPDate.0"},
	})
}
