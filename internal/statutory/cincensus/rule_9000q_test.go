package cincensus

import "testing"

func TestRule9000Q(t *testing.T) {
	examples(t, &rule9000Q, "", []example{
		{name: "missing", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].PPStartDate = Date{} }, flags: "LA"},
		{name: "no module", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings = nil }},
	})
}
