package cincensus

import "testing"

func TestRule8540(t *testing.T) {
	examples(t, &rule8540, "", []example{
		{name: "none given", change: func(c *Child, _ *CINdetails) { disabled(c) }, flags: "CINdetails.ReferralNFA.0 ChildCharacteristics.Disability.0 ChildIdentifiers.PersonBirthDate.0"},
		{name: "a code that does not exist", change: func(c *Child, _ *CINdetails) { disabled(c, "MOB", "LEG") }, flags: "CINdetails.ReferralNFA.0 ChildIdentifiers.PersonBirthDate.0 Disabilities.Disability.1"},
		{name: "blank", change: func(c *Child, _ *CINdetails) { disabled(c, "") }, flags: "CINdetails.ReferralNFA.0 ChildCharacteristics.Disability.0 ChildIdentifiers.PersonBirthDate.0"},
		{name: "unborn", change: func(c *Child, _ *CINdetails) { disabled(c); unborn(c, "2026-05-01") }},
		{name: "no further action", change: func(c *Child, e *CINdetails) { disabled(c); e.ReferralNFA = Of("1") }},
		{name: "no further action on one of two", change: func(c *Child, e *CINdetails) {
			disabled(c)
			e.ReferralNFA = Of("1")
			c.Episodes = append(c.Episodes, &CINdetails{ReferralNFA: Of("False")})
		}, flags: "CINdetails.ReferralNFA.1 ChildCharacteristics.Disability.0 ChildIdentifiers.PersonBirthDate.0"},
	})
}
