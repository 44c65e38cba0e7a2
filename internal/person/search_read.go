package person

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"frontdoor/internal/civil"
)

var (
	looksRef      = regexp.MustCompile(`^(C|FD)[- ]?(\d\d)[- ]?([2-9A-HJ-NP-Z]{6})$`)
	looksPostcode = regexp.MustCompile(`^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$`)
	looksOutward  = regexp.MustCompile(`^[A-Z]{1,2}\d[A-Z\d]?( \d)?$`)
	looksHouse    = regexp.MustCompile(`^\d{1,4}[a-z]?(-\d{1,4})?$`)
	looksNumber   = regexp.MustCompile(`^[+(]?[\d() \-.]*\d\)?$`)
)

// shortestPostcode is how many letters and digits a whole postcode has at least.
const shortestPostcode = 5

// reference reads C-26-7K3QM9 or FD-26-7K3QM9, with or without its dashes.
func (p *searchParser) reference() int {
	for n := 3; n > 0; n-- {
		m := looksRef.FindStringSubmatch(strings.ToUpper(p.next(n)))
		if m == nil {
			continue
		}
		ref := m[1] + "-" + m[2] + "-" + m[3]
		if m[1] == "C" {
			return p.once(n, &p.s.Child, ref, "child "+ref)
		}
		return p.once(n, &p.s.Contact, ref, "contact "+ref)
	}
	return 0
}

func (p *searchParser) pupil() int {
	if u, ok := UPN(p.words[p.at]); ok && !strings.ContainsAny(p.words[p.at], "@") {
		return p.once(1, &p.s.UPN, u, "unique pupil number "+u)
	}
	return 0
}

// labels are words before a part that say what it is.
var labels = []struct {
	words string
	kind  string
}{
	{"date of birth", "born"}, {"d.o.b.", "born"}, {"d.o.b", "born"}, {"dob", "born"}, {"born on", "born"}, {"born in", "born"}, {"born", "born"},
	{"due on", "born"}, {"due", "born"},
	{"telephone number", "phone"}, {"phone number", "phone"}, {"telephone", "phone"}, {"phone", "phone"}, {"tel", "phone"}, {"mobile", "phone"}, {"mob", "phone"},
	{"nhs number", "number"}, {"nhs no", "number"}, {"nhs", "number"}, {"upn", "number"}, {"reference", "number"}, {"ref", "number"},
	{"postcode", "postcode"}, {"post code", "postcode"}, {"address", "address"}, {"lives at", "address"},
	{"first name", "given"}, {"forename", "given"}, {"given name", "given"}, {"known as", "given"},
	{"family name", "family"}, {"last name", "family"}, {"surname", "family"},
	{"name", "name"}, {"called", "name"}, {"about", "age"}, {"approximately", "age"},
}

// labelled reads a label and the part that must come after it. A label with nothing
// of its kind after it is no label: "Born" is a surname too.
func (p *searchParser) labelled() int {
	for _, l := range labels {
		n := len(strings.Fields(l.words))
		if strings.ToLower(strings.TrimRight(p.next(n), ":.")) != strings.TrimRight(l.words, ".") {
			continue
		}
		if m := p.afterLabel(n, l.kind); m > 0 {
			return m
		}
	}
	return 0
}

func (p *searchParser) afterLabel(n int, kind string) int {
	if p.at+n >= len(p.words) || p.words[p.at+n] == "," {
		return 0
	}
	switch kind {
	case "given", "family", "name":
		if w := strings.Trim(p.words[p.at+n], `*?%"“”().:`); Fold(w) != "" && !strings.ContainsFunc(w, unicode.IsDigit) {
			label := kind
			if kind == "name" {
				label = ""
			}
			p.names = append(p.names, nameWord{text: w, label: label, piece: p.commas()})
			return n + 1
		}
		return 0
	}
	reads := map[string][]func() int{
		"born": {p.date}, "phone": {p.phoneEnd}, "number": {p.reference, p.pupil, p.numbers}, "postcode": {p.postcode},
		"address": {p.address}, "age": {p.age},
	}[kind]
	p.at, p.label = p.at+n, n
	defer func() { p.at, p.label = p.at-n, 0 }()
	for _, read := range reads {
		if m := read(); m > 0 {
			return n + m
		}
	}
	return 0
}

const month = `(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|august|sept|september|october|november|december)`

var (
	dayMonthYear = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th)?(?: ?of)?[ \-./]*` + month + `[ \-./]*,? ?(\d{4}|\d{2})$`)
	monthDayYear = regexp.MustCompile(`^` + month + ` ?(\d{1,2})(?:st|nd|rd|th)? ?,? ?(\d{4})$`)
	numbersDate  = regexp.MustCompile(`^(\d{1,2})[ /.\-](\d{1,2})[ /.\-](\d{4}|\d{2})$`)
	yearFirst    = regexp.MustCompile(`^(\d{4})[ /.\-](\d{1,2})[ /.\-](\d{1,2})$`)
	eightDigits  = regexp.MustCompile(`^(\d{2})(\d{2})(\d{4})$`)
	sixDigits    = regexp.MustCompile(`^(\d{2})(\d{2})(\d{2})$`)
	monthOfYear  = regexp.MustCompile(`^` + month + `[ \-./]*(\d{4})$`)
	numberOfYear = regexp.MustCompile(`^(\d{1,2})[/.\-](\d{4})$`)
	onlyYear     = regexp.MustCompile(`^(\d{4})$`)
)

var monthNames = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// mostDateWords is how many words a date is written in: "27 th of March , 2016".
const mostDateWords = 6

// date reads a date of birth in any English form, a month of a year, or a year. One
// to come is when a child is expected.
func (p *searchParser) date() int {
	for n := min(mostDateWords, len(p.words)-p.at); n > 0; n-- {
		text := strings.ToLower(strings.Join(p.words[p.at:p.at+n], " "))
		if text == "," || strings.HasSuffix(text, ",") {
			continue
		}
		d, ok := p.readDate(text)
		if !ok {
			continue
		}
		return p.takeDate(n, d)
	}
	return 0
}

// writtenDate is a date as written. A precision of "none" is one that does not exist.
type writtenDate struct {
	on        civil.Date
	precision string
	note      string
}

func (p *searchParser) readDate(text string) (writtenDate, bool) {
	if m := dayMonthYear.FindStringSubmatch(text); m != nil {
		return p.dateOf(m[3], monthNumber(m[2]), m[1]), true
	}
	if m := monthDayYear.FindStringSubmatch(text); m != nil {
		return p.dateOf(m[3], monthNumber(m[1]), m[2]), true
	}
	if m := numbersDate.FindStringSubmatch(text); m != nil {
		return p.dateOf(m[3], m[2], m[1]), true
	}
	if m := yearFirst.FindStringSubmatch(text); m != nil {
		return p.dateOf(m[1], m[2], m[3]), true
	}
	if m := eightDigits.FindStringSubmatch(text); m != nil {
		if d := p.dateOf(m[3], m[2], m[1]); d.precision != "none" {
			return d, true
		}
		if d := p.dateOf(text[:4], text[4:6], text[6:]); d.precision != "none" {
			return d, true
		}
		return writtenDate{}, false
	}
	if m := sixDigits.FindStringSubmatch(text); m != nil {
		d := p.dateOf(m[3], m[2], m[1])
		return d, d.precision != "none" && d.note == "" && d.on.Age(p.today) <= oldestYoung
	}
	if m := monthOfYear.FindStringSubmatch(text); m != nil {
		return p.part(m[2], monthNumber(m[1])), true
	}
	if m := numberOfYear.FindStringSubmatch(text); m != nil {
		return p.part(m[2], m[1]), true
	}
	if m := onlyYear.FindStringSubmatch(text); m != nil {
		y, _ := strconv.Atoi(m[1])
		return writtenDate{on: civil.DateOf(y, 1, 1), precision: "year"}, y >= p.today.Year-longestLife && y <= p.today.Year
	}
	return writtenDate{}, false
}

const (
	longestLife = 110 // years
	oldestYoung = 25  // people the service works with
	pregnancy   = 300 // days
)

func monthNumber(name string) string {
	for i, m := range monthNames {
		if strings.HasPrefix(name, m) {
			return strconv.Itoa(i + 1)
		}
	}
	return "0"
}

// dateOf makes a day of what was written. A month over 12 beside a day that could be
// one was written the American way.
func (p *searchParser) dateOf(year, month, day string) writtenDate {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	if len(year) == 2 {
		y += 2000
		if y > p.today.Year+1 {
			y -= 100
		}
	}
	note := ""
	if m > 12 && d <= 12 {
		m, d, note = d, m, ", day and month turned round"
	}
	on := civil.Date{Year: y, Month: time.Month(m), Day: d}
	if m < 1 || m > 12 || !on.Valid() || y < p.today.Year-longestLife {
		return writtenDate{precision: "none"}
	}
	return writtenDate{on: on, note: note}
}

func (p *searchParser) part(year, month string) writtenDate {
	w := p.dateOf(year, month, "1")
	if w.precision == "" && w.note == "" {
		w.precision = "month"
		return w
	}
	return writtenDate{precision: "none"}
}

func (p *searchParser) takeDate(n int, w writtenDate) int {
	switch {
	case w.precision == "none":
		return p.unplaced(n, "there is no such day")
	case !p.s.Born.IsZero() || !p.s.Expected.IsZero():
		return p.unplaced(n, "one date is enough")
	case w.on.After(p.today) && p.today.DaysUntil(w.on) > pregnancy:
		return p.unplaced(n, "this is too far in the future")
	case w.on.After(p.today):
		p.s.Expected, p.s.Unborn = w.on, true
		return p.understood(n, "expected "+w.on.Words())
	}
	p.s.Born, p.s.Precision = w.on, w.precision
	switch w.precision {
	case "month":
		return p.understood(n, fmt.Sprintf("born in %s %d", w.on.Month, w.on.Year))
	case "year":
		return p.understood(n, fmt.Sprintf("born in %d", w.on.Year))
	}
	return p.understood(n, "born "+w.on.Words()+w.note)
}

// mostNumberWords is how many groups a number is written in: "485 777 3456".
const mostNumberWords = 5

// numbers reads an NHS number or a telephone number.
func (p *searchParser) numbers() int {
	for n := mostNumberWords; n > 0; n-- {
		text := p.next(n)
		if text == "" || !looksNumber.MatchString(text) {
			continue
		}
		d := digits(text)
		if nhs, ok := NHSNumber(d); ok && d[0] != '0' && !strings.HasPrefix(text, "+") {
			return p.once(n, &p.s.NHS, nhs, "NHS number "+nhs[:3]+" "+nhs[3:6]+" "+nhs[6:])
		}
		phone := PhoneNumber(d)
		switch {
		case len(phone) >= 10 && len(phone) <= 11 && phone[0] == '0':
			return p.once(n, &p.s.Phone, phone, "telephone "+phone)
		case len(d) == 10 && d[0] == '7':
			return p.once(n, &p.s.Phone, "0"+d, "telephone 0"+d)
		case len(d) == 10 && n <= 3:
			return p.unplaced(n, "this is not an NHS number: one of its digits must be wrong")
		case len(d) >= shortestPhone && len(d) <= 9 && n <= 2:
			return p.phoneEnd()
		}
	}
	return 0
}

// shortestPhone is how many digits of the end of a telephone number are asked for.
const shortestPhone = 6

// phoneEnd reads a telephone number or the end of one.
func (p *searchParser) phoneEnd() int {
	for n := mostNumberWords; n > 0; n-- {
		text := p.next(n)
		if text == "" || !looksNumber.MatchString(text) {
			continue
		}
		d := digits(text)
		switch phone := PhoneNumber(d); {
		case len(d) > 14:
		case len(phone) >= 10:
			return p.once(n, &p.s.Phone, phone, "telephone "+phone)
		case len(d) >= shortestPhone:
			return p.once(n, &p.s.Phone, d, "telephone ending "+d)
		}
	}
	return 0
}

// postcode reads a postcode or its beginning.
func (p *searchParser) postcode() int {
	for n := 2; n > 0; n-- {
		text := strings.ToUpper(p.next(n))
		switch {
		case looksPostcode.MatchString(text):
			p.after = true
			code := Postcode(text)
			return p.once(n, &p.s.Postcode, code, "postcode "+code[:len(code)-3]+" "+code[len(code)-3:])
		case looksOutward.MatchString(text):
			p.after = true
			return p.once(n, &p.s.Postcode, Postcode(text), "postcode beginning "+text)
		}
	}
	return 0
}

// sureStreets are words for a street that are seldom surnames.
var sureStreets = map[string]bool{"road": true, "rd": true, "street": true, "avenue": true, "ave": true, "crescent": true, "cres": true,
	"drive": true, "gardens": true, "gdns": true, "terrace": true, "terr": true}

// otherStreets are words for a street behind a number.
var otherStreets = map[string]bool{"lane": true, "ln": true, "close": true, "cl": true, "court": true, "ct": true, "grove": true, "place": true, "square": true,
	"way": true, "walk": true, "row": true, "view": true, "rise": true, "hill": true, "park": true, "mews": true, "st": true, "dr": true, "av": true, "house": true, "green": true, "croft": true, "fold": true}

func isStreet(w string) bool { f := Fold(w); return sureStreets[f] || otherStreets[f] }

// mostStreetWords is how many words a street's name has.
const mostStreetWords = 4

// address reads "12 Mill Lane", "Flat 3, 12 Mill Lane", "Mill Road", or a number
// before a postcode.
func (p *searchParser) address() int {
	from := p.at
	if f := Fold(p.words[from]); (f == "flat" || f == "apartment" || f == "unit" || f == "room") && looksHouse.MatchString(strings.ToLower(p.from(from+1, 1))) {
		from += 2
		if from < len(p.words) && p.words[from] == "," {
			from++
		}
	}
	n := 0
	switch house := strings.ToLower(p.from(from, 1)); {
	case looksHouse.MatchString(house) && from == p.at && p.wholePostcode(from+1):
		p.after = true
		return p.once(1, &p.s.Address, house, "house number "+house)
	case looksHouse.MatchString(house):
		n = p.street(from+1, from == p.at)
		if n > 0 {
			n += from + 1 - p.at
		}
	case from == p.at && sureStreets[Fold(p.from(from+1, 1))] && !strings.ContainsFunc(house, unicode.IsDigit) && Fold(house) != "":
		n = 2
	}
	if n == 0 && from > p.at {
		n = 2
	}
	if n == 0 {
		return 0
	}
	p.after = true
	line := strings.ReplaceAll(strings.Join(p.words[p.at:p.at+n], " "), " ,", ",")
	return p.once(n, &p.s.Address, Door(line), "address "+line)
}

func (p *searchParser) wholePostcode(at int) bool {
	return looksPostcode.MatchString(strings.ToUpper(p.from(at, 2))) || looksPostcode.MatchString(strings.ToUpper(p.from(at, 1)))
}

// street is how many words after a house number belong to the address; 0 when it is
// not a house number.
func (p *searchParser) street(at int, bare bool) int {
	for n := 1; n <= mostStreetWords && at+n <= len(p.words) && p.words[at+n-1] != ","; n++ {
		if strings.ContainsFunc(p.words[at+n-1], unicode.IsDigit) {
			break
		}
		if n > 1 && isStreet(p.words[at+n-1]) {
			return n
		}
	}
	if bare && p.at > 0 && p.words[p.at-1] == "," && at < len(p.words) && !strings.ContainsFunc(p.words[at], unicode.IsDigit) {
		n := 0
		for at+n < len(p.words) && p.words[at+n] != "," && n < 3 && !strings.ContainsFunc(p.words[at+n], unicode.IsDigit) {
			n++
		}
		return n
	}
	return 0
}

var ageForms = regexp.MustCompile(`^(?:aged? ?:? ?)?(\d{1,2}) ?-?(years?|yrs?|y/?o|months?|mths?|mo|weeks?|wks?|days?)?[ -]?(?:old|of age)?$`)

// oldestAge is the greatest age that a number alone is taken for.
const oldestAge = 25

// age reads "7", "aged 7", "7 years old" or "9 months".
func (p *searchParser) age() int {
	for n := 4; n > 0; n-- {
		text := strings.ToLower(p.next(n))
		m := ageForms.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		years, _ := strconv.Atoi(m[1])
		unit := m[2]
		bare := unit == "" && !strings.HasPrefix(text, "age")
		switch {
		case strings.HasPrefix(unit, "m"):
			years /= 12
		case strings.HasPrefix(unit, "w") || strings.HasPrefix(unit, "d"):
			years = 0
		}
		switch {
		case bare && years > oldestAge:
			return p.unplaced(n, "a number by itself is read as an age")
		case p.s.Age >= 0:
			return p.unplaced(n, "one age is enough")
		}
		p.s.Age = years
		if years == 0 {
			return p.understood(n, "under 1")
		}
		return p.understood(n, "aged "+strconv.Itoa(years))
	}
	return 0
}

// kind reads whether it is a girl or a boy, or not born yet.
func (p *searchParser) kind() int {
	sex, means := "", ""
	switch Fold(p.words[p.at]) {
	case "girl", "female":
		sex, means = "F", "a girl"
	case "boy", "male":
		sex, means = "M", "a boy"
	case "child", "children", "kid":
		return p.understood(1, "a child")
	case "unborn":
		p.s.Unborn = true
		return p.understood(1, "not born yet")
	default:
		return 0
	}
	return p.once(1, &p.s.Sex, sex, means)
}
