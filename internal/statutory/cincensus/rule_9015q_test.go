package cincensus

import "testing"

func TestRule9015Q(t *testing.T) {
	examples(t, &rule9015Q, "", []example{
		{name: "not given", year: 2027, change: func(_ *Child, e *CINdetails) { e.PreProceedings[0].ReviewMeetingsCount = Text{} }, flags: "PreProceedings.InitialPPMeetingDate.0 PreProceedings.ReviewMeetingsCount.0"},
		{name: "no meeting", year: 2027, change: func(_ *Child, e *CINdetails) {
			e.PreProceedings[0].ReviewMeetingsCount, e.PreProceedings[0].InitialPPMeetingDate = Text{}, Date{}
		}},
	})
}
