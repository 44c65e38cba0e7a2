package cincensus

// rule9013 is the department's rule 9013 (N00835).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_9013.py, commit 1bf6f22e.
var rule9013 = Rule{
	Code:     "9013",
	Title:    "Letter of care proceedings is outside the year or too early",
	Severity: Error,
	Level:    RowLevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "LetterInitCPDate",
	Fails:    "LetterInitCPDate is outside the census period or before CourtAppDate.",
	Mend:     "The letter that care proceedings are initiated is shown on {LetterInitCPDate}, which is outside the census year or before the application ({CourtAppDate}). Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.PreProceedings {
			r.outOrBefore(p, "LetterInitCPDate", p.LetterInitCPDate, p.CourtAppDate)
		}
	},
}
