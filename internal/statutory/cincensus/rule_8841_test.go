package cincensus

import "testing"

func TestRule8841(t *testing.T) {
	examples(t, &rule8841, "", []example{
		{name: "the day of the start", change: func(_ *Child, e *CINdetails) { reviews(e, "2025-07-15") }, flags: "ChildProtectionPlans.CPPstartDate.0 Reviews.CPPreviewDate.0"},
		{name: "the day before the start", change: func(_ *Child, e *CINdetails) { reviews(e, "2025-07-14") }, flags: "ChildProtectionPlans.CPPstartDate.0 Reviews.CPPreviewDate.0"},
		{name: "the day after the start", change: func(_ *Child, e *CINdetails) { reviews(e, "2025-07-16") }},
		{name: "the second of a group", change: func(_ *Child, e *CINdetails) { reviews(e, "2025-10-01", "2025-07-15") }, flags: "ChildProtectionPlans.CPPstartDate.0 Reviews.CPPreviewDate.0"},
	})
}
