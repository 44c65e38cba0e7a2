package encompass_test

import (
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/encompass"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// TestAWithdrawnNoticeIsListedAndWaitsForNobody withdraws a notice that nobody has read.
func TestAWithdrawnNoticeIsListedAndWaitsForNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		got := p.send("pol", 8, nil, ana())
		n := p.of(got).Notices[0]
		unread := func() (count int) {
			t.Helper()
			err := p.desk.Record.Look(ctx, p.lead, access.PurposeOwn, func(v *record.View) error {
				v.Saw("test")
				var err error
				count, _, _, err = v.UnreadNotices(ctx)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return count
		}
		if l, err := p.desk.Mine(ctx, p.lead, 10); err != nil || l.Unread != 1 || unread() != 1 {
			t.Fatalf("%d unread on the list and %d at home before, %v: want 1 and 1", l.Unread, unread(), err)
		}
		err := p.desk.Record.Do(ctx, p.manager, func(tx *record.Tx) error {
			if err := tx.Allow(access.DecideContact, access.About{Authority: "x", Live: true}); err != nil {
				return err
			}
			return tx.Apply(ctx, record.Subject{Kind: "contact", Ref: got.Ref, Contact: got.ContactID}, "withdraw", pathway.Consequences{
				Ends: []pathway.End{{Child: n.ChildID, For: timescale.EncompassTold, How: pathway.Withdrawn, Reason: "It was about another child of the same name"}}})
		})
		if err != nil {
			t.Fatal(err)
		}
		l, err := p.desk.Mine(ctx, p.lead, 10)
		if err != nil || l.Unread != 0 || unread() != 0 {
			t.Fatalf("%d unread on the list and %d at home, %v: want none", l.Unread, unread(), err)
		}
		if len(l.Rows) != 1 || !l.Rows[0].IsWithdrawn() || !strings.Contains(l.Rows[0].Words(), "another child of the same name") || l.Rows[0].Withdrawn != p.desk.Record.Now() || l.Rows[0].WithdrawnBy == "" {
			t.Errorf("the school's list is %+v, want it withdrawn with why, when and by whom", l.Rows)
		}
		if x, err := p.desk.Open(ctx, p.lead, n.Ref); err != nil || !x.Read.IsZero() {
			t.Errorf("opening it: %v, read %v", err, x.Read)
		}
		if err := p.desk.Read(ctx, p.lead, n.Ref); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("reading it: %v", err)
		}
		p.now = p.now.Add(48 * time.Hour)
		for of, want := range map[encompass.Of]int{encompass.OfWithdrawn: 1, encompass.OfNever: 0, encompass.OfDue: 0, encompass.OfSent: 1} {
			l, err := p.desk.List(ctx, p.officer, p.year(of))
			if err != nil || len(l.Rows) != want {
				t.Errorf("%s: %d rows, %v: want %d", of, len(l.Rows), err, want)
			}
			r, err := p.desk.Report(ctx, p.officer, p.year(of))
			if err != nil || r.Rows[0].Counts[of] != want {
				t.Errorf("%s: the figure is %d, %v: want %d", of, r.Rows[0].Counts[of], err, want)
			}
		}
		if n, err := p.desk.Chase(ctx); err != nil || n != 0 {
			t.Errorf("%d were chased, %v", n, err)
		}
		if x := p.of(got).Notices[0]; x.Late(p.desk.Record.Now()) || x.Unread() {
			t.Error("the front door still counts it as late or unread")
		}
	})
}
