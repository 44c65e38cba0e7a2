// Package town invents the register of children of an English authority, and what
// other people say of those children, with the truth beside it: so that a matcher of
// persons can be measured on names and mistakes that it was not made with.
//
// Nobody in it is real. Postcode areas do not exist, NHS numbers begin with 5 or 9,
// which are not issued, and phone numbers with 04, which nobody has. Everything
// follows from Options.Number: a family can be made again alone.
package town

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"frontdoor/internal/civil"
)

// Options say which town to invent, and how large.
type Options struct {
	Number   int64      // another number is another town
	Children int        // on the register
	Contacts int        // that other people make
	Today    civil.Date // ages are counted on this day
	Unasked  bool       // nobody asks a caller again for what is left out
}

// mostChildren is as many as there are postcodes for.
const mostChildren = 16_000_000

func (o Options) check() error {
	switch {
	case o.Children < 1 || o.Children > mostChildren:
		return fmt.Errorf("invent a town: it has 1 to %d children, not %d", mostChildren, o.Children)
	case o.Contacts < 0:
		return fmt.Errorf("invent a town: %d contacts", o.Contacts)
	case !o.Today.Valid():
		return fmt.Errorf("invent a town: ages need a day to be counted on")
	}
	return nil
}

// Child is a child as the register has them.
type Child struct {
	ID                            string
	Given, Middle, Family         string
	KnownAs                       string
	Alias                         []string // other surnames
	Sex                           string   // "M", "F" or "" when not known
	Born, Expected                civil.Date
	Estimated, Unborn             bool
	NHS, UPN, Ethnicity           string
	Home                          Place
	Previous                      []Place
	Phone                         string
	Parents                       [2]Parent
	School                        string
	Tradition                     string // of the name, for the truth
	no, mother, father, birthRank int
	way                           *tradition
}

// Parent is an adult named beside a child.
type Parent struct{ Given, Family, Phone string }

// Families says how many families a register has. The last may have more children
// than the register has room for; the rest of them are not on it.
func Families(o Options) int {
	n, _ := families(o)
	return n
}

// Family is family n of a register as the register has it. It is the same each time.
func Family(o Options, n int) []Child { return newLand(o).household(n).written }

// families counts the families and how many children of the last are registered.
func families(o Options) (n, last int) {
	for left := o.Children; left > 0; n++ {
		last = min(size(o, n), left)
		left -= last
	}
	return n, last
}

// each gives every family of the register in turn, the last cut to fit.
func each(o Options, do func(household) error) error {
	if err := o.check(); err != nil {
		return err
	}
	l := newLand(o)
	left := o.Children
	for n := 0; left > 0; n++ {
		h := l.household(n).cut(left)
		left -= len(h.written)
		if err := do(h); err != nil {
			return err
		}
	}
	return nil
}

// registerColumns are the columns of a register.
var registerColumns = []string{
	"person_id", "given_name", "middle_names", "family_name", "known_as", "alias_family", "sex", "dob", "dob_estimated", "unborn", "expected_date",
	"nhs_number", "upn", "ethnicity", "address", "town", "postcode", "previous_addresses", "phone",
	"parent1_given", "parent1_family", "parent1_phone", "parent2_given", "parent2_family", "school",
}

func (c Child) row() []string {
	var old strings.Builder
	for i, p := range c.Previous {
		if i > 0 {
			old.WriteByte(';')
		}
		old.WriteString(p.Line + "|" + p.Postcode)
	}
	return []string{
		c.ID, c.Given, c.Middle, c.Family, c.KnownAs, strings.Join(c.Alias, ";"), c.Sex, day(c.Born), flag(c.Estimated), flag(c.Unborn), day(c.Expected),
		c.NHS, c.UPN, c.Ethnicity, c.Home.Line, c.Home.Town, c.Home.Postcode, old.String(), c.Phone,
		c.Parents[0].Given, c.Parents[0].Family, c.Parents[0].Phone, c.Parents[1].Given, c.Parents[1].Family, c.School,
	}
}

// WriteRegister writes the register as CSV, a child a row, as it is made.
func WriteRegister(w io.Writer, o Options) error {
	out := newSheet(w, registerColumns...)
	err := each(o, func(h household) error {
		for _, c := range h.written {
			out.write(c.row()...)
		}
		return out.err
	})
	return out.close("register", err)
}

// WriteRelationships writes who is whose brother or sister, each pair once. Step
// siblings share no parent and have no row.
func WriteRelationships(w io.Writer, o Options) error {
	out := newSheet(w, "person_id", "related_person_id", "kind")
	err := each(o, func(h household) error {
		for i, a := range h.written {
			for _, b := range h.written[i+1:] {
				switch {
				case a.mother == b.mother && a.father == b.father:
					out.write(a.ID, b.ID, "sibling")
				case a.mother == b.mother || a.father == b.father:
					out.write(a.ID, b.ID, "half_sibling")
				}
			}
		}
		return out.err
	})
	return out.close("relationships", err)
}

// sheet is a CSV file that remembers its first fault.
type sheet struct {
	csv *csv.Writer
	err error
}

func newSheet(w io.Writer, columns ...string) *sheet {
	s := &sheet{csv: csv.NewWriter(w)}
	s.write(columns...)
	return s
}

func (s *sheet) write(row ...string) {
	if s.err == nil {
		s.err = s.csv.Write(row)
	}
}

func (s *sheet) close(what string, err error) error {
	s.csv.Flush()
	if err == nil {
		err = s.err
	}
	if err == nil {
		err = s.csv.Error()
	}
	if err != nil {
		return fmt.Errorf("write the %s: %w", what, err)
	}
	return nil
}

func day(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	b := make([]byte, 0, 10)
	b = strconv.AppendInt(b, int64(d.Year), 10)
	return string(append(b, '-', byte('0'+d.Month/10), byte('0'+d.Month%10), '-', byte('0'+d.Day/10), byte('0'+d.Day%10)))
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
