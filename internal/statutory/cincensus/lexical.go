package cincensus

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// digits says that every character is a digit, of whatever script: so does the \d of
// XML Schema.
func digits(b []byte) bool {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if !unicode.IsDigit(r) {
			return false
		}
		b = b[size:]
	}
	return true
}

// isDate says that the text is a date as XML Schema has it: also with a time zone, a
// year of more digits, or before Christ. Blanks around it, which the standard allows
// and xmllint does not, are not.
func isDate(b []byte) bool {
	s := string(b)
	rest, ok := yearOf(s)
	if !ok {
		return false
	}
	after, ok := monthAndDay(s, rest)
	return ok && (after == "" || zone(after))
}

// yearOf takes a year off a text: four digits or more, no needless 0, no year 0.
func yearOf(s string) (rest string, ok bool) {
	s = strings.TrimPrefix(s, "-")
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n < 4 || n > 9 || n > 4 && s[0] == '0' || number(s[:n]) == 0 {
		return "", false
	}
	return s[n:], true
}

// monthAndDay takes "-03-31" off a text, which followed the year in whole.
func monthAndDay(whole, rest string) (after string, ok bool) {
	if len(rest) < 6 || rest[0] != '-' || rest[3] != '-' {
		return "", false
	}
	year := number(strings.TrimPrefix(whole[:len(whole)-len(rest)], "-"))
	m, d := number(rest[1:3]), number(rest[4:6])
	if m < 1 || m > 12 || d < 1 || d > daysIn(year, m) {
		return "", false
	}
	return rest[6:], true
}

func isYear(b []byte) bool {
	rest, ok := yearOf(string(b))
	return ok && (rest == "" || zone(rest))
}

// isMoment says that the text is a date and a time, with or without a zone.
func isMoment(b []byte) bool {
	s := string(b)
	rest, ok := yearOf(s)
	if !ok {
		return false
	}
	after, ok := monthAndDay(s, rest)
	if !ok || len(after) < 9 || after[0] != 'T' || after[3] != ':' || after[6] != ':' {
		return false
	}
	h, m, sec := number(after[1:3]), number(after[4:6]), number(after[7:9])
	after = after[9:]
	fraction := false
	if strings.HasPrefix(after, ".") {
		n := 1
		for n < len(after) && after[n] >= '0' && after[n] <= '9' {
			fraction = fraction || after[n] != '0'
			n++
		}
		if n == 1 {
			return false
		}
		after = after[n:]
	}
	midnight := h == 24 && m == 0 && sec == 0 && !fraction
	if !midnight && (h < 0 || h > 23) || m < 0 || m > 59 || sec < 0 || sec > 59 {
		return false
	}
	return after == "" || zone(after)
}

// isUPN says that the text is a letter, eleven digits, and a digit or letter.
func isUPN(b []byte) bool {
	if len(b) < 13 || !letter(b[0]) {
		return false
	}
	r, size := utf8.DecodeLastRune(b)
	middle := b[1 : len(b)-size]
	return utf8.RuneCount(middle) == 11 && digits(middle) && (unicode.IsDigit(r) || size == 1 && letter(byte(r)))
}

// isCount says that the text is a whole number, 0 or more: "+1", "007" and "-0" are.
// Blanks around it are allowed.
func isCount(b []byte) bool {
	s := string(bytes.Trim(b, " \t\r\n"))
	minus := strings.HasPrefix(s, "-")
	s = strings.TrimLeft(s[:min(1, len(s))], "+-") + s[min(1, len(s)):]
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return false
	}
	return !minus || strings.Trim(s, "0") == ""
}
