package cincensus

// rule1540 is the department's rule 1540 (N00001).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_1540.py, commit 1bf6f22e.
var rule1540 = Rule{
	Code:     "1540",
	Title:    "UPN has something other than digits in the middle",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "UPN",
	Fails:    "UPN present and characters 5-12 are not all digits.",
	Mend:     "Characters 5 to 12 of UPN {UPN} should be digits. Get the number again from the school or the pupil register.",
	child: func(r *run, c *Child) {
		upn := c.Identifiers.UPN.Value
		if upn != "" && (len(upn) < 12 || !allDigits(upn[4:12])) {
			r.flag(at(&c.Identifiers, "UPN"))
		}
	},
}
