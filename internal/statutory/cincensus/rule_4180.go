package cincensus

// rule4180 is the department's rule 4180 (N00065, N00783).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4180.py, commit 1bf6f22e.
var rule4180 = Rule{
	Code:     "4180",
	Title:    "Sex is missing or not a code",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "GenderCurrent / Sex",
	Fails:    "2023-24: GenderCurrent missing or not in {0,1,2,9}. From 2025: Sex missing or not in {M,F,U}.",
	Mend:     "The child's sex is {Sex|GenderCurrent}. Give a code of the census: to 2024 GenderCurrent 1, 2, 0 or 9; from 2025 Sex M, F, or U where it is unknown or the child unborn.",
	child: func(r *run, c *Child) {
		if sex, _ := r.sex(&c.Identifiers); !codeIn(r.sexes(), sex.Value, r.year) {
			r.flag(at(&c.Identifiers, r.sexField()))
		}
	},
}
