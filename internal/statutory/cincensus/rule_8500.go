package cincensus

// rule8500 is the department's rule 8500 (N00097).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8500.py, commit 1bf6f22e.
var rule8500 = Rule{
	Code:     "8500",
	Title:    "Child has no number",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "LAchildID",
	Fails:    "LAchildID missing.",
	Mend:     "The child has no LAchildID. Give the authority's own number of the child, the same as in earlier years.",
	child: func(r *run, c *Child) {
		if c.ID() == "" {
			r.flag(at(&c.Identifiers, "LAchildID"))
		}
	},
}
