package feed_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"frontdoor/internal/civil"
	"frontdoor/internal/feed"

	"pgregory.net/rapid"
)

var monday = civil.DateOf(2026, 1, 5)

func weeks(n int, day func(week, weekday int) int) feed.Series {
	s := feed.Series{First: monday}
	for i := range 7 * n {
		s.N = append(s.N, day(i/7, i%7))
	}
	return s
}

// TestBandOfChance holds the band to the sums of the two distributions.
func TestBandOfChance(t *testing.T) {
	tests := []struct {
		name                 string
		mean, spread, chance float64
		low, high            int
	}{
		{"eleven in three days", 11, 1, 0.005, 4, 20}, // P(X<=3) = 0.0049, P(X<=4) = 0.0151
		{"three a day cannot fall below in one day", 3, 1, 0.01, 0, 8},
		{"five a day can", 5, 1, 0.01, 1, 11},
		{"counts that vary three times as much", 11, 3, 0.01, 1, 28},
		{"a large force, by the normal curve", 700, 1, 0.01, 638, 762},
		{"nothing is usual", 0, 1, 0.01, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if low, high := feed.Band(tt.mean, tt.spread, tt.chance); low != tt.low || high != tt.high {
				t.Errorf("got %d to %d, want %d to %d", low, high, tt.low, tt.high)
			}
		})
	}
}

func TestTheNormalCurveMeetsTheSums(t *testing.T) {
	l1, h1 := feed.Band(60, 1, 0.01)
	l2, h2 := feed.Band(60.001, 1, 0.01)
	if math.Abs(float64(l1-l2)) > 1 || math.Abs(float64(h1-h2)) > 1 {
		t.Errorf("at 60: %d to %d summed, %d to %d by the curve", l1, h1, l2, h2)
	}
}

// TestFeedDrop is PF2: weeks of 25, then four at 28 in a hundred of it.
func TestFeedDrop(t *testing.T) {
	s := weeks(26, func(week, weekday int) int {
		if week >= 13 && week < 17 {
			return 1
		}
		return []int{4, 4, 3, 4, 3, 4, 3}[weekday]
	})
	days := s.Judge(feed.ForceChance, 1)
	first := -1
	for i, d := range days {
		if i < 7*13 && d.Alarm != feed.Quiet {
			t.Errorf("%s: an alarm in a steady feed: %+v", d.Date, d.By)
		}
		if i >= 7*13 && d.Alarm == feed.Below && first < 0 {
			first = i - 7*13 + 1
		}
	}
	if first < 1 || first > 3 {
		t.Errorf("the alarm came on day %d of the drop, want day 3 at the latest", first)
	}
	last := days[7*17-1]
	if last.Alarm != feed.Below || last.Since != days[7*13+first-1].Date {
		t.Errorf("on the last low day: %q since %s, want below since the first alarm", last.Alarm, last.Since)
	}
	for _, d := range days[7*18:] {
		if d.Alarm != feed.Quiet {
			t.Errorf("%s: %s its band a week after the feed came back: what was low must not have become usual", d.Date, d.Alarm)
		}
	}
	if w := last.Words(civil.Instant{}, last.Date.AddDays(1).Start()); !strings.Contains(w, "Below its usual band since") {
		t.Errorf("words: %q", w)
	}
}

func TestARiseAlarmsLikeAFall(t *testing.T) {
	s := weeks(12, func(week, weekday int) int {
		if week == 11 {
			return 15
		}
		return 5
	})
	for i, d := range s.Judge(feed.ForceChance, 1)[77:] {
		if d.Alarm != feed.Above {
			t.Errorf("day %d of three times the usual: %q", i+1, d.Alarm)
		}
	}
}

// TestAnOutlierDoesNotMoveTheUsual: one day of fifty neither hides a fall after it nor
// makes one.
func TestAnOutlierDoesNotMoveTheUsual(t *testing.T) {
	s := weeks(12, func(week, weekday int) int {
		switch {
		case week == 8 && weekday == 2:
			return 50
		case week == 11:
			return 1
		}
		return 5
	})
	days := s.Judge(feed.ForceChance, 1)
	if d := days[8*7+2]; d.Alarm != feed.Above {
		t.Errorf("fifty where five are usual: %q", d.Alarm)
	}
	if d := days[11*7+2]; d.Usual != 5 || d.Alarm != feed.Below {
		t.Errorf("three weeks after: usual %.1f, %q; want 5, below", d.Usual, d.Alarm)
	}
}

func TestADayThatIsNotOver(t *testing.T) {
	s := weeks(10, func(int, int) int { return 28 })
	s.N = append(s.N, 0)
	now := s.First.AddDays(70).AtTime(12, 0)
	last := s.First.AddDays(70).AtTime(6, 10)
	days := s.Judge(feed.ForceChance, 0.5)
	d := days[len(days)-1]
	if got, want := d.Words(last, now), "Nothing received since 06:10. Usual by now: 14"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.N[len(s.N)-1] = 12
	if d := s.Judge(feed.ForceChance, 0.5)[70]; d.Alarm != feed.Quiet {
		t.Errorf("twelve by noon where fourteen are usual: %q", d.Alarm)
	}
}

func TestTooFewWeeksSayNothing(t *testing.T) {
	s := weeks(3, func(int, int) int { return 0 })
	s.N[0] = 40
	for _, d := range s.Judge(feed.ForceChance, 1) {
		if d.Known || d.Alarm != feed.Quiet {
			t.Errorf("%s: known %v, %q after less than four weeks", d.Date, d.Known, d.Alarm)
		}
	}
}

// TestHowOftenItCriesWolf is the price of the alarm, for a steady feed of pure chance.
func TestHowOftenItCriesWolf(t *testing.T) {
	for _, mean := range []float64{3.5, 20} {
		rng := rand.New(rand.NewPCG(1, 2))
		starts, years := 0, 0.0
		for range 60 {
			s := weeks(52, func(int, int) int { return poisson(rng, mean) })
			days := s.Judge(feed.ForceChance, 1)
			for i := 1; i < len(days); i++ {
				if days[i].Alarm != feed.Quiet && days[i-1].Alarm == feed.Quiet {
					starts++
				}
			}
			years++
		}
		perYear := float64(starts) / years
		t.Logf("a steady feed of %.1f a day: %.1f false alarms a year", mean, perYear)
		if perYear > 7 {
			t.Errorf("%.1f false alarms a year at %.1f a day", perYear, mean)
		}
	}
}

func poisson(rng *rand.Rand, mean float64) int {
	limit, p, k := math.Exp(-mean), 1.0, 0
	for p > limit {
		p *= rng.Float64()
		k++
	}
	return k - 1
}

// TestBandHoldsItsMean: whatever is usual is never itself an alarm.
func TestBandHoldsItsMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(0, 5000).Draw(t, "mean")
		low, high := feed.Band(mean, rapid.Float64Range(1, 20).Draw(t, "spread"), rapid.Float64Range(0.0005, 0.05).Draw(t, "chance"))
		if low < 0 || float64(low) > mean+1 || float64(high) < mean-1 || low > high {
			t.Fatalf("%f: %d to %d", mean, low, high)
		}
	})
}

func TestBacklogHeldAgainstArrivals(t *testing.T) {
	s := weeks(12, func(week, _ int) int {
		if week == 11 {
			return 1
		}
		return 5
	})
	days := s.Judge(feed.ForceChance, 1)
	low := days[len(days)-1]
	at := low.Date.AtTime(9, 0)
	tests := []struct {
		name  string
		all   []feed.Waiting
		state feed.Judged
		want  string
	}{
		{"a backlog of nothing while arrivals sink", []feed.Waiting{{"medium", 0, at}, {"high", 0, at}}, low, "Inconsistent"},
		{"a backlog that explains why they sink", []feed.Waiting{{"medium", 40, at}, {"high", 0, at}}, low, ""},
		{"a backlog of nothing in a steady feed", []feed.Waiting{{"medium", 0, at}}, days[60], ""},
		{"nothing declared", nil, low, ""},
		{"declared long ago", []feed.Waiting{{"medium", 3, at.Date().AddDays(-20).AtTime(9, 0)}}, low, "ask for it again"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := feed.Inconsistent(tt.all, tt.state)
			if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q in it", got, tt.want)
			}
		})
	}
}

// TestXmRExamples are the worked examples of management-statistics.md section 4.
func TestXmRExamples(t *testing.T) {
	one := []float64{1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1}
	near := func(what string, got, want float64, tolerance float64) {
		t.Helper()
		if math.Abs(got-want) > tolerance {
			t.Errorf("%s: got %f, want %f", what, got, want)
		}
	}
	x := feed.XmROf(one, len(one), false)
	near("mean", x.Mean, 1.944, 0.001)
	near("moving range", x.Range, 1.882, 0.001)
	near("lower", x.Lower, -3.06, 0.01)
	near("upper", x.Upper, 6.95, 0.01)
	s := feed.XmROf(one, len(one), true)
	near("screened lower", s.Lower, -0.72, 0.01)
	near("screened upper", s.Upper, 4.60, 0.01)
	if x.Signals[4].Rule != "limit" || s.Signals[4].Rule != "limit" {
		t.Error("point 5 is not outside the limits")
	}
	two := []float64{96, 95, 97, 94, 96, 98, 95, 96, 97, 95, 94, 96, 95, 93, 92, 91, 90, 88, 86, 84, 87, 85, 88, 86}
	y := feed.XmROf(two, 12, false)
	near("mean", y.Mean, 95.75, 0.001)
	near("moving range", y.Range, 1.8182, 0.0001)
	near("lower", y.Lower, 90.914, 0.001)
	near("upper", y.Upper, 100.586, 0.001)
	near("lower third", y.LowerThird, 92.526, 0.001)
	for i := range two {
		want := ""
		switch n := i + 1; {
		case n >= 17:
			want = "limit"
		case n >= 12:
			want = "trend"
		}
		if got := y.Signals[i].Rule; got != want {
			t.Errorf("point %d: %q, want %q", i+1, got, want)
		}
	}
}
