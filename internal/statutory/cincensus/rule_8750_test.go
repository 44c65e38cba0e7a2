package cincensus

import "testing"

func TestRule8750(t *testing.T) {
	examples(t, &rule8750, "", []example{
		{name: "a girl", change: func(c *Child, _ *CINdetails) { unborn(c, "2026-05-01"); c.Identifiers.Sex = Of("F") }, flags: "ChildIdentifiers.ExpectedPersonBirthDate.0 ChildIdentifiers.PersonBirthDate.0 ChildIdentifiers.Sex.0"},
		{name: "unknown", change: func(c *Child, _ *CINdetails) { unborn(c, "2026-05-01") }},
		{name: "a girl in 2024", year: 2024, change: func(c *Child, _ *CINdetails) { unborn(c, "2024-05-01") }, flags: "ChildIdentifiers.ExpectedPersonBirthDate.0 ChildIdentifiers.GenderCurrent.0 ChildIdentifiers.PersonBirthDate.0"},
		{name: "gender 0 in 2024", year: 2024, change: func(c *Child, _ *CINdetails) { unborn(c, "2024-05-01"); c.Identifiers.GenderCurrent = Of("0") }},
		{name: "born", change: func(c *Child, _ *CINdetails) { c.Identifiers.ExpectedPersonBirthDate = day("2015-06-01") }},
	})
}
