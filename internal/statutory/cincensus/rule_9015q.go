package cincensus

// rule9015Q is the department's rule 9015Q (N00831).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_9015Q.py, commit 1bf6f22e.
var rule9015Q = Rule{
	Code:     "9015Q",
	Title:    "Number of review meetings is missing",
	Severity: Query,
	Level:    RowLevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "ReviewMeetingsCount",
	Fails:    "InitialPPMeetingDate present and ReviewMeetingsCount missing.",
	Mend:     "The first pre-proceedings meeting was on {InitialPPMeetingDate}, and the number of review meetings after it is not given. Give it, 0 where there were none, or say why it is not known.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.PreProceedings {
			if p.InitialPPMeetingDate.Known() && !p.ReviewMeetingsCount.Given() {
				r.flag(at(p, "InitialPPMeetingDate", "ReviewMeetingsCount"))
			}
		}
	},
}
