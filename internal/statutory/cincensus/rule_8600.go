package cincensus

// rule8600 is the department's rule 8600 (N00100).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8600.py, commit 1bf6f22e.
var rule8600 = Rule{
	Code:     "8600",
	Title:    "Referral date is missing or after the year",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "CINreferralDate",
	Fails:    "CINreferralDate missing or after the reference date.",
	Mend:     "The referral date is {CINreferralDate}. Give a date on or before the reference date.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if !e.CINreferralDate.Known() || r.late(e.CINreferralDate) {
			r.flag(at(e, "CINreferralDate"))
		}
	},
}
