package cincensus

// rule8630 is the department's rule 8630 (N00100, N00102).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8630.py, commit 1bf6f22e.
var rule8630 = Rule{
	Code:     "8630",
	Title:    "Case is closed before the referral",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "CINreferralDate, CINclosureDate",
	Fails:    "CINclosureDate is before CINreferralDate of the same episode.",
	Mend:     "The case is shown as closed on {CINclosureDate}, before the referral on {CINreferralDate}. Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if before(e.CINclosureDate, e.CINreferralDate) {
			r.flag(at(e, "CINreferralDate", "CINclosureDate"))
		}
	},
}
