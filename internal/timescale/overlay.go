package timescale

import (
	"fmt"
	"slices"
)

// WithOverlay adds an authority's own limits. A local row may make a limit
// tighter, never looser: same unit and no longer, or elapsed hours in place of
// working days when they can only be sooner. It must name a clock that exists.
func (s *Set) WithOverlay(text []byte) (*Set, error) {
	local, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("read the local timescales: %w", err)
	}
	rules := slices.Clone(s.rules)
	for _, l := range local {
		base, ok := s.Rule(l.Key, l.From.EndOfDay())
		switch {
		case !ok:
			return nil, fmt.Errorf("local timescale %q: there is no such limit in force on %s", l.Key, l.From)
		case !tighter(l, base):
			return nil, fmt.Errorf("local timescale %q: %s is looser than the %s it would replace; a local limit may only be tighter", l.Key, l.Limit(), base.Limit())
		}
		l.Local = true
		rules = append(rules, l)
	}
	return newSet(rules, []byte(s.version), text), nil
}

// tighter says that l can never be due later than base, whatever the start.
func tighter(l, base Rule) bool {
	switch {
	case l.Unit == base.Unit:
		return l.Length <= base.Length
	case l.Unit == Hours && (base.Unit == WorkingDays || base.Unit == Days):
		return l.Length <= 24*base.Length-1 // an hour is lost when the clocks go forward
	case l.Unit == Days && base.Unit == WorkingDays:
		return l.Length <= base.Length
	case base.Unit == CalendarMonths && (l.Unit == Days || l.Unit == Hours):
		perMonth := 28
		if l.Unit == Hours {
			perMonth = 28*24 - 1
		}
		return l.Length <= perMonth*base.Length
	}
	return false
}
