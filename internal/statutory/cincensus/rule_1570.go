package cincensus

import "unicode/utf8"

// rule1570 is the department's rule 1570 (N00097).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_1570.py, commit 1bf6f22e.
var rule1570 = Rule{
	Code:     "1570",
	Title:    "Child's number is longer than 20 characters",
	Severity: Error,
	Level:    RowLevel,
	From:     2025,
	Module:   ChildIdentifiersTable,
	Fields:   "LAchildID",
	Fails:    "LAchildID is longer than 20 characters.",
	Mend:     "{LAchildID} is longer than 20 characters. Shorten the child's number in the return, keep it the same every year, and use it for no other child.",
	child: func(r *run, c *Child) {
		if utf8.RuneCountInString(c.ID()) > 20 {
			r.flag(at(&c.Identifiers, "LAchildID"))
		}
	},
}
