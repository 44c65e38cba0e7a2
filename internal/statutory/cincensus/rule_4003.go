package cincensus

// rule4003 is the department's rule 4003 (N00116, N00689, N00690).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_4003.py, commit 1bf6f22e.
//
// Note: Reference tests only reviews of CPPs that have ended, and treats the CIN plan
// end as exclusive.
var rule4003 = Rule{
	Code:     "4003",
	Title:    "Review conference while a child in need plan runs",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ReviewsTable,
	Fields:   "CPPreviewDate, CINPlanStartDate, CINPlanEndDate",
	Fails:    "CPPreviewDate falls on/after a CIN plan's start and before its end for the same child, unless the review date equals that plan's CPPendDate.",
	Mend:     "The review conference of {CPPreviewDate} was held while a child in need plan ran from {CINPlanStartDate} to {CINPlanEndDate}. A child has one kind of plan at a time: correct the dates of the plans or of the review.",
	child: func(r *run, c *Child) {
		for _, e := range c.Episodes {
			for _, p := range e.ProtectionPlans {
				if r.reference && !p.CPPendDate.Known() {
					continue
				}
				for _, g := range p.Reviews {
					for _, d := range g.Dates {
						if !same(d, p.CPPendDate) {
							reviewInPlan(r, c, g, d)
						}
					}
				}
			}
		}
	},
}

// reviewInPlan flags each child in need plan that runs on the day of a review.
func reviewInPlan(r *run, c *Child, g *Reviews, held Date) {
	for _, e := range c.Episodes {
		for _, n := range e.CINPlans {
			if n.CINPlanStartDate.Known() && held.Known() && !before(held, n.CINPlanStartDate) && before(held, n.CINPlanEndDate) {
				r.flag(oneOf(g, "CPPreviewDate", held.Text), at(n, "CINPlanStartDate", "CINPlanEndDate"))
			}
		}
	}
}

// oneOf is a place with one field that occurs several times in its row: what the one
// in question holds, at its own line.
func oneOf(g group, field string, t Text) Place {
	p := at(g, field)
	p.Values[0] = t.Value
	if t.Line > 0 {
		p.Line = t.Line
	}
	return p
}
