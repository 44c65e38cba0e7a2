package cincensus

// rule4017 is the department's rule 4017 (N00105, N00689, N00690).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4017.py, commit 1bf6f22e.
//
// Note: Join on child.
var rule4017 = Rule{
	Code:     "4017",
	Title:    "Child protection plan starts while a child in need plan runs",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINplanDatesTable,
	Fields:   "CPPstartDate, CINPlanStartDate, CINPlanEndDate",
	Fails:    "A CPP of the child starts on/after a CIN plan's start and before its end (or, CIN plan open, on/before the reference date). Start equal to CINPlanEndDate is allowed.",
	Mend:     "A child protection plan starts on {CPPstartDate}, while a child in need plan runs from {CINPlanStartDate} to {CINPlanEndDate}. End the child in need plan on the day the protection plan starts.",
	child: func(r *run, c *Child) {
		c.plansTogether(func(n *CINPlan, p *ProtectionPlan) {
			if r.startsInside(p.CPPstartDate, n.CINPlanStartDate, n.CINPlanEndDate) {
				r.flag(at(p, "CPPstartDate"), at(n, "CINPlanStartDate", "CINPlanEndDate"))
			}
		})
	},
}
