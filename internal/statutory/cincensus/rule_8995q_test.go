package cincensus

import "testing"

func TestRule8995Q(t *testing.T) {
	examples(t, &rule8995Q, "", []example{
		{name: "none", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings = nil }, flags: "LA"},
		{name: "none in 2026", year: 2026, change: func(_ *Child, e *CINdetails) { e.PreProceedings = nil }},
	})
}
