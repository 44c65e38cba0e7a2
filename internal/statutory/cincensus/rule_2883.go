package cincensus

// rule2883 is the department's rule 2883 (N00105, N00110).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_2883.py, commit 1bf6f22e.
var rule2883 = Rule{
	Code:     "2883",
	Title:    "More child protection plans start than initial conferences were held",
	Severity: Error,
	Level:    LALevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPstartDate, DateOfInitialCPC",
	Fails:    "Count of in-period CPPstartDate is greater than count of in-period CINdetails.DateOfInitialCPC plus in-period Section47.DateOfInitialCPC.",
	Mend:     "More child protection plans start in the year than initial conferences are shown. Each plan needs the conference that decided it: in Section47, or on the referral where no enquiry here led to it.",
	whole: func() whole {
		plans, conferences := 0, 0
		return whole{
			child: func(r *run, c *Child) {
				for _, e := range c.Episodes {
					for _, p := range e.ProtectionPlans {
						plans += one(r.in(p.CPPstartDate))
					}
					conferences += one(r.in(e.DateOfInitialCPC))
					for _, s := range e.Section47s {
						conferences += one(r.in(s.DateOfInitialCPC))
					}
				}
			},
			end: func(r *run) {
				if plans > conferences {
					r.flag()
				}
			},
		}
	},
}

// one counts a yes as 1.
func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
