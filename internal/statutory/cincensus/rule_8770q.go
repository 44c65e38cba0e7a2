package cincensus

import (
	"slices"
	"time"

	"frontdoor/internal/civil"
)

// rule8770Q is the department's rule 8770Q (N00001, N00135).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8770Q.py, commit 1bf6f22e.
var rule8770Q = Rule{
	Code:     "8770Q",
	Title:    "Child of school age has neither a UPN nor a reason",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "UPN, UPNunknown",
	Fails:    "Child has an episode with ReferralNFA false/0, is old enough, has no UPN and UPNunknown is not UN2-UN7. Old enough: 2023-24, born on/before reference date minus 6 years; from 2025, born on/before 31 August of (reference year - 6).",
	Mend:     "The child is of school age and has neither a UPN nor a reason without one (the reason is {UPNunknown}). Get the UPN from the school or the pupil register, or give the reason, UN2 to UN7.",
	child: func(r *run, c *Child) {
		i := &c.Identifiers
		if !i.PersonBirthDate.Known() || i.UPN.Given() || earlier(r.schoolAge(), i.PersonBirthDate.Day) {
			return
		}
		if u := i.UPNunknown.Value; u != "UN1" && codeIn(upnUnknowns, u, r.year) {
			return
		}
		if slices.ContainsFunc(c.Episodes, func(e *CINdetails) bool { return e.ReferralNFA.no() }) {
			r.flag(at(i, "UPN", "UPNunknown"))
		}
	},
}

// schoolAge is the last day of birth that makes a child old enough to have a UPN. To
// 2024 it was six years before the reference date; from 2025 it is the last day of
// the school year in which the child became five.
func (r *run) schoolAge() civil.Date {
	if r.year >= 2025 {
		return civil.Date{Year: r.end.Year - 6, Month: time.August, Day: 31}
	}
	return r.end.AddMonths(-72)
}
