package cincensus

// rule8525Q is the department's rule 8525Q (N00066, N00098).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8525Q.py, commit 1bf6f22e.
var rule8525Q = Rule{
	Code:     "8525Q",
	Title:    "Both dates of birth, or neither, are given",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "PersonBirthDate, ExpectedPersonBirthDate",
	Fails:    "Both birth dates are given, or neither is.",
	Mend:     "The date of birth is {PersonBirthDate} and the expected date is {ExpectedPersonBirthDate}. Give exactly one: the date of birth of a born child, the expected date of an unborn one.",
	child: func(r *run, c *Child) {
		if c.Identifiers.PersonBirthDate.Known() == c.Identifiers.ExpectedPersonBirthDate.Known() {
			r.flag(at(&c.Identifiers, "PersonBirthDate", "ExpectedPersonBirthDate"))
		}
	},
}
