// Package queue is the arithmetic of the front door's queue: what usually comes and is
// decided in each hour of a week, and what becomes of the contacts that wait if that goes
// on. It is a forecast of numbers, never of a child.
//
// Where the method comes from: the bands and the left-out extremes are those of the
// police feeds (internal/feed); hours of the week, the dispersion of counts and the queue
// as what came less what was done are management-statistics.md sections 13 and 15; the
// width of the band round a queue is the normal approximation of section 11.
package queue

import (
	"slices"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/feed"
)

// How the usual is learned.
const (
	LearnWeeks  = 8 // how many weeks are looked at
	fewestWeeks = 4 // with fewer nothing is usual yet
	trimFrom    = 6 // with this many the busiest and the quietest are left out
	daysOfWeek  = 7
	hoursOfDay  = 24
)

// Ranks is how many risks the board tells apart: see pathway.Contact.Rank.
const Ranks = 4

// Day is what came and was decided in each hour of one day in England.
type Day struct {
	Date             civil.Date
	Holiday          bool // a bank holiday is learned from, and forecast, as a Sunday
	Arrived, Decided [hoursOfDay]int
	Ranks            [Ranks]int // of what came
}

func (d Day) arrived() (n int) {
	for _, x := range d.Arrived {
		n += x
	}
	return n
}

func (d Day) decided() (n int) {
	for _, x := range d.Decided {
		n += x
	}
	return n
}

// kind is the day of the week as which a day counts.
func kind(on civil.Date, holiday bool) time.Weekday {
	if holiday {
		return time.Sunday
	}
	return on.Weekday()
}

// off says that a kind of day is no working day.
func off(k time.Weekday) bool { return k == time.Sunday || k == time.Saturday }

// Usual is how many contacts usually come, and are decided, in each hour of each day of a
// week.
type Usual struct {
	Weeks          int          // that could be learned from
	Left           []civil.Date // Mondays or other first days of the weeks left out
	Arrive, Decide [daysOfWeek][hoursOfDay]float64
	Mix            [Ranks]float64 // the part of each risk in what comes
	Spread         float64        // variance over mean of a day's arrivals: 1 is pure chance, never less
}

// Known says whether enough weeks were there to say what is usual.
func (u Usual) Known() bool { return u.Weeks >= fewestWeeks }

// Learn takes what is usual from days in a row, the last of them yesterday. The days are
// taken in weeks of seven to the last; of six weeks or more, the one in which most came
// and the one in which fewest came are left out, for arrivals and decisions alike, so
// that one odd week moves neither and what usually comes and what is usually decided are
// of the same weeks. A day's number is the mean of its day of the week in the weeks that
// are left; it is spread over the hours as all working days, or all other days, spread
// theirs, because one hour of one day of the week is seen only six times.
func Learn(days []Day) Usual {
	days = days[len(days)%daysOfWeek:]
	for len(days) > 0 && quiet(days[:daysOfWeek]) {
		days = days[daysOfWeek:] // before there was anything
	}
	if most := LearnWeeks * daysOfWeek; len(days) > most {
		days = days[len(days)-most:]
	}
	u := Usual{Weeks: len(days) / daysOfWeek, Spread: 1}
	used := u.trim(days)
	var sum, of [daysOfWeek]float64
	var done [daysOfWeek]float64
	var came, went [2][hoursOfDay]float64
	var ranks float64
	for _, d := range used {
		k := kind(d.Date, d.Holiday)
		sum[k], done[k], of[k] = sum[k]+float64(d.arrived()), done[k]+float64(d.decided()), of[k]+1
		for h := range hoursOfDay {
			came[index(off(k))][h] += float64(d.Arrived[h])
			went[index(off(k))][h] += float64(d.Decided[h])
		}
		for r, n := range d.Ranks {
			u.Mix[r] += float64(n)
			ranks += float64(n)
		}
	}
	for k := range daysOfWeek {
		if of[k] == 0 {
			continue
		}
		free := index(off(time.Weekday(k)))
		u.Arrive[k], u.Decide[k] = over(sum[k]/of[k], came[free]), over(done[k]/of[k], went[free])
		sum[k] /= of[k]
	}
	for r := range u.Mix {
		if ranks > 0 {
			u.Mix[r] /= ranks
		}
	}
	u.Spread = spread(used, sum)
	return u
}

func index(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func quiet(days []Day) bool {
	return !slices.ContainsFunc(days, func(d Day) bool { return d.arrived()+d.decided() > 0 })
}

// trim leaves out the week in which most came and the one in which fewest came.
func (u *Usual) trim(days []Day) []Day {
	if u.Weeks < trimFrom {
		return days
	}
	most, fewest, sums := 0, 0, make([]int, u.Weeks)
	for i, d := range days {
		sums[i/daysOfWeek] += d.arrived()
	}
	for w, n := range sums {
		if n > sums[most] {
			most = w
		}
		if n < sums[fewest] {
			fewest = w
		}
	}
	if most == fewest { // all the same
		fewest = len(sums) - 1
	}
	var out []Day
	for w := range u.Weeks {
		if part := days[w*daysOfWeek : (w+1)*daysOfWeek]; w == most || w == fewest {
			u.Left = append(u.Left, part[0].Date)
		} else {
			out = append(out, part...)
		}
	}
	return out
}

// over spreads a day's number over its hours.
func over(n float64, by [hoursOfDay]float64) (out [hoursOfDay]float64) {
	total := 0.0
	for _, x := range by {
		total += x
	}
	for h := range out {
		if total > 0 {
			out[h] = n * by[h] / total
		}
	}
	return out
}

// spread is the dispersion index of a day's arrivals round what is usual for it.
func spread(days []Day, mean [daysOfWeek]float64) float64 {
	sum, n := 0.0, 0
	for _, d := range days {
		m := mean[kind(d.Date, d.Holiday)]
		if m == 0 {
			continue
		}
		off := float64(d.arrived()) - m
		sum, n = sum+off*off/m, n+1
	}
	if n <= daysOfWeek {
		return 1
	}
	return max(1, sum/float64(n-daysOfWeek))
}

// Rate is how many usually come, and are decided, in an hour like the one at a moment.
func (u Usual) Rate(at civil.Instant, holiday func(civil.Date) bool) (arrive, decide float64) {
	on := at.Date()
	k, h := kind(on, holiday(on)), at.London().Hour()
	return u.Arrive[k][h], u.Decide[k][h]
}

// Between is how many usually come, and are decided, between two moments.
func (u Usual) Between(from, to civil.Instant, holiday func(civil.Date) bool) (arrive, decide float64) {
	for at := from; at.Before(to); {
		next := nextStep(at, to)
		a, d := u.Rate(at, holiday)
		part := next.Sub(at).Hours()
		arrive, decide, at = arrive+a*part, decide+d*part, next
	}
	return arrive, decide
}

// Pace is how today goes.
type Pace struct {
	Got   int     // in the last 24 hours
	Usual float64 // for those hours
	High  int     // more than this chance hardly ever brings
	Times float64 // of the usual that the forecast goes on with
}

// PaceHours is over how long it is asked whether more come than usual.
const PaceHours = 24

// PaceOf holds what came in the last 24 hours against what is usual for those hours. When
// it is more than chance brings (the band of the police feeds), contacts are taken to go
// on coming so; otherwise, and also when fewer came, as is usual: a feed that fell silent
// must not hush an alarm.
func (u Usual) PaceOf(now civil.Instant, got int, holiday func(civil.Date) bool) Pace {
	p := Pace{Got: got, Times: 1}
	p.Usual, _ = u.Between(now.Add(-PaceHours*time.Hour), now, holiday)
	_, p.High = feed.Band(p.Usual, u.Spread, feed.ForceChance)
	if u.Known() && p.Usual > 0 && got > p.High {
		p.Times = float64(got) / p.Usual
	}
	return p
}

// Faster says that more come than chance brings.
func (p Pace) Faster() bool { return p.Times > 1 }
