package civil

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"time"
)

// Date is a day in England. The zero Date means "not known". Dates can be
// compared with ==.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf makes a date, carrying over as the calendar does: 31 April is 1 May.
func DateOf(year int, month time.Month, day int) Date {
	y, m, d := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Date()
	return Date{y, m, d}
}

// ParseDate reads "2026-11-24".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Date{}, fmt.Errorf("%q is not a date, such as 2026-11-24", s)
	}
	y, m, d := t.Date()
	return Date{y, m, d}, nil
}

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// IsZero says that the day is not known.
func (d Date) IsZero() bool { return d == Date{} }

// Valid says that the day exists: 31 April does not.
func (d Date) Valid() bool {
	return !d.IsZero() && d.Year >= 1 && d.Year <= 9999 && DateOf(d.Year, d.Month, d.Day) == d
}

// Compare is -1, 0 or 1.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Before says that d is earlier than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After says that d is later than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// AddDays moves by calendar days.
func (d Date) AddDays(n int) Date { return DateOf(d.Year, d.Month, d.Day+n) }

// AddMonths moves to the same day of another month, or its last day when there
// is none: 30 November and 3 months is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	first := DateOf(d.Year, d.Month+time.Month(n), 1)
	last := DateOf(first.Year, first.Month+1, 0)
	return Date{first.Year, first.Month, min(d.Day, last.Day)}
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// DaysUntil is how many days later e is.
func (d Date) DaysUntil(e Date) int { return int(e.utc().Sub(d.utc()) / (24 * time.Hour)) }

// Start is midnight in London at which the day begins.
func (d Date) Start() Instant { return d.AtTime(0, 0) }

// EndOfDay is 23:59:59 in London: the last moment at which something due on the
// day is in time.
func (d Date) EndOfDay() Instant {
	return At(time.Date(d.Year, d.Month, d.Day, 23, 59, 59, 0, london))
}

// AtTime is a time of day in London. In the hour that the March change skips it
// is an hour later; in the hour that October repeats it is the first.
func (d Date) AtTime(hour, minute int) Instant {
	return At(time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, london))
}

// Age is whole years on a day, -1 before birth.
func (d Date) Age(on Date) int {
	if on.Before(d) {
		return -1
	}
	years := on.Year - d.Year
	if on.Month < d.Month || (on.Month == d.Month && on.Day < d.Day) {
		years--
	}
	return years
}

// String is "2026-11-24", "" when not known.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Value stores the text, or NULL.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads what either engine gives.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case time.Time:
		y, m, day := v.Date()
		*d = Date{y, m, day}
		return nil
	case []byte:
		return d.Scan(string(v))
	case string:
		p, err := ParseDate(v[:min(len(v), len(time.DateOnly))])
		if err == nil {
			*d = p
		}
		return err
	}
	return fmt.Errorf("read a date: %T is no date", src)
}

// MarshalText writes "2026-11-24".
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads "2026-11-24" or "".
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err == nil {
		*d = v
	}
	return err
}

// MarshalJSON writes null when not known.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// UnmarshalJSON reads null, "" or "2026-11-24".
func (d *Date) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*d = Date{}
		return nil
	}
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return fmt.Errorf("a date is a text, such as \"2026-11-24\"")
	}
	return d.UnmarshalText(b[1 : len(b)-1])
}
