package cincensus

import "testing"

func TestRule2886Q(t *testing.T) {
	examples(t, &rule2886Q, "", []example{
		{name: "one of forty-nine", all: func() []*Child { return twins(49, func(i int, c *Child) { clearSex(c, i == 0) }) }, flags: "LA"},
		{name: "one of fifty", all: func() []*Child { return twins(50, func(i int, c *Child) { clearSex(c, i == 0) }) }},
		{name: "unknown counts as none", change: func(c *Child, _ *CINdetails) { c.Identifiers.Sex = Of("U") }, flags: "LA"},
		{name: "an unborn child does not count", change: func(c *Child, _ *CINdetails) {
			c.Identifiers.Sex = Of("U")
			c.Identifiers.ExpectedPersonBirthDate = day("2026-04-30")
		}},
		{name: "gender 0 in 2024", year: 2024, change: func(c *Child, _ *CINdetails) { c.Identifiers.GenderCurrent = Of("0") }, flags: "LA"},
		{name: "gender 0 in 2024, as the reference has it", year: 2024, mode: Reference, change: func(c *Child, _ *CINdetails) { c.Identifiers.GenderCurrent = Of("0") }},
	})
}
