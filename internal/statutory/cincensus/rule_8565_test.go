package cincensus

import "testing"

func TestRule8565(t *testing.T) {
	examples(t, &rule8565, "", []example{
		{name: "closed the day before the protection plan ended", change: func(_ *Child, e *CINdetails) { e.CINclosureDate = day("2025-12-09") }, flags: "CINdetails.CINclosureDate.0 ChildProtectionPlans.CPPendDate.0"},
		{name: "closed the day the protection plan ended", change: func(_ *Child, e *CINdetails) { e.CINclosureDate = day("2025-12-10") }},
		{name: "the protection plan, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) { e.CINclosureDate = day("2025-12-09") }},
		{name: "an assessment starts the day after", change: func(_ *Child, e *CINdetails) {
			e.Assessments = append(e.Assessments, &Assessment{AssessmentActualStartDate: day("2025-12-20")})
		}, flags: "Assessments.AssessmentActualStartDate.1 CINdetails.CINclosureDate.0"},
		{name: "an assessment starts on the day", change: func(_ *Child, e *CINdetails) {
			e.Assessments = append(e.Assessments, &Assessment{AssessmentActualStartDate: day("2025-12-19")})
		}},
		{name: "an assessment is authorised the day after", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = day("2025-12-20") }, flags: "Assessments.AssessmentAuthorisationDate.0 CINdetails.CINclosureDate.0"},
		{name: "an assessment is authorised the day after, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = day("2025-12-20") }, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentAuthorisationDate.0 CINdetails.CINclosureDate.0 CINdetails.DateOfInitialCPC.0"},
		{name: "an assessment is authorised on the day", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentAuthorisationDate = day("2025-12-19") }},
		{name: "an enquiry starts the day after", change: func(_ *Child, e *CINdetails) { e.Section47s[0].S47ActualStartDate = day("2025-12-20") }, flags: "CINdetails.CINclosureDate.0 Section47.S47ActualStartDate.0"},
		{name: "an enquiry starts on the day", change: func(_ *Child, e *CINdetails) { e.Section47s[0].S47ActualStartDate = day("2025-12-19") }},
		{name: "an enquiry's conference is the day after", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-12-20") }, flags: "CINdetails.CINclosureDate.0 Section47.DateOfInitialCPC.0"},
		{name: "an enquiry's conference is on the day", change: func(_ *Child, e *CINdetails) { e.Section47s[0].DateOfInitialCPC = day("2025-12-19") }},
		{name: "the referral's conference is the day after", change: func(_ *Child, e *CINdetails) { e.DateOfInitialCPC = day("2025-12-20") }, flags: "CINdetails.CINclosureDate.0 CINdetails.DateOfInitialCPC.0"},
		{name: "the referral's conference is on the day", change: func(_ *Child, e *CINdetails) { e.DateOfInitialCPC = day("2025-12-19") }},
		{name: "a plan starts and ends the day after", change: func(_ *Child, e *CINdetails) {
			e.CINPlans[0] = &CINPlan{CINPlanStartDate: day("2025-12-20"), CINPlanEndDate: day("2025-12-20")}
		}, flags: "CINdetails.CINclosureDate.0 CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0"},
		{name: "a plan starts and ends on the day", change: func(_ *Child, e *CINdetails) {
			e.CINPlans[0] = &CINPlan{CINPlanStartDate: day("2025-12-19"), CINPlanEndDate: day("2025-12-19")}
		}},
		{name: "not closed", change: func(_ *Child, e *CINdetails) { e.CINclosureDate = Date{} }},
	})
}
