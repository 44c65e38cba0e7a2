package cincensus

// rule8896 is the department's rule 8896 (N00160).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8896.py, commit 1bf6f22e.
var rule8896 = Rule{
	Code:     "8896",
	Title:    "More than one open assessment",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "AssessmentAuthorisationDate",
	Fails:    "More than one assessment of an episode has no authorisation date.",
	Mend:     "More than one assessment of this episode has no authorisation date. Give the date each finished assessment was authorised; only one can be going on.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		var open []Place
		for _, a := range e.Assessments {
			if !a.AssessmentAuthorisationDate.Known() {
				open = append(open, at(a, "AssessmentAuthorisationDate"))
			}
		}
		if len(open) > 1 {
			r.flag(open...)
		}
	},
}
