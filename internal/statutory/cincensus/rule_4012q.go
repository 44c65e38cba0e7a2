package cincensus

// rule4012Q is the department's rule 4012Q (N00689, N00690).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4012Q.py, commit 1bf6f22e.
var rule4012Q = Rule{
	Code:     "4012Q",
	Title:    "Child in need plan starts and ends on the same day",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINplanDatesTable,
	Fields:   "CINPlanStartDate, CINPlanEndDate",
	Fails:    "CIN plan starts and ends on the same day.",
	Mend:     "The child in need plan starts and ends on {CINPlanStartDate}. Check both dates, or say why the plan lasted no longer.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, n := range e.CINPlans {
			if same(n.CINPlanStartDate, n.CINPlanEndDate) {
				r.flag(at(n, "CINPlanStartDate", "CINPlanEndDate"))
			}
		}
	},
}
