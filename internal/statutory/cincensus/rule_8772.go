package cincensus

// rule8772 is the department's rule 8772 (N00135, N00112).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8772.py, commit 1bf6f22e.
var rule8772 = Rule{
	Code:     "8772",
	Title:    "No UPN because of no further action, but a referral went further",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "UPNunknown, ReferralNFA",
	Fails:    "UPNunknown is UN7 and any episode of the child has ReferralNFA other than true/1.",
	Mend:     "The reason without a UPN is UN7, no further action, but this referral went further (ReferralNFA is {ReferralNFA}). Give the UPN or another reason.",
	child: func(r *run, c *Child) {
		if c.Identifiers.UPNunknown.Value != "UN7" {
			return
		}
		for _, e := range c.Episodes {
			if !e.ReferralNFA.yes() {
				r.flag(at(&c.Identifiers, "UPNunknown"), at(e, "ReferralNFA"))
			}
		}
	},
}
