package feed

import (
	"math"
	"slices"
)

// Share is so many of so many.
type Share struct{ X, N int }

// Rate is the share as a number from 0 to 1; 0 of nothing.
func (s Share) Rate() float64 {
	if s.N == 0 {
		return 0
	}
	return float64(s.X) / float64(s.N)
}

// PPrime is a control chart of shares (Laney): management-statistics.md section 4. Its
// limits are wider where there are fewer.
type PPrime struct {
	P      float64   // share of the whole baseline
	S      float64   // how much more the shares vary than chance alone brings; at least 1
	Lower  []float64 // 3 S standard errors below and above P, within 0 and 1
	Upper  []float64
	Beyond []bool // outside its limits
	Base   int    // points of the baseline
	Trial  bool   // fewer than twelve: the limits may move
}

// The factors of the chart.
const (
	primeWidth = 3
	rangeToSD  = 1.128 // mean moving range of normal values in standard deviations
	fewestEach = 5     // expected of either kind in a period; with fewer, periods are put together
)

// PPrimeOf makes the chart of shares in order of time. The first points up to baseline
// are its base.
func PPrimeOf(points []Share, baseline int) PPrime {
	n := min(len(points), max(baseline, 0))
	c := PPrime{Base: n, Trial: n < baselineMin, S: 1, Lower: make([]float64, len(points)), Upper: make([]float64, len(points)), Beyond: make([]bool, len(points))}
	var all Share
	for _, p := range points[:n] {
		all.X, all.N = all.X+p.X, all.N+p.N
	}
	c.P = all.Rate()
	z := func(p Share) float64 {
		if se := c.error(p.N); se > 0 {
			return (p.Rate() - c.P) / se
		}
		return 0
	}
	var ranges []float64
	for i := 1; i < n; i++ {
		ranges = append(ranges, math.Abs(z(points[i])-z(points[i-1])))
	}
	c.S = max(1, mean(ranges)/rangeToSD)
	for i, p := range points {
		width := primeWidth * c.S * c.error(p.N)
		c.Beyond[i] = p.N > 0 && math.Abs(p.Rate()-c.P) > width
		c.Lower[i], c.Upper[i] = max(0, c.P-width), min(1, c.P+width)
	}
	return c
}

func (c PPrime) error(n int) float64 {
	if n == 0 {
		return 0
	}
	return math.Sqrt(c.P * (1 - c.P) / float64(n))
}

// Together says how many periods must be put together so that five of either kind are
// expected in each: 1 when every period has enough by itself. It doubles, up to most.
func Together(points []Share, most int) int {
	var all Share
	for _, p := range points {
		all.X, all.N = all.X+p.X, all.N+p.N
	}
	p := all.Rate()
	enough := func(n int) bool { return float64(n)*p >= fewestEach && float64(n)*(1-p) >= fewestEach }
	for k := 1; k < most; k *= 2 {
		if slices.IndexFunc(Combine(points, k), func(s Share) bool { return !enough(s.N) }) < 0 {
			return k
		}
	}
	return most
}

// Combine puts each k shares together, counted from the last, so that the latest are
// whole. What is left over at the beginning is left out.
func Combine(points []Share, k int) []Share {
	var out []Share
	for i := len(points) % k; i < len(points); i += k {
		var s Share
		for _, p := range points[i : i+k] {
			s.X, s.N = s.X+p.X, s.N+p.N
		}
		out = append(out, s)
	}
	return out
}

// Funnel is where shares of n would lie by chance in 998 of 1,000 if the true share
// were p: exact binomial limits with the interpolation of management-statistics.md
// section 5 (Spiegelhalter 2005).
func Funnel(n int, p float64) (lower, upper float64) {
	const tail = 0.001
	return binomialLimit(n, p, tail), binomialLimit(n, p, 1-tail)
}

func binomialLimit(n int, p, q float64) float64 {
	switch {
	case n <= 0:
		return q
	case p <= 0:
		return 0
	case p >= 1:
		return 1
	}
	before, at := 0.0, 0.0
	for r := 0; r <= n; r++ {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(r + 1))
		c, _ := math.Lgamma(float64(n - r + 1))
		before, at = at, at+math.Exp(a-b-c+float64(r)*math.Log(p)+float64(n-r)*math.Log(1-p))
		if at > q {
			return (float64(r) - (at-q)/(at-before)) / float64(n)
		}
	}
	return 1
}

// Spreads are the limits of a funnel that allows for shares differing by more than
// chance: management-statistics.md section 5, over-dispersion.
type Spreads struct {
	P    float64 // the overall share
	Phi  float64 // mean square of the winsorised deviations
	Tau2 float64 // variance between, beyond chance
}

// adjustedTail is how many standard errors leave one in a thousand on either side.
const adjustedTail = 3.0902

// SpreadsOf works out how much shares differ by more than chance.
func SpreadsOf(points []Share) Spreads {
	var all Share
	for _, p := range points {
		all.X, all.N = all.X+p.X, all.N+p.N
	}
	s := Spreads{P: all.Rate()}
	var z []float64
	var sum, squares float64
	for _, p := range points {
		if p.N == 0 {
			continue
		}
		z = append(z, 2*math.Sqrt(float64(p.N))*(math.Asin(math.Sqrt(p.Rate()))-math.Asin(math.Sqrt(s.P))))
		w := 4 * float64(p.N)
		sum, squares = sum+w, squares+w*w
	}
	k := float64(len(z))
	if k < 2 {
		return s
	}
	low, high := centile(z, 0.1), centile(z, 0.9)
	for _, v := range z {
		v = min(max(v, low), high)
		s.Phi += v * v / k
	}
	s.Tau2 = max(0, (k*s.Phi-(k-1))/(sum-squares/sum))
	return s
}

// Limits are the adjusted 99.8% limits of a share of n.
func (s Spreads) Limits(n int) (lower, upper float64) {
	if n == 0 {
		return 0, 1
	}
	at, width := math.Asin(math.Sqrt(s.P)), adjustedTail*math.Sqrt(1/(4*float64(n))+s.Tau2)
	square := func(a float64) float64 { return math.Sin(a) * math.Sin(a) }
	return square(max(0, at-width)), square(min(math.Pi/2, at+width))
}

// centile is the value below which that part of the values lies, between two of them in
// a straight line.
func centile(values []float64, part float64) float64 {
	a := slices.Clone(values)
	slices.Sort(a)
	at := part * float64(len(a)-1)
	i := int(at)
	if i+1 >= len(a) {
		return a[len(a)-1]
	}
	return a[i] + (at-float64(i))*(a[i+1]-a[i])
}
