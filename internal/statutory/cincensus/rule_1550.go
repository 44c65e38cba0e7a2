package cincensus

import "strings"

// rule1550 is the department's rule 1550 (N00001).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_1550.py, commit 1bf6f22e.
var rule1550 = Rule{
	Code:     "1550",
	Title:    "UPN ends in a character that it cannot end in",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "UPN",
	Fails:    "13-character UPN whose last character is neither a digit nor a capital letter other than I, O, S.",
	Mend:     "The last character of UPN {UPN} should be a digit or, for a temporary number, a capital letter other than I, O and S. Get the number again from the school or the pupil register.",
	child: func(r *run, c *Child) {
		upn := c.Identifiers.UPN.Value
		if len(upn) == 13 && !strings.Contains("0123456789ABCDEFGHJKLMNPQRTUVWXYZ", upn[12:]) {
			r.flag(at(&c.Identifiers, "UPN"))
		}
	},
}
