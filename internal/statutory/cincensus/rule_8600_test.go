package cincensus

import "testing"

func TestRule8600(t *testing.T) {
	examples(t, &rule8600, "", []example{
		{name: "missing", change: func(_ *Child, e *CINdetails) { e.CINreferralDate = Date{} }, flags: "CINdetails.CINreferralDate.0"},
		{name: "the day after the reference date", change: func(_ *Child, e *CINdetails) { e.CINreferralDate = day("2026-04-01") }, flags: "CINdetails.CINreferralDate.0"},
		{name: "the reference date", change: func(_ *Child, e *CINdetails) { e.CINreferralDate = day("2026-03-31") }},
	})
}
