package cincensus

// rule8940 is the department's rule 8940 (N00105, N00115).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8940.py, commit 1bf6f22e.
//
// Note: Reference does not compare plans that have the same ordinal in different
// episodes.
var rule8940 = Rule{
	Code:     "8940",
	Title:    "Child protection plans overlap",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPstartDate, CPPendDate",
	Fails:    "A CPP start lies within another CPP of the child: start <= s <= end, or start <= s <= reference date when that plan is open.",
	Mend:     "A child protection plan starts on {CPPstartDate}, while another plan of the child is running or on the day it ends. Correct the dates so that the plans do not meet.",
	child: func(r *run, c *Child) {
		for _, e := range c.Episodes {
			for n, p := range e.ProtectionPlans {
				for _, other := range c.Episodes {
					for m, o := range other.ProtectionPlans {
						if p == o || r.reference && n == m { // it does not compare plans of the same place
							continue
						}
						if r.startsWithin(p.CPPstartDate, o.CPPstartDate, o.CPPendDate) {
							r.flag(at(p, "CPPstartDate"), at(o, "CPPstartDate", "CPPendDate"))
						}
					}
				}
			}
		}
	},
}
