package cincensus

import "slices"

// rule8816 is the department's rule 8816 (N00100, N00112).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8816.py, commit 1bf6f22e.
var rule8816 = Rule{
	Code:     "8816",
	Title:    "Open referral is not the latest",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "CINreferralDate, ReferralNFA",
	Fails:    "An episode with no CINclosureDate and ReferralNFA false/0 is not the child's latest by CINreferralDate.",
	Mend:     "The referral of {CINreferralDate} is open, but the child was referred again later. Close the earlier episode, or join the later referral to it.",
	child: func(r *run, c *Child) {
		for _, e := range c.Episodes {
			if !e.open() {
				continue
			}
			if slices.ContainsFunc(c.Episodes, func(o *CINdetails) bool { return before(e.CINreferralDate, o.CINreferralDate) }) {
				r.flag(at(e, "CINreferralDate", "ReferralNFA"))
			}
		}
	},
}
