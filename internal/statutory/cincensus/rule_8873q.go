package cincensus

// rule8873Q is the department's rule 8873Q (N00103, N00181).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8873Q.py, commit 1bf6f22e.
var rule8873Q = Rule{
	Code:     "8873Q",
	Title:    "No factors found, but closed for another reason",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "ReasonForClosure, AssessmentFactors",
	Fails:    "The episode has exactly one assessment, that assessment has factor 21, and ReasonForClosure is not RC8 or RC9.",
	Mend:     "The only assessment of the episode found no factors (21), and the reason for closure is {ReasonForClosure}. Use RC8 or RC9, or say why another reason stands.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if len(e.Assessments) == 1 && e.Assessments[0].factor("21") && !afterAssessmentOnly(e.ReasonForClosure) {
			r.flag(at(e.Assessments[0], "AssessmentFactors"), at(e, "ReasonForClosure"))
		}
	},
}
