package cincensus

// rule8736 is the department's rule 8736 (N00159, N00160).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8736.py, commit 1bf6f22e.
var rule8736 = Rule{
	Code:     "8736",
	Title:    "Open assessment does not start in the year",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "AssessmentActualStartDate, AssessmentAuthorisationDate",
	Fails:    "No authorisation date and the start is missing or outside the census period.",
	Mend:     "The assessment is not authorised and its start date is {AssessmentActualStartDate}. An open assessment belongs in the return only if it started in the census year: give or correct its dates, or take it out.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, a := range e.Assessments {
			if !a.AssessmentAuthorisationDate.Known() && !r.in(a.AssessmentActualStartDate) {
				r.flag(at(a, "AssessmentActualStartDate", "AssessmentAuthorisationDate"))
			}
		}
	},
}
