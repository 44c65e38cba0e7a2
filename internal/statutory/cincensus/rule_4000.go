package cincensus

// rule4000 is the department's rule 4000 (N00112).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4000.py, commit 1bf6f22e.
var rule4000 = Rule{
	Code:     "4000",
	Title:    "No further action, but there is a child in need plan",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINplanDatesTable,
	Fields:   "ReferralNFA",
	Fails:    "ReferralNFA is true/1 and the episode has a CINPlanDates group.",
	Mend:     "The referral is marked as needing no further action, but the episode has a child in need plan. Set ReferralNFA to 0, or move the plan to the episode it belongs to.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if e.ReferralNFA.yes() && len(e.CINPlans) > 0 {
			r.flag(at(e, "ReferralNFA"))
		}
	},
}
