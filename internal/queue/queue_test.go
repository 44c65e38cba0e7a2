package queue_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/queue"

	"pgregory.net/rapid"
)

// Monday 2 March 2026 is the first day after eight weeks of learning.
var (
	firstDay = civil.DateOf(2026, 1, 5)
	monday   = civil.DateOf(2026, 3, 2)
)

func never(civil.Date) bool { return false }

// days are weeks of days that are made one by one.
func days(weeks int, day func(week, weekday int) queue.Day) []queue.Day {
	var out []queue.Day
	for i := range 7 * weeks {
		d := day(i/7, i%7)
		d.Date = monday.AddDays(i - 7*weeks)
		out = append(out, d)
	}
	return out
}

// office is a day on which n come, and n are decided, in each hour from 9 to 17.
func office(n int) queue.Day {
	var d queue.Day
	for h := 9; h < 17; h++ {
		d.Arrived[h], d.Decided[h] = n, n
	}
	d.Ranks[2] = 8 * n
	return d
}

func steady(n int) queue.Usual {
	return queue.Learn(days(queue.LearnWeeks, func(int, int) queue.Day { return office(n) }))
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6 {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestLearn: the usual is of the day of the week and the hour, and one odd week in each
// direction moves nothing.
func TestLearn(t *testing.T) {
	u := queue.Learn(days(8, func(week, weekday int) queue.Day {
		switch {
		case weekday > 4:
			return office(1)
		case week == 2:
			return office(40) // a bulk file
		case week == 5:
			return office(0) // nothing reached us
		}
		return office(3)
	}))
	if !u.Known() || u.Weeks != 8 || len(u.Left) != 2 || u.Left[0] != firstDay.AddDays(14) || u.Left[1] != firstDay.AddDays(35) {
		t.Fatalf("learned from %d weeks, left out %v", u.Weeks, u.Left)
	}
	for _, x := range []struct {
		at   civil.Instant
		want float64
	}{{monday.AtTime(9, 30), 3}, {monday.AtTime(16, 59), 3}, {monday.AtTime(17, 0), 0}, {monday.AtTime(3, 0), 0}, {monday.AddDays(5).AtTime(10, 0), 1}} {
		come, done := u.Rate(x.at, never)
		near(t, "come "+x.at.Words(), come, x.want)
		near(t, "decided "+x.at.Words(), done, x.want)
	}
	come, _ := u.Rate(monday.AtTime(10, 0), func(civil.Date) bool { return true })
	near(t, "a bank holiday is a Sunday", come, 1)
	near(t, "the mix", u.Mix[2], 1)
	come, done := u.Between(monday.AtTime(8, 0), monday.AddDays(1).AtTime(8, 0), never)
	near(t, "a day", come, 24)
	near(t, "a day decided", done, 24)
}

func TestTooLittleIsNotUsual(t *testing.T) {
	u := queue.Learn(days(8, func(week, _ int) queue.Day {
		if week < 5 {
			return queue.Day{} // before the service began
		}
		return office(2)
	}))
	if u.Known() || u.Weeks != 3 {
		t.Errorf("three weeks are said to show what is usual: %d", u.Weeks)
	}
	p := u.PaceOf(monday.AtTime(9, 0), 500, never)
	if p.Faster() {
		t.Error("more than usual, of which nothing is known")
	}
}

// TestPace: the forecast goes on with more than usual only when chance does not bring it,
// and never with less.
func TestPace(t *testing.T) {
	u := steady(3)
	now := monday.AtTime(18, 0)
	for _, x := range []struct {
		got  int
		want float64
	}{{24, 1}, {0, 1}, {37, 1}, {39, 39.0 / 24}, {48, 2}} { // 24 a day: more than 37 come by chance less than once in 200 times
		near(t, fmt.Sprintf("%d in a day", x.got), u.PaceOf(now, x.got, never).Times, x.want)
	}
}

// dayOf are contacts that came in each hour from 9 to 17 of a day, the first of the named
// hour on still waiting.
func dayOf(on civil.Date, each, from int) []queue.Waiting {
	var out []queue.Waiting
	for h := from; h < 17; h++ {
		for i := range each {
			at := on.AtTime(h, i*60/each)
			out = append(out, queue.Waiting{Ref: fmt.Sprintf("%s-%02d-%d", on, h, i), Rank: 2, Since: at, Due: at.Add(24 * time.Hour)})
		}
	}
	return out
}

// TestWorkedExample is a desk to which 3 contacts an hour come from 9 to 17 every day and
// that decides 3 an hour. On Monday twice as many came: 24 were decided, and at 17:00 the
// 24 that came after 13:00 wait. If that goes on, the 6 an hour of Tuesday come behind
// them: by 17:00 on Tuesday the 24 are decided, each exactly 24 hours or less after it
// came, and 48 wait; the first of Tuesday's passes its time at 9:00 on Wednesday.
func TestWorkedExample(t *testing.T) {
	u := steady(3)
	now := monday.AtTime(17, 0)
	waiting := dayOf(monday, 6, 13)
	pace := u.PaceOf(now, 48, never)
	near(t, "pace", pace.Times, 2)
	s := queue.Scenario{Now: now, Hours: 48, Usual: u, Times: pace.Times, Limit: 24 * time.Hour, Holiday: never}
	c := s.Run(waiting)
	at := func(c queue.Course, hour int) queue.Point { return c.Points[hour] }
	for _, x := range []struct {
		hour                      int
		come, done, wait, overdue float64
	}{{0, 0, 0, 24, 0}, {16, 0, 0, 24, 0}, {17, 6, 3, 27, 0}, {24, 48, 24, 48, 0}, {40, 48, 24, 48, 1.5}, {48, 96, 48, 72, 24}} {
		p := at(c, x.hour)
		what := "after " + p.At.Words()
		near(t, what+" came", p.Arrived, x.come)
		near(t, what+" decided", p.Decided, x.done)
		near(t, what+" waiting", p.Waiting, x.wait)
		if x.hour < 48 {
			near(t, what+" passed", p.Passed, x.overdue)
		}
	}
	if want := monday.AddDays(2); c.First.Ref != "" || c.First.Due.Date() != want || c.First.Due.London().Hour() != 9 {
		t.Errorf("the first passes its time at %s (%q), want 9:00 to 10:00 on %s", c.First.Due.Words(), c.First.Ref, want)
	}
	s.Times = 1
	if c := s.Run(waiting); c.Last().Waiting != 24 {
		t.Errorf("as usual the queue stays at 24: %v", c.Last().Waiting)
	}
	// On Tuesday at 17:00 the 42 wait that came from 10:00 on, and 24 of them can be decided
	// by 17:00 on Wednesday: 18 pass their time, the first in the hour in which 6 more are due
	// than can be decided. Decide 18 others than usual first, and none passes.
	late := queue.Scenario{Now: monday.AddDays(1).AtTime(17, 0), Hours: 24, Usual: u, Times: 2, Limit: 24 * time.Hour, Holiday: never}
	waiting = dayOf(monday.AddDays(1), 6, 10)
	c = late.Run(waiting)
	if want := monday.AddDays(2).AtTime(11, 0); c.First.Ref == "" || c.First.Due.Before(want) || c.First.Due.After(want.Add(time.Hour)) {
		t.Errorf("of what waits on Tuesday the first passes its time on Wednesday from 11:00 to 12:00, got %+v", c.First)
	}
	if short := c.Short(); short < 18 || short > 42 {
		t.Errorf("%d decisions are short, of 42 that wait", short)
	} else if c := late.Run(waiting[short:]); c.Short() != 0 {
		t.Errorf("with the %d that are due first decided, %d are still short", short, c.Short())
	}
}

// TestTheBoardsOrder: a dangerous contact that comes later is decided first, so the one
// that waits behind it passes its time.
func TestTheBoardsOrder(t *testing.T) {
	u := queue.Learn(days(8, func(int, int) queue.Day {
		d := office(1)
		d.Ranks = [queue.Ranks]int{0, 8, 0, 0} // all that comes is high
		return d
	}))
	now := monday.AtTime(8, 0)
	due := monday.AtTime(15, 0)
	standard := queue.Waiting{Ref: "standard", Rank: 3, Since: now.Add(-17 * time.Hour), Due: due}
	s := queue.Scenario{Now: now, Hours: 24, Usual: u, Times: 1, Limit: 24 * time.Hour, Holiday: never}
	if c := s.Run([]queue.Waiting{standard}); c.First != (queue.Passing{Ref: "standard", Due: due}) {
		t.Errorf("got %+v: every hour brings a high one that goes before", c.First)
	}
	high := standard
	high.Rank = 1
	if c := s.Run([]queue.Waiting{high}); !c.First.Due.IsZero() {
		t.Errorf("the oldest of its risk goes first: %+v", c.First)
	}
}

func TestWhatIsLateAlreadyIsNotFirst(t *testing.T) {
	now := monday.AtTime(9, 0)
	s := queue.Scenario{Now: now, Hours: 24, Usual: steady(1), Times: 1, Limit: 24 * time.Hour, Holiday: never}
	c := s.Run([]queue.Waiting{{Ref: "late", Rank: 3, Since: now.Add(-90 * time.Hour), Due: now.Add(-66 * time.Hour)}})
	if !c.First.Due.IsZero() || c.Last().Passed != 0 {
		t.Errorf("%+v: it was late when the forecast began", c.First)
	}
}

// TestChanceOver is the formula of management-statistics.md section 11 with its example:
// limit 20, free places 30, arrivals 23 and completions 18 a day.
func TestChanceOver(t *testing.T) {
	for _, x := range []struct{ days, want float64 }{{5, 0.037}, {10, 0.490}, {20, 0.958}} {
		u := queue.Usual{Spread: 1}
		got := u.ChanceOver(queue.Point{Waiting: -30 + 5*x.days, Arrived: 23 * x.days, Decided: 18 * x.days}, 20)
		if math.Abs(got-x.want) > 0.0006 {
			t.Errorf("after %v days: %.4f, want %.3f", x.days, got, x.want)
		}
	}
	u := queue.Usual{Spread: 1}
	if low, high := u.Band(queue.Point{Waiting: 50, Arrived: 50, Decided: 50}, queue.Eight); math.Abs(low-37.184) > 0.001 || math.Abs(high-62.816) > 0.001 {
		t.Errorf("eight in ten: %v to %v", low, high)
	}
}

// world is any week and any queue.
func world(t *rapid.T) (queue.Scenario, []queue.Waiting) {
	usual := queue.Learn(days(6, func(int, int) queue.Day {
		var d queue.Day
		for h := range 24 {
			d.Arrived[h] = rapid.IntRange(0, 3).Draw(t, "come")
			d.Decided[h] = rapid.IntRange(0, 3).Draw(t, "decided")
		}
		for r := range d.Ranks {
			d.Ranks[r] = rapid.IntRange(0, 9).Draw(t, "risk")
		}
		d.Ranks[2]++
		return d
	}))
	now := monday.AtTime(rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"))
	var waiting []queue.Waiting
	for i := range rapid.IntRange(0, 40).Draw(t, "waiting") {
		ago := time.Duration(rapid.IntRange(0, 40*60).Draw(t, "minutes")) * time.Minute
		waiting = append(waiting, queue.Waiting{Ref: fmt.Sprint(i), Rank: rapid.IntRange(0, 3).Draw(t, "rank"), Since: now.Add(-ago), Due: now.Add(24*time.Hour - ago)})
	}
	return queue.Scenario{Now: now, Hours: 48, Usual: usual, Times: rapid.Float64Range(0, 4).Draw(t, "times"), Limit: 24 * time.Hour, Holiday: never}, waiting
}

// TestAlwaysTrue: what came is decided or waits; nothing is decided that is not there; more
// arrivals never make a shorter queue at any hour, nor let the first pass its time later;
// more decisions never make a longer one.
func TestAlwaysTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, waiting := world(t)
		c := s.Run(waiting)
		more, faster := s, s
		more.Times = s.Times + rapid.Float64Range(0, 2).Draw(t, "more")
		for k := range faster.Usual.Decide {
			for h := range faster.Usual.Decide[k] {
				faster.Usual.Decide[k][h] += rapid.Float64Range(0, 2).Draw(t, "faster")
			}
		}
		busier, quicker := more.Run(waiting), faster.Run(waiting)
		const tiny = 1e-6
		for i, p := range c.Points {
			if off := float64(len(waiting)) + p.Arrived - p.Decided - p.Waiting; math.Abs(off) > tiny {
				t.Fatalf("%s: %v more came than were decided or wait", p.At, off)
			}
			if p.Waiting < 0 || p.Passed > float64(len(waiting))+p.Arrived+tiny {
				t.Fatalf("%+v", p)
			}
			if busier.Points[i].Waiting < p.Waiting-tiny || busier.Points[i].Passed < p.Passed-tiny {
				t.Fatalf("%s: more came and fewer wait or are late: %+v, %+v", p.At, p, busier.Points[i])
			}
			if quicker.Points[i].Waiting > p.Waiting+tiny || quicker.Points[i].Passed > p.Passed+tiny {
				t.Fatalf("%s: more was decided and more wait or are late: %+v, %+v", p.At, p, quicker.Points[i])
			}
		}
		if first := c.First.Due; !first.IsZero() && (busier.First.Due.IsZero() || busier.First.Due.After(first.Add(15*time.Minute))) {
			t.Fatalf("more came and the first passes its time later: %s, %s", first, busier.First.Due)
		}
		if last := c.Last().At; !last.Equal(s.Now.Add(48 * time.Hour)) {
			t.Fatalf("it ends at %s", last)
		}
		if short := c.Short(); (short == 0) != c.First.Due.IsZero() || float64(short) < c.Last().Passed-1 {
			t.Fatalf("%d decisions are short and %v pass", short, c.Last().Passed)
		}
	})
}

// TestEqualKeepsTheQueue: when as many are decided as come in every hour, as many wait.
func TestEqualKeepsTheQueue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, waiting := world(t)
		s.Usual.Decide, s.Times = s.Usual.Arrive, 1
		for _, p := range s.Run(waiting).Points {
			if math.Abs(p.Waiting-float64(len(waiting))) > 1e-6 {
				t.Fatalf("%s: %v wait, not %d", p.At, p.Waiting, len(waiting))
			}
		}
	})
}

// TestEveryContactIsInOneBand, and in the band whose moments hold it.
func TestEveryContactIsInOneBand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := monday.AtTime(12, 0)
		received := now.Add(-time.Duration(rapid.IntRange(0, 60*60).Draw(t, "minutes")) * time.Minute)
		due := received.Add(24 * time.Hour)
		key, n := queue.AgeAt(received, due, now), 0
		for _, a := range queue.Ages() {
			in := a.Key == queue.Late && due.Before(now)
			if x, ok := queue.AgeOf(a.Key); ok {
				after, until := x.Between(now)
				in = !due.Before(now) && received.After(after) && !received.After(until)
			}
			if in != (a.Key == key) {
				t.Fatalf("received %s is in %s, and %s says %v", received, key, a.Key, in)
			}
			if in {
				n++
			}
		}
		if n != 1 {
			t.Fatalf("in %d bands", n)
		}
	})
}

func TestLimitsWarnAndName(t *testing.T) {
	l := queue.Limits{Person: 4, Desk: 10}
	hands := []queue.Hand{{ID: "a", Name: "A. One", N: 5}, {ID: "b", Name: "B. Two", N: 4}, {ID: "c", Name: "C. Three", N: 3}, {ID: "d", Name: "D. Four", N: 0}}
	c := queue.Course{Points: []queue.Point{{Waiting: 12}}}
	a := queue.AlarmOf(c, queue.Pace{Times: 1}, l, hands)
	if !a.Rings() || !a.DeskOver() || a.OverWords() != "Over their limit: A. One (5 of 4)" || a.RoomWords() != "Under their limit: D. Four (0 of 4), C. Three (3 of 4)" {
		t.Errorf("%v; %s; %s", a.Words(), a.OverWords(), a.RoomWords())
	}
	if a.ShortWords() != "" {
		t.Error("nobody is expected to pass and decisions are short")
	}
	if words := strings.Join(a.Words(), "; "); words != "12 contacts wait: 2 over the limit of 10 of the desk; 1 person has more than the limit of 4 contacts in hand" {
		t.Error(words)
	}
	if queue.AlarmOf(queue.Course{Points: []queue.Point{{Waiting: 10}}}, queue.Pace{Times: 1}, l, hands[1:]).Rings() {
		t.Error("at the limit is not over it")
	}
	if queue.AlarmOf(c, queue.Pace{Times: 1}, queue.Limits{}, hands).Rings() {
		t.Error("without a limit nothing is over it")
	}
}
