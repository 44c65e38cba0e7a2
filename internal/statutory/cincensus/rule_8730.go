package cincensus

import "strconv"

// rule8730 is the department's rule 8730 (N00106).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8730.py, commit 1bf6f22e.
var rule8730 = Rule{
	Code:     "8730",
	Title:    "Number of previous child protection plans is missing or below 0",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "NumberOfPreviousCPP",
	Fails:    "NumberOfPreviousCPP missing or below zero.",
	Mend:     "The number of previous child protection plans is {NumberOfPreviousCPP}. Give how many plans the child had before this one: 0 or more.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if n, err := strconv.Atoi(p.NumberOfPreviousCPP.Value); err != nil || n < 0 {
				r.flag(at(p, "NumberOfPreviousCPP"))
			}
		}
	},
}
