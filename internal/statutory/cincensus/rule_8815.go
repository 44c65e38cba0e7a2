package cincensus

// rule8815 is the department's rule 8815 (N00102, N00112).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8815.py, commit 1bf6f22e.
var rule8815 = Rule{
	Code:     "8815",
	Title:    "More than one open referral",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "CINclosureDate, ReferralNFA",
	Fails:    "Child has more than one episode with no CINclosureDate and ReferralNFA false/0.",
	Mend:     "The child has more than one open referral. A new concern about a child whose case is open belongs to that episode: close the earlier ones or join them.",
	child: func(r *run, c *Child) {
		var open []Place
		for _, e := range c.Episodes {
			if e.open() {
				open = append(open, at(e, "CINclosureDate", "ReferralNFA"))
			}
		}
		if len(open) > 1 {
			r.flag(open...)
		}
	},
}

// open says that the referral went further and is not closed.
func (e *CINdetails) open() bool { return !e.CINclosureDate.Known() && e.ReferralNFA.no() }
