package cincensus

// rule4010 is the department's rule 4010 (N00689).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4010.py, commit 1bf6f22e.
var rule4010 = Rule{
	Code:     "4010",
	Title:    "Child in need plan's start date is missing or after the year",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINplanDatesTable,
	Fields:   "CINPlanStartDate",
	Fails:    "Group present and CINPlanStartDate missing or after the reference date.",
	Mend:     "The child in need plan's start date is {CINPlanStartDate}. Give a start date on or before the reference date, or take out the plan.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, n := range e.CINPlans {
			if !n.CINPlanStartDate.Known() || r.late(n.CINPlanStartDate) {
				r.flag(at(n, "CINPlanStartDate"))
			}
		}
	},
}
