package cincensus

import "testing"

func TestRule8675Q(t *testing.T) {
	examples(t, &rule8675Q, "", []example{
		{name: "16 working days before the reference date", change: func(_ *Child, e *CINdetails) {
			e.Section47s[0] = &Section47{S47ActualStartDate: day("2026-03-09"), ICPCnotRequired: Of("false")}
		}, flags: "Section47.DateOfInitialCPC.0 Section47.ICPCnotRequired.0 Section47.S47ActualStartDate.0"},
		{name: "15 working days before the reference date", change: func(_ *Child, e *CINdetails) {
			e.Section47s[0] = &Section47{S47ActualStartDate: day("2026-03-10"), ICPCnotRequired: Of("0")}
		}},
		{name: "15 working days, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) {
			e.Section47s[0] = &Section47{S47ActualStartDate: day("2026-03-10"), ICPCnotRequired: Of("0")}
		}, flags: "Section47.DateOfInitialCPC.0 Section47.ICPCnotRequired.0 Section47.S47ActualStartDate.0"},
		{name: "no conference required", change: func(_ *Child, e *CINdetails) {
			e.Section47s[0] = &Section47{S47ActualStartDate: day("2026-01-10"), ICPCnotRequired: Of("1")}
		}},
	})
}
