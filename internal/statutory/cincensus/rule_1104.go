package cincensus

// rule1104 is the department's rule 1104 (N00110, N00100).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_1104.py, commit 1bf6f22e.
var rule1104 = Rule{
	Code:     "1104",
	Title:    "Initial conference is before the referral",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   Section47Table,
	Fields:   "DateOfInitialCPC, CINreferralDate",
	Fails:    "Section47.DateOfInitialCPC is before the CINreferralDate of the same episode.",
	Mend:     "The initial child protection conference is shown on {DateOfInitialCPC}, before the referral on {CINreferralDate}. Correct the date that is wrong.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, s := range e.Section47s {
			if before(s.DateOfInitialCPC, e.CINreferralDate) {
				r.flag(at(s, "DateOfInitialCPC"), at(e, "CINreferralDate"))
			}
		}
	},
}
