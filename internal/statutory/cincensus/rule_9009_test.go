package cincensus

import "testing"

func TestRule9009(t *testing.T) {
	examples(t, &rule9009, "", []example{
		{name: "the day before the start", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].StepDecisionDate = day("2026-05-10") }, flags: "PreProceedings.StepDecisionDate.0"},
		{name: "the day of the start", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].StepDecisionDate = day("2026-05-11") }},
		{name: "the last day of the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].StepDecisionDate = day("2027-03-31") }},
		{name: "the day after the year", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].StepDecisionDate = day("2027-04-01") }, flags: "PreProceedings.StepDecisionDate.0"},
	})
}
