package cincensus

// rule4004 is the department's rule 4004 (N00690).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4004.py, commit 1bf6f22e.
var rule4004 = Rule{
	Code:     "4004",
	Title:    "More than one open child in need plan",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINplanDatesTable,
	Fields:   "CINPlanEndDate",
	Fails:    "More than one CIN plan without an end date in one episode.",
	Mend:     "The episode has more than one child in need plan without an end date. Only one can be open: give the end dates of the others.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		var open []Place
		for _, n := range e.CINPlans {
			if !n.CINPlanEndDate.Known() {
				open = append(open, at(n, "CINPlanEndDate"))
			}
		}
		if len(open) > 1 {
			r.flag(open...)
		}
	},
}
