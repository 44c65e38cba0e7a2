package cincensus

// rule8568 is the department's rule 8568 (N00112).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8568.py, commit 1bf6f22e.
var rule8568 = Rule{
	Code:     "8568",
	Title:    "It is not said whether the referral went further",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "ReferralNFA",
	Fails:    "ReferralNFA missing or not one of true,false,1,0 (case-insensitive).",
	Mend:     "ReferralNFA is {ReferralNFA}. Give 1 where the referral needed no further action after the first look, 0 otherwise.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if !e.ReferralNFA.yes() && !e.ReferralNFA.no() {
			r.flag(at(e, "ReferralNFA"))
		}
	},
}
