// Package escalation is what follows when a child waits on a partner past a limit: who
// is asked, by when they must answer, and when the question goes one level higher. It
// performs nothing: where a child stands on the ladder is a question asked of the
// record, so nothing goes unasked because a job did not run.
package escalation

import (
	_ "embed" // the ladders
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/timescale"

	"github.com/BurntSushi/toml"
)

// Top is the highest level. Nothing climbs over it: what is unanswered there stands on
// the director's first page (finding 8).
const Top = 4

// Rung is one level of a ladder: who is asked for the partner, who asks for the
// council, and how long the answer may take.
type Rung struct {
	Level   int
	Partner string // role at the partner
	Council string // role at the council
	Tells   string // the council's role in access.Role that hears
	Length  int
	Unit    timescale.Unit
	Hold    int // working days from the answer for which its date may hold the next level back
}

// By is when an answer to a question put at a moment is due.
func (r Rung) By(asked civil.Instant, cal *civil.Calendar) (civil.Instant, error) {
	if r.Unit == timescale.Hours {
		return asked.Add(time.Duration(r.Length) * time.Hour), nil
	}
	d, err := cal.AddWorkingDays(asked.Date(), r.Length)
	return d.EndOfDay(), err
}

// Latest is the latest moment until which an answer given at a moment may hold the next
// level back.
func (r Rung) Latest(answered civil.Instant, cal *civil.Calendar) (civil.Instant, error) {
	d, err := cal.AddWorkingDays(answered.Date(), r.Hold)
	return d.EndOfDay(), err
}

// Limit is how long the level has, in words: "48 hours".
func (r Rung) Limit() string { return timescale.Rule{Length: r.Length, Unit: r.Unit}.Limit() }

// Ladder is the levels of one kind of agency, in force from a day.
type Ladder struct {
	Agency   string
	Name     string
	Source   string
	From     civil.Date
	Reviewed civil.Date
	Rungs    []Rung // level 1 first
}

// Set is all ladders.
type Set struct{ ladders []Ladder }

//go:embed ladder.toml
var standard []byte

// Standard is the set that comes with the service.
func Standard() *Set {
	s, err := Read(standard)
	if err != nil {
		panic("escalation: the embedded ladders: " + err.Error()) // a test reads them
	}
	return s
}

type file struct {
	Ladder []struct {
		Agency, Name, Source string
		From, Reviewed       time.Time
		Rung                 []struct {
			Level                  int
			Partner, Council, Unit string
			Tells                  string
			Length, Hold           int
		}
	}
}

// longest keeps a slip of the finger from making an answer due in years.
const longest = 1000

// With adds an authority's own ladders, each in force from its own day. What was asked
// before keeps the ladder it was asked by.
func (s *Set) With(text []byte) (*Set, error) {
	own, err := Read(text)
	if err != nil {
		return nil, err
	}
	out := &Set{ladders: slices.Clone(s.ladders)}
	for _, l := range own.ladders {
		if err := out.add(l); err != nil {
			return nil, fmt.Errorf("add the ladder of %s: %w", l.Agency, err)
		}
	}
	return out, nil
}

// Read reads ladders. One that has not each level once, names nobody or gives no
// source refuses to be used.
func Read(text []byte) (*Set, error) {
	var f file
	md, err := toml.Decode(string(text), &f)
	if err != nil {
		return nil, fmt.Errorf("read the ladders: %w", err)
	}
	if extra := md.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("read the ladders: unknown key %q", extra[0].String())
	}
	if len(f.Ladder) == 0 {
		return nil, fmt.Errorf("read the ladders: the list is empty")
	}
	s := &Set{}
	for _, x := range f.Ladder {
		l := Ladder{Agency: x.Agency, Name: x.Name, Source: x.Source, From: day(x.From), Reviewed: day(x.Reviewed)}
		for _, r := range x.Rung {
			l.Rungs = append(l.Rungs, Rung{r.Level, r.Partner, r.Council, r.Tells, r.Length, timescale.Unit(r.Unit), r.Hold})
		}
		if err := s.add(l); err != nil {
			return nil, fmt.Errorf("read the ladders: %s: %w", x.Agency, err)
		}
	}
	return s, nil
}

func day(t time.Time) civil.Date {
	if t.IsZero() {
		return civil.Date{}
	}
	return civil.DateOf(t.Year(), t.Month(), t.Day())
}

func (s *Set) add(l Ladder) error {
	switch {
	case blank(l.Agency) || blank(l.Name) || blank(l.Source):
		return fmt.Errorf("agency, name and source are needed")
	case l.From.IsZero() || l.Reviewed.IsZero():
		return fmt.Errorf("from and reviewed are dates, such as 2026-03-01")
	case len(l.Rungs) != Top:
		return fmt.Errorf("there are %d levels, not %d", len(l.Rungs), Top)
	case slices.ContainsFunc(s.ladders, func(x Ladder) bool { return x.Agency == l.Agency && x.From == l.From }):
		return fmt.Errorf("two ladders from %s", l.From)
	}
	for i, r := range l.Rungs {
		switch {
		case r.Level != i+1:
			return fmt.Errorf("level %d stands where level %d should", r.Level, i+1)
		case blank(r.Partner) || blank(r.Council) || blank(r.Tells):
			return fmt.Errorf("level %d: partner, council and tells are needed", r.Level)
		case r.Unit != timescale.Hours && r.Unit != timescale.WorkingDays:
			return fmt.Errorf("level %d: unit %q is not hours or working_days", r.Level, r.Unit)
		case r.Length < 1 || r.Length > longest || r.Hold < 0 || r.Hold > longest:
			return fmt.Errorf("level %d: length and hold must be at most %d", r.Level, longest)
		}
	}
	s.ladders = append(s.ladders, l)
	return nil
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// Ladders are all of them, in the order of the data.
func (s *Set) Ladders() []Ladder { return slices.Clone(s.ladders) }

// Agencies are the kinds of agency that have a ladder.
func (s *Set) Agencies() []string {
	var out []string
	for _, l := range s.ladders {
		if !slices.Contains(out, l.Agency) {
			out = append(out, l.Agency)
		}
	}
	return out
}

// Rung is the level of an agency's ladder that was in force on a day: the latest that
// had begun. A question keeps the ladder in force when it was put.
func (s *Set) Rung(agency string, level int, at civil.Instant) (Rung, bool) {
	on, found, ok := at.Date(), Ladder{}, false
	for _, l := range s.ladders {
		if l.Agency == agency && !l.From.After(on) && (!ok || l.From.After(found.From)) {
			found, ok = l, true
		}
	}
	if !ok || level < 1 || level > Top {
		return Rung{}, false
	}
	return found.Rungs[level-1], true
}
