package cincensus

// rule2884 is the department's rule 2884 (N00110).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_2884.py, commit 1bf6f22e.
//
// Note: Reference joins on child only, so the two may be in different episodes.
var rule2884 = Rule{
	Code:     "2884",
	Title:    "Initial conference is given twice",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   Section47Table,
	Fields:   "DateOfInitialCPC",
	Fails:    "The same conference date is given both on a CINdetails module and on a Section47 group of the same child.",
	Mend:     "The initial conference of {CINdetails.DateOfInitialCPC} is given twice: on the referral and on a section 47 enquiry. Keep it on the enquiry and take it off the referral.",
	child: func(r *run, c *Child) {
		for _, e := range c.Episodes {
			for _, other := range c.Episodes {
				for _, s := range other.Section47s {
					if same(e.DateOfInitialCPC, s.DateOfInitialCPC) {
						r.flag(at(e, "DateOfInitialCPC"), at(s, "DateOfInitialCPC"))
					}
				}
			}
		}
	},
}
