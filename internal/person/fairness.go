package person

import (
	"fmt"
	"math"
)

// Counted counts the children of one group whom people confirmed to be a child we
// knew, and what the matcher had said of that child.
type Counted struct {
	Group   string
	N       int // confirmed in all
	Found   int // the child was among those shown, at most ten
	Certain int // the child was in the band that is linked by itself
	Review  int // the child was in the band that a person settles
}

// Share is a part of a whole with its 95 % interval.
type Share struct {
	N, Of     int
	P         float64
	Low, High float64
}

// level95 is how many standard deviations a 95 % interval reaches to either side.
const level95 = 1.96

// Wilson is a share with its score interval (E. B. Wilson, Journal of the American
// Statistical Association 22, 1927), which holds for small numbers and for shares near
// 0 and 1. For none of none everything is possible.
func Wilson(n, of int) Share { return wilson(n, of, level95) }

func wilson(n, of int, z float64) Share {
	if of <= 0 {
		return Share{High: 1}
	}
	m, p := float64(of), float64(n)/float64(of)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Share{N: n, Of: of, P: p, Low: max(0, centre-half), High: min(1, centre+half)}
}

// Difference is how much greater one share is than another, with the interval that
// their Wilson limits give (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10).
func difference(a, b Share) (d, low, high float64) {
	d = a.P - b.P
	low = d - math.Sqrt((a.P-a.Low)*(a.P-a.Low)+(b.High-b.P)*(b.High-b.P))
	high = d + math.Sqrt((a.High-a.P)*(a.High-a.P)+(b.P-b.Low)*(b.P-b.Low))
	return d, low, high
}

// The rule of the alarm. RuleWords says it in words; a test holds the two together.
const (
	fewestForAlarm = 30   // in the group, and among all others
	gapFound       = 0.03 // of children found
	gapCertain     = 0.10 // of children linked by the system
	// alarmLevel is three standard deviations, 99.7 %, and not 95 %: five groups are asked two
	// questions, and one in twenty of each would cry wolf every other time.
	alarmLevel = 3.0
)

// RuleWords is the rule of the alarm.
func RuleWords() string {
	return fmt.Sprintf("An alarm is raised for a group when at least %d of its children and %d others were confirmed, its share is lower than that of all others by more than %.0f points (found) or %.0f points (linked by the system), and the 99.7 %% interval of the difference leaves out no difference",
		fewestForAlarm, fewestForAlarm, 100*gapFound, 100*gapCertain)
}

// Measure is what a share is of.
type Measure string

// The measures that can raise an alarm.
const (
	MeasureFound   Measure = "found"
	MeasureCertain Measure = "certain"
)

// Alarm says that children of one group are found less often than all others.
type Alarm struct {
	Group         string
	Measure       Measure
	Own, Others   Share
	Gap, Low, Max float64 // difference, and its interval
}

// Words is the alarm in a sentence, in whole percent.
func (a Alarm) Words() string {
	what := "were among the children shown"
	if a.Measure == MeasureCertain {
		what = "were linked by the system"
	}
	return fmt.Sprintf("%s children: %.0f %% %s, and %.0f %% of all others", a.Group, 100*a.Own.P, what, 100*a.Others.P)
}

// FairRow is one group in the report. A hidden row has no numbers: they are so few that
// they might tell of one child.
type FairRow struct {
	Group                  string
	Hidden                 bool
	N                      int
	Found, Certain, Review Share
}

// Fairness is the report: each group, all together, and the alarms.
type Fairness struct {
	Rows   []FairRow
	All    FairRow
	Alarms []Alarm
	Enough bool // at least one group could have raised an alarm
}

// mostHidden is the largest group that is not shown, and never one alone, which
// the total would give away. The Department for Education hides counts of 5 or fewer;
// here shares are told too, which give more away.
const mostHidden = 9

// WeighFairness makes the report of what was confirmed, in the order given. Groups that
// nobody is in are left out.
func WeighFairness(groups []Counted) Fairness {
	var f Fairness
	var all Counted
	for _, g := range groups {
		if g.N > 0 {
			f.Rows = append(f.Rows, fairRow(g))
		}
		all = all.plus(g, 1)
	}
	all.Group = "All"
	f.All = fairRow(all)
	for _, g := range groups {
		if g.Group != NotRecorded {
			others := recorded(groups).plus(g, -1)
			f.Enough = f.Enough || g.N >= fewestForAlarm && others.N >= fewestForAlarm
			f.Alarms = append(f.Alarms, alarms(g, others)...)
		}
	}
	hideFew(&f)
	return f
}

// recorded adds up the groups whose ethnicity is known.
func recorded(groups []Counted) Counted {
	var all Counted
	for _, g := range groups {
		if g.Group != NotRecorded {
			all = all.plus(g, 1)
		}
	}
	return all
}

func (c Counted) plus(o Counted, sign int) Counted {
	return Counted{c.Group, c.N + sign*o.N, c.Found + sign*o.Found, c.Certain + sign*o.Certain, c.Review + sign*o.Review}
}

func fairRow(g Counted) FairRow {
	return FairRow{Group: g.Group, N: g.N, Found: Wilson(g.Found, g.N), Certain: Wilson(g.Certain, g.N), Review: Wilson(g.Review, g.N)}
}

func alarms(g, others Counted) []Alarm {
	var out []Alarm
	if g.N < fewestForAlarm || others.N < fewestForAlarm {
		return nil
	}
	for _, m := range []struct {
		measure    Measure
		own, other int
		gap        float64
	}{{MeasureFound, g.Found, others.Found, gapFound}, {MeasureCertain, g.Certain, others.Certain, gapCertain}} {
		own, other := wilson(m.own, g.N, alarmLevel), wilson(m.other, others.N, alarmLevel)
		if d, low, high := difference(other, own); d > m.gap && low > 0 {
			out = append(out, Alarm{g.Group, m.measure, own, other, d, low, high})
		}
	}
	return out
}

// hideFew takes the numbers out of rows that hold few, and out of one more when it
// would be the only one.
func hideFew(f *Fairness) {
	hidden, least := 0, -1
	for i := range f.Rows {
		r := &f.Rows[i]
		switch {
		case r.N <= mostHidden:
			*r = FairRow{Group: r.Group, Hidden: true}
			hidden++
		case least < 0 || r.N < f.Rows[least].N:
			least = i
		}
	}
	if hidden == 1 && least >= 0 {
		f.Rows[least] = FairRow{Group: f.Rows[least].Group, Hidden: true}
	}
	if f.All.N <= mostHidden {
		f.All = FairRow{Group: f.All.Group, Hidden: true}
	}
}
