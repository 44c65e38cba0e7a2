package cincensus

// rule8820 is the department's rule 8820 (N00100, N00102).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8820.py, commit 1bf6f22e.
//
// Note: A referral on the closure day of the previous episode is allowed.
var rule8820 = Rule{
	Code:     "8820",
	Title:    "Episodes overlap",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "CINreferralDate, CINclosureDate",
	Fails:    "A referral date r lies inside another episode of the child: start <= r < closure, or, that episode open and not NFA, start <= r < reference date.",
	Mend:     "The child was referred on {CINreferralDate}, inside another episode that was not yet closed. Episodes follow one another: correct the dates, or join the two. A referral may start on the day the earlier one closed.",
	child: func(r *run, c *Child) {
		for _, e := range c.Episodes {
			for _, o := range c.Episodes {
				if e != o && r.overlaps(e.CINreferralDate, o) {
					r.flag(at(e, "CINreferralDate"), at(o, "CINreferralDate", "CINclosureDate"))
				}
			}
		}
	},
}

// overlaps says that a day lies inside an episode: on or after its referral and
// before its closure, or before the reference date where it is open and went further.
func (r *run) overlaps(d Date, e *CINdetails) bool {
	if !d.Known() || !e.CINreferralDate.Known() || before(d, e.CINreferralDate) {
		return false
	}
	if e.CINclosureDate.Known() {
		return before(d, e.CINclosureDate)
	}
	return e.ReferralNFA.no() && earlier(d.Day, r.end)
}
