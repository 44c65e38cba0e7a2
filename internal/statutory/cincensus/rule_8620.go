package cincensus

// rule8620 is the department's rule 8620 (N00102).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8620.py, commit 1bf6f22e.
var rule8620 = Rule{
	Code:     "8620",
	Title:    "Case is closed outside the year",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "CINclosureDate",
	Fails:    "CINclosureDate is outside the census period.",
	Mend:     "The case is shown as closed on {CINclosureDate}, which is not in the census year. Correct the date, take it out if the case is open, or leave out a case that closed before the year.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if r.out(e.CINclosureDate) {
			r.flag(at(e, "CINclosureDate"))
		}
	},
}
