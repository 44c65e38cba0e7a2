package cincensus

// rule8868 is the department's rule 8868 (N00102, N00110, N00111).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8868.py, commit 1bf6f22e.
//
// Note: Reference also fails a group that has both.
var rule8868 = Rule{
	Code:     "8868",
	Title:    "Case is closed with an unfinished section 47 enquiry",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "CINclosureDate, DateOfInitialCPC, ICPCnotRequired",
	Fails:    "CINclosureDate present and a Section47 group of the episode has neither DateOfInitialCPC nor ICPCnotRequired true/1.",
	Mend:     "The case is closed on {CINclosureDate}, and a section 47 enquiry in it shows neither an initial conference ({DateOfInitialCPC}) nor that none was needed (ICPCnotRequired is {ICPCnotRequired}). Give one of the two.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if !e.CINclosureDate.Known() {
			return
		}
		for _, s := range e.Section47s {
			held, needless := s.DateOfInitialCPC.Known(), s.ICPCnotRequired.yes()
			if !held && !needless || held && needless && r.reference {
				r.flag(at(e, "CINclosureDate"), at(s, "DateOfInitialCPC", "ICPCnotRequired"))
			}
		}
	},
}
