package cincensus

// rule1105 is the department's rule 1105 (N00105, N00100).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_1105.py, commit 1bf6f22e.
var rule1105 = Rule{
	Code:     "1105",
	Title:    "Child protection plan starts before the referral",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPstartDate, CINreferralDate",
	Fails:    "CPPstartDate is before the CINreferralDate of the same episode.",
	Mend:     "The child protection plan is shown as starting on {CPPstartDate}, before the referral on {CINreferralDate}. Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if before(p.CPPstartDate, e.CINreferralDate) {
				r.flag(at(p, "CPPstartDate"), at(e, "CINreferralDate"))
			}
		}
	},
}
