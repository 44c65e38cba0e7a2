package cincensus

// rule8696 is the department's rule 8696 (N00160).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8696.py, commit 1bf6f22e.
var rule8696 = Rule{
	Code:     "8696",
	Title:    "Assessment is authorised outside the year",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "AssessmentAuthorisationDate",
	Fails:    "AssessmentAuthorisationDate is outside the census period.",
	Mend:     "The assessment is shown as authorised on {AssessmentAuthorisationDate}, which is not in the census year. Correct the date, or leave out an assessment that was finished before the year.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, a := range e.Assessments {
			if r.out(a.AssessmentAuthorisationDate) {
				r.flag(at(a, "AssessmentAuthorisationDate"))
			}
		}
	},
}
