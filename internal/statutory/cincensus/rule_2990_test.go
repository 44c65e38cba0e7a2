package cincensus

import "testing"

func TestRule2990(t *testing.T) {
	examples(t, &rule2990, "", []example{
		{name: "RC8 with enquiry and plans", change: func(_ *Child, e *CINdetails) { e.ReasonForClosure = Of("RC8") }, flags: "CINdetails.ReasonForClosure.0"},
		{name: "RC9 with an enquiry", change: func(_ *Child, e *CINdetails) {
			e.ReasonForClosure = Of("RC9")
			e.CINPlans, e.ProtectionPlans = nil, nil
		}, flags: "CINdetails.ReasonForClosure.0"},
		{name: "RC9 with a protection plan", change: func(_ *Child, e *CINdetails) { e.ReasonForClosure = Of("RC9"); e.CINPlans, e.Section47s = nil, nil }, flags: "CINdetails.ReasonForClosure.0"},
		{name: "RC9 with a plan", change: func(_ *Child, e *CINdetails) {
			e.ReasonForClosure = Of("RC9")
			e.Section47s, e.ProtectionPlans = nil, nil
		}, flags: "CINdetails.ReasonForClosure.0"},
		{name: "RC9 with a conference", change: func(_ *Child, e *CINdetails) { assessedOnly(e, "RC9"); e.DateOfInitialCPC = day("2025-07-15") }, flags: "CINdetails.ReasonForClosure.0"},
		{name: "RC9 with an assessment only", change: func(_ *Child, e *CINdetails) { assessedOnly(e, "RC9") }},
	})
}
