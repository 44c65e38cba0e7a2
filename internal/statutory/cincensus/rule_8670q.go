package cincensus

// rule8670Q is the department's rule 8670Q (N00159).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8670Q.py, commit 1bf6f22e.
//
// Note: Reference offset is 44 working days.
var rule8670Q = Rule{
	Code:     "8670Q",
	Title:    "Assessment is open for more than 45 working days",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "AssessmentActualStartDate",
	Fails:    "No authorisation date and the start is before reference date minus 45 working days.",
	Mend:     "The assessment started on {AssessmentActualStartDate}, more than 45 working days before the reference date, and is not authorised. Give the date it was authorised, or say why it is still open.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, a := range e.Assessments {
			start := a.AssessmentActualStartDate
			if !a.AssessmentAuthorisationDate.Known() && start.Known() && earlier(start.Day, r.working.back(r.end, r.offset(45))) {
				r.flag(at(a, "AssessmentActualStartDate", "AssessmentAuthorisationDate"))
			}
		}
	},
}
