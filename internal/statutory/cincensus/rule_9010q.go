package cincensus

// rule9010Q is the department's rule 9010Q (N00829).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_9010Q.py, commit 1bf6f22e.
//
// Note: Reference registers it as an error although the code ends in Q.
var rule9010Q = Rule{
	Code:     "9010Q",
	Title:    "It is not said whether the family meeting was held",
	Severity: Query,
	Level:    RowLevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "FGDMMeetingFac",
	Fails:    "FGDMMeetingOffer is true and FGDMMeetingFac is missing.",
	Mend:     "A family group decision-making meeting was offered, and it is not said whether it was held. Give FGDMMeetingFac, 1 or 0, or say why it is not known.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.PreProceedings {
			if p.FGDMMeetingOffer.yes() && !p.FGDMMeetingFac.Given() {
				r.flag(at(p, "FGDMMeetingFac"))
			}
		}
	},
}
