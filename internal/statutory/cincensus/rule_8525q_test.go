package cincensus

import "testing"

func TestRule8525Q(t *testing.T) {
	examples(t, &rule8525Q, "", []example{
		{name: "both", change: func(c *Child, _ *CINdetails) { c.Identifiers.ExpectedPersonBirthDate = day("2015-06-01") }, flags: "ChildIdentifiers.ExpectedPersonBirthDate.0 ChildIdentifiers.PersonBirthDate.0"},
		{name: "neither", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonBirthDate = Date{} }, flags: "ChildIdentifiers.ExpectedPersonBirthDate.0 ChildIdentifiers.PersonBirthDate.0"},
		{name: "a date of birth that is no date", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonBirthDate = day("2015-02-30") }, flags: "ChildIdentifiers.ExpectedPersonBirthDate.0 ChildIdentifiers.PersonBirthDate.0"},
		{name: "the expected date only", change: func(c *Child, _ *CINdetails) { unborn(c, "2026-05-01") }},
	})
}
