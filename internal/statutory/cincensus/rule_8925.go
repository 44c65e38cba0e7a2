package cincensus

// rule8925 is the department's rule 8925 (N00115, N00105).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8925.py, commit 1bf6f22e.
var rule8925 = Rule{
	Code:     "8925",
	Title:    "Child protection plan ends before it starts",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPendDate, CPPstartDate",
	Fails:    "CPPendDate is before CPPstartDate.",
	Mend:     "The child protection plan is shown as ending on {CPPendDate}, before it started on {CPPstartDate}. Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if before(p.CPPendDate, p.CPPstartDate) {
				r.flag(at(p, "CPPendDate", "CPPstartDate"))
			}
		}
	},
}
