package cincensus

// rule8832 is the department's rule 8832 (N00112).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8832.py, commit 1bf6f22e.
var rule8832 = Rule{
	Code:     "8832",
	Title:    "No further action, but there is a child protection plan",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "ReferralNFA",
	Fails:    "ReferralNFA true/1 and the episode has a ChildProtectionPlans group.",
	Mend:     "The referral is marked as needing no further action, but the episode has a child protection plan. Set ReferralNFA to 0, or move the plan to the episode it belongs to.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if e.ReferralNFA.yes() && len(e.ProtectionPlans) > 0 {
			r.flag(at(e, "ReferralNFA"))
		}
	},
}
