package cincensus

import "time"

// rule8870Q is the department's rule 8870Q (N00109).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8870Q.py, commit 1bf6f22e.
var rule8870Q = Rule{
	Code:     "8870Q",
	Title:    "Target for the conference is at a weekend",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   Section47Table,
	Fields:   "InitialCPCtarget",
	Fails:    "InitialCPCtarget is a Saturday or Sunday.",
	Mend:     "The target for the initial conference, {InitialCPCtarget}, is a Saturday or Sunday. It is 15 working days after the enquiry started: correct it, or say why it is so.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, s := range e.Section47s {
			if weekend(s.InitialCPCtarget) {
				r.flag(at(s, "InitialCPCtarget"))
			}
		}
	},
}

// weekend says that a date is a Saturday or Sunday.
func weekend(d Date) bool {
	return d.Known() && (d.Day.Weekday() == time.Saturday || d.Day.Weekday() == time.Sunday)
}
