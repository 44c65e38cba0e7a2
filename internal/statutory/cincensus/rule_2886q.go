package cincensus

// rule2886Q is the department's rule 2886Q (N00065, N00783, N00098).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_2886Q.py, commit 1bf6f22e.
//
// Note: 2023-24: GenderCurrent 0; from 2025: Sex U. The 2023 reference code has an
// operator-precedence fault; implement the sentence.
var rule2886Q = Rule{
	Code:     "2886Q",
	Title:    "Many children have no sex recorded",
	Severity: Query,
	Level:    LALevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "GenderCurrent / Sex, ExpectedPersonBirthDate",
	Fails:    "(children with sex missing, 0 or U and no expected birth date) / all children > 0.02.",
	Mend:     "More than 2% of the children have no sex recorded and are not unborn. Fill in what is known, or say why it is not.",
	whole: func() whole {
		children, without := 0, 0
		return whole{
			child: func(r *run, c *Child) {
				children++
				sex, unknown := r.sex(&c.Identifiers)
				none := !sex.Given() || sex.Value == unknown || sex.Value == "0"
				without += one(none && !c.Identifiers.ExpectedPersonBirthDate.Known())
			},
			end: func(r *run) {
				// The reference's reading of GenderCurrent never comes true.
				if without*50 > children && (r.year >= 2025 || !r.reference) {
					r.flag()
				}
			},
		}
	},
}
