package cincensus

import "testing"

func TestRule8585Q(t *testing.T) {
	examples(t, &rule8585Q, "", []example{
		{name: "no date of death", change: func(_ *Child, e *CINdetails) { e.ReasonForClosure = Of("RC2") }, flags: "CINdetails.ReasonForClosure.0 ChildIdentifiers.PersonDeathDate.0"},
		{name: "a date of death", change: func(c *Child, e *CINdetails) {
			e.ReasonForClosure = Of("RC2")
			c.Identifiers.PersonDeathDate = day("2025-12-19")
		}},
	})
}
