package cincensus

// rule8535Q is the department's rule 8535Q (N00108, N00066).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8535Q.py, commit 1bf6f22e.
var rule8535Q = Rule{
	Code:     "8535Q",
	Title:    "Death is before birth, or there is no date of birth",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "PersonDeathDate, PersonBirthDate",
	Fails:    "PersonDeathDate present and PersonBirthDate missing or later than it.",
	Mend:     "The date of death is {PersonDeathDate} and the date of birth {PersonBirthDate}. Correct the date that is wrong, give the date of birth, or say why it is missing.",
	child: func(r *run, c *Child) {
		i := &c.Identifiers
		if i.PersonDeathDate.Known() && (!i.PersonBirthDate.Known() || before(i.PersonDeathDate, i.PersonBirthDate)) {
			r.flag(at(i, "PersonDeathDate", "PersonBirthDate"))
		}
	},
}
