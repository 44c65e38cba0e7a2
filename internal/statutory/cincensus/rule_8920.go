package cincensus

// rule8920 is the department's rule 8920 (N00115, N00108).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8920.py, commit 1bf6f22e.
var rule8920 = Rule{
	Code:     "8920",
	Title:    "Child protection plan ends after the child's death",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPendDate, PersonDeathDate",
	Fails:    "CPPendDate is after PersonDeathDate.",
	Mend:     "The child protection plan is shown as ending on {CPPendDate}, after the child's death on {PersonDeathDate}. Correct the date that is wrong.",
	episode: func(r *run, c *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if before(c.Identifiers.PersonDeathDate, p.CPPendDate) {
				r.flag(at(p, "CPPendDate"), at(&c.Identifiers, "PersonDeathDate"))
			}
		}
	},
}
