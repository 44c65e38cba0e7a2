package feed

import (
	"math"
	"slices"

	"frontdoor/internal/civil"
)

// How the usual is learned. The method is ours, from two published ideas: limits that
// a feed of counts leaves by chance only so often (Poisson, or negative binomial where
// the counts vary more), and a usual that outliers do not move (a trimmed mean, a
// median absolute deviation).
const (
	sameDays  = 8  // of the same weekday
	fewest    = 4  // of them needed to say what is usual
	trimFrom  = 6  // with this many the highest and the lowest are left out
	lookBack  = 26 // weeks: how far back the eight are looked for
	spreadOf  = 56 // days whose misses say how much the counts vary
	fewMisses = 28 // with fewer, the counts are taken to vary a little more than chance
	unsure    = 1.2
	madScale  = 1.4826 // makes the median absolute deviation a standard deviation
)

// How seldom chance alone should leave the band on one side in one window: for a
// force, and for a grade or district of it, of which there are many.
const (
	ForceChance = 0.005
	PartChance  = 0.002
)

// clearChance ends an alarm: it stays while some window is still as far out as chance
// brings in one of ten, so that one better day does not hush it.
const clearChance = 0.1

// Windows are the days over which a fall or a rise is looked for: one day shows a feed
// that stops, three and seven one that thins out.
var Windows = [...]int{1, 3, 7}

// Alarm says on which side of its band a feed is.
type Alarm string

// The sides.
const (
	Quiet Alarm = ""
	Below Alarm = "below"
	Above Alarm = "above"
)

// Window is what came in so many days, and the band that is usual for them.
type Window struct {
	Days      int     `json:"days"`
	Got       int     `json:"received"`
	Usual     float64 `json:"usual"`
	Low, High int     // fewer than Low or more than High is unusual
}

// Judged is one day held against what is usual.
type Judged struct {
	Date    civil.Date
	N       int
	Usual   float64              // for this day, or for as much of it as has passed
	Known   bool                 // whether enough weeks have come to say
	Windows [len(Windows)]Window // ending with this day
	Alarm   Alarm                // whether one of them is outside its band
	By      Window               // the shortest that is
	Since   civil.Date           // first day of the days in a row on that side
	spread  float64
}

// Series is what arrived day by day without a gap, the oldest first.
type Series struct {
	First civil.Date
	N     []int
}

// judge walks a series. A day in alarm is not learned from, so that a feed that stays
// low does not become usual until it has been low for lookBack weeks.
type judge struct {
	chance float64
	series Series
	days   []Judged
	misses []float64 // standardised, of days that were not in alarm
}

// Judge holds every day of a series against its own past. When the last day is not
// over, share is how much of a day's arrivals usually have come by now; 1 when it is.
func (s Series) Judge(chance, share float64) []Judged {
	j := judge{chance: chance, series: s}
	for i := range s.N {
		part := 1.0
		if i == len(s.N)-1 {
			part = min(max(share, 0), 1)
		}
		j.day(i, part)
	}
	return j.days
}

func (j *judge) day(i int, share float64) {
	d := Judged{Date: j.series.First.AddDays(i), N: j.series.N[i]}
	d.Usual, d.Known = j.usual(i)
	d.Usual *= share
	d.spread = j.spread()
	for w, days := range Windows {
		d.Windows[w] = j.window(i, days, d)
	}
	if d.Known {
		j.alarm(i, &d)
	}
	if d.Known && d.Alarm == Quiet && share == 1 {
		j.misses = append(j.misses, (float64(d.N)-d.Usual)/math.Sqrt(max(d.Usual, 0.5)))
	}
	j.days = append(j.days, d)
}

// alarm says on which side a day is: outside the band in some window, or still on the
// side of the day before and not yet clear of it.
func (j *judge) alarm(i int, d *Judged) {
	was := Judged{}
	if i > 0 {
		was = j.days[i-1]
	}
	for _, w := range d.Windows {
		if side := w.side(); side != Quiet {
			d.Alarm, d.By = side, w
			break
		}
	}
	for _, w := range d.Windows {
		if d.Alarm != Quiet || was.Alarm == Quiet || w.Usual == 0 {
			break
		}
		w.Low, w.High = Band(w.Usual, d.spread, clearChance)
		if w.side() == was.Alarm {
			d.Alarm, d.By = was.Alarm, w
		}
	}
	if d.Since = d.Date; d.Alarm == was.Alarm {
		d.Since = was.Since
	}
	if d.Alarm == Quiet {
		d.Since = civil.Date{}
	}
}

func (w Window) side() Alarm {
	switch {
	case w.Usual == 0:
		return Quiet // nobody can say
	case w.Got < w.Low:
		return Below
	case w.Got > w.High:
		return Above
	}
	return Quiet
}

// usual is the trimmed mean of the last eight same weekdays that were not in alarm.
func (j *judge) usual(i int) (float64, bool) {
	var same []int
	for back := 7; back <= 7*lookBack && i-back >= 0 && len(same) < sameDays; back += 7 {
		if j.days[i-back].Alarm == Quiet {
			same = append(same, j.series.N[i-back])
		}
	}
	if len(same) < fewest {
		return 0, false
	}
	slices.Sort(same)
	if len(same) >= trimFrom {
		same = same[1 : len(same)-1]
	}
	sum := 0
	for _, n := range same {
		sum += n
	}
	return float64(sum) / float64(len(same)), true
}

// spread is how much more than by chance the counts vary: 1 for pure chance.
func (j *judge) spread() float64 {
	all := j.misses[max(0, len(j.misses)-spreadOf):]
	if len(all) == 0 {
		return unsure
	}
	centre := median(slices.Clone(all))
	off := make([]float64, len(all))
	for i, m := range all {
		off[i] = math.Abs(m - centre)
	}
	s := madScale * median(off)
	if len(all) < fewMisses {
		return max(unsure, s*s)
	}
	return max(1, s*s)
}

func median(a []float64) float64 {
	slices.Sort(a)
	if n := len(a); n%2 == 1 {
		return a[n/2]
	}
	return (a[len(a)/2-1] + a[len(a)/2]) / 2
}

// window adds up the days to i. A window with a day of which nothing is known has no
// band.
func (j *judge) window(i, days int, today Judged) Window {
	w := Window{Days: days, Got: today.N, Usual: today.Usual}
	known := today.Known
	for back := 1; back < days && i-back >= 0; back++ {
		d := j.days[i-back]
		w.Got, w.Usual, known = w.Got+d.N, w.Usual+d.Usual, known && d.Known
	}
	if !known {
		w.Usual = 0
		return w
	}
	w.Low, w.High = Band(w.Usual, today.spread, j.chance)
	return w
}

// exactUpTo is the mean up to which the band is summed term by term; above it the
// normal curve is close enough.
const exactUpTo = 60

// Band is the least and the most that chance brings where so much is usual: below low
// or above high it comes with less than the given chance. spread is variance over
// mean: 1 is Poisson, more is negative binomial.
func Band(mean, spread, chance float64) (low, high int) {
	if mean <= 0 {
		return 0, 0
	}
	if mean > exactUpTo {
		width := normalTail(chance) * math.Sqrt(spread*mean)
		return max(0, int(math.Ceil(mean-width-0.5))), int(math.Floor(mean + width + 0.5))
	}
	p, sum := math.Exp(-mean), 0.0
	r := 0.0
	if spread > 1.0001 {
		r = mean / (spread - 1)
		p = math.Pow(spread, -r)
	}
	lowSet := false
	for k := 0; k < exactUpTo*40; k++ {
		sum += p
		if !lowSet && sum >= chance {
			low, lowSet = k, true
		}
		if sum >= 1-chance {
			return low, k
		}
		if r > 0 {
			p *= (float64(k) + r) / float64(k+1) * (1 - 1/spread)
		} else {
			p *= mean / float64(k+1)
		}
	}
	return low, exactUpTo * 40
}

// normalTail is how many standard deviations chance goes beyond with this probability
// on one side.
func normalTail(chance float64) float64 { return math.Sqrt2 * math.Erfinv(1-2*chance) }

// ShareBy is the part of a day's arrivals that usually have come by a time of day, from
// the hours of past days.
func ShareBy(h Hours, hour, minute int) float64 {
	all, before := 0, 0.0
	for i, n := range h {
		all += n
		switch {
		case i < hour:
			before += float64(n)
		case i == hour:
			before += float64(n) * float64(minute) / 60
		}
	}
	if all == 0 {
		return (float64(hour) + float64(minute)/60) / hoursOfDay
	}
	return before / float64(all)
}
