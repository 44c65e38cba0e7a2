package cincensus

// rule4008 is the department's rule 4008 (N00108, N00689).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4008.py, commit 1bf6f22e.
var rule4008 = Rule{
	Code:     "4008",
	Title:    "Child in need plan starts after the child's death",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "PersonDeathDate, CINPlanStartDate",
	Fails:    "CINPlanStartDate is after PersonDeathDate.",
	Mend:     "The child in need plan is shown as starting on {CINPlanStartDate}, after the child's death on {PersonDeathDate}. Correct the date that is wrong.",
	episode: func(r *run, c *Child, e *CINdetails) {
		for _, n := range e.CINPlans {
			if before(c.Identifiers.PersonDeathDate, n.CINPlanStartDate) {
				r.flag(at(&c.Identifiers, "PersonDeathDate"), at(n, "CINPlanStartDate"))
			}
		}
	},
}
