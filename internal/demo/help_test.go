package demo_test

import (
	"context"
	"slices"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/help"
	"frontdoor/internal/record"
)

// helpTruth checks findings 13 and 31: how soon help reached each child is what was
// planted, in the numbers, in the chart's weeks and in the lists behind them.
func helpTruth(t *testing.T, r *record.Record, manager, director access.Actor, truth demo.Truth) {
	t.Helper()
	ctx := context.Background()
	desk := help.New(r)
	for _, m := range []help.Measure{help.First, help.Effective} {
		f := help.Filter{Measure: m, From: civil.DateOf(2025, 1, 1), To: now.Date()}
		want := truth.Help[string(m)]
		x, err := desk.Measured(ctx, manager, f)
		if err != nil {
			t.Fatal(err)
		}
		if want.Children < 20 || want.Reached < 10 || want.Reached == want.Children {
			t.Errorf("%s: %d children and %d reached are planted, which shows nothing", m, want.Children, want.Reached)
		}
		equal(t, string(m)+": children", x.All.N, want.Children)
		// The director and the analyst count the same, but for what is restricted.
		all, err := desk.Measured(ctx, director, f)
		if err != nil {
			t.Fatal(err)
		}
		counter := access.Actor{ID: "counter", Authority: director.Authority, Roles: []access.Role{access.Analyst}}
		numbers, err := desk.Measured(ctx, counter, f)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, string(m)+": children for the analyst", numbers.All.N, all.All.N)
		for _, row := range numbers.Rows {
			if row.Child != "" || row.ChildRef != "" || row.Contact != "" || row.Opens {
				t.Errorf("%s: the analyst is given %+v", m, row)
			}
		}
		if _, err := desk.Children(ctx, counter, f); err == nil {
			t.Errorf("%s: the analyst is given the list", m)
		}
		equal(t, string(m)+": reached", x.All.Met, want.Reached)
		equal(t, string(m)+": half within", x.All.Half, want.Half)
		equal(t, string(m)+": longest", x.All.Longest, want.Longest)
		for _, w := range want.Weeks {
			monday, err := civil.ParseDate(w.Monday)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(x.Weeks, func(w help.Week) bool { return w.Monday == monday })
			if i < 0 {
				t.Errorf("%s: the week of %s is not there", m, w.Monday)
				continue
			}
			equal(t, string(m)+": children in the week of "+w.Monday, x.Weeks[i].N, w.Children)
			equal(t, string(m)+": reached in the week of "+w.Monday, x.Weeks[i].Met, w.Reached)
			equal(t, string(m)+": half in the week of "+w.Monday, x.Weeks[i].Half, w.Half)
		}
		for state, n := range map[help.State]int{"": want.Children, help.Met: want.Reached, help.Waiting: x.All.Waiting, help.Ended: x.All.Ended} {
			f.State = state
			list, err := desk.Children(ctx, manager, f)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, string(m)+": the list of "+string(state), len(list.Rows), n)
		}
		// A director is shown no restricted child, and the page and its list agree.
		f.State = ""
		theirs, err := desk.Measured(ctx, director, f)
		if err != nil {
			t.Fatal(err)
		}
		list, err := desk.Children(ctx, director, f)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, string(m)+": the director's number and list", theirs.All.N, len(list.Rows))
		for _, row := range list.Rows {
			if row.Masked {
				t.Errorf("%s: the director is told of a restricted child", m)
			}
		}
	}
}
