package cincensus

// rule8720 is the department's rule 8720 (N00105).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8720.py, commit 1bf6f22e.
var rule8720 = Rule{
	Code:     "8720",
	Title:    "Child protection plan's start date is missing or after the year",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPstartDate",
	Fails:    "Group present and CPPstartDate missing or after the reference date.",
	Mend:     "The child protection plan's start date is {CPPstartDate}. Give a start date on or before the reference date, or take out the plan.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if !p.CPPstartDate.Known() || r.late(p.CPPstartDate) {
				r.flag(at(p, "CPPstartDate"))
			}
		}
	},
}
