package demo_test

import (
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/partnership"
	"frontdoor/internal/record"
)

// scored holds the partners' scorecards to what was planted: how late police were, and
// who did not come to which discussions.
func scored(t *testing.T, r *record.Record, director access.Actor, truth demo.Truth, p partnership.Period) {
	t.Helper()
	number := func(agency, measure, grade string) int {
		c, err := partnership.New(r).Scorecard(t.Context(), director, agency, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range c.Rows {
			if x.Measure == measure && x.Grade == grade {
				return x.Count
			}
		}
		return -1
	}
	equal(t, "scorecard: medium received", number("police", "told", "medium"), truth.PF1.Medium)
	equal(t, "scorecard: medium after 7 days", number("police", "over_7_days", "medium"), truth.PF1.MediumOver7Days)
	equal(t, "scorecard: police absent", number("police", "absent", ""), truth.PF5.WithoutPolice)
	equal(t, "scorecard: not constituted without police", number("police", "not-constituted", ""), truth.PF5.WithoutPolice)
	equal(t, "scorecard: not constituted without health", number("health-1", "not-constituted", ""), truth.PF5.WithoutHealth)
}

func since(from, to civil.Date) partnership.Period { return partnership.Period{From: from, To: to} }
