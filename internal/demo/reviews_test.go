package demo_test

import (
	"context"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/conferences"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
)

// reviewTruth checks that the reviews of plans on the conferences' page are those that
// were held, and how many of them late.
func reviewTruth(t *testing.T, r *record.Record, manager access.Actor, truth demo.Truth) {
	t.Helper()
	l, err := conferences.New(r).Conferences(context.Background(), manager)
	if err != nil {
		t.Fatal(err)
	}
	if l.More {
		t.Fatal("the page shows only some of the conferences, so its numbers cannot be held against the truth")
	}
	held, late, ended := 0, 0, 0
	for _, e := range l.Held {
		if e.Kind != pathway.ReviewKind {
			continue
		}
		held++
		if e.Held.After(e.Due) {
			late++
		}
		ended += e.Children - e.Plans
	}
	equal(t, "reviews held", held, truth.Reviews.Held)
	equal(t, "reviews held late", late, truth.Reviews.Late)
	equal(t, "plans that a review ended", ended, truth.Reviews.Ended)
	if r.DB.Engine() == db.SQLite && (held < 5 || late == 0 || ended == 0) {
		t.Errorf("%d reviews, %d late and %d plans ended: too few to show anything", held, late, ended)
	}
}
