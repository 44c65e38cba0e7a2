package cincensus

// rule8675Q is the department's rule 8675Q (N00148, N00110, N00111).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8675Q.py, commit 1bf6f22e.
//
// Note: Reference offset is 14 working days.
var rule8675Q = Rule{
	Code:     "8675Q",
	Title:    "Section 47 enquiry without a conference for more than 15 working days",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   Section47Table,
	Fields:   "S47ActualStartDate, DateOfInitialCPC, ICPCnotRequired",
	Fails:    "No DateOfInitialCPC, ICPCnotRequired false/0, and S47 start before reference date minus 15 working days.",
	Mend:     "The section 47 enquiry started on {S47ActualStartDate}, more than 15 working days before the reference date, and no initial conference is shown. Give the date of the conference, set ICPCnotRequired to 1 if none was needed, or say why it is late.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, s := range e.Section47s {
			start := s.S47ActualStartDate
			if s.waits() && start.Known() && earlier(start.Day, r.working.back(r.end, r.offset(15))) {
				r.flag(at(s, "S47ActualStartDate", "DateOfInitialCPC", "ICPCnotRequired"))
			}
		}
	},
}

// waits says that an enquiry should still lead to a conference: none is shown and the
// return says that one is required.
func (s *Section47) waits() bool { return !s.DateOfInitialCPC.Known() && s.ICPCnotRequired.no() }
