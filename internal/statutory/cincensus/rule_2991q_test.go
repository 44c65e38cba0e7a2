package cincensus

import "testing"

func TestRule2991Q(t *testing.T) {
	examples(t, &rule2991Q, "", []example{
		{name: "an enquiry and no assessment", change: func(_ *Child, e *CINdetails) { e.Assessments = nil }, flags: "CINdetails.CINdetailsID.0"},
		{name: "neither", change: func(_ *Child, e *CINdetails) { e.Assessments, e.Section47s = nil, nil }},
	})
}
