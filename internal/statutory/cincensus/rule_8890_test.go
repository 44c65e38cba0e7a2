package cincensus

import "testing"

func TestRule8890(t *testing.T) {
	examples(t, &rule8890, "", []example{
		{name: "the day of the other's conference", change: func(_ *Child, e *CINdetails) {
			e.Section47s = append(e.Section47s, &Section47{S47ActualStartDate: day("2025-07-15"), DateOfInitialCPC: day("2025-08-01")})
		}, flags: "Section47.S47ActualStartDate.0 Section47.S47ActualStartDate.1"},
		{name: "the day after the other's conference", change: func(_ *Child, e *CINdetails) {
			e.Section47s = append(e.Section47s, &Section47{S47ActualStartDate: day("2025-07-16"), DateOfInitialCPC: day("2025-08-01")})
		}},
		{name: "the day the other starts", change: func(_ *Child, e *CINdetails) {
			e.Section47s = append(e.Section47s, &Section47{S47ActualStartDate: day("2025-07-01"), DateOfInitialCPC: day("2025-07-01")})
		}, flags: "Section47.S47ActualStartDate.0 Section47.S47ActualStartDate.1"},
		{name: "the day before the other starts", change: func(_ *Child, e *CINdetails) {
			e.Section47s = append(e.Section47s, &Section47{S47ActualStartDate: day("2025-06-30"), DateOfInitialCPC: day("2025-06-30")})
		}},
		{name: "the reference date, the other without a conference", change: func(_ *Child, e *CINdetails) {
			e.Section47s = []*Section47{{S47ActualStartDate: day("2025-07-01")}, {S47ActualStartDate: day("2026-03-31"), DateOfInitialCPC: day("2026-03-31")}}
		}, flags: "Section47.S47ActualStartDate.0 Section47.S47ActualStartDate.1"},
		{name: "after the reference date, the other without a conference", change: func(_ *Child, e *CINdetails) {
			e.Section47s = []*Section47{{S47ActualStartDate: day("2025-07-01")}, {S47ActualStartDate: day("2026-04-01"), DateOfInitialCPC: day("2026-04-01")}}
		}},
		{name: "the other needed no conference", change: func(_ *Child, e *CINdetails) {
			e.Section47s = []*Section47{{S47ActualStartDate: day("2025-07-01"), ICPCnotRequired: Of("1")}, {S47ActualStartDate: day("2025-08-01"), DateOfInitialCPC: day("2025-08-15")}}
		}},
		{name: "identical enquiries are not compared", change: func(_ *Child, e *CINdetails) { e.Section47s = append(e.Section47s, e.Section47s[0]) }},
	})
}
