package cincensus

// rule8930 is the department's rule 8930 (N00115).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8930.py, commit 1bf6f22e.
var rule8930 = Rule{
	Code:     "8930",
	Title:    "Child protection plan ends outside the year",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPendDate",
	Fails:    "CPPendDate is outside the census period.",
	Mend:     "The child protection plan is shown as ending on {CPPendDate}, which is not in the census year. Correct the date, or leave out a plan that ended before the year.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if r.out(p.CPPendDate) {
				r.flag(at(p, "CPPendDate"))
			}
		}
	},
}
