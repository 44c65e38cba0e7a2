package cincensus

// rule8875 is the department's rule 8875 (N00110).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8875.py, commit 1bf6f22e.
var rule8875 = Rule{
	Code:     "8875",
	Title:    "Initial conference is at a weekend",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   Section47Table,
	Fields:   "DateOfInitialCPC",
	Fails:    "Section47.DateOfInitialCPC is a Saturday or Sunday.",
	Mend:     "The initial conference is shown on {DateOfInitialCPC}, a Saturday or Sunday. Correct the date.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, s := range e.Section47s {
			if weekend(s.DateOfInitialCPC) {
				r.flag(at(s, "DateOfInitialCPC"))
			}
		}
	},
}
