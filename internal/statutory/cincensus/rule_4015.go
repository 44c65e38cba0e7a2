package cincensus

// rule4015 is the department's rule 4015 (N00689, N00100).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4015.py, commit 1bf6f22e.
var rule4015 = Rule{
	Code:     "4015",
	Title:    "Child in need plan starts before the referral",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINplanDatesTable,
	Fields:   "CINPlanStartDate, CINreferralDate",
	Fails:    "CINPlanStartDate is before the CINreferralDate of the same episode.",
	Mend:     "The child in need plan is shown as starting on {CINPlanStartDate}, before the referral on {CINreferralDate}. Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, n := range e.CINPlans {
			if before(n.CINPlanStartDate, e.CINreferralDate) {
				r.flag(at(n, "CINPlanStartDate"), at(e, "CINreferralDate"))
			}
		}
	},
}
