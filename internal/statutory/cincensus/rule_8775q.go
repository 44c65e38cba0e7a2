package cincensus

// rule8775Q is the department's rule 8775Q (N00066, N00102).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8775Q.py, commit 1bf6f22e.
var rule8775Q = Rule{
	Code:     "8775Q",
	Title:    "Case is open after the child's 25th birthday",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "PersonBirthDate, CINclosureDate",
	Fails:    "Born before reference date minus 25 years, and an episode is open or closed after the 25th birthday.",
	Mend:     "The child, born on {PersonBirthDate}, was over 25 with the case still open (closed {CINclosureDate}). Correct the date of birth, close the case, or say why it is open.",
	child: func(r *run, c *Child) {
		born := c.Identifiers.PersonBirthDate
		if !born.Known() || !earlier(born.Day, r.end.AddMonths(-300)) {
			return
		}
		birthday := Date{Day: born.Day.AddMonths(300)}
		for _, e := range c.Episodes {
			if !e.CINclosureDate.Known() || before(birthday, e.CINclosureDate) {
				r.flag(at(&c.Identifiers, "PersonBirthDate"), at(e, "CINclosureDate"))
			}
		}
	},
}
