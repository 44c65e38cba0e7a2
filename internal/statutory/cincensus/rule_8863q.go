package cincensus

// rule8863Q is the department's rule 8863Q (N00159, N00160).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8863Q.py, commit 1bf6f22e.
//
// Note: Identical pairs of dates are not compared with each other.
var rule8863Q = Rule{
	Code:     "8863Q",
	Title:    "Assessments overlap",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "AssessmentActualStartDate, AssessmentAuthorisationDate",
	Fails:    "Within an episode an assessment starts on or between another's start and authorisation date (or start and reference date when unauthorised).",
	Mend:     "An assessment starts on {AssessmentActualStartDate}, while another assessment of the episode is still going on. Correct the dates, or say why the two overlap.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, a := range e.Assessments {
			for _, o := range e.Assessments {
				identical := a.AssessmentActualStartDate.Day == o.AssessmentActualStartDate.Day && a.AssessmentAuthorisationDate.Day == o.AssessmentAuthorisationDate.Day
				if !identical && r.startsWithin(a.AssessmentActualStartDate, o.AssessmentActualStartDate, o.AssessmentAuthorisationDate) {
					r.flag(at(a, "AssessmentActualStartDate"), at(o, "AssessmentActualStartDate", "AssessmentAuthorisationDate"))
				}
			}
		}
	},
}
