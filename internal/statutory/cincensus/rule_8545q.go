package cincensus

// rule8545Q is the department's rule 8545Q (N00108).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8545Q.py, commit 1bf6f22e.
var rule8545Q = Rule{
	Code:     "8545Q",
	Title:    "Death is outside the year",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "PersonDeathDate",
	Fails:    "PersonDeathDate is outside the census period.",
	Mend:     "The date of death {PersonDeathDate} is not in the census year. Correct it, leave the child out if there was no activity in the year, or say why it stands.",
	child: func(r *run, c *Child) {
		if r.out(c.Identifiers.PersonDeathDate) {
			r.flag(at(&c.Identifiers, "PersonDeathDate"))
		}
	},
}
