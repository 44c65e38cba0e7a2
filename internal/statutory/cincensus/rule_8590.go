package cincensus

// rule8590 is the department's rule 8590 (N00097).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8590.py, commit 1bf6f22e.
var rule8590 = Rule{
	Code:     "8590",
	Title:    "Child has no referral",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "LAchildID",
	Fails:    "Child has no CINdetails module.",
	Mend:     "The child has no referral in the return. Add the CINdetails module, or take the child out.",
	child: func(r *run, c *Child) {
		if len(c.Episodes) == 0 {
			r.flag(at(&c.Identifiers, "LAchildID"))
		}
	},
}
