package cincensus

// rule9007 is the department's rule 9007 (N00827, N00828).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_9007.py, commit 1bf6f22e.
//
// Note: Reference has it the wrong way round (offer present, letter missing);
// implement the sentence.
var rule9007 = Rule{
	Code:     "9007",
	Title:    "It is not said whether a family meeting was offered",
	Severity: Error,
	Level:    RowLevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "LBPSentDate, FGDMMeetingOffer",
	Fails:    "LBPSentDate present and FGDMMeetingOffer missing.",
	Mend:     "A letter before proceedings was sent on {LBPSentDate}, and it is not said whether a family group decision-making meeting was offered in it. Give FGDMMeetingOffer, 1 or 0.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.PreProceedings {
			fails := p.LBPSentDate.Known() && !p.FGDMMeetingOffer.Given()
			if r.reference { // it has the two the wrong way round
				fails = !p.LBPSentDate.Known() && p.FGDMMeetingOffer.Given()
			}
			if fails {
				r.flag(at(p, "LBPSentDate", "FGDMMeetingOffer"))
			}
		}
	},
}
