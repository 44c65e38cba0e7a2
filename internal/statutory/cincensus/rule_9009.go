package cincensus

// rule9009 is the department's rule 9009 (N00832).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_9009.py, commit 1bf6f22e.
var rule9009 = Rule{
	Code:     "9009",
	Title:    "Decision to step up or down is outside the year or too early",
	Severity: Error,
	Level:    RowLevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "StepDecisionDate",
	Fails:    "StepDecisionDate is outside the census period or before PPStartDate.",
	Mend:     "The decision to step up or down is shown on {StepDecisionDate}, which is outside the census year or before pre-proceedings started ({PPStartDate}). Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.PreProceedings {
			r.outOrBefore(p, "StepDecisionDate", p.StepDecisionDate, p.PPStartDate)
		}
	},
}
