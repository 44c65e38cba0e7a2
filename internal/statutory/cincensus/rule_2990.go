package cincensus

// rule2990 is the department's rule 2990 (N00103).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_2990.py, commit 1bf6f22e.
var rule2990 = Rule{
	Code:     "2990",
	Title:    "Closed after assessment only, but there was more",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "ReasonForClosure",
	Fails:    "ReasonForClosure is RC8 or RC9 and the episode has any of: a Section47 group, a ChildProtectionPlans group, CINdetails.DateOfInitialCPC, a CINPlanDates group.",
	Mend:     "The episode is closed with {ReasonForClosure}, which says that assessment was all that happened, but it also has an enquiry, a conference or a plan. Use another reason, such as RC7, or take out what does not belong to the episode.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		more := len(e.Section47s) > 0 || len(e.ProtectionPlans) > 0 || len(e.CINPlans) > 0 || e.DateOfInitialCPC.Known()
		if more && afterAssessmentOnly(e.ReasonForClosure) {
			r.flag(at(e, "ReasonForClosure"))
		}
	},
}

// afterAssessmentOnly says that the reason for closure is one of the two for episodes
// that were an assessment and nothing else.
func afterAssessmentOnly(reason Text) bool { return reason.Value == "RC8" || reason.Value == "RC9" }
