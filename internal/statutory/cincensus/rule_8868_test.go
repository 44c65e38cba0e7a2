package cincensus

import "testing"

func TestRule8868(t *testing.T) {
	examples(t, &rule8868, "", []example{
		{name: "neither", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = Date{} }, flags: "CINdetails.CINclosureDate.0 Section47.DateOfInitialCPC.0 Section47.ICPCnotRequired.0"},
		{name: "no conference was needed", change: func(_ *Child, e *CINdetails) {
			e.Section47s[0].DateOfInitialCPC, e.Section47s[0].ICPCnotRequired = Date{}, Of("True")
		}},
		{name: "both", change: func(_ *Child, e *CINdetails) { e.Section47s[0].ICPCnotRequired = Of("1") }},
		{name: "both, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) { e.Section47s[0].ICPCnotRequired = Of("1") }, flags: "CINdetails.CINclosureDate.0 Section47.DateOfInitialCPC.0 Section47.ICPCnotRequired.0"},
		{name: "neither and not closed", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC, e.CINclosureDate = Date{}, Date{} }},
	})
}
