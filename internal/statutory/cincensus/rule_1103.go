package cincensus

// rule1103 is the department's rule 1103 (N00159, N00100).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_1103.py, commit 1bf6f22e.
var rule1103 = Rule{
	Code:     "1103",
	Title:    "Assessment starts before the referral",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "AssessmentActualStartDate, CINreferralDate",
	Fails:    "Start date is before the CINreferralDate of the same episode (both present).",
	Mend:     "The assessment is shown as starting on {AssessmentActualStartDate}, before the referral on {CINreferralDate}. Correct the date that is wrong, or move the assessment to the episode it belongs to.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, a := range e.Assessments {
			if before(a.AssessmentActualStartDate, e.CINreferralDate) {
				r.flag(at(a, "AssessmentActualStartDate"), at(e, "CINreferralDate"))
			}
		}
	},
}
