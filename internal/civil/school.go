package civil

import (
	"fmt"
	"slices"
	"time"
)

// Days is a stretch of days, the first and the last among them.
type Days struct{ From, Until Date }

// Has says whether a day is among them.
func (x Days) Has(d Date) bool { return !d.Before(x.From) && !d.After(x.Until) }

// SchoolCalendar says on which days a school is open to pupils, and when its day
// starts: in term, Monday to Friday, and neither a bank holiday nor a day on which it
// is closed (half term, inset).
type SchoolCalendar struct {
	bank   *Calendar
	hour   int
	minute int
	terms  []Days
	closed []Days
}

// NewSchoolCalendar makes a calendar of terms and closed days. bell is when the day
// starts on an English clock, such as "08:50". It refuses a stretch that ends before it
// begins, and a bell that is no time of a morning.
func NewSchoolCalendar(bank *Calendar, bell string, terms, closed []Days) (*SchoolCalendar, error) {
	hour, minute, err := ParseBell(bell)
	if err != nil {
		return nil, err
	}
	for _, x := range slices.Concat(terms, closed) {
		if x.Until.Before(x.From) || x.From.IsZero() {
			return nil, fmt.Errorf("%s to %s ends before it begins", x.From, x.Until)
		}
	}
	return &SchoolCalendar{bank, hour, minute, terms, closed}, nil
}

// The earliest and the latest hour at which a school's day can start.
const (
	earliestBell = 6
	latestBell   = 12
)

// ParseBell reads when a school's day starts: a time from 06:00 to 12:59, as HH:MM.
func ParseBell(s string) (hour, minute int, err error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") || t.Hour() < earliestBell || t.Hour() > latestBell {
		return 0, 0, fmt.Errorf("%q is not the start of a school day, such as 08:50", s)
	}
	return t.Hour(), t.Minute(), nil
}

// Open says whether pupils are at school on a day. Outside its terms it is closed.
func (s *SchoolCalendar) Open(d Date) bool {
	has := func(x Days) bool { return x.Has(d) }
	return s.bank.WorkingDay(d) && slices.ContainsFunc(s.terms, has) && !slices.ContainsFunc(s.closed, has)
}

// Until is the last day of the last term; zero when there is none.
func (s *SchoolCalendar) Until() Date {
	var last Date
	for _, t := range s.terms {
		if last.IsZero() || t.Until.After(last) {
			last = t.Until
		}
	}
	return last
}

// Bell is when the school's day starts on a day.
func (s *SchoolCalendar) Bell(d Date) Instant { return d.AtTime(s.hour, s.minute) }

// No holiday is as long as longestHoliday days: a calendar in which the next school day
// is further away has a gap. No fortnight is without a working day.
const (
	longestHoliday = 70
	fortnight      = 14
)

// NextBell is the start of the next school day after a moment: today's, when the day
// has not started yet. Where the calendar reaches no such day, known is false and the
// bell is that of the next working day, which is never later than a school day: whoever
// does not know the holidays is asked too early and not too late.
func (s *SchoolCalendar) NextBell(after Instant) (bell Instant, known bool) {
	last := after.Date().AddDays(longestHoliday)
	for d := after.Date(); !d.After(last) && !d.After(s.Until()); d = d.AddDays(1) {
		if b := s.Bell(d); s.Open(d) && b.After(after) {
			return b, true
		}
	}
	d := after.Date()
	for range fortnight {
		if b := s.Bell(d); s.bank.WorkingDay(d) && b.After(after) {
			return b, false
		}
		d = d.AddDays(1)
	}
	return s.Bell(d), false
}

// A child is of school age from reception, the school year in which they turn five, to
// the day before they turn eighteen (Operation Encompass: reception to 17).
const (
	receptionAge = 4 // on the last day of August before the school year
	adult        = 18
)

// OfSchoolAge says whether somebody born on a day is of school age on another.
func OfSchoolAge(born, on Date) bool {
	year := on.Year
	if on.Month < time.September {
		year--
	}
	return born.Age(on) < adult && born.Age(DateOf(year, time.August, 31)) >= receptionAge
}
