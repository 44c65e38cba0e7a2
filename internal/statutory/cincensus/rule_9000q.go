package cincensus

// rule9000Q is the department's rule 9000Q (N00826).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_9000Q.py, commit 1bf6f22e.
//
// Note: Unclear in the source whether it is judged per group or per authority;
// reference: authority.
var rule9000Q = Rule{
	Code:     "9000Q",
	Title:    "Pre-proceedings without a start date",
	Severity: Query,
	Level:    LALevel,
	From:     Provisional,
	Module:   PreProceedingsTable,
	Fields:   "PPStartDate",
	Fails:    "PPStartDate not provided: leave blank and give a reason if not yet collected.",
	Mend:     "Pre-proceedings modules are given without a start date, PPStartDate. Give it, or say why it is not collected yet.",
	whole: func() whole {
		missing := false
		return whole{
			child: func(_ *run, c *Child) {
				for _, e := range c.Episodes {
					for _, p := range e.PreProceedings {
						missing = missing || !p.PPStartDate.Known()
					}
				}
			},
			end: func(r *run) {
				if missing {
					r.flag()
				}
			},
		}
	},
}
