package cincensus

import "testing"

func TestRule8935(t *testing.T) {
	examples(t, &rule8935, "", []example{
		{name: "two open in one episode", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans = []*ProtectionPlan{{}, {}} }, flags: "ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPendDate.1"},
		{name: "two open in one episode, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) { e.ProtectionPlans = []*ProtectionPlan{{}, {}} }},
		{name: "two open in two episodes", change: func(c *Child, e *CINdetails) {
			e.ProtectionPlans[0].CPPendDate = Date{}
			c.Episodes = append(c.Episodes, &CINdetails{ProtectionPlans: []*ProtectionPlan{{}}})
		}, flags: "ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPendDate.1"},
		{name: "two open in two episodes, as the reference has it", mode: Reference, change: func(c *Child, e *CINdetails) {
			e.ProtectionPlans[0].CPPendDate = Date{}
			c.Episodes = append(c.Episodes, &CINdetails{ProtectionPlans: []*ProtectionPlan{{}}})
		}, flags: "ChildProtectionPlans.CPPendDate.0 ChildProtectionPlans.CPPendDate.1"},
		{name: "one open", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans = append(e.ProtectionPlans, &ProtectionPlan{}) }},
	})
}
