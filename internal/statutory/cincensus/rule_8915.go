package cincensus

// rule8915 is the department's rule 8915 (N00105, N00108).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8915.py, commit 1bf6f22e.
var rule8915 = Rule{
	Code:     "8915",
	Title:    "Child protection plan starts after the child's death",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPstartDate, PersonDeathDate",
	Fails:    "CPPstartDate is after PersonDeathDate.",
	Mend:     "The child protection plan is shown as starting on {CPPstartDate}, after the child's death on {PersonDeathDate}. Correct the date that is wrong.",
	episode: func(r *run, c *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if before(c.Identifiers.PersonDeathDate, p.CPPstartDate) {
				r.flag(at(p, "CPPstartDate"), at(&c.Identifiers, "PersonDeathDate"))
			}
		}
	},
}
