package pathway

import (
	"slices"
	"testing"

	"frontdoor/internal/civil"
)

// ended is a contact that ended without referral so many days before.
func ended(days int) Past {
	d := received.Date().AddDays(-days).AtTime(12, 0)
	return Past{ReceivedAt: d, DecidedAt: d, Outcome: NFAAdvice, Rationale: "Advice given"}
}

func TestRepeatContactRule(t *testing.T) {
	as := func(p Past, o Outcome) Past { p.Outcome = o; return p }
	tests := []struct {
		name string
		past []Past
		want bool
	}{
		{name: "no history"},
		{name: "one last week", past: []Past{ended(7)}},
		{name: "two in three months", past: []Past{ended(7), ended(80)}, want: true},
		{name: "two in a year, one of them recent", past: []Past{ended(7), ended(200)}},
		{name: "three in a year", past: []Past{ended(7), ended(200), ended(300)}, want: true},
		{name: "three, one of them more than a year ago", past: []Past{ended(7), ended(200), ended(400)}},
		{name: "early help did not end in a referral", past: []Past{as(ended(7), EarlyHelpLA), ended(80)}, want: true},
		{name: "an assessment did", past: []Past{as(ended(7), ReferralAssessment), ended(80)}},
		{name: "news of a child who has a worker", past: []Past{as(ended(7), OpenCase), as(ended(8), OpenCase), as(ended(9), OpenEarlyHelp)}},
		{name: "a contact about another child", past: []Past{as(ended(7), NotThisChild), ended(80)}},
		{name: "one that is not decided yet", past: []Past{as(ended(7), ""), ended(80)}},
		{name: "two about a brother", past: []Past{{ReceivedAt: ended(7).ReceivedAt, Outcome: NFAAdvice, Sibling: true}, {ReceivedAt: ended(9).ReceivedAt, Outcome: NFAAdvice, Sibling: true}}},
		{name: "two that came afterwards", past: []Past{ended(-1), ended(-2)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Summarise(tt.past, received); got.Repeat != tt.want {
				t.Errorf("got %+v, want repeat %v", got, tt.want)
			}
		})
	}
}

func TestSummarise(t *testing.T) {
	call := func(days int, grade string, o Outcome) Past {
		p := ended(days)
		p.Police, p.Grade, p.Outcome, p.Rationale = true, grade, o, string(o)
		return p
	}
	got := Summarise([]Past{
		call(400, "high", NFAAdvice), call(300, "high", ReferralAssessment), call(20, "medium", EarlyHelpLA), call(10, "standard", ""),
		{ReceivedAt: ended(5).ReceivedAt, Sibling: true}, call(3, "high", NotThisChild),
	}, received)
	want := History{Contacts: 4, Siblings: 1, Notifications: 3, High: 1, Medium: 1, Standard: 1, Referrals: 1, Ended: 1, LastOutcome: EarlyHelpLA, LastWhy: string(EarlyHelpLA)}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// A re-referral is one received within 12 months of an earlier referral.
func TestReReferralCountsTwelveMonthsToTheDay(t *testing.T) {
	for day, want := range map[string]int{"2025-11-24T00:00:00Z": 1, "2025-11-23T23:59:59Z": 0} {
		p := Past{ReceivedAt: at(t, day), Outcome: ReferralStrategy}
		if got := Summarise([]Past{p}, received).Referrals; got != want {
			t.Errorf("%s: %d referrals within 12 months, want %d", day, got, want)
		}
	}
}

func TestMarks(t *testing.T) {
	tests := []struct {
		name   string
		h      History
		police bool
		want   []string
	}{
		{name: "nothing known", want: nil},
		{name: "the fourth notification", h: History{Contacts: 3, Notifications: 3}, police: true, want: []string{"4th notification in 12 months", "3 earlier contacts"}},
		{name: "a school does not make a notification", h: History{Contacts: 1, Notifications: 1}, want: []string{"1 earlier contact"}},
		{name: "the eleventh", h: History{Notifications: 10}, police: true, want: []string{"11th notification in 12 months"}},
		{name: "at most three, risk first", h: History{Contacts: 5, Siblings: 2, Notifications: 1, Referrals: 1, Repeat: true}, police: true,
			want: []string{"2nd notification in 12 months", "Repeat contact: manager decides", "Re-referral"}},
		{name: "only brothers and sisters", h: History{Siblings: 1}, want: []string{"1 contact about siblings"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, m := range tt.h.Marks(tt.police) {
				got = append(got, m.Words)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMonthsEndOnTheLastDay(t *testing.T) {
	p := Past{ReceivedAt: civil.DateOf(2027, 2, 28).AtTime(9, 0), Outcome: NFAAdvice}
	if got := Summarise([]Past{p, p}, civil.DateOf(2027, 5, 31).AtTime(9, 0)); !got.Repeat {
		t.Errorf("three months before 31 May begin on 28 February: %+v", got)
	}
}
