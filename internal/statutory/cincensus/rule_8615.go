package cincensus

// rule8615 is the department's rule 8615 (N00148, N00110).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8615.py, commit 1bf6f22e.
var rule8615 = Rule{
	Code:     "8615",
	Title:    "Section 47 enquiry starts after its conference, or its start is missing",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   Section47Table,
	Fields:   "S47ActualStartDate, DateOfInitialCPC",
	Fails:    "S47 start is after its DateOfInitialCPC, or DateOfInitialCPC is given and S47 start is missing.",
	Mend:     "The section 47 enquiry starts on {S47ActualStartDate} and its initial conference is on {DateOfInitialCPC}. The start must be given and cannot be after the conference.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, s := range e.Section47s {
			if before(s.DateOfInitialCPC, s.S47ActualStartDate) || s.DateOfInitialCPC.Known() && !s.S47ActualStartDate.Known() {
				r.flag(at(s, "S47ActualStartDate", "DateOfInitialCPC"))
			}
		}
	},
}
