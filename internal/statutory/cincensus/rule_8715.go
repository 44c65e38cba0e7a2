package cincensus

// rule8715 is the department's rule 8715 (N00110).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8715.py, commit 1bf6f22e.
var rule8715 = Rule{
	Code:     "8715",
	Title:    "Initial conference is outside the year",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   Section47Table,
	Fields:   "DateOfInitialCPC",
	Fails:    "Section47.DateOfInitialCPC is outside the census period.",
	Mend:     "The initial conference of the section 47 enquiry is shown on {DateOfInitialCPC}, which is not in the census year. Correct the date, or leave out an enquiry that was finished before the year.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, s := range e.Section47s {
			if r.out(s.DateOfInitialCPC) {
				r.flag(at(s, "DateOfInitialCPC"))
			}
		}
	},
}
