package cincensus

// rule8935 is the department's rule 8935 (N00115).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8935.py, commit 1bf6f22e.
//
// Note: Reference groups by (child, plan ordinal) and so misses two open plans in one
// episode.
var rule8935 = Rule{
	Code:     "8935",
	Title:    "More than one open child protection plan",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPendDate",
	Fails:    "Child has more than one CPP without CPPendDate.",
	Mend:     "The child has more than one child protection plan without an end date. Only one can be open: give the end dates of the others.",
	child: func(r *run, c *Child) {
		// The reference counts plans by their place in an episode, so it misses two open
		// plans in one episode and two in different places.
		var all [][]Place
		for _, e := range c.Episodes {
			for n, p := range e.ProtectionPlans {
				if p.CPPendDate.Known() {
					continue
				}
				group := 0
				if r.reference {
					group = n
				}
				for len(all) <= group {
					all = append(all, nil)
				}
				all[group] = append(all[group], at(p, "CPPendDate"))
			}
		}
		for _, open := range all {
			if len(open) > 1 {
				r.flag(open...)
			}
		}
	},
}
