package cincensus

import "testing"

func TestRule8839(t *testing.T) {
	examples(t, &rule8839, "", []example{
		{name: "two without a conference", change: func(_ *Child, e *CINdetails) { e.Section47s = []*Section47{{}, {ICPCnotRequired: Of("0")}} }, flags: "Section47.DateOfInitialCPC.0 Section47.DateOfInitialCPC.1"},
		{name: "one without a conference", change: func(_ *Child, e *CINdetails) { e.Section47s = append(e.Section47s, &Section47{}) }},
		{name: "two, one of which needed none", change: func(_ *Child, e *CINdetails) { e.Section47s = []*Section47{{}, {ICPCnotRequired: Of("TRUE")}} }},
	})
}
