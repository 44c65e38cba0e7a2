package cincensus

// rule8831 is the department's rule 8831 (N00159, N00160, N00148, N00110).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8831.py, commit 1bf6f22e.
//
// Note: Reference tests the CINdetails conference date only for episodes that also
// join to a Section47 group.
var rule8831 = Rule{
	Code:     "8831",
	Title:    "No further action, but work is recorded",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "assessment dates, S47ActualStartDate, DateOfInitialCPC",
	Fails:    "ReferralNFA true/1 and the episode has an assessment start, an authorisation date, an S47 start or a DateOfInitialCPC.",
	Mend:     "The referral is marked as needing no further action, but work is recorded in the episode. Set ReferralNFA to 0, or move the work to the episode it belongs to.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if !e.ReferralNFA.yes() {
			return
		}
		var work []Place
		// The reference looks at the referral's conference only where there is an enquiry.
		if e.DateOfInitialCPC.Known() && (!r.reference || len(e.Section47s) > 0) {
			work = append(work, at(e, "DateOfInitialCPC"))
		}
		for _, a := range e.Assessments {
			if a.AssessmentActualStartDate.Known() || a.AssessmentAuthorisationDate.Known() {
				work = append(work, at(a, "AssessmentActualStartDate", "AssessmentAuthorisationDate"))
			}
		}
		for _, s := range e.Section47s {
			if s.S47ActualStartDate.Known() || s.DateOfInitialCPC.Known() {
				work = append(work, at(s, "S47ActualStartDate", "DateOfInitialCPC"))
			}
		}
		if len(work) > 0 {
			r.flag(work...)
		}
	},
}
