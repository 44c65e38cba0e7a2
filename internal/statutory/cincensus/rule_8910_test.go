package cincensus

import "testing"

func TestRule8910(t *testing.T) {
	examples(t, &rule8910, "", []example{
		{name: "missing", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].LatestCategoryOfAbuse = Text{} }, flags: "ChildProtectionPlans.LatestCategoryOfAbuse.0"},
		{name: "no such code", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].LatestCategoryOfAbuse = Of("ABU") }, flags: "ChildProtectionPlans.LatestCategoryOfAbuse.0"},
		{name: "emotional", change: func(_ *Child, e *CINdetails) { e.ProtectionPlans[0].LatestCategoryOfAbuse = Of("EMO") }},
	})
}
