package cincensus

import "testing"

func TestRule4003(t *testing.T) {
	examples(t, &rule4003, "", []example{
		{name: "the day the plan starts", change: func(_ *Child, e *CINdetails) { reviews(e, "2025-06-02") }, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0 Reviews.CPPreviewDate.0"},
		{name: "the day before the plan starts", change: func(_ *Child, e *CINdetails) { reviews(e, "2025-06-01") }},
		{name: "the day before the plan ends", change: func(_ *Child, e *CINdetails) { reviews(e, "2025-07-09") }, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0 Reviews.CPPreviewDate.0"},
		{name: "the day the plan ends", change: func(_ *Child, e *CINdetails) { reviews(e, "2025-07-10") }},
		{name: "the day the protection plan ends", change: func(_ *Child, e *CINdetails) {
			reviews(e, "2025-06-10")
			e.ProtectionPlans[0].CPPendDate = day("2025-06-10")
		}},
		{name: "the second review of a group", change: func(_ *Child, e *CINdetails) { reviews(e, "2025-10-01", "2025-06-10") }, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0 Reviews.CPPreviewDate.0"},
		{name: "a protection plan that has not ended", change: func(_ *Child, e *CINdetails) {
			reviews(e, "2025-06-10")
			e.ProtectionPlans[0].CPPendDate = Date{}
		}, flags: "CINplanDates.CINPlanEndDate.0 CINplanDates.CINPlanStartDate.0 Reviews.CPPreviewDate.0"},
		{name: "a protection plan that has not ended, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) {
			reviews(e, "2025-06-10")
			e.ProtectionPlans[0].CPPendDate = Date{}
		}},
	})
}
