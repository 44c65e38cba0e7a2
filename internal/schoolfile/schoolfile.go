// Package schoolfile reads the authority's register of schools and their calendars from
// CSV files. A file with a line that cannot be right is refused whole, with what to mend
// line by line: half a register would leave schools untold.
package schoolfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// School is a line of the register.
type School struct {
	Line         int
	URN          string // six figures; "" for the officer for children educated at home
	Name         string
	Also         []string // other names it goes by
	Kind         string
	Bell         string // when its day starts: 08:50
	Lead, Deputy Person
	Phone        string
}

// Person is somebody who reads notices for a school; the zero Person is nobody.
type Person struct{ Name, Email string }

// Kinds are what a line of the register can be: a school of any kind, a further
// education or sixth-form college, alternative provision, or the authority's officer for
// children educated at home.
func Kinds() []string { return []string{"school", "college", "alternative", "home"} }

// SchoolColumns are the columns of the register. The first four are needed.
func SchoolColumns() []string {
	return []string{"name", "urn", "kind", "bell", "also_known_as", "lead_name", "lead_email", "deputy_name", "deputy_email", "phone"}
}

// Days is a line of a calendar.
type Days struct {
	Line  int
	URN   string // "" for every school that has no terms of its own
	Kind  string
	Title string
	civil.Days
}

// DayKinds are what days of a calendar can be.
func DayKinds() []string { return []string{"term", "holiday", "inset"} }

// CalendarColumns are the columns of a calendar. The first three are needed.
func CalendarColumns() []string { return []string{"school", "kind", "from", "until", "title"} }

// EverySchool stands in a calendar for each school that has no terms of its own.
const EverySchool = "all"

// The limits on a file: the largest authority has far fewer schools.
const (
	Bytes        = 2 << 20
	mostLines    = 20_000
	longestCell  = 400
	problemsKept = 50
	longestTerm  = 150 // days
	mostOfSchool = 200 // lines of one school's calendar
)

// ReadSchools reads a register of schools.
func ReadSchools(body []byte) ([]School, error) {
	t, err := open(body, SchoolColumns(), 4)
	if err != nil {
		return nil, err
	}
	var out []School
	urns, names := map[string]int{}, map[string]int{}
	for t.next() {
		s := School{Line: t.line, URN: t.cell("urn"), Name: t.cell("name"), Kind: strings.ToLower(t.cell("kind")), Bell: t.cell("bell"), Phone: t.cell("phone"),
			Lead: Person{t.cell("lead_name"), t.cell("lead_email")}, Deputy: Person{t.cell("deputy_name"), t.cell("deputy_email")}}
		for _, a := range strings.Split(t.cell("also_known_as"), ";") {
			if a = strings.TrimSpace(a); a != "" {
				s.Also = append(s.Also, a)
			}
		}
		if s.Name == "" {
			t.say("name", "enter the school's name")
		}
		if !slices.Contains(Kinds(), s.Kind) {
			t.say("kind", "write "+strings.Join(Kinds(), ", "))
		}
		if s.Kind == "home" && s.URN != "" || s.Kind != "home" && !sixFigures(s.URN) {
			t.say("urn", "write the six figures of the school's unique reference number; leave it blank for the officer for children educated at home")
		}
		if _, _, err := civil.ParseBell(s.Bell); err != nil {
			t.say("bell", "write when the school day starts, such as 08:50")
		}
		t.person("lead", s.Lead)
		t.person("deputy", s.Deputy)
		if s.Deputy.Email != "" && strings.EqualFold(s.Deputy.Email, s.Lead.Email) {
			t.say("deputy_email", "it is the lead's: the deputy is told when the lead is not reached, so it must be another")
		}
		t.once(urns, "urn", s.URN)
		for _, n := range append([]string{s.Name}, s.Also...) {
			t.once(names, "name", strings.ToLower(strings.Join(strings.Fields(n), " ")))
		}
		out = append(out, s)
	}
	return out, t.end(len(out), "school")
}

// ReadCalendar reads days of schools.
func ReadCalendar(body []byte) ([]Days, error) {
	t, err := open(body, CalendarColumns(), 3)
	if err != nil {
		return nil, err
	}
	var out []Days
	of := map[string][]Days{}
	for t.next() {
		d := Days{Line: t.line, URN: t.cell("school"), Kind: strings.ToLower(t.cell("kind")), Title: t.cell("title")}
		if strings.EqualFold(d.URN, EverySchool) {
			d.URN = ""
		} else if !sixFigures(d.URN) {
			t.say("school", "write the six figures of the school's unique reference number, or "+EverySchool)
		}
		if !slices.Contains(DayKinds(), d.Kind) {
			t.say("kind", "write "+strings.Join(DayKinds(), ", "))
		}
		d.From = t.day("from", t.cell("from"))
		if d.Until = d.From; t.cell("until") != "" {
			d.Until = t.day("until", t.cell("until"))
		}
		switch {
		case d.From.IsZero() || d.Until.IsZero():
		case d.Until.Before(d.From):
			t.say("until", "the last day must not be before the first")
		case d.From.DaysUntil(d.Until) >= longestTerm:
			t.say("until", fmt.Sprintf("%d days are more than any term or holiday: write each on a line of its own", d.From.DaysUntil(d.Until)+1))
		case d.Kind == "inset" && d.From.DaysUntil(d.Until) > 4:
			t.say("until", "inset days are at most a week: write the holiday as a holiday")
		}
		if len(of[d.URN]) == mostOfSchool {
			t.say("school", fmt.Sprintf("it has more than %d lines", mostOfSchool))
			continue
		}
		for _, x := range of[d.URN] {
			if (x.Kind == "term") == (d.Kind == "term") && (x.Has(d.From) || d.Has(x.From)) && !d.From.IsZero() {
				t.say("from", fmt.Sprintf("these days are on line %d already", x.Line))
				break
			}
		}
		out, of[d.URN] = append(out, d), append(of[d.URN], d)
	}
	return out, t.end(len(out), "day")
}

func sixFigures(s string) bool {
	return len(s) == 6 && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// table is a CSV file being read.
type table struct {
	in       *csv.Reader
	head     []string
	row      []string
	line     int
	problems []refusal.Problem
	more     int
	fault    bool // the file cannot be read on
}

// open reads the header. The first needed columns must be there.
func open(body []byte, columns []string, needed int) (*table, error) {
	if len(body) > Bytes {
		return nil, refusal.Field("file", "The file must be smaller than 2 MB")
	}
	t := &table{in: csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\uFEFF"))))}
	t.in.FieldsPerRecord, t.in.ReuseRecord = -1, true
	head, err := t.in.Read()
	if err != nil {
		return nil, refusal.Field("file", "The file has no header line. The first line must name the columns: "+strings.Join(columns, ", "))
	}
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(h))
		switch {
		case slices.Contains(t.head, h):
			return nil, refusal.Field("file", fmt.Sprintf("Column %d is there twice. Each column must be there once", i+1))
		case !slices.Contains(columns, h):
			return nil, refusal.Field("file", fmt.Sprintf("Column %d is not known. The columns are %s", i+1, strings.Join(columns, ", ")))
		}
		t.head = append(t.head, h)
	}
	for _, need := range columns[:needed] {
		if !slices.Contains(t.head, need) {
			return nil, refusal.Field("file", "The column "+need+" is missing")
		}
	}
	return t, nil
}

// next reads on to a line that can be read.
func (t *table) next() bool {
	for !t.fault {
		row, err := t.in.Read()
		var broken *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return false
		case errors.As(err, &broken):
			t.line, t.fault = broken.StartLine, true
			t.say("", "the line cannot be read as CSV: a quotation mark is not closed, or the file is cut off here")
			return false
		case err != nil:
			t.fault = true
			t.say("", "the file cannot be read on from here")
			return false
		}
		t.line, _ = t.in.FieldPos(0)
		if t.row = row; t.line > mostLines {
			t.fault = true
			t.say("", fmt.Sprintf("the file has more than %d lines", mostLines))
			return false
		}
		if t.readable() {
			return true
		}
	}
	return false
}

func (t *table) readable() bool {
	if len(t.row) != len(t.head) {
		t.say("", fmt.Sprintf("it has %d columns and the header has %d", len(t.row), len(t.head)))
		return false
	}
	for i, c := range t.row {
		if !utf8.ValidString(c) || len(c) > longestCell || strings.ContainsFunc(strings.TrimSpace(c), unicode.IsControl) {
			t.say(t.head[i], "it is not text, or too long")
			return false
		}
	}
	return true
}

// cell is a value of the line; "" when the file has no such column.
func (t *table) cell(name string) string {
	if i := slices.Index(t.head, name); i >= 0 {
		return strings.TrimSpace(t.row[i])
	}
	return ""
}

func (t *table) say(column, message string) {
	if len(t.problems) == problemsKept {
		t.more++
		return
	}
	if column != "" {
		column = ", " + column
	}
	t.problems = append(t.problems, refusal.Problem{Field: "file", Message: fmt.Sprintf("Line %d%s: %s", t.line, column, message)})
}

// once refuses a value that another line has.
func (t *table) once(seen map[string]int, column, value string) {
	if value == "" {
		return
	}
	if first := seen[value]; first > 0 && first != t.line {
		t.say(column, fmt.Sprintf("it is on line %d already", first))
	}
	seen[value] = t.line
}

func (t *table) person(part string, p Person) {
	at := strings.Index(p.Email, "@")
	switch {
	case p.Email == "" && p.Name != "":
		t.say(part+"_email", "enter an e-mail address for "+part+", or leave the name blank too")
	case p.Email != "" && (at < 1 || at == len(p.Email)-1 || strings.ContainsAny(p.Email, " ,;<>\"")):
		t.say(part+"_email", "write an e-mail address such as safeguarding@school.example")
	case p.Email != "" && p.Name == "":
		t.say(part+"_name", "enter who reads for the school")
	}
}

// The years a calendar can be of.
const (
	firstYear = 2000
	lastYear  = 2200
)

func (t *table) day(column, text string) civil.Date {
	d, err := civil.ParseDate(text)
	if err != nil || d.Year < firstYear || d.Year > lastYear {
		t.say(column, "write a day such as 2026-09-01")
		return civil.Date{}
	}
	return d
}

// end refuses the file when anything was wrong with it, or nothing was in it.
func (t *table) end(n int, what string) error {
	if t.more > 0 {
		t.problems = append(t.problems, refusal.Problem{Field: "file", Message: fmt.Sprintf("%d more lines are wrong", t.more)})
	}
	if n == 0 && len(t.problems) == 0 {
		return refusal.Field("file", "The file has no "+what+" in it")
	}
	return refusal.Fields(t.problems)
}
