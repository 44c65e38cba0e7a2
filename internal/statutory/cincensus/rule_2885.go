package cincensus

// rule2885 is the department's rule 2885 (N00105, N00110).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_2885.py, commit 1bf6f22e.
var rule2885 = Rule{
	Code:     "2885",
	Title:    "Child protection plan does not start on the day of its conference",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CPPstartDate, DateOfInitialCPC",
	Fails:    "In-period CPPstartDate equals no Section47.DateOfInitialCPC of the same episode (groups flagged ICPCnotRequired ignored) and, where the episode has no Section47 group, does not equal CINdetails.DateOfInitialCPC.",
	Mend:     "The child protection plan starts on {CPPstartDate}, but no initial conference of this episode is on that day. A plan starts on the day of the conference that decided it: correct whichever date is wrong, or add the conference.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if !r.in(p.CPPstartDate) {
				continue
			}
			places := []Place{at(p, "CPPstartDate")}
			held, enquiries := false, 0
			for _, s := range e.Section47s {
				if s.ICPCnotRequired.yes() {
					continue
				}
				enquiries++
				held = held || same(s.DateOfInitialCPC, p.CPPstartDate)
				places = append(places, at(s, "DateOfInitialCPC"))
			}
			if enquiries == 0 {
				held = same(e.DateOfInitialCPC, p.CPPstartDate)
				places = append(places, at(e, "DateOfInitialCPC"))
			}
			if !held {
				r.flag(places...)
			}
		}
	},
}
