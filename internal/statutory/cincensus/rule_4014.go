package cincensus

// rule4014 is the department's rule 4014 (N00689, N00690).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4014.py, commit 1bf6f22e.
//
// Note: Both ends inclusive: back-to-back plans sharing a day fail.
var rule4014 = Rule{
	Code:     "4014",
	Title:    "Child in need plans overlap",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINplanDatesTable,
	Fields:   "CINPlanStartDate, CINPlanEndDate",
	Fails:    "A CIN plan's start lies within another CIN plan of the same child: start <= s <= end, or start <= s <= reference date when that plan is open.",
	Mend:     "A child in need plan starts on {CINPlanStartDate}, while another plan of the child is running or on the day it ends. Plans follow one another: correct the dates so that they do not meet.",
	child: func(r *run, c *Child) {
		for _, e := range c.Episodes {
			for _, n := range e.CINPlans {
				for _, other := range c.Episodes {
					for _, o := range other.CINPlans {
						if n != o && r.startsWithin(n.CINPlanStartDate, o.CINPlanStartDate, o.CINPlanEndDate) {
							r.flag(at(n, "CINPlanStartDate"), at(o, "CINPlanStartDate", "CINPlanEndDate"))
						}
					}
				}
			}
		}
	},
}

// startsWithin says that a day falls on or between a start and an end, or a start and
// the reference date where there is no end.
func (r *run) startsWithin(d, start, end Date) bool {
	if !d.Known() || !start.Known() || before(d, start) {
		return false
	}
	if end.Known() {
		return !before(end, d)
	}
	return !r.late(d)
}
