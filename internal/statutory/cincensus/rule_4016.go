package cincensus

// rule4016 is the department's rule 4016 (N00689, N00105, N00115).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4016.py, commit 1bf6f22e.
//
// Note: Join on child.
var rule4016 = Rule{
	Code:     "4016",
	Title:    "Child in need plan starts while a child protection plan runs",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINplanDatesTable,
	Fields:   "CINPlanStartDate, CPPstartDate, CPPendDate",
	Fails:    "A CIN plan of the child starts on/after a CPP's start and before its end (or, CPP open, on/before the reference date). Start equal to CPPendDate is allowed.",
	Mend:     "A child in need plan starts on {CINPlanStartDate}, while a child protection plan runs from {CPPstartDate} to {CPPendDate}. The plan can start on the day the protection plan ends, not before.",
	child: func(r *run, c *Child) {
		c.plansTogether(func(n *CINPlan, p *ProtectionPlan) {
			if r.startsInside(n.CINPlanStartDate, p.CPPstartDate, p.CPPendDate) {
				r.flag(at(n, "CINPlanStartDate"), at(p, "CPPstartDate", "CPPendDate"))
			}
		})
	},
}

// startsInside says that a day falls on or after a start and before an end, or on or
// before the reference date where there is no end.
func (r *run) startsInside(d, start, end Date) bool {
	if !d.Known() || !start.Known() || before(d, start) {
		return false
	}
	if end.Known() {
		return before(d, end)
	}
	return !r.late(d)
}

// plansTogether gives each child in need plan with each protection plan of the child,
// whatever episodes they stand in.
func (c *Child) plansTogether(do func(*CINPlan, *ProtectionPlan)) {
	for _, e := range c.Episodes {
		for _, n := range e.CINPlans {
			for _, other := range c.Episodes {
				for _, p := range other.ProtectionPlans {
					do(n, p)
				}
			}
		}
	}
}
