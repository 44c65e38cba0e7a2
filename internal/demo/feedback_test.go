package demo_test

import (
	"context"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/feedback"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
)

// heardTruth checks finding 58: who told us and has not heard what was decided, who has,
// and who is not told and why, are what was planted, in the numbers and in the lists
// behind them; and every decided contact is in exactly one of the three.
func heardTruth(t *testing.T, r *record.Record, manager, analyst access.Actor, truth demo.Truth) {
	t.Helper()
	ctx := context.Background()
	desk, want := feedback.New(r), truth.Heard
	f := feedback.Filter{From: civil.DateOf(2025, 1, 1), To: now.Date()}
	m, err := desk.Measured(ctx, manager, f)
	if err != nil {
		t.Fatal(err)
	}
	if want.Owed == 0 || want.Overdue == 0 || want.InTime == want.Told || len(want.Reasons) == 0 {
		t.Errorf("planted: %+v, which shows nothing", want)
	}
	equal(t, "contacts decided", m.All.Decided, want.Decided)
	equal(t, "referrers told", m.All.Told, want.Told)
	equal(t, "referrers told in time", m.All.InTime, want.InTime)
	equal(t, "referrers still to be told", m.All.Owed, want.Owed)
	equal(t, "referrers not told in time", m.All.Overdue, want.Overdue)
	reasons := 0
	for why, n := range want.Reasons {
		equal(t, "referrers not told: "+why, m.Reasons[pathway.NotTold(why)], n)
		reasons += n
	}
	equal(t, "referrers not told for a reason", m.All.Reasons, reasons)
	var sum, weeks feedback.Group
	for _, g := range m.Agencies {
		sum.Decided, sum.InTime, sum.Overdue = sum.Decided+g.Decided, sum.InTime+g.InTime, sum.Overdue+g.Overdue
	}
	for _, g := range m.Weeks {
		weeks.Decided, weeks.InTime, weeks.Overdue = weeks.Decided+g.Decided, weeks.InTime+g.InTime, weeks.Overdue+g.Overdue
	}
	for _, x := range []struct {
		of string
		g  feedback.Group
	}{{"agencies", sum}, {"weeks", weeks}} {
		equal(t, "decided, all "+x.of, x.g.Decided, want.Decided)
		equal(t, "in time, all "+x.of, x.g.InTime, want.InTime)
		equal(t, "overdue, all "+x.of, x.g.Overdue, want.Overdue)
	}
	in := map[string]feedback.State{}
	for show, n := range map[feedback.Show]int{feedback.ShowOwed: want.Owed, feedback.ShowOverdue: want.Overdue, feedback.ShowTold: want.Told, feedback.ShowInTime: want.InTime,
		feedback.ShowLate: want.Told - want.InTime, feedback.ShowReason: reasons, feedback.ShowDue: want.Told + want.Overdue, feedback.ShowAll: want.Decided} {
		f.Show = show
		l, err := desk.List(ctx, manager, f)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "the list of "+string(show), len(l.Rows), n)
		for _, x := range l.Rows {
			if was, again := in[x.Ref]; again && was != x.State && !x.Masked {
				t.Errorf("%s is %s and %s", x.Ref, was, x.State)
			}
			in[x.Ref] = x.State
			switch {
			case x.Masked:
			case x.State == feedback.Owed && (x.Owner == "" || x.Due.IsZero()):
				t.Errorf("%s is owed by nobody, or at no time", x.Ref)
			case x.State == feedback.Told && (pathway.WayWords(x.Way) == "" || x.Told.IsZero()):
				t.Errorf("%s was told in no way, or at no time", x.Ref)
			case x.State == feedback.Reason && pathway.NotToldWords(x.Why) == "":
				t.Errorf("%s is not told, without a reason", x.Ref)
			}
		}
	}
	open, err := desk.List(ctx, manager, feedback.Filter{Show: feedback.ShowOwed, To: now.Date()})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the list when nobody asks for days", len(open.Rows), want.Owed)
	counted, err := desk.Measured(ctx, analyst, f)
	if err != nil {
		t.Fatal(err)
	}
	if counted.Lists || counted.All.Decided == 0 || counted.All.Decided > want.Decided {
		t.Errorf("an analyst is counted %d contacts, and may open lists: %v", counted.All.Decided, counted.Lists)
	}
}
