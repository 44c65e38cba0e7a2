package cincensus

// rule8825Q is the department's rule 8825Q (N00103).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8825Q.py, commit 1bf6f22e.
var rule8825Q = Rule{
	Code:     "8825Q",
	Title:    "Closed after assessment, but there is no assessment",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "ReasonForClosure",
	Fails:    "ReasonForClosure RC8 or RC9 and no Assessments group in the episode.",
	Mend:     "The case is closed after assessment ({ReasonForClosure}) and the episode has no assessment. Add the assessment, or use another reason.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if afterAssessmentOnly(e.ReasonForClosure) && len(e.Assessments) == 0 {
			r.flag(at(e, "ReasonForClosure"))
		}
	},
}
