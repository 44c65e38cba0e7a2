package cincensus

// rule8608 is the department's rule 8608 (N00159, N00160).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8608.py, commit 1bf6f22e.
var rule8608 = Rule{
	Code:     "8608",
	Title:    "Assessment is authorised before it starts",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "AssessmentActualStartDate, AssessmentAuthorisationDate",
	Fails:    "Assessment start is after its authorisation date.",
	Mend:     "The assessment is shown as starting on {AssessmentActualStartDate}, after it was authorised on {AssessmentAuthorisationDate}. Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, a := range e.Assessments {
			if before(a.AssessmentAuthorisationDate, a.AssessmentActualStartDate) {
				r.flag(at(a, "AssessmentActualStartDate", "AssessmentAuthorisationDate"))
			}
		}
	},
}
