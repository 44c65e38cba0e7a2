package cincensus

import (
	"strings"
	"time"

	"frontdoor/internal/civil"
)

// Text is one element as it stands in the file: what it holds, without blanks at
// its ends, and the line of its start tag. The zero Text means "not given"; a blank
// element counts as not given but keeps its line.
type Text struct {
	Value string
	Line  int
}

// Given says that the element holds something.
func (t Text) Given() bool { return t.Value != "" }

// Date is an element that holds a date. Day is the zero Date when the element is
// missing or what it holds is no date.
type Date struct {
	Text
	Day civil.Date
}

// Known says that the element holds a date.
func (d Date) Known() bool { return !d.Day.IsZero() }

// On makes a date for a census that is being built.
func On(d civil.Date) Date { return Date{Text{Value: d.String()}, d} }

// Of makes a text for a census that is being built.
func Of(s string) Text { return Text{Value: s} }

// order puts days in order as numbers: quicker than civil's, which serves every
// calendar.
func order(d civil.Date) int { return d.Year<<9 | int(d.Month)<<5 | d.Day }

// before says that a is earlier than b; never, when either is not known.
func before(a, b Date) bool { return a.Known() && b.Known() && order(a.Day) < order(b.Day) }

// same says that a and b are the same day; never, when either is not known.
func same(a, b Date) bool { return a.Known() && a.Day == b.Day }

// on says that day d is on or after from and on or before to.
func between(d, from, to civil.Date) bool {
	return order(d) >= order(from) && order(d) <= order(to)
}

func earlier(a, b civil.Date) bool { return order(a) < order(b) }

// yes and no read a yes-or-no element in whatever capitals it is written; anything
// else, or nothing, is neither.
func (t Text) yes() bool { return t.Value == "1" || strings.EqualFold(t.Value, "true") }
func (t Text) no() bool  { return t.Value == "0" || strings.EqualFold(t.Value, "false") }

var monthDays = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// parseDay reads "2026-03-31", also with the time zone that a schema allows after a
// date. Anything else is no date: "31/03/2026", 30 February, a day with a time.
func parseDay(s string) (civil.Date, bool) {
	if len(s) > 10 && zone(s[10:]) {
		s = s[:10]
	}
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return civil.Date{}, false
	}
	y, m, d := number(s[:4]), number(s[5:7]), number(s[8:])
	if y < 1 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return civil.Date{}, false
	}
	return civil.Date{Year: y, Month: time.Month(m), Day: d}, true
}

func daysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return monthDays[month]
}

// number reads digits only; -1 for anything else.
func number(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// zone says that s is a time zone as XML Schema writes it: Z, +01:00.
func zone(s string) bool {
	if s == "Z" {
		return true
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return false
	}
	h, m := number(s[1:3]), number(s[4:])
	return h >= 0 && m >= 0 && (h < 14 && m < 60 || h == 14 && m == 0)
}
