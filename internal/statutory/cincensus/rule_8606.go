package cincensus

// rule8606 is the department's rule 8606 (N00100, N00066, N00098).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8606.py, commit 1bf6f22e.
var rule8606 = Rule{
	Code:     "8606",
	Title:    "Referral is long before birth",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "CINreferralDate, PersonBirthDate, ExpectedPersonBirthDate",
	Fails:    "CINreferralDate is more than 280 days before the birth date or the expected birth date.",
	Mend:     "The referral on {CINreferralDate} is more than 280 days before the child's birth (born {PersonBirthDate}, expected {ExpectedPersonBirthDate}). Correct the date that is wrong.",
	episode: func(r *run, c *Child, e *CINdetails) {
		i := &c.Identifiers
		early := func(birth Date) bool {
			return birth.Known() && e.CINreferralDate.Known() && earlier(e.CINreferralDate.Day, birth.Day.AddDays(-280))
		}
		if early(i.PersonBirthDate) || early(i.ExpectedPersonBirthDate) {
			r.flag(at(e, "CINreferralDate"), at(i, "PersonBirthDate", "ExpectedPersonBirthDate"))
		}
	},
}
