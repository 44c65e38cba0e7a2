package queue

import (
	"cmp"
	"math"
	"slices"
	"time"

	"frontdoor/internal/civil"
)

// Waiting is one contact that waits for its decision, with what places it on the board.
type Waiting struct {
	Ref        string
	Rank       int
	Since, Due civil.Instant
}

// Scenario is what is assumed of the hours to come.
type Scenario struct {
	Now     civil.Instant
	Hours   int
	Usual   Usual
	Times   float64       // of the usual that come
	Limit   time.Duration // from receipt to the end of its time, of what has not come yet
	Holiday func(civil.Date) bool
}

// Point is how the queue stands at a moment. Arrived and Decided count from the
// beginning; Passed are those that have passed their time since, decided afterwards or
// not.
type Point struct {
	At                        civil.Instant
	Arrived, Decided, Waiting float64
	Passed                    float64
}

// Passing is the first contact that is expected to pass its time, and when. Of one that
// has not come yet there is no reference.
type Passing struct {
	Ref string
	Due civil.Instant
}

// Course is a queue's way through the hours to come, a point for each full hour, the first
// of them now.
type Course struct {
	Points []Point
	First  Passing // nothing when none is expected to pass
}

// Last is the last point.
func (c Course) Last() Point { return c.Points[len(c.Points)-1] }

// Short is how many decisions more than usual are needed by the end, of the contacts that
// are due first, so that none passes its time: as many as are expected to pass. Each that
// is made in time lets one not pass, and takes no turn from another.
func (c Course) Short() int {
	if c.First.Due.IsZero() {
		return 0
	}
	return max(1, int(math.Ceil(c.Last().Passed-half)))
}

// step is how finely a scenario is worked out.
const step = 15 * time.Minute

// half is from how much of a contact on it is counted as one that passes its time.
const half = 0.5

func nextStep(at, last civil.Instant) civil.Instant {
	next := civil.At(at.Time().Truncate(step)).Add(step)
	if next.After(last) {
		return last
	}
	return next
}

// lot is one contact, or the part of one that is expected in a step.
type lot struct {
	Waiting
	left float64
}

// Run works the hours off: in each quarter of an hour what usually comes joins the queue,
// and what is usually decided is taken from it in the board's order, the most dangerous
// first and within one risk the oldest. Expected contacts are parts of a contact, by risk
// as they usually come. A contact passes its time when it is still waiting at its end; of
// those parts the first half of one counts. Those that are already late when it begins
// are not counted again.
func (s Scenario) Run(waiting []Waiting) Course {
	var lanes [Ranks][]*lot
	due := make([]*lot, 0, len(waiting)) // of those that wait, by when they are due
	var later []*lot                     // of those expected, which are due in the order they come
	queued := 0.0
	for _, w := range waiting {
		l := &lot{w, 1}
		r := min(max(w.Rank, 0), Ranks-1)
		lanes[r] = append(lanes[r], l)
		queued++
		if !w.Due.Before(s.Now) {
			due = append(due, l)
		}
	}
	for _, lane := range lanes {
		slices.SortStableFunc(lane, func(a, b *lot) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Ref, b.Ref)) })
	}
	slices.SortStableFunc(due, func(a, b *lot) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Ref, b.Ref)) })
	c := Course{Points: []Point{{At: s.Now, Waiting: queued}}}
	p := c.Points[0]
	end := s.Now.Add(time.Duration(s.Hours) * time.Hour)
	for at := s.Now; at.Before(end); {
		next := nextStep(at, end)
		part := next.Sub(at).Hours()
		come, capacity := s.Usual.Rate(at, s.Holiday)
		come, capacity = come*part*s.Times, capacity*part
		for r := range lanes {
			if n := come * s.Usual.Mix[r]; n > 0 {
				l := &lot{Waiting{Rank: r, Since: at, Due: at.Add(s.Limit)}, n}
				lanes[r], later = append(lanes[r], l), append(later, l)
				p.Arrived, queued = p.Arrived+n, queued+n
			}
		}
		for r := range lanes {
			for len(lanes[r]) > 0 && capacity > 0 {
				l := lanes[r][0]
				n := min(l.left, capacity)
				l.left, capacity, queued, p.Decided = l.left-n, capacity-n, queued-n, p.Decided+n
				if l.left > 0 {
					break
				}
				lanes[r] = lanes[r][1:]
			}
		}
		for _, list := range []*[]*lot{&due, &later} {
			for ; len(*list) > 0 && !(*list)[0].Due.After(next); *list = (*list)[1:] {
				l := (*list)[0]
				p.Passed += l.left
				if c.First.Due.IsZero() && p.Passed >= half {
					c.First = Passing{l.Ref, l.Due}
				}
			}
		}
		at = next
		if p.At, p.Waiting = at, max(queued, 0); at.Time().Truncate(time.Hour).Equal(at.Time()) || !at.Before(end) {
			c.Points = append(c.Points, p)
		}
	}
	return c
}

// The parts of chance of a band.
const (
	Half  = 0.6744898 // standard deviations on each side of five in ten
	Eight = 1.2815516 // of eight in ten
)

// Band is how far chance alone brings the queue from its course by a point, so many
// standard deviations on each side: arrivals and decisions each vary as counts do, by the
// data's own variance where it is larger (management-statistics.md section 11).
func (u Usual) Band(p Point, deviations float64) (low, high float64) {
	off := deviations * u.deviation(p)
	return max(0, p.Waiting-off), p.Waiting + off
}

func (u Usual) deviation(p Point) float64 { return math.Sqrt(u.Spread * (p.Arrived + p.Decided)) }

// ChanceOver is how likely more than so many wait at a point (the formula of section 11,
// with the queue's own course in place of its straight line).
func (u Usual) ChanceOver(p Point, limit int) float64 {
	off := float64(limit) + half - p.Waiting
	d := u.deviation(p)
	if d == 0 {
		return float64(index(off < 0))
	}
	return math.Erfc(off/d/math.Sqrt2) / 2
}
