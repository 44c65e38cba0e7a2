package cincensus

import "testing"

func TestRule8569Q(t *testing.T) {
	examples(t, &rule8569Q, "", []example{
		{name: "two working days before the year", change: func(_ *Child, e *CINdetails) { e.CINreferralDate, e.ReferralNFA = day("2025-03-28"), Of("1") }, flags: "CINdetails.ReferralNFA.0"},
		{name: "one working day before the year", change: func(_ *Child, e *CINdetails) { e.CINreferralDate, e.ReferralNFA = day("2025-03-31"), Of("1") }},
		{name: "one working day before the year, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) { e.CINreferralDate, e.ReferralNFA = day("2025-03-31"), Of("1") }, flags: "CINdetails.ReferralNFA.0"},
		{name: "the first day of the year, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) { e.CINreferralDate, e.ReferralNFA = day("2025-04-01"), Of("1") }},
		{name: "Easter Monday does not count", year: 2025, change: func(_ *Child, e *CINdetails) { e.CINreferralDate, e.ReferralNFA = day("2024-03-28"), Of("1") }},
		{name: "the day before Maundy Thursday", year: 2025, change: func(_ *Child, e *CINdetails) { e.CINreferralDate, e.ReferralNFA = day("2024-03-27"), Of("1") }, flags: "CINdetails.ReferralNFA.0"},
		{name: "an old case that went on", change: func(_ *Child, e *CINdetails) { e.CINreferralDate = day("2024-01-10") }},
		{name: "an old case that does not say", change: func(_ *Child, e *CINdetails) { e.CINreferralDate, e.ReferralNFA = day("2024-01-10"), Text{} }, flags: "CINdetails.ReferralNFA.0"},
	})
}
