package cincensus

// rule8750 is the department's rule 8750 (N00065, N00783, N00066, N00098).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8750.py, commit 1bf6f22e.
var rule8750 = Rule{
	Code:     "8750",
	Title:    "Unborn child has a sex",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "GenderCurrent / Sex, birth dates",
	Fails:    "Expected birth date present, birth date absent, and sex is not the unborn value (2023-24: 0; from 2025: U).",
	Mend:     "The child is unborn and the sex is {Sex|GenderCurrent}. An unborn child has GenderCurrent 0 to 2024 and Sex U from 2025; if the child is born, give the date of birth.",
	child: func(r *run, c *Child) {
		i := &c.Identifiers
		sex, unborn := r.sex(i)
		if i.ExpectedPersonBirthDate.Known() && !i.PersonBirthDate.Known() && sex.Value != unborn {
			r.flag(at(i, r.sexField(), "PersonBirthDate", "ExpectedPersonBirthDate"))
		}
	},
}
