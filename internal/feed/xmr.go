package feed

import (
	"math"
	"slices"
)

// XmR is a control chart of single values: management-statistics.md section 4.
type XmR struct {
	Mean, Range            float64 // mean, and mean moving range, of the baseline
	Lower, Upper           float64 // mean ± 2.66 ranges
	LowerThird, UpperThird float64 // mean ± 1.773 ranges
	Baseline               int     // points it was made from
	Trial                  bool    // fewer than twelve: the limits may move
	Signals                []Signal
}

// Signal is why a point is not chance: limit, trend, two-of-three or run; "" is none.
type Signal struct {
	Rule string
	Low  bool // on the low side, or falling
}

// The factors of the chart, and how many points a baseline has.
const (
	limitFactor  = 2.66
	thirdFactor  = 1.773
	screenFactor = 3.267
	baselineMost = 24
	baselineMin  = 12
	inARow       = 7
)

// XmROf makes the chart of values in order of time. The first points up to baseline
// are its base, locked; screen leaves out moving ranges beyond chance once.
func XmROf(values []float64, baseline int, screen bool) XmR {
	n := min(len(values), max(baseline, 0), baselineMost)
	x := XmR{Baseline: n, Trial: n < baselineMin, Signals: make([]Signal, len(values))}
	if n < 2 {
		return x
	}
	var ranges []float64
	for i, v := range values[:n] {
		x.Mean += v / float64(n)
		if i > 0 {
			ranges = append(ranges, math.Abs(v-values[i-1]))
		}
	}
	x.Range = mean(ranges)
	if screen {
		most := screenFactor * x.Range
		x.Range = mean(slices.DeleteFunc(ranges, func(r float64) bool { return r >= most }))
	}
	x.Lower, x.Upper = x.Mean-limitFactor*x.Range, x.Mean+limitFactor*x.Range
	x.LowerThird, x.UpperThird = x.Mean-thirdFactor*x.Range, x.Mean+thirdFactor*x.Range
	for i := range values {
		x.Signals[i] = x.signal(values, i)
	}
	return x
}

func mean(a []float64) float64 {
	if len(a) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range a {
		sum += v
	}
	return sum / float64(len(a))
}

// signal is the strongest that a point takes part in: limit, trend, two of three, run.
func (x XmR) signal(values []float64, i int) Signal {
	switch v := values[i]; {
	case v < x.Lower:
		return Signal{"limit", true}
	case v > x.Upper:
		return Signal{"limit", false}
	}
	for _, s := range []struct {
		rule string
		n    int
		hold func(part []float64, low bool) bool
	}{{"trend", inARow, trend}, {"two-of-three", 3, x.near}, {"run", inARow, x.side}} {
		for _, low := range []bool{true, false} {
			if s.rule == "two-of-three" && !x.third(values[i], low) {
				continue // only the points near the limit are marked
			}
			if takesPart(values, i, s.n, func(part []float64) bool { return s.hold(part, low) }) {
				return Signal{s.rule, low}
			}
		}
	}
	return Signal{}
}

// takesPart says whether i is in some n points in a row for which hold.
func takesPart(values []float64, i, n int, hold func([]float64) bool) bool {
	for from := max(0, i-n+1); from <= i && from+n <= len(values); from++ {
		if hold(values[from : from+n]) {
			return true
		}
	}
	return false
}

func trend(part []float64, falling bool) bool {
	for i := 1; i < len(part); i++ {
		if part[i] == part[i-1] || (part[i] < part[i-1]) != falling {
			return false
		}
	}
	return true
}

func (x XmR) third(v float64, low bool) bool {
	if low {
		return v < x.LowerThird && v >= x.Lower
	}
	return v > x.UpperThird && v <= x.Upper
}

func (x XmR) near(part []float64, low bool) bool {
	near := 0
	for _, v := range part {
		if low != (v < x.Mean) {
			return false
		}
		if x.third(v, low) {
			near++
		}
	}
	return near >= 2
}

func (x XmR) side(part []float64, low bool) bool {
	for _, v := range part {
		if v == x.Mean || (v < x.Mean) != low {
			return false
		}
	}
	return true
}
