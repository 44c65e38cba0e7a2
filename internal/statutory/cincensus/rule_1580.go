package cincensus

// rule1580 is the department's rule 1580 (N00097).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_1580.py, commit 1bf6f22e.
var rule1580 = Rule{
	Code:     "1580",
	Title:    "Child's number holds something other than letters and digits",
	Severity: Error,
	Level:    RowLevel,
	From:     2025,
	Module:   ChildIdentifiersTable,
	Fields:   "LAchildID",
	Fails:    "LAchildID contains a character that is not a letter or digit.",
	Mend:     "{LAchildID} holds a character that is neither a letter nor a digit. Leave out dashes, spaces, underscores and the like.",
	child: func(r *run, c *Child) {
		id := c.ID()
		for i := range len(id) {
			if !letter(id[i]) && (id[i] < '0' || id[i] > '9') {
				r.flag(at(&c.Identifiers, "LAchildID"))
				return
			}
		}
	},
}
