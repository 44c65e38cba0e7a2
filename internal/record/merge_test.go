package record_test

import (
	"context"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
)

// manager is somebody at the front door, by name.
func manager(id string) access.Actor {
	return access.Actor{ID: id, Name: id, Authority: "A", Roles: []access.Role{access.FrontDoorManager}}
}

// step takes a pair on, as the desk does once its rules have agreed.
func step(t *testing.T, r *record.Record, by string, fn func(ctx context.Context, tx *record.Tx) error) {
	t.Helper()
	ctx := context.Background()
	err := r.Do(ctx, manager(by), func(tx *record.Tx) error {
		if err := tx.Allow(access.AnswerMerge, access.About{}); err != nil {
			return err
		}
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "two records", Ref: "R"}, "step", pathway.Consequences{})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAJoinedChildIsFoundOnceByEverythingKnownOfThem asks the index, the key table and a
// fresh index: a child recorded twice is one hit, by either name, until they are parted.
func TestAJoinedChildIsFoundOnceByEverythingKnownOfThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRecord(t, d, "A")
		born := civil.DateOf(2015, 3, 9)
		people := []person.Person{
			{Given: "Ana", Family: "Bell", Sex: "F", Born: born, Addresses: []person.Address{{Line: "3 Mill Road", Postcode: "ZZ1 2AB"}}},
			{Given: "Anna", Family: "Rosason", Sex: "F", Born: born, Addresses: []person.Address{{Line: "9 Quay Street", Postcode: "ZZ7 7QQ"}}},
			{Given: "Leo", Family: "Khan", Sex: "M", Born: civil.DateOf(2011, 1, 1)},
		}
		ids := add(t, r, "A", people...)
		said := people[1].AsDescribed()
		hits := func(when string, r *record.Record, want string) {
			t.Helper()
			for _, by := range []string{record.ByIndex, record.ByKeys} {
				m := ask(t, asking(ctx, by), r, "A", said)
				if m.By != by {
					t.Fatalf("%s: answered by %s, want %s", when, m.By, by)
				}
				if len(m.Hits) == 0 || m.Hits[0].Known.Person.ID != want {
					t.Fatalf("%s by %s: %d hits, want %q first", when, by, len(m.Hits), want)
				}
				for _, h := range m.Hits {
					if want == ids[0] && h.Known.Person.ID == ids[1] {
						t.Errorf("%s by %s: the joined record is a second hit", when, by)
					}
				}
			}
		}
		hits("before", r, ids[1])
		var pair record.Pair
		step(t, r, "shah", func(ctx context.Context, tx *record.Tx) (err error) {
			pair, _, err = tx.AddPair(ctx, record.Pair{Kept: ids[0], Joined: ids[1], Source: "person", State: pathway.PairProposed}, "The school says so")
			return err
		})
		joined := pair
		step(t, r, "ali", func(ctx context.Context, tx *record.Tx) error {
			joined.State, joined.MergedAt = pathway.PairMerged, tx.Now
			return tx.SetPair(ctx, pair, joined, string(pathway.PairMerged), "")
		})
		hits("joined", r, ids[0])
		again := record.New(d, r.Timescales, r.Calendar, r.Now)
		hits("joined, after a restart", again, ids[0])
		joined.Version++
		step(t, r, "okoro", func(ctx context.Context, tx *record.Tx) error {
			parted := joined
			parted.State, parted.Ended = pathway.PairUndone, tx.Now
			return tx.SetPair(ctx, joined, parted, string(pathway.PairUndone), "")
		})
		hits("parted", r, ids[1])
		hits("parted, as another process reads it", again, ids[1])
	})
}
