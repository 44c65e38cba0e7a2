package cincensus

import "testing"

func TestRule9007(t *testing.T) {
	examples(t, &rule9007, "", []example{
		{name: "no answer", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].FGDMMeetingOffer = Text{} }, flags: "PreProceedings.FGDMMeetingOffer.0 PreProceedings.LBPSentDate.0"},
		{name: "no answer, as the reference has it", year: 2027, mode: Reference, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].FGDMMeetingOffer = Text{} }},
		{name: "no letter, as the reference has it", year: 2027, mode: Reference, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].LBPSentDate = Date{} }, flags: "PreProceedings.FGDMMeetingOffer.0 PreProceedings.LBPSentDate.0"},
		{name: "no letter", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].LBPSentDate = Date{} }},
	})
}
