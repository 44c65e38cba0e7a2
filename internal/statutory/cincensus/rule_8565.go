package cincensus

// rule8565 is the department's rule 8565 (N00102).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8565.py, commit 1bf6f22e.
//
// Note: Reference never tests CPPendDate on real data (test data left in the
// function); implement the sentence.
var rule8565 = Rule{
	Code:     "8565",
	Title:    "Something happens after the case is closed",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "CINclosureDate and the later date",
	Fails:    "CINclosureDate is before any of these dates of the same episode: assessment start, assessment authorisation, S47 start, DateOfInitialCPC (either place), CPPendDate, CIN plan start, CIN plan end.",
	Mend:     "The case is shown as closed on {CINclosureDate}, but something in the episode is dated later. Close the case after everything in it has ended, or correct the later date.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		closed := e.CINclosureDate
		if !closed.Known() {
			return
		}
		var places []Place
		for _, a := range e.Assessments {
			places = r.activity(places, closed, a, "AssessmentActualStartDate", a.AssessmentActualStartDate, "AssessmentAuthorisationDate", a.AssessmentAuthorisationDate)
		}
		for _, s := range e.Section47s {
			places = r.activity(places, closed, s, "S47ActualStartDate", s.S47ActualStartDate, "DateOfInitialCPC", s.DateOfInitialCPC)
		}
		for _, n := range e.CINPlans {
			places = r.activity(places, closed, n, "CINPlanStartDate", n.CINPlanStartDate, "CINPlanEndDate", n.CINPlanEndDate)
		}
		for _, p := range e.ProtectionPlans {
			// The reference's function puts its own test data in the place of the plans.
			if before(closed, p.CPPendDate) && !r.reference {
				places = append(places, at(p, "CPPendDate"))
			}
		}
		own := []string{"CINclosureDate"}
		conference := before(closed, e.DateOfInitialCPC)
		if conference || r.reference {
			own = append(own, "DateOfInitialCPC")
		}
		if conference || len(places) > 0 {
			r.flag(append([]Place{at(e, own...)}, places...)...)
		}
	},
}

// activity adds the row of a group with two dates when either is after the closure:
// the later fields, or both as the reference flags them.
func (r *run) activity(places []Place, closed Date, g group, name1 string, d1 Date, name2 string, d2 Date) []Place {
	first, second := before(closed, d1), before(closed, d2)
	switch {
	case !first && !second:
		return places
	case first && second || r.reference:
		return append(places, at(g, name1, name2))
	case first:
		return append(places, at(g, name1))
	}
	return append(places, at(g, name2))
}
