package cincensus

// rule4001 is the department's rule 4001 (N00690, N00115).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4001.py, commit 1bf6f22e.
var rule4001 = Rule{
	Code:     "4001",
	Title:    "Child in need plan and child protection plan are both open",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINplanDatesTable,
	Fields:   "CINPlanEndDate, CPPendDate",
	Fails:    "Same episode holds a CPP without CPPendDate and a CIN plan with a start and no end date.",
	Mend:     "A child in need plan and a child protection plan of this episode are both open. End the child in need plan on the day the protection plan began, or give the day the protection plan ended.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if p.CPPendDate.Known() {
				continue
			}
			for _, n := range e.CINPlans {
				if n.CINPlanStartDate.Known() && !n.CINPlanEndDate.Known() {
					r.flag(at(n, "CINPlanEndDate"), at(p, "CPPendDate"))
				}
			}
		}
	},
}
