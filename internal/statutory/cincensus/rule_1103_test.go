package cincensus

import "testing"

func TestRule1103(t *testing.T) {
	examples(t, &rule1103, "", []example{
		{name: "the day before the referral", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentActualStartDate = day("2025-04-13") }, flags: "Assessments.AssessmentActualStartDate.0 CINdetails.CINreferralDate.0"},
		{name: "the day of the referral", change: func(_ *Child, e *CINdetails) { e.Assessments[0].AssessmentActualStartDate = day("2025-04-14") }},
		{name: "no referral date", change: func(_ *Child, e *CINdetails) { e.CINreferralDate = Date{} }},
	})
}
