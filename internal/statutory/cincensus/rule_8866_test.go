package cincensus

import "testing"

func TestRule8866(t *testing.T) {
	examples(t, &rule8866, "", []example{
		{name: "missing", change: func(_ *Child, e *CINdetails) { e.ReferralSource = Text{} }, flags: "CINdetails.CINreferralDate.0 CINdetails.ReferralSource.0"},
		{name: "no such code", change: func(_ *Child, e *CINdetails) { e.ReferralSource = Of("2C") }, flags: "CINdetails.CINreferralDate.0 CINdetails.ReferralSource.0"},
		{name: "missing on 1 April 2013", change: func(_ *Child, e *CINdetails) { e.ReferralSource, e.CINreferralDate = Text{}, day("2013-04-01") }, flags: "CINdetails.CINreferralDate.0 CINdetails.ReferralSource.0"},
		{name: "missing on 31 March 2013", change: func(_ *Child, e *CINdetails) { e.ReferralSource, e.CINreferralDate = Text{}, day("2013-03-31") }},
		{name: "5D in 2022", year: 2022, change: func(_ *Child, e *CINdetails) { e.ReferralSource = Of("5D") }, flags: "CINdetails.CINreferralDate.0 CINdetails.ReferralSource.0"},
		{name: "5D in 2023", year: 2023, change: func(_ *Child, e *CINdetails) { e.ReferralSource = Of("5D") }},
	})
}
