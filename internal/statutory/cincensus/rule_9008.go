package cincensus

// rule9008 is the department's rule 9008 (N00830).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_9008.py, commit 1bf6f22e.
var rule9008 = Rule{
	Code:     "9008",
	Title:    "First pre-proceedings meeting is outside the year",
	Severity: Error,
	Level:    RowLevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "InitialPPMeetingDate",
	Fails:    "InitialPPMeetingDate is outside the census period.",
	Mend:     "The first pre-proceedings meeting is shown on {InitialPPMeetingDate}, which is not in the census year. Correct the date.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.PreProceedings {
			if r.out(p.InitialPPMeetingDate) {
				r.flag(at(p, "InitialPPMeetingDate"))
			}
		}
	},
}
