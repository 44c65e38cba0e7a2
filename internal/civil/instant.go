// Package civil is time as England counts it: instants in UTC, dates in London,
// and working days. It is the only place that turns one into the other.
package civil

import (
	"database/sql/driver"
	"fmt"
	"time"
	_ "time/tzdata" // the rules for London travel with the binary
)

// fixed is the one way an instant is written down: UTC, fixed width, so that the
// order of the texts is the order of the moments.
const fixed = "2006-01-02T15:04:05.000000Z"

// Instant is a moment, to the microsecond. The zero Instant means "not known".
type Instant struct{ t time.Time }

// london is Europe/London. The rules are embedded, so loading cannot fail.
var london = mustLoad("Europe/London")

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic("civil: " + err.Error())
	}
	return l
}

// At makes an instant of a time.
func At(t time.Time) Instant {
	if t.IsZero() {
		return Instant{}
	}
	return Instant{t.UTC().Truncate(time.Microsecond)}
}

// ParseInstant reads RFC 3339 with an offset or Z. A time without an offset is
// refused: it could be either of two moments. Years outside 1900 to 9999 are too.
func ParseInstant(s string) (Instant, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return Instant{}, fmt.Errorf("%q is not a date and time with an offset, such as 2026-11-24T09:30:00Z", s)
	}
	if y := t.UTC().Year(); y < 1900 || y > 9999 {
		return Instant{}, fmt.Errorf("the year of %q must be from 1900 to 9999", s)
	}
	return At(t), nil
}

// Time is the moment as the standard library has it, in UTC.
func (i Instant) Time() time.Time { return i.t }

// London is the moment on a clock in England.
func (i Instant) London() time.Time { return i.t.In(london) }

// IsZero says that the moment is not known.
func (i Instant) IsZero() bool { return i.t.IsZero() }

// Before says that i is earlier than j.
func (i Instant) Before(j Instant) bool { return i.t.Before(j.t) }

// After says that i is later than j.
func (i Instant) After(j Instant) bool { return i.t.After(j.t) }

// Equal says that the two are the same moment.
func (i Instant) Equal(j Instant) bool { return i.t.Equal(j.t) }

// Compare is -1, 0 or 1.
func (i Instant) Compare(j Instant) int { return i.t.Compare(j.t) }

// Sub is how long after j the moment i is, in elapsed time.
func (i Instant) Sub(j Instant) time.Duration { return i.t.Sub(j.t) }

// Add moves by elapsed time. Days are not hours: for days use dates.
func (i Instant) Add(d time.Duration) Instant { return At(i.t.Add(d)) }

// Date is the day in England on which the moment falls.
func (i Instant) Date() Date {
	if i.IsZero() {
		return Date{}
	}
	y, m, d := i.London().Date()
	return Date{y, m, d}
}

// String is the fixed-width UTC text, "" when not known.
func (i Instant) String() string {
	if i.IsZero() {
		return ""
	}
	return i.t.Format(fixed)
}

// Value stores the fixed-width text, or NULL.
func (i Instant) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i.String(), nil
}

// Scan reads what either engine gives.
func (i *Instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = Instant{}
		return nil
	case time.Time:
		*i = At(v)
		return nil
	case []byte:
		return i.Scan(string(v))
	case string:
		t, err := time.Parse(time.RFC3339Nano, v)
		if err != nil {
			return fmt.Errorf("read an instant: %w", err)
		}
		*i = At(t)
		return nil
	}
	return fmt.Errorf("read an instant: %T is no time", src)
}

// MarshalText writes RFC 3339 in UTC.
func (i Instant) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what MarshalText wrote, and any RFC 3339.
func (i *Instant) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = Instant{}
		return nil
	}
	v, err := ParseInstant(string(b))
	if err == nil {
		*i = v
	}
	return err
}

// MarshalJSON writes null when not known.
func (i Instant) MarshalJSON() ([]byte, error) {
	if i.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + i.String() + `"`), nil
}

// UnmarshalJSON reads null, "" or RFC 3339.
func (i *Instant) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*i = Instant{}
		return nil
	}
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return fmt.Errorf("a date and time is a text, such as \"2026-11-24T09:30:00Z\"")
	}
	return i.UnmarshalText(b[1 : len(b)-1])
}
