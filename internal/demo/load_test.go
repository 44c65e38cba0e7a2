package demo_test

import (
	"context"
	"strconv"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/load"
	"frontdoor/internal/record"
)

// loadTruth holds how much waits at the front door against what was planted: each band of
// age and each person, the number, its list and its row in the file.
func loadTruth(t *testing.T, r *record.Record, manager access.Actor, truth demo.Truth) {
	t.Helper()
	ctx := context.Background()
	s, err := load.New(r).Load(ctx, manager, load.Usually())
	if err != nil {
		t.Fatal(err)
	}
	inFile := map[string]string{}
	for _, row := range s.Sheet(manager).Rows {
		inFile[row[0]+" "+row[1]] = row[2]
	}
	listed := func(show contacts.Show) (n int) {
		for {
			b, err := contacts.New(r).Board(ctx, manager, show)
			if err != nil {
				t.Fatal(err)
			}
			n += len(b.Cards)
			if show.After = b.Next; b.Next.ID == "" {
				return n
			}
		}
	}
	total := 0
	for _, a := range s.AgeCounts {
		want := truth.Load.Ages[a.Key]
		total += want
		equal(t, "contacts "+a.Key, a.N, want)
		equal(t, "the list of contacts "+a.Key, listed(contacts.Show{Only: a.Key}), want)
		equal(t, "the file of contacts "+a.Key, inFile["age "+a.Key], strconv.Itoa(want))
	}
	equal(t, "contacts waiting", len(s.Waiting), total)
	equal(t, "contacts nobody works on", s.Nobody.N, truth.Load.Nobody)
	equal(t, "their list", listed(contacts.Show{Working: "nobody"}), truth.Load.Nobody)
	for _, h := range s.Hands {
		equal(t, "in hand of "+h.ID, h.N, truth.Load.InHand[h.ID])
		equal(t, "the list of "+h.ID, listed(contacts.Show{Working: h.ID}), truth.Load.InHand[h.ID])
		equal(t, "the file of "+h.ID, inFile["person "+h.Name], strconv.Itoa(truth.Load.InHand[h.ID]))
	}
	equal(t, "people who work", len(truth.Load.InHand), 3)
	equal(t, "limit of one person", s.Limits.Person, truth.Load.Person)
	equal(t, "limit of the desk", s.Limits.Desk, truth.Load.Desk)
	equal(t, "somebody has more than the limit", len(s.Alarm.Over), 1)
	equal(t, "what is usual is known", s.Usual.Known(), true)
	if p := s.Past[len(s.Past)-1]; p.Limit == s.Limits.Desk || p.Limit == 0 {
		t.Errorf("on %s the limit was %d: old days keep the old limit", p.At.Words(), p.Limit)
	}
}
