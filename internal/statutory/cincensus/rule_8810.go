package cincensus

// rule8810 is the department's rule 8810 (N00103, N00102).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8810.py, commit 1bf6f22e.
var rule8810 = Rule{
	Code:     "8810",
	Title:    "Reason for closure without a closure date",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "ReasonForClosure, CINclosureDate",
	Fails:    "ReasonForClosure present and CINclosureDate missing.",
	Mend:     "A reason for closure ({ReasonForClosure}) is given and no closure date. Give the date the case closed, or take out the reason.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if e.ReasonForClosure.Given() && !e.CINclosureDate.Known() {
			r.flag(at(e, "ReasonForClosure", "CINclosureDate"))
		}
	},
}
