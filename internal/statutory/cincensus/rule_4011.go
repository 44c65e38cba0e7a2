package cincensus

// rule4011 is the department's rule 4011 (N00690, N00689).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4011.py, commit 1bf6f22e.
var rule4011 = Rule{
	Code:     "4011",
	Title:    "Child in need plan ends before it starts",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINplanDatesTable,
	Fields:   "CINPlanEndDate, CINPlanStartDate",
	Fails:    "CINPlanEndDate is before CINPlanStartDate.",
	Mend:     "The child in need plan is shown as ending on {CINPlanEndDate}, before it started on {CINPlanStartDate}. Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, n := range e.CINPlans {
			if before(n.CINPlanEndDate, n.CINPlanStartDate) {
				r.flag(at(n, "CINPlanEndDate", "CINPlanStartDate"))
			}
		}
	},
}
