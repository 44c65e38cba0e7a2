package cincensus

// rule8840 is the department's rule 8840 (N00105, N00115).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8840.py, commit 1bf6f22e.
var rule8840 = Rule{
	Code:     "8840",
	Title:    "Child protection plan starts and ends on the same day",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPstartDate, CPPendDate",
	Fails:    "CPP starts and ends on the same day.",
	Mend:     "The child protection plan starts and ends on {CPPstartDate}. Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if same(p.CPPstartDate, p.CPPendDate) {
				r.flag(at(p, "CPPstartDate", "CPPendDate"))
			}
		}
	},
}
