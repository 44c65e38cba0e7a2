package cincensus

import "testing"

func TestRule8775Q(t *testing.T) {
	examples(t, &rule8775Q, "", []example{
		{name: "25 years and a day old, open", change: func(c *Child, e *CINdetails) {
			c.Identifiers.PersonBirthDate, e.CINclosureDate = day("2001-03-30"), Date{}
		}, flags: "CINdetails.CINclosureDate.0 ChildIdentifiers.PersonBirthDate.0"},
		{name: "25 years old on the reference date, open", change: func(c *Child, e *CINdetails) {
			c.Identifiers.PersonBirthDate, e.CINclosureDate = day("2001-03-31"), Date{}
		}},
		{name: "closed the day after the birthday", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonBirthDate = day("2000-12-18") }, flags: "CINdetails.CINclosureDate.0 ChildIdentifiers.PersonBirthDate.0"},
		{name: "closed on the birthday", change: func(c *Child, _ *CINdetails) { c.Identifiers.PersonBirthDate = day("2000-12-19") }},
	})
}
