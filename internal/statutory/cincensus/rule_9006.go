package cincensus

// rule9006 is the department's rule 9006 (N00827).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_9006.py, commit 1bf6f22e.
//
// Note: Reference skips rows without PPStartDate.
var rule9006 = Rule{
	Code:     "9006",
	Title:    "Letter before proceedings is outside the year or too early",
	Severity: Error,
	Level:    RowLevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "LBPSentDate",
	Fails:    "LBPSentDate is outside the census period or before PPStartDate.",
	Mend:     "The letter before proceedings is shown as sent on {LBPSentDate}, which is outside the census year or before pre-proceedings started ({PPStartDate}). Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.PreProceedings {
			if r.reference && !p.PPStartDate.Known() {
				continue
			}
			r.outOrBefore(p, "LBPSentDate", p.LBPSentDate, p.PPStartDate)
		}
	},
}

// outOrBefore flags a date that is outside the census year or before an earlier step.
func (r *run) outOrBefore(p *PreProceedings, field string, d, step Date) {
	if r.out(d) || before(d, step) {
		r.flag(at(p, field))
	}
}
