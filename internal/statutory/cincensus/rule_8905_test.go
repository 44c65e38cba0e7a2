package cincensus

import "testing"

func TestRule8905(t *testing.T) {
	examples(t, &rule8905, "", []example{
		{name: "missing", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].InitialCategoryOfAbuse = Text{} }, flags: "ChildProtectionPlans.InitialCategoryOfAbuse.0"},
		{name: "no such code", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].InitialCategoryOfAbuse = Of("neg") }, flags: "ChildProtectionPlans.InitialCategoryOfAbuse.0"},
		{name: "multiple", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].InitialCategoryOfAbuse = Of("MUL") }},
	})
}
