package cincensus

import "testing"

func TestRule9010Q(t *testing.T) {
	examples(t, &rule9010Q, "", []example{
		{name: "not said", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].FGDMMeetingFac = Text{} }, flags: "PreProceedings.FGDMMeetingFac.0"},
		{name: "not offered", year: 2027, change: func(_ *Child, e *CINdetails) {
			e.PreProceedings[0].FGDMMeetingFac, e.PreProceedings[0].FGDMMeetingOffer = Text{}, Of("0")
		}},
	})
}
