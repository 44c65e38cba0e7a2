package pathway

import (
	"slices"
	"testing"
	"time"

	"frontdoor/internal/civil"

	"pgregory.net/rapid"
)

func TestBoard(t *testing.T) {
	tests := []struct {
		name          string
		first, second func(*Contact)
	}{
		{name: "danger now before everything", first: func(c *Contact) { c.Danger, c.Grade = "yes", "standard" }, second: func(c *Contact) { c.Grade = "high" }},
		{name: "high before medium", first: func(c *Contact) { c.Grade = "high" }, second: func(c *Contact) {}},
		{name: "an old incident before a fresh one of the same grade, though told later", first: func(c *Contact) {
			c.IncidentAt, c.ReceivedAt = received.Add(-23*24*time.Hour), received.Add(time.Hour)
		}, second: func(c *Contact) {}},
		{name: "our own rating before the sender's grade", first: func(c *Contact) { c.Grade, c.RAG = "standard", "red" }, second: func(c *Contact) { c.Grade, c.RAG = "high", "amber" }},
		{name: "a grade nobody gave before a standard one", first: func(c *Contact) { c.Grade = "" }, second: func(c *Contact) { c.Grade = "standard" }},
		{name: "what cannot be read before a standard one", first: func(c *Contact) { c.Grade, c.Unreadable = "standard", true }, second: func(c *Contact) { c.Grade = "standard" }},
		{name: "an incident in the future counts from receipt", first: func(c *Contact) {}, second: func(c *Contact) { c.IncidentAt = received.Add(time.Hour) }},
		{name: "the same in everything: by id", first: func(c *Contact) {}, second: func(c *Contact) { c.ID = "c2" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := notification(), notification()
			tt.first(&a)
			tt.second(&b)
			if a.Place().Compare(b.Place()) >= 0 || b.Place().Compare(a.Place()) <= 0 {
				t.Errorf("%+v does not come before %+v", a.Place(), b.Place())
			}
		})
	}
}

// Everybody sees one order, whatever order the contacts came in.
func TestTheBoardHasOneOrder(t *testing.T) {
	place := rapid.Custom(func(t *rapid.T) Place {
		return Place{
			Rank:      rapid.IntRange(0, 3).Draw(t, "rank"),
			RiskSince: received.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "since")) * time.Hour),
			ID:        rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := place.Draw(t, "a"), place.Draw(t, "b"), place.Draw(t, "c")
		if a.Compare(b) != -b.Compare(a) {
			t.Fatalf("%v and %v are each before the other", a, b)
		}
		if (a.Compare(b) == 0) != (a == b) {
			t.Fatalf("%v and %v share a place", a, b)
		}
		if a.Compare(b) <= 0 && b.Compare(c) <= 0 && a.Compare(c) > 0 {
			t.Fatalf("%v, %v, %v go round in a circle", a, b, c)
		}
		if a.Rank == b.Rank && a.RiskSince.Before(b.RiskSince) && a.Compare(b) >= 0 {
			t.Fatalf("the older risk %v comes after %v", a, b)
		}
	})
}

func TestRiskSinceReceiptWhenTheIncidentIsNotKnown(t *testing.T) {
	c := notification()
	c.IncidentAt = civil.Instant{}
	if c.RiskSince() != received {
		t.Errorf("risk since %v, want receipt", c.RiskSince())
	}
	ranks := []int{}
	for _, g := range []string{"high", "medium", "standard"} {
		c.Grade = g
		ranks = append(ranks, c.Rank())
	}
	if !slices.Equal(ranks, []int{1, 2, 3}) {
		t.Errorf("ranks %v", ranks)
	}
}
