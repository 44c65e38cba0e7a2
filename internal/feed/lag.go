// Package feed holds the rules about what a partner's system sends: how late it is
// stage by stage, how much is usual and when it is not, and what the force's own list
// says never came.
package feed

import (
	"math"
	"time"

	"frontdoor/internal/civil"
)

// Stage is a part of the way from an incident to a decision.
type Stage int

// The stages in order. Told is the whole way from the incident to receipt.
const (
	Told Stage = iota
	Reported
	Graded
	Sent
	Received
	Decided
	StageCount
)

var stages = [StageCount]struct{ key, words string }{
	{"told", "Incident to receipt, all stages"},
	{"reported", "Incident to officer’s report"},
	{"graded", "Report to grading"},
	{"sent", "Grading to sending"},
	{"received", "Sending to receipt"},
	{"decided", "Receipt to decision"},
}

// Stages are all stages: the whole way first, then in order.
func Stages() []Stage { return []Stage{Told, Reported, Graded, Sent, Received, Decided} }

// Key is how files and addresses name a stage.
func (s Stage) Key() string { return stages[s].key }

// Words is how pages name a stage.
func (s Stage) Words() string { return stages[s].words }

// StageOf finds a stage by its key.
func StageOf(key string) (Stage, bool) {
	for _, s := range Stages() {
		if s.Key() == key {
			return s, true
		}
	}
	return 0, false
}

// Grades are the force's own grades, the highest first; "" is one it did not grade.
func Grades() []string { return []string{"high", "medium", "standard", ""} }

// GradeWords is how pages name a grade.
func GradeWords(g string) string {
	if g == "" {
		return "not graded"
	}
	return g
}

// Stamps are the moments of one notification, as far as they are known.
type Stamps struct {
	Incident, Reported, Graded, Sent, Received, Decided civil.Instant
}

// Took is the whole seconds a stage took. ok is false when one of its ends is not
// known, or it would end before it begins: such a stage is in no figure.
func (s Stamps) Took(st Stage) (seconds uint32, ok bool) {
	from, to := s.ends(st)
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return 0, false
	}
	return uint32(min(int64(to.Sub(from).Round(time.Second)/time.Second), math.MaxUint32)), true
}

func (s Stamps) ends(st Stage) (from, to civil.Instant) {
	switch st {
	case Told:
		return s.Incident, s.Received
	case Reported:
		return s.Incident, s.Reported
	case Graded:
		return s.Reported, s.Graded
	case Sent:
		return s.Graded, s.Sent
	case Received:
		return s.Sent, s.Received
	}
	return s.Received, s.Decided
}

// Long is what the findings call late beyond doubt: more than seven days.
const Long = 7 * 24 * 60 * 60

// Spread is how long a stage took in all: seconds.
type Spread struct {
	N                         int
	Median, P90, P95, Longest uint32
}

// SpreadOf works out the spread. Each figure is one that really occurred: the smallest
// that at least half, 90 or 95 in 100 did not exceed. It changes the order of its list.
func SpreadOf(took []uint32) Spread {
	n := len(took)
	if n == 0 {
		return Spread{}
	}
	s := Spread{N: n}
	at, from := [3]*uint32{&s.Median, &s.P90, &s.P95}, 0
	for i, percent := range []int{50, 90, 95} {
		k := (percent*n+99)/100 - 1
		choose(took[from:], k-from)
		*at[i], from = took[k], k
	}
	for _, t := range took[from:] {
		s.Longest = max(s.Longest, t)
	}
	return s
}

// choose puts the kth smallest in its place, what is smaller before it and what is
// larger after it.
func choose(a []uint32, k int) {
	for lo, hi := 0, len(a)-1; lo < hi; {
		pivot := middle(a[lo], a[(lo+hi)/2], a[hi])
		i, j := lo, hi
		for i <= j {
			for a[i] < pivot {
				i++
			}
			for a[j] > pivot {
				j--
			}
			if i <= j {
				a[i], a[j] = a[j], a[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return
		}
	}
}

func middle(a, b, c uint32) uint32 { return max(min(a, b), min(max(a, b), c)) }

// Duration is seconds as a length of time.
func Duration(seconds uint32) time.Duration { return time.Duration(seconds) * time.Second }
