package cincensus

// rule8530Q is the department's rule 8530Q (N00098).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8530Q.py, commit 1bf6f22e.
//
// Note: Reference also flags the two boundary days.
var rule8530Q = Rule{
	Code:     "8530Q",
	Title:    "Expected date of birth is not near the reference date",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "ExpectedPersonBirthDate",
	Fails:    "ExpectedPersonBirthDate is before (reference date - 30 days) or after (reference date + 9 months).",
	Mend:     "The expected date of birth {ExpectedPersonBirthDate} is more than 30 days before the reference date or more than nine months after it. Correct it, give the date of birth if the child is born, or say why it stands.",
	child: func(r *run, c *Child) {
		d := c.Identifiers.ExpectedPersonBirthDate
		if !d.Known() {
			return
		}
		first, last := r.end.AddDays(-30), r.end.AddMonths(9)
		if r.reference { // it flags the two boundary days too
			first, last = first.AddDays(1), last.AddDays(-1)
		}
		if !between(d.Day, first, last) {
			r.flag(at(&c.Identifiers, "ExpectedPersonBirthDate"))
		}
	},
}
