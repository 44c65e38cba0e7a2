// Package matchfile reads registers of children and the contacts about them from CSV
// files, as the match commands take them. Column names are fixed; columns may be
// missing or stand in any order, and unknown ones are left alone.
package matchfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"frontdoor/internal/civil"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
)

// Table is a CSV file with a header, read a row at a time.
type Table struct {
	name   string
	csv    *csv.Reader
	at     map[string]int
	head   []string
	row    []string
	line   int
	width  int
	unread unread
}

// unread notes values that could not be read and were taken as not known.
type unread struct {
	many  int
	first string
}

// Warning says how many values could not be read and where the first is, or "".
func (t *Table) Warning() string {
	if t.unread.many == 0 {
		return ""
	}
	return fmt.Sprintf("%s: %d values could not be read and count as not known. The first: %s", t.name, t.unread.many, t.unread.first)
}

func (t *Table) note(column, like string) {
	if t.unread.many++; t.unread.many == 1 {
		t.unread.first = fmt.Sprintf("line %d, %s must be like %s", t.line, column, like)
	}
}

// Open reads the header. name is the file's name, for refusals.
func Open(name string, r io.Reader) (*Table, error) {
	t := &Table{name: name, csv: csv.NewReader(r), at: map[string]int{}}
	t.csv.ReuseRecord = true
	t.csv.FieldsPerRecord = -1
	head, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, bad("%s is empty: the first line must name the columns", name)
	}
	if err != nil {
		return nil, bad("%s cannot be read as CSV: %v", name, err)
	}
	for i, h := range head {
		if !utf8.ValidString(h) {
			return nil, bad("%s is not UTF-8: save it as CSV UTF-8", name)
		}
		h = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))
		if _, twice := t.at[h]; twice {
			return nil, bad("%s has the column %q twice", name, h)
		}
		t.at[h] = i
		t.head = append(t.head, h)
	}
	t.width = len(head)
	return t, nil
}

// bad is a refusal that names the file, the line and what to mend.
func bad(format string, a ...any) error {
	return refusal.New(refusal.Invalid, fmt.Sprintf(format, a...))
}

// Bad is a refusal of the row that was read last.
func (t *Table) Bad(what string) error { return bad("%s line %d %s", t.name, t.line, what) }

// Columns are the names in the header, in order.
func (t *Table) Columns() []string { return t.head }

// Need refuses a table without a column.
func (t *Table) Need(columns ...string) error {
	for _, c := range columns {
		if _, ok := t.at[c]; !ok {
			return bad("%s has no column %q. Its columns are: %s", t.name, c, strings.Join(t.head, ", "))
		}
	}
	return nil
}

// Next reads a row; false at the end.
func (t *Table) Next() (bool, error) {
	row, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		return false, bad("%s line %d cannot be read as CSV: %v", t.name, wrong.Line, wrong.Err)
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", t.name, err)
	}
	t.line, _ = t.csv.FieldPos(0)
	if len(row) != t.width {
		return false, bad("%s line %d has %d columns and the header has %d: put values that hold a comma in quotation marks", t.name, t.line, len(row), t.width)
	}
	for i, v := range row {
		if !utf8.ValidString(v) {
			return false, bad("%s line %d, column %s is not UTF-8: save the file as CSV UTF-8", t.name, t.line, t.head[i])
		}
	}
	t.row = row
	return true, nil
}

// Of is the value of a column, trimmed; "" when there is no such column.
func (t *Table) Of(column string) string {
	i, ok := t.at[column]
	if !ok {
		return ""
	}
	return strings.TrimSpace(t.row[i])
}

// Row is the row as it was read, until the next is.
func (t *Table) Row() []string { return t.row }

// Line is the line in the file.
func (t *Table) Line() int { return t.line }

// date reads a column's date. One that cannot be read counts as not known, and is
// noted: a match is made with what can be read.
func (t *Table) date(column string) civil.Date {
	s := t.Of(column)
	d := date(s)
	if s != "" && d.IsZero() {
		t.note(column, "2017-04-11")
	}
	return d
}

// date reads a date in any of the usual ways of writing one; anything else is
// unknown: a match is made with what can be read.
func date(s string) civil.Date {
	if s == "" {
		return civil.Date{}
	}
	if len(s) == 8 && strings.Trim(s, "0123456789") == "" {
		s = s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	if len(s) == 10 && (s[2] == '/' || s[2] == '-') {
		s = s[6:] + "-" + s[3:5] + "-" + s[:2]
	}
	if len(s) > 10 {
		s = s[:10]
	}
	switch len(s) {
	case 4:
		s += "-01-01"
	case 7:
		s += "-01"
	}
	d, err := civil.ParseDate(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}

func yes(s string) bool {
	switch strings.ToLower(s) {
	case "1", "true", "yes", "y":
		return true
	}
	return false
}

// Sex is M, F or "".
func sex(s string) string {
	switch strings.ToUpper(s) {
	case "M", "1", "MALE", "BOY":
		return "M"
	case "F", "2", "FEMALE", "GIRL":
		return "F"
	}
	return ""
}

// Person reads a row of a register.
func (t *Table) Person() person.Person {
	p := person.Person{
		ID: t.Of("person_id"), Given: t.Of("given_name"), Middle: t.Of("middle_names"), Family: t.Of("family_name"), KnownAs: t.Of("known_as"),
		Sex: sex(t.Of("sex")), Born: t.date("dob"), BornEstimated: yes(t.Of("dob_estimated")), Unborn: yes(t.Of("unborn")),
		Expected: t.date("expected_date"), NHS: t.Of("nhs_number"), UPN: t.Of("upn"), Phone: t.Of("phone"), School: t.Of("school"),
	}
	for _, a := range parts(t.Of("alias_family"), ";") {
		p.Former = append(p.Former, person.Name{Family: a})
	}
	if line, code := t.Of("address"), t.Of("postcode"); line != "" || code != "" {
		p.Addresses = append(p.Addresses, person.Address{Line: line, Postcode: code})
	}
	for _, a := range parts(t.Of("previous_addresses"), ";") {
		line, code, _ := strings.Cut(a, "|")
		if len(p.Addresses) == 0 {
			p.Addresses = append(p.Addresses, person.Address{})
		}
		p.Addresses = append(p.Addresses, person.Address{Line: line, Postcode: code})
	}
	for _, n := range []string{"parent1", "parent2"} {
		if m := (person.Name{Given: t.Of(n + "_given"), Family: t.Of(n + "_family")}); m.Given != "" || m.Family != "" {
			p.Parents = append(p.Parents, m)
		}
		if tel := t.Of(n + "_phone"); tel != "" {
			p.Phones = append(p.Phones, tel)
		}
	}
	return p
}

func parts(s, by string) []string {
	if s == "" {
		return nil
	}
	var out []string
	for p := range strings.SplitSeq(s, by) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// Described reads a row of contacts. on is the day ages are counted on.
func (t *Table) Described(on civil.Date) person.Described {
	d := person.Described{
		On: on, Source: t.Of("source"), Given: t.Of("given_name"), Middle: t.Of("middle_names"), Family: t.Of("family_name"), KnownAs: t.Of("known_as"),
		Sex: sex(t.Of("sex")), Born: t.date("dob"), Precision: precision(t.Of("dob_precision"), t.Of("dob")), AgeStated: -1,
		Address: t.Of("address"), Postcode: t.Of("postcode"), Phone: t.Of("phone"), NHS: t.Of("nhs_number"), UPN: t.Of("upn"),
		School: t.Of("school"), Expected: t.date("expected_date"),
	}
	if n, ok := age(t.Of("age_stated")); ok {
		d.AgeStated = n
	}
	switch strings.ToLower(t.Of("dob_precision")) {
	case "estimated", "estimate", "approximate", "approx", "about", "circa":
		d.BornEstimated = true
	}
	d.Unborn = d.Born.IsZero() && d.AgeStated < 0 && (!d.Expected.IsZero() || strings.HasPrefix(strings.ToLower(d.Given), "unborn"))
	if m := (person.Name{Given: t.Of("parent_given"), Family: t.Of("parent_family")}); m.Given != "" || m.Family != "" {
		d.Parents = append(d.Parents, m)
	}
	if tel := t.Of("parent_phone"); tel != "" {
		d.Phones = append(d.Phones, tel)
	}
	d.Siblings = mentions(t.Of("siblings_mentioned"))
	return d
}

// mentions reads brothers and sisters as people write them: "Leo 10;Lea (8)",
// "Leo (10), Lea" or "Leo aged 10 and Lea".
func mentions(s string) []person.Mention {
	by := ";"
	if !strings.Contains(s, ";") {
		s = strings.NewReplacer("|", ",", " and ", ",", " & ", ",").Replace(s)
		by = ","
	}
	var out []person.Mention
	for _, p := range parts(s, by) {
		m := person.Mention{Given: p, Age: -1}
		if i := strings.IndexAny(p, "0123456789("); i >= 0 {
			m.Given = p[:i]
			if n, ok := age(p[i:]); ok {
				m.Age = n
			}
		}
		m.Given = strings.Trim(strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(m.Given, " ,:-"), " aged"), " age"), " ,:-")
		if m.Given != "" {
			out = append(out, m)
		}
	}
	return out
}

// oldestSaid bounds an age that is believed.
const oldestSaid = 130

// age reads an age in years: 7 of "7", "about 7 yrs" and "(7)"; 1 of "18 months".
func age(s string) (years int, ok bool) {
	from := strings.IndexAny(s, "0123456789")
	if from < 0 {
		return 0, false
	}
	to := from
	for to < len(s) && s[to] >= '0' && s[to] <= '9' {
		to++
	}
	n, err := strconv.Atoi(s[from:to])
	if err != nil {
		return 0, false
	}
	switch unit := strings.ToLower(strings.TrimSpace(s[to:])); {
	case strings.HasPrefix(unit, "m"):
		n /= 12
	case strings.HasPrefix(unit, "w"), strings.HasPrefix(unit, "d"):
		n = 0
	}
	return n, n < oldestSaid
}

func precision(s, dob string) string {
	switch s = strings.ToLower(s); {
	case s == "month" || s == "" && len(dob) == 7:
		return "month"
	case s == "year" || s == "" && len(dob) == 4:
		return "year"
	}
	return ""
}

// People reads a register to its end. The error is set when it could not be.
func (t *Table) People(err *error, progress func(rows int)) iter.Seq[person.Person] {
	return func(yield func(person.Person) bool) {
		for n := 1; ; n++ {
			more, failed := t.Next()
			if failed != nil {
				*err = failed
				return
			}
			if !more {
				return
			}
			p := t.Person()
			if p.ID == "" {
				*err = bad("%s line %d has no person_id: give each row one of its own", t.name, t.line)
				return
			}
			if !yield(p) {
				return
			}
			if n%10_000 == 0 && progress != nil {
				progress(n)
			}
		}
	}
}
