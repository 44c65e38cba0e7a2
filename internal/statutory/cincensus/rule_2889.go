package cincensus

// rule2889 is the department's rule 2889 (N00148, N00100).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_2889.py, commit 1bf6f22e.
var rule2889 = Rule{
	Code:     "2889",
	Title:    "Section 47 enquiry starts before the referral",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   Section47Table,
	Fields:   "S47ActualStartDate, CINreferralDate",
	Fails:    "S47ActualStartDate is before the CINreferralDate of the same episode.",
	Mend:     "The section 47 enquiry is shown as starting on {S47ActualStartDate}, before the referral on {CINreferralDate}. Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, s := range e.Section47s {
			if before(s.S47ActualStartDate, e.CINreferralDate) {
				r.flag(at(s, "S47ActualStartDate"), at(e, "CINreferralDate"))
			}
		}
	},
}
