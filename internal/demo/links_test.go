package demo_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/links"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// linkTruth checks finding 34: the children linked to a place, a vehicle or a peer are
// the planted ones, however it was typed; of a restricted child the front door knows that
// there is one and a social worker knows nothing.
func linkTruth(t *testing.T, r *record.Record, manager, worker access.Actor, truth demo.Truth) {
	t.Helper()
	ctx := context.Background()
	desk := links.New(r)
	if truth.PF21.Restricted != 1 || len(truth.PF21.Linked) < 2 {
		t.Errorf("PF21: %d restricted and %d places, vehicles and peers are planted", truth.PF21.Restricted, len(truth.PF21.Linked))
	}
	for asked, want := range truth.PF21.Linked {
		questions := []string{asked, strings.ToLower(asked)}
		if asked == "Vale bus station" {
			questions = append(questions, "tv19xx", "bus station")
		}
		for _, q := range questions {
			for _, who := range []access.Actor{manager, worker} {
				x, err := desk.Children(ctx, who, links.Asked{Text: q, Purpose: "mapping"})
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				masked := 0
				for _, h := range x.Rows {
					if h.Masked {
						masked++
						if h.Ref != "" || h.How != "" || h.Contact != "" {
							t.Errorf("%s: a restricted child is named to %s", q, who.ID)
						}
						continue
					}
					got = append(got, h.Ref)
				}
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("children linked to %q for %s: got %v, want %v", q, who.ID, got, want)
				}
				wantMasked := 0
				if asked == "Vale bus station" && who.ID == manager.ID {
					wantMasked = truth.PF21.Restricted
				}
				equal(t, "restricted children linked to "+q+" for "+who.ID, masked, wantMasked)
				equal(t, "children counted of "+q, x.Count(), len(want)+wantMasked)
				equal(t, "rows of its file", len(x.Sheet().Rows), len(x.Rows))
			}
		}
	}
	if _, err := desk.Children(ctx, manager, links.Asked{Text: "Vale bus station"}); refusal.KindOf(err) != refusal.Invalid {
		t.Errorf("asked without a purpose: %v, want it refused", err)
	}
}
