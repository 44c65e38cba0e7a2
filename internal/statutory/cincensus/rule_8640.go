package cincensus

// rule8640 is the department's rule 8640 (N00103).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8640.py, commit 1bf6f22e.
var rule8640 = Rule{
	Code:     "8640",
	Title:    "Reason for closure is not a code",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "ReasonForClosure",
	Fails:    "ReasonForClosure present and not RC1-RC9.",
	Mend:     "Reason for closure {ReasonForClosure} is not a code of this census. Give one of its codes.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if e.ReasonForClosure.Given() && !codeIn(closureReasons, e.ReasonForClosure.Value, r.year) {
			r.flag(at(e, "ReasonForClosure"))
		}
	},
}
