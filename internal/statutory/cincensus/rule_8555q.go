package cincensus

// rule8555Q is the department's rule 8555Q (N00108, N00100).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8555Q.py, commit 1bf6f22e.
var rule8555Q = Rule{
	Code:     "8555Q",
	Title:    "Referral is after the child's death",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "PersonDeathDate, CINreferralDate",
	Fails:    "CINreferralDate is after PersonDeathDate.",
	Mend:     "The referral of {CINreferralDate} is after the child's death on {PersonDeathDate}. Correct the date that is wrong, or say why the child was referred.",
	episode: func(r *run, c *Child, e *CINdetails) {
		if before(c.Identifiers.PersonDeathDate, e.CINreferralDate) {
			r.flag(at(e, "CINreferralDate"), at(&c.Identifiers, "PersonDeathDate"))
		}
	},
}
