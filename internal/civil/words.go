package civil

import (
	"fmt"
	"time"
)

// Words is a moment as people read it: "Sat 21 Nov 2026, 14:10", in London.
func (i Instant) Words() string {
	if i.IsZero() {
		return ""
	}
	return i.London().Format("Mon 2 Jan 2006, 15:04")
}

// Clock is the time of day in London: "14:10".
func (i Instant) Clock() string {
	if i.IsZero() {
		return ""
	}
	return i.London().Format("15:04")
}

// Words is a day as people read it: "21 November 2026".
func (d Date) Words() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format("2 January 2006")
}

// daysFrom is from when a span is told in days: below, to the minute.
const daysFrom = 48 * time.Hour

// Span is a length of time in words: "40 min", "1 h 40 min", "19 h", "3 days".
func Span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	if d >= daysFrom {
		return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
	}
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case h == 0:
		return fmt.Sprintf("%d min", m)
	case m == 0:
		return fmt.Sprintf("%d h", h)
	}
	return fmt.Sprintf("%d h %d min", h, m)
}

// AgoDays says how long ago a moment was in days on the English calendar:
// "today", "yesterday", "23 days ago".
func AgoDays(from, now Instant) string {
	switch n := from.Date().DaysUntil(now.Date()); {
	case n < 0:
		return "in the future"
	case n == 0:
		return "today"
	case n == 1:
		return "yesterday"
	default:
		return fmt.Sprintf("%d days ago", n)
	}
}
