package cincensus

import (
	"time"

	"frontdoor/internal/civil"
)

// rule8866 is the department's rule 8866 (N00100, N00152).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8866.py, commit 1bf6f22e.
var rule8866 = Rule{
	Code:     "8866",
	Title:    "Source of the referral is missing or not a code",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "CINreferralDate, ReferralSource",
	Fails:    "Referral on/after 1 April 2013 and ReferralSource missing or not in the code set.",
	Mend:     "The referral is after 1 April 2013 and its source is {ReferralSource}. Give one of the census's codes for who referred the child.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		since := civil.Date{Year: 2013, Month: time.April, Day: 1}
		if e.CINreferralDate.Known() && !earlier(e.CINreferralDate.Day, since) && !codeIn(referralSources, e.ReferralSource.Value, r.year) {
			r.flag(at(e, "CINreferralDate", "ReferralSource"))
		}
	},
}
