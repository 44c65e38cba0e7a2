package cincensus

// rule8610 is the department's rule 8610 (N00112, N00101).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8610.py, commit 1bf6f22e.
var rule8610 = Rule{
	Code:     "8610",
	Title:    "Primary need is missing",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "ReferralNFA, PrimaryNeedCode",
	Fails:    "ReferralNFA false/0 and PrimaryNeedCode missing.",
	Mend:     "The referral went further, and no primary need is given. Give the first code that fits, from N1 down; N0 if it is not yet known.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if e.ReferralNFA.no() && !e.PrimaryNeedCode.Given() {
			r.flag(at(e, "ReferralNFA", "PrimaryNeedCode"))
		}
	},
}
