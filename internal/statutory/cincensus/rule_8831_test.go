package cincensus

import "testing"

func TestRule8831(t *testing.T) {
	examples(t, &rule8831, "", []example{
		{name: "an assessment", change: func(_ *Child, e *CINdetails) {
			noFurther(e)
			e.Assessments = []*Assessment{{AssessmentActualStartDate: day("2025-05-01")}}
		}, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentAuthorisationDate.0"},
		{name: "an assessment with its end only", change: func(_ *Child, e *CINdetails) {
			noFurther(e)
			e.Assessments = []*Assessment{{AssessmentAuthorisationDate: day("2025-05-01")}}
		}, flags: "Assessments.AssessmentActualStartDate.0 Assessments.AssessmentAuthorisationDate.0"},
		{name: "an enquiry", change: func(_ *Child, e *CINdetails) {
			noFurther(e)
			e.Section47s = []*Section47{{S47ActualStartDate: day("2025-05-01")}}
		}, flags: "Section47.DateOfInitialCPC.0 Section47.S47ActualStartDate.0"},
		{name: "an enquiry's conference", change: func(_ *Child, e *CINdetails) {
			noFurther(e)
			e.Section47s = []*Section47{{DateOfInitialCPC: day("2025-05-01")}}
		}, flags: "Section47.DateOfInitialCPC.0 Section47.S47ActualStartDate.0"},
		{name: "a conference", change: func(_ *Child, e *CINdetails) { noFurther(e); e.DateOfInitialCPC = day("2025-05-01") }, flags: "CINdetails.DateOfInitialCPC.0"},
		{name: "a conference, as the reference has it", mode: Reference, change: func(_ *Child, e *CINdetails) { noFurther(e); e.DateOfInitialCPC = day("2025-05-01") }},
		{name: "nothing", change: func(_ *Child, e *CINdetails) { noFurther(e) }},
	})
}
