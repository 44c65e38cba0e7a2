package cincensus

import "testing"

func TestRule4001(t *testing.T) {
	examples(t, &rule4001, "", []example{
		{name: "both open", change: func(_ *Child, e *CINdetails) {
			e.CINPlans[0].CINPlanEndDate, e.ProtectionPlans[0].CPPendDate = Date{}, Date{}
		}, flags: "CINplanDates.CINPlanEndDate.0 ChildProtectionPlans.CPPendDate.0"},
		{name: "only the plan is open", change: func(_ *Child, e *CINdetails) { e.CINPlans[0].CINPlanEndDate = Date{} }},
		{name: "only the protection plan is open", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].CPPendDate = Date{} }},
		{name: "the open plan never started", change: func(_ *Child, e *CINdetails) {
			e.CINPlans[0] = &CINPlan{}
			e.ProtectionPlans[0].CPPendDate = Date{}
		}},
	})
}
