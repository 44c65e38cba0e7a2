package cincensus

// rule8841 is the department's rule 8841 (N00105, N00116).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8841.py, commit 1bf6f22e.
var rule8841 = Rule{
	Code:     "8841",
	Title:    "Review conference is not after the plan's start",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPstartDate, CPPreviewDate",
	Fails:    "A CPPreviewDate is on or before the CPPstartDate of the same plan.",
	Mend:     "The review conference is shown on {CPPreviewDate}, not after the child protection plan started on {CPPstartDate}. Correct the date that is wrong; the first conference is no review.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			for _, g := range p.Reviews {
				for _, d := range g.Dates {
					if d.Known() && p.CPPstartDate.Known() && !before(p.CPPstartDate, d) {
						r.flag(oneOf(g, "CPPreviewDate", d.Text), at(p, "CPPstartDate"))
					}
				}
			}
		}
	},
}
