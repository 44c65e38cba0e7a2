package cincensus

// rule8520 is the department's rule 8520 (N00066).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8520.py, commit 1bf6f22e.
var rule8520 = Rule{
	Code:     "8520",
	Title:    "Date of birth is after the year",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "PersonBirthDate",
	Fails:    "PersonBirthDate is after the reference date.",
	Mend:     "The date of birth {PersonBirthDate} is after the reference date. Correct it; for an unborn child leave it out and give the expected date.",
	child: func(r *run, c *Child) {
		if r.late(c.Identifiers.PersonBirthDate) {
			r.flag(at(&c.Identifiers, "PersonBirthDate"))
		}
	},
}
