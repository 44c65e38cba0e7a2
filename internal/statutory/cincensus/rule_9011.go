package cincensus

// rule9011 is the department's rule 9011 (N00833).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_9011.py, commit 1bf6f22e.
//
// Note: Reference also fails a blank.
var rule9011 = Rule{
	Code:     "9011",
	Title:    "Outcome of pre-proceedings is not a code",
	Severity: Error,
	Level:    RowLevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "PPOutcome",
	Fails:    "PPOutcome present and not A, B or C (code set CS131).",
	Mend:     "The outcome of pre-proceedings is {PPOutcome}. Give A, B or C.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.PreProceedings {
			if (p.PPOutcome.Given() || r.reference) && !codeIn(ppOutcomes, p.PPOutcome.Value, r.year) {
				r.flag(at(p, "PPOutcome"))
			}
		}
	},
}
