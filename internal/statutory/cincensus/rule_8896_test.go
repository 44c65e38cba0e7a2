package cincensus

import "testing"

func TestRule8896(t *testing.T) {
	examples(t, &rule8896, "", []example{
		{name: "two open", change: func(_ *Child, e *CINdetails) {
			e.Assessments = []*Assessment{{}, {AssessmentAuthorisationDate: day("2025-05-30")}, {}}
		}, flags: "Assessments.AssessmentAuthorisationDate.0 Assessments.AssessmentAuthorisationDate.2"},
		{name: "one open", change: func(_ *Child, e *CINdetails) { e.Assessments = append(e.Assessments, &Assessment{}) }},
		{name: "two open in different episodes", change: func(c *Child, e *CINdetails) {
			e.Assessments[0].AssessmentAuthorisationDate = Date{}
			c.Episodes = append(c.Episodes, &CINdetails{Assessments: []*Assessment{{}}})
		}},
	})
}
