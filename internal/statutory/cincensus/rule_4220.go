package cincensus

// rule4220 is the department's rule 4220 (N00177).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4220.py, commit 1bf6f22e.
var rule4220 = Rule{
	Code:     "4220",
	Title:    "Ethnicity is missing or not a code",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildCharacteristicsTable,
	Fields:   "Ethnicity",
	Fails:    "Ethnicity missing or not in the code set.",
	Mend:     "The child's ethnicity is {Ethnicity}. Give a code of the census; REFU where the family refused to say, NOBT where it is not yet known.",
	child: func(r *run, c *Child) {
		if !codeIn(ethnicities, c.Characteristics.Ethnicity.Value, r.year) {
			r.flag(at(&c.Characteristics, "Ethnicity"))
		}
	},
}
