package cincensus

import "slices"

// rule8995Q is the department's rule 8995Q.
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8995Q.py, commit 1bf6f22e.
var rule8995Q = Rule{
	Code:     "8995Q",
	Title:    "No child has pre-proceedings",
	Severity: Query,
	Level:    LALevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "(none)",
	Fails:    "No PreProceedingsandFGDM group for any child in the return.",
	Mend:     "No child in the return has a pre-proceedings module. Add those of the year, or say why there are none.",
	whole: func() whole {
		any := false
		return whole{
			child: func(_ *run, c *Child) {
				any = any || slices.ContainsFunc(c.Episodes, func(e *CINdetails) bool { return len(e.PreProceedings) > 0 })
			},
			end: func(r *run) {
				if !any {
					r.flag()
				}
			},
		}
	},
}
