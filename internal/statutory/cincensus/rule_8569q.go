package cincensus

// rule8569Q is the department's rule 8569Q (N00112).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8569Q.py, commit 1bf6f22e.
//
// Note: Reference offset is 0 working days (see section 6).
var rule8569Q = Rule{
	Code:     "8569Q",
	Title:    "Referral from before the year that needed no further action",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "ReferralNFA",
	Fails:    "CINreferralDate is earlier than census start minus 1 working day and ReferralNFA is not false/0.",
	Mend:     "The referral is from before the census year and ReferralNFA is {ReferralNFA}. Leave out a referral that needed no further action before the year; set 0 if the case went on; or say why it is here.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		first := r.working.back(r.start, r.offset(1))
		if e.CINreferralDate.Known() && earlier(e.CINreferralDate.Day, first) && !e.ReferralNFA.no() {
			r.flag(at(e, "ReferralNFA"))
		}
	},
}

// offset is a number of working days as the wording has it; the reference validator
// takes one off.
func (r *run) offset(days int) int {
	if r.reference {
		return days - 1
	}
	return days
}
