package cincensus

import "testing"

func TestRule8842Q(t *testing.T) {
	examples(t, &rule8842Q, "", []example{
		{name: "empty", change: func(_ *Child, e *CINdetails) { reviews(e) }, flags: "Reviews.CPPreviewDate.0"},
		{name: "empty, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) { reviews(e) }},
		{name: "not a date", change: func(_ *Child, e *CINdetails) { reviews(e, "soon") }, flags: "Reviews.CPPreviewDate.0"},
		{name: "one date and one that is none", change: func(_ *Child, e *CINdetails) { reviews(e, "soon", "2025-10-01") }},
	})
}
