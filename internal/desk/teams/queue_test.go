package teams

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
)

// TestWhereAPieceOfWorkCounts follows one child's work through a week from day 0.
func TestWhereAPieceOfWorkCounts(t *testing.T) {
	day := func(n int) civil.Instant { return civil.DateOf(2026, 9, 7).AddDays(n).AtTime(9, 0) }
	from, until := civil.DateOf(2026, 9, 7).Start(), civil.DateOf(2026, 9, 14).Start()
	none := civil.Instant{}
	in := func(team string, n int, why string) stay { return stay{team, day(n), why} }
	for _, x := range []struct {
		name string
		work work
		want string
	}{
		{"decided later", work{day(8), none, none, []stay{in("a", 8, "decided")}}, ""},
		{"new and waiting", work{day(1), none, none, []stay{in("a", 1, "decided")}}, "new a, waiting a"},
		{"from before", work{day(-3), none, none, []stay{in("a", -3, "decided")}}, "waiting a"},
		{"a worker of the same team", work{day(-3), day(2), none, []stay{in("a", -3, "decided")}}, "allocated a, held a"},
		{"a worker of another team", work{day(-3), day(2), none, []stay{in("a", -3, "decided"), in("b", 2, "accepted")}}, "allocated a, held b"},
		{"a worker later", work{day(-3), day(9), none, []stay{in("a", -3, "decided"), in("b", 9, "accepted")}}, "waiting a"},
		{"moved without a worker", work{day(-3), none, none, []stay{in("a", -3, "decided"), in("b", 2, "moved")}}, "moved_in b, moved_out a, waiting b"},
		{"moved there and back", work{day(-3), none, none, []stay{in("a", -3, "decided"), in("b", 2, "moved"), in("a", 3, "undone")}}, "moved_in a, moved_in b, moved_out a, moved_out b, waiting a"},
		{"moved with a worker", work{day(-3), day(-1), none, []stay{in("a", -3, "decided"), in("b", 2, "moved")}}, "held b"},
		{"moved, then a worker", work{day(-3), day(4), none, []stay{in("a", -3, "decided"), in("b", 2, "moved")}}, "allocated b, held b, moved_in b, moved_out a"},
		{"closed without a worker", work{day(-3), none, day(3), []stay{in("a", -3, "decided"), in("b", 2, "moved")}}, "closed b, moved_in b, moved_out a"},
		{"closed after a worker", work{day(-3), day(1), day(3), []stay{in("a", -3, "decided")}}, "allocated a"},
		{"closed before", work{day(-9), none, day(-3), []stay{in("a", -9, "decided")}}, ""},
		{"closed later", work{day(-3), none, day(9), []stay{in("a", -3, "decided")}}, "waiting a"},
	} {
		var got []string
		for _, c := range x.work.counted(from, until) {
			got = append(got, fmt.Sprint(c.what, " ", c.team))
		}
		slices.Sort(got)
		if s := strings.Join(got, ", "); s != x.want {
			t.Errorf("%s: counts as %q, want %q", x.name, s, x.want)
		}
	}
}

// TestHalfOfThemWaitedLonger: the middle of an odd number, and of an even one.
func TestHalfOfThemWaitedLonger(t *testing.T) {
	at := civil.DateOf(2026, 9, 14).Start()
	for n, want := range map[int]int64{1: 1, 2: 1, 3: 2, 4: 2} {
		var k known
		for i := range n {
			since := at.Add(-time.Duration(24*(i+1)) * time.Hour)
			k.works = append(k.works, work{decided: since, stays: []stay{{"a", since, "decided"}}})
		}
		rows := k.tell(window{rowWeekly, civil.DateOf(2026, 9, 7), civil.DateOf(2026, 9, 7).Start(), at, at})
		if got := rows[0].Median / 86400; rows[0].Waiting != n || got != want || rows[0].Longest != int64(n)*86400 {
			t.Errorf("of %d: %d wait, half for %d days and the longest %d seconds; want %d days", n, rows[0].Waiting, got, rows[0].Longest, want)
		}
	}
}
