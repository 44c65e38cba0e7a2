package cincensus

// rule9005 is the department's rule 9005 (N00826).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_9005.py, commit 1bf6f22e.
var rule9005 = Rule{
	Code:     "9005",
	Title:    "Pre-proceedings start outside the year",
	Severity: Error,
	Level:    RowLevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "PPStartDate",
	Fails:    "PPStartDate is outside the census period.",
	Mend:     "Pre-proceedings are shown as starting on {PPStartDate}, which is not in the census year. Correct the date.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.PreProceedings {
			if r.out(p.PPStartDate) {
				r.flag(at(p, "PPStartDate"))
			}
		}
	},
}
