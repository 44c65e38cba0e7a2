package pathway

import (
	"cmp"
	"slices"

	"frontdoor/internal/civil"
)

// Holding is one time that people met about a child.
type Holding struct {
	Discussion, Contact string
	Child               string
	At                  civil.Instant
	Missing             []Part
}

// SecondTime is a concern about which people met without police, and with them only at a
// later meeting (finding 27).
type SecondTime struct{ Without, With Holding }

// SecondTimes finds, for each child of a contact, the last meeting without police before
// the first that police attended, when there was one. Meetings of other contacts are
// about other concerns. all is in order of time.
func SecondTimes(all []Holding) []SecondTime {
	type concern struct{ contact, child string }
	without, met := map[concern]Holding{}, map[concern]bool{}
	var out []SecondTime
	for _, h := range all {
		k := concern{h.Contact, h.Child}
		if slices.Contains(h.Missing, PartPolice) {
			if !met[k] {
				without[k] = h
			}
			continue
		}
		if first, ok := without[k]; ok && !met[k] {
			out = append(out, SecondTime{first, h})
		}
		met[k] = true
	}
	return out
}

// Piece is an open assessment or enquiry about a child who is known.
type Piece struct {
	ID, Kind string // assessment, enquiry
	Person   string
	Contact  string
	Worker   string // "" when nobody has it yet
	Since    civil.Instant
}

// Parallel is the same kind of work open twice, for one child or for two of a family
// (finding 30).
type Parallel struct {
	A, B    Piece
	Sibling bool // of two children of one family
}

// Parallels finds work that is done twice: two open assessments, or two open enquiries,
// that came of different contacts, of one child or of brothers and sisters. Work with
// brothers and sisters that one worker does is done once.
func Parallels(all []Piece, same func(a, b string) bool, siblings func(a, b string) bool) []Parallel {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Piece) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID)) })
	var out []Parallel
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.Kind != b.Kind || a.Contact == b.Contact {
				continue
			}
			switch {
			case same(a.Person, b.Person):
				out = append(out, Parallel{a, b, false})
			case siblings(a.Person, b.Person) && (a.Worker == "" || a.Worker != b.Worker):
				out = append(out, Parallel{a, b, true})
			}
		}
	}
	return out
}

// Unseen is how long a child who waited was without a visit, at the longest.
type Unseen struct {
	Visits  int
	Days    int           // of the longest time without one, in whole days of the calendar
	Since   civil.Instant // when it began
	TooLong bool          // longer than the limit
}

// LongestUnseen works out the longest time without a visit from when a discussion was
// asked for until it was held, or until now. due is the limit from a moment. Visits are
// in order of time.
func LongestUnseen(asked, until civil.Instant, visits []civil.Instant, due func(civil.Instant) civil.Instant) Unseen {
	out := Unseen{Since: asked}
	from := asked
	for _, at := range append(slices.Clone(visits), until) {
		if at.Before(from) || at.After(until) {
			continue
		}
		if d := from.Date().DaysUntil(at.Date()); d > out.Days {
			out.Days, out.Since = d, from
		}
		out.TooLong = out.TooLong || at.After(due(from))
		from = at
	}
	for _, at := range visits {
		if !at.Before(asked) && !at.After(until) {
			out.Visits++
		}
	}
	return out
}
