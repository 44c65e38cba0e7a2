package cincensus

import "testing"

func TestRule8740(t *testing.T) {
	examples(t, &rule8740, "", []example{
		{name: "the day before the year", change: func(_ *Child, e *CINdetails) {
			e.Section47s[0] = &Section47{S47ActualStartDate: day("2025-03-31"), ICPCnotRequired: Of("false")}
		}, flags: "Section47.DateOfInitialCPC.0 Section47.ICPCnotRequired.0 Section47.S47ActualStartDate.0"},
		{name: "written as false, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) {
			e.Section47s[0] = &Section47{S47ActualStartDate: day("2025-03-31"), ICPCnotRequired: Of("false")}
		}},
		{name: "written as 0, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) {
			e.Section47s[0] = &Section47{S47ActualStartDate: day("2025-03-31"), ICPCnotRequired: Of("0")}
		}, flags: "Section47.DateOfInitialCPC.0 Section47.ICPCnotRequired.0 Section47.S47ActualStartDate.0"},
		{name: "the first day of the year", change: func(_ *Child, e *CINdetails) {
			e.Section47s[0] = &Section47{S47ActualStartDate: day("2025-04-01"), ICPCnotRequired: Of("0")}
		}},
		{name: "the last day of the year", change: func(_ *Child, e *CINdetails) {
			e.Section47s[0] = &Section47{S47ActualStartDate: day("2026-03-31"), ICPCnotRequired: Of("0")}
		}},
		{name: "the day after the year", change: func(_ *Child, e *CINdetails) {
			e.Section47s[0] = &Section47{S47ActualStartDate: day("2026-04-01"), ICPCnotRequired: Of("0")}
		}, flags: "Section47.DateOfInitialCPC.0 Section47.ICPCnotRequired.0 Section47.S47ActualStartDate.0"},
		{name: "no conference required", change: func(_ *Child, e *CINdetails) {
			e.Section47s[0] = &Section47{S47ActualStartDate: day("2025-03-31"), ICPCnotRequired: Of("1")}
		}},
	})
}
