package cincensus

// rule8867 is the department's rule 8867 (N00102, N00160).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8867.py, commit 1bf6f22e.
var rule8867 = Rule{
	Code:     "8867",
	Title:    "Case is closed with an open assessment",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "CINclosureDate, AssessmentAuthorisationDate",
	Fails:    "CINclosureDate present and an assessment of the episode has no authorisation date.",
	Mend:     "The case is closed on {CINclosureDate}, and an assessment in it is not authorised. Give the date the assessment was authorised, or take the closure out.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, a := range e.Assessments {
			if e.CINclosureDate.Known() && !a.AssessmentAuthorisationDate.Known() {
				r.flag(at(a, "AssessmentAuthorisationDate"), at(e, "CINclosureDate"))
			}
		}
	},
}
