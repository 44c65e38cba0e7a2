package civil

import (
	_ "embed" // the list of bank holidays
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// Calendar says which days are working days: Monday to Friday except bank
// holidays in England and Wales.
type Calendar struct {
	from, until Date
	holidays    map[Date]string
}

//go:embed bank-holidays.toml
var bankHolidays string

// England is the calendar that comes with the service.
func England() *Calendar {
	c, err := ReadCalendar(strings.NewReader(bankHolidays))
	if err != nil {
		panic("civil: the embedded bank holidays: " + err.Error()) // a test reads them
	}
	return c
}

type calendarFile struct {
	From    time.Time
	Until   time.Time
	Holiday []struct {
		Date  time.Time
		Title string
	}
}

// calendarLimit is far more than any list needs.
const calendarLimit = 1 << 20

// ReadCalendar reads a list of bank holidays, so that an administrator can
// replace the one that comes with the service. Unknown keys, a missing title, a
// day twice or a day outside the list's own range are refused.
func ReadCalendar(r io.Reader) (*Calendar, error) {
	var f calendarFile
	md, err := toml.NewDecoder(io.LimitReader(r, calendarLimit)).Decode(&f)
	if err != nil {
		return nil, fmt.Errorf("read the bank holidays: %w", err)
	}
	if extra := md.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("read the bank holidays: unknown key %q", extra[0].String())
	}
	c := &Calendar{from: day(f.From), until: day(f.Until), holidays: map[Date]string{}}
	if f.From.IsZero() || f.Until.IsZero() || !c.from.Before(c.until) {
		return nil, fmt.Errorf("read the bank holidays: from and until must say which days the list covers")
	}
	if len(f.Holiday) == 0 {
		return nil, fmt.Errorf("read the bank holidays: the list is empty")
	}
	for _, h := range f.Holiday {
		d := day(h.Date)
		switch {
		case h.Date.IsZero() || h.Title == "":
			return nil, fmt.Errorf("read the bank holidays: each needs a date and a title")
		case d.Before(c.from) || d.After(c.until):
			return nil, fmt.Errorf("read the bank holidays: %s is outside the days the list covers", d)
		case c.holidays[d] != "":
			return nil, fmt.Errorf("read the bank holidays: %s is there twice", d)
		}
		c.holidays[d] = h.Title
	}
	return c, nil
}

func day(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// Holiday names the bank holiday on a day.
func (c *Calendar) Holiday(d Date) (title string, ok bool) {
	title, ok = c.holidays[d]
	return title, ok
}

// WorkingDay says whether the day is Monday to Friday and no bank holiday.
func (c *Calendar) WorkingDay(d Date) bool {
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	_, holiday := c.holidays[d]
	return !holiday
}

// Until is the last day the list covers.
func (c *Calendar) Until() Date { return c.until }

// AddWorkingDays counts n working days forward. The day itself is day 0, whether
// or not it is a working day. It fails rather than guess when the count leaves
// the days the list covers.
func (c *Calendar) AddWorkingDays(from Date, n int) (Date, error) {
	d := from
	if err := c.covers(d); err != nil {
		return Date{}, err
	}
	for n > 0 {
		d = d.AddDays(1)
		if err := c.covers(d); err != nil {
			return Date{}, err
		}
		if c.WorkingDay(d) {
			n--
		}
	}
	return d, nil
}

// WorkingDaysBetween counts the working days after from, up to and including to.
func (c *Calendar) WorkingDaysBetween(from, to Date) (int, error) {
	if err := c.covers(from); err != nil {
		return 0, err
	}
	if err := c.covers(to); err != nil {
		return 0, err
	}
	n := 0
	for d := from; d.Before(to); {
		d = d.AddDays(1)
		if c.WorkingDay(d) {
			n++
		}
	}
	return n, nil
}

func (c *Calendar) covers(d Date) error {
	if d.Before(c.from) || d.After(c.until) {
		return fmt.Errorf("the bank holidays are known from %s to %s, and %s is outside: replace the list", c.from, c.until, d)
	}
	return nil
}
