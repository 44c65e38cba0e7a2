package cincensus

// rule4009Q is the department's rule 4009Q (N00108, N00690).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4009Q.py, commit 1bf6f22e.
var rule4009Q = Rule{
	Code:     "4009Q",
	Title:    "Child in need plan ends after the child's death",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "PersonDeathDate, CINPlanEndDate",
	Fails:    "CINPlanEndDate is after PersonDeathDate.",
	Mend:     "The child in need plan is shown as ending on {CINPlanEndDate}, after the child's death on {PersonDeathDate}. Correct the date that is wrong, or say why it is so.",
	episode: func(r *run, c *Child, e *CINdetails) {
		for _, n := range e.CINPlans {
			if before(c.Identifiers.PersonDeathDate, n.CINPlanEndDate) {
				r.flag(at(&c.Identifiers, "PersonDeathDate"), at(n, "CINPlanEndDate"))
			}
		}
	},
}
