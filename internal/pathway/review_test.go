package pathway

import (
	"errors"
	"slices"
	"testing"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func reviewed() Conferred {
	h := conferred()
	h.Decisions[0].Changed, h.Decisions[0].Review = "She eats with the family and is at school each day", received.Date().AddMonths(6)
	return h
}

func TestHoldAReview(t *testing.T) {
	ended := func(h *Conferred) {
		h.Decisions[0] = ForPlan{Child: "k1", Plan: "no", Why: "Six months without a call", Changed: "The father has left", EndFor: "no_longer_likely", After: "in_need"}
	}
	for _, tt := range []struct {
		name   string
		change func(*Conferred)
		field  string
		begins []timescale.Key
		ends   []timescale.Key
		closes bool
	}{
		{name: "the plan goes on, and the next review is in six months", begins: []timescale.Key{timescale.LaterReview}, ends: []timescale.Key{timescale.ReviewConference, timescale.LaterReview}},
		{name: "a next review in more than six months", change: func(h *Conferred) { h.Decisions[0].Review = received.Date().AddMonths(6).AddDays(1) }, field: "review-k1"},
		{name: "nothing said of what changed", change: func(h *Conferred) { h.Decisions[0].Changed = "" }, field: "changed-k1"},
		{name: "no kind of harm", change: func(h *Conferred) { h.Decisions[0].Category = "" }, field: "category-k1"},
		{name: "one agency, and no reasons for going on", change: func(h *Conferred) { h.There = h.There[:2] }, field: "go-on"},
		{name: "the plan ends, and a child in need plan follows", change: ended, begins: []timescale.Key{timescale.InNeedPlan},
			ends: []timescale.Key{timescale.ReviewConference, timescale.LaterReview, timescale.CoreGroup, timescale.LaterCoreGroup, timescale.PlanVisit}},
		{name: "the plan ends, and nothing follows", change: func(h *Conferred) { ended(h); h.Decisions[0].After = "nothing" }, closes: true,
			ends: []timescale.Key{timescale.ReviewConference, timescale.LaterReview, timescale.CoreGroup, timescale.LaterCoreGroup, timescale.PlanVisit, timescale.Assessment, timescale.Allocation, timescale.AllocationAnswer}},
		{name: "the plan ends and nobody says why it may", change: func(h *Conferred) { ended(h); h.Decisions[0].EndFor = "" }, field: "end-for-k1"},
		{name: "the plan ends and nobody says what follows", change: func(h *Conferred) { ended(h); h.Decisions[0].After = "" }, field: "after-k1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, h := conference(), reviewed()
			c.Kind = ReviewKind
			if tt.change != nil {
				tt.change(&h)
			}
			got, err := c.Hold(h, received)
			if tt.field != "" {
				var f *refusal.Refusal
				if !errors.As(err, &f) || !slices.ContainsFunc(f.Problems, func(p refusal.Problem) bool { return p.Field == tt.field }) {
					t.Fatalf("got %v, want %s refused", err, tt.field)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var begins, ends []timescale.Key
			for _, w := range got.Begins {
				begins = append(begins, w.For)
			}
			for _, e := range got.Ends {
				ends = append(ends, e.For)
			}
			if !slices.Equal(begins, tt.begins) || !slices.Equal(ends, tt.ends) || (len(got.Closes) > 0) != tt.closes {
				t.Errorf("begins %v, ends %v, closes %v; want %v, %v, %v", begins, ends, got.Closes, tt.begins, tt.ends, tt.closes)
			}
		})
	}
}
