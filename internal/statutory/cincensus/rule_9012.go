package cincensus

// rule9012 is the department's rule 9012 (N00834).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_9012.py, commit 1bf6f22e.
var rule9012 = Rule{
	Code:     "9012",
	Title:    "Application to court is outside the year or too early",
	Severity: Error,
	Level:    RowLevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "CourtAppDate",
	Fails:    "CourtAppDate is outside the census period or before StepDecisionDate.",
	Mend:     "The application to court is shown on {CourtAppDate}, which is outside the census year or before the decision to step up ({StepDecisionDate}). Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.PreProceedings {
			r.outOrBefore(p, "CourtAppDate", p.CourtAppDate, p.StepDecisionDate)
		}
	},
}
