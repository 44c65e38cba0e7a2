package cincensus

// rule8890 is the department's rule 8890 (N00148).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8890.py, commit 1bf6f22e.
//
// Note: Identical groups are not compared with each other.
var rule8890 = Rule{
	Code:     "8890",
	Title:    "Section 47 enquiries overlap",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "S47ActualStartDate",
	Fails:    "Within an episode an S47 starts on or between another group's start and DateOfInitialCPC, or its start and the reference date when that group has no conference and ICPCnotRequired is not true.",
	Mend:     "A section 47 enquiry starts on {S47ActualStartDate}, while another enquiry of the episode is still going on. Correct the dates, give the conference that ended the other, or set its ICPCnotRequired to 1.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, s := range e.Section47s {
			for _, o := range e.Section47s {
				identical := s.S47ActualStartDate.Day == o.S47ActualStartDate.Day && s.DateOfInitialCPC.Day == o.DateOfInitialCPC.Day
				ended := !o.DateOfInitialCPC.Known() && o.ICPCnotRequired.yes()
				if !identical && !ended && r.startsWithin(s.S47ActualStartDate, o.S47ActualStartDate, o.DateOfInitialCPC) {
					r.flag(at(s, "S47ActualStartDate"), at(o, "S47ActualStartDate"))
				}
			}
		}
	},
}
