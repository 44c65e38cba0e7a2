package cincensus

// rule8839 is the department's rule 8839 (N00110).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8839.py, commit 1bf6f22e.
var rule8839 = Rule{
	Code:     "8839",
	Title:    "More than one section 47 enquiry waits for its conference",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   Section47Table,
	Fields:   "DateOfInitialCPC",
	Fails:    "More than one Section47 group in an episode has no DateOfInitialCPC and ICPCnotRequired not true/1.",
	Mend:     "More than one section 47 enquiry of this episode still waits for its initial conference. Give the dates of the conferences, or set ICPCnotRequired to 1 where none was needed.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		var waiting []Place
		for _, s := range e.Section47s {
			if !s.DateOfInitialCPC.Known() && !s.ICPCnotRequired.yes() {
				waiting = append(waiting, at(s, "DateOfInitialCPC"))
			}
		}
		if len(waiting) > 1 {
			r.flag(waiting...)
		}
	},
}
