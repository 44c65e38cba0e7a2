package cincensus

import "testing"

func TestRule8530Q(t *testing.T) {
	examples(t, &rule8530Q, "", []example{
		{name: "31 days before the reference date", change: func(c *Child, _ *CINdetails) { unborn(c, "2026-02-28") }, flags: "ChildIdentifiers.ExpectedPersonBirthDate.0"},
		{name: "30 days before the reference date", change: func(c *Child, _ *CINdetails) { unborn(c, "2026-03-01") }},
		{name: "30 days before, as the reference has it", mode: Reference, change: func(c *Child, _ *CINdetails) { unborn(c, "2026-03-01") }, flags: "ChildIdentifiers.ExpectedPersonBirthDate.0"},
		{name: "nine months after the reference date", change: func(c *Child, _ *CINdetails) { unborn(c, "2026-12-31") }},
		{name: "nine months after, as the reference has it", mode: Reference, change: func(c *Child, _ *CINdetails) { unborn(c, "2026-12-31") }, flags: "ChildIdentifiers.ExpectedPersonBirthDate.0"},
		{name: "nine months and a day after", change: func(c *Child, _ *CINdetails) { unborn(c, "2027-01-01") }, flags: "ChildIdentifiers.ExpectedPersonBirthDate.0"},
	})
}
