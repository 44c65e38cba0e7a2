package cincensus

// rule8805 is the department's rule 8805 (N00102, N00103).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8805.py, commit 1bf6f22e.
var rule8805 = Rule{
	Code:     "8805",
	Title:    "Case is closed without a reason",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "CINclosureDate, ReasonForClosure",
	Fails:    "CINclosureDate present and ReasonForClosure missing.",
	Mend:     "The case is closed on {CINclosureDate} and no reason is given. Give the reason for closure.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if e.CINclosureDate.Known() && !e.ReasonForClosure.Given() {
			r.flag(at(e, "CINclosureDate", "ReasonForClosure"))
		}
	},
}
