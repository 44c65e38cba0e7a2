package cincensus

import "slices"

// rule8842Q is the department's rule 8842Q (N00116).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8842Q.py, commit 1bf6f22e.
//
// Note: Reference ingest drops such groups, so it never fires there.
var rule8842Q = Rule{
	Code:     "8842Q",
	Title:    "Group of reviews holds no date",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ReviewsTable,
	Fields:   "CPPreviewDate",
	Fails:    "A Reviews group has no valid CPPreviewDate.",
	Mend:     "A group of review conferences holds no date. Give the dates of the reviews held, or take out the group.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if r.reference {
			return // it never reads such groups
		}
		for _, p := range e.ProtectionPlans {
			for _, g := range p.Reviews {
				if !slices.ContainsFunc(g.Dates, Date.Known) {
					r.flag(at(g, "CPPreviewDate"))
				}
			}
		}
	},
}
