package cincensus

// rule2991Q is the department's rule 2991Q.
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_2991Q.py, commit 1bf6f22e.
var rule2991Q = Rule{
	Code:     "2991Q",
	Title:    "Section 47 enquiry without an assessment",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "(episode)",
	Fails:    "Episode has a Section47 group but no Assessments group.",
	Mend:     "The episode has a section 47 enquiry and no assessment. Add the assessment that goes with the enquiry, or say why there was none.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if len(e.Section47s) > 0 && len(e.Assessments) == 0 {
			r.flag(at(e, "CINdetailsID"))
		}
	},
}
