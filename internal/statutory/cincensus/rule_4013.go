package cincensus

// rule4013 is the department's rule 4013 (N00690).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4013.py, commit 1bf6f22e.
var rule4013 = Rule{
	Code:     "4013",
	Title:    "Child in need plan ends outside the year",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINplanDatesTable,
	Fields:   "CINPlanEndDate",
	Fails:    "CINPlanEndDate is outside the census period.",
	Mend:     "The child in need plan is shown as ending on {CINPlanEndDate}, which is not in the census year. Correct the date, or leave the plan out if it ended before the year.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, n := range e.CINPlans {
			if r.out(n.CINPlanEndDate) {
				r.flag(at(n, "CINPlanEndDate"))
			}
		}
	},
}
