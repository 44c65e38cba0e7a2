package cincensus

import "testing"

func TestRule9008(t *testing.T) {
	examples(t, &rule9008, "", []example{
		{name: "the day before the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].InitialPPMeetingDate = day("2026-03-31") }, flags: "PreProceedings.InitialPPMeetingDate.0"},
		{name: "the first day of the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].InitialPPMeetingDate = day("2026-04-01") }},
		{name: "the last day of the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].InitialPPMeetingDate = day("2027-03-31") }},
		{name: "the day after the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].InitialPPMeetingDate = day("2027-04-01") }, flags: "PreProceedings.InitialPPMeetingDate.0"},
	})
}
