package cincensus

// rule8740 is the department's rule 8740 (N00148, N00110, N00111).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8740.py, commit 1bf6f22e.
//
// Note: Reference recognises only the value 0, not false.
var rule8740 = Rule{
	Code:     "8740",
	Title:    "Section 47 enquiry without a conference starts outside the year",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   Section47Table,
	Fields:   "S47ActualStartDate, DateOfInitialCPC, ICPCnotRequired",
	Fails:    "No DateOfInitialCPC, ICPCnotRequired false/0, and S47 start outside the census period.",
	Mend:     "The section 47 enquiry started on {S47ActualStartDate}, which is not in the census year, and no initial conference is shown. Give the date of the conference, set ICPCnotRequired to 1 if none was needed, or leave out an enquiry that is not of this year.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, s := range e.Section47s {
			if r.reference && s.ICPCnotRequired.Value != "0" {
				continue // it knows no other way to say no
			}
			if s.waits() && r.out(s.S47ActualStartDate) {
				r.flag(at(s, "S47ActualStartDate", "DateOfInitialCPC", "ICPCnotRequired"))
			}
		}
	},
}
