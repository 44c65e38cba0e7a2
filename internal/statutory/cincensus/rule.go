package cincensus

import (
	"strings"

	"frontdoor/internal/civil"
)

// Severity says what has to be done about a finding.
type Severity string

// An error must be corrected. A query must be corrected or explained.
const (
	Error Severity = "error"
	Query Severity = "query"
)

// Level says how much of the return a rule looks at.
type Level string

// Rules look at the rows of one child, at the whole file, or judge the authority's
// return as a whole; a finding of the last kind is of no child.
const (
	RowLevel  Level = "row"
	FileLevel Level = "file"
	LALevel   Level = "LA"
)

// Mode says how a rule is read.
type Mode string

// Spec follows the rule's wording. Reference does what the reference validator
// (csc-validator-be-cin) does where that is known to differ; docs/returns/divergences.md
// lists each difference.
const (
	Spec      Mode = "spec"
	Reference Mode = "reference"
)

// Rule is one check of the census.
type Rule struct {
	Code     string   `json:"code"`  // as the department numbers it: 8896, 8897Q
	Title    string   `json:"title"` // what is wrong, for somebody who never saw the code
	Severity Severity `json:"severity"`
	Level    Level    `json:"level"`
	From     int      `json:"from"`   // the first census with the rule
	Module   Table    `json:"module"` // the module it belongs to
	Fields   string   `json:"fields"` // what is flagged
	Fails    string   `json:"fails"`  // when it fails: the rule's wording in short
	Mend     string   `json:"mend"`   // what to do, with {Field} where a finding's values go

	child   func(*run, *Child)              // looks at a child
	episode func(*run, *Child, *CINdetails) // looks at one referral of a child
	whole   func() whole                    // looks at the return as a whole
}

// whole is a rule that has to see every child before it can speak. Either function
// may be nil.
type whole struct {
	child func(*run, *Child)
	end   func(*run)
}

// Place is a row that a finding points at: which fields, what they hold, and the
// line of the first that is there, or of the group they are missing from.
type Place struct {
	Table  Table
	Row    int // from 0, in the file's order of the table
	Line   int
	Fields []string
	Values []string
}

// Finding is one failure of a rule: the child and every row it concerns. The first
// place is the one to look at first.
type Finding struct {
	Rule   *Rule
	Child  string // LAchildID, "" at LA level and when it is missing
	Places []Place
}

// Line is where to look first.
func (f Finding) Line() int {
	if len(f.Places) == 0 {
		return 0
	}
	return f.Places[0].Line
}

// Message says how to mend it, with the values found.
func (f Finding) Message() string {
	var b strings.Builder
	rest := f.Rule.Mend
	for {
		before, after, found := strings.Cut(rest, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, tail, _ := strings.Cut(after, "}")
		b.WriteString(f.value(name))
		rest = tail
	}
}

// value is what the first place with the field holds. The name may be of several
// fields, of which the first that is given counts, and may say the table.
func (f Finding) value(names string) string {
	for name := range strings.SplitSeq(names, "|") {
		table, field, named := strings.Cut(name, ".")
		if !named {
			field = table
		}
		for _, p := range f.Places {
			for i, have := range p.Fields {
				if have == field && (!named || p.Table.String() == table) && p.Values[i] != "" {
					return p.Values[i]
				}
			}
		}
	}
	return "not given"
}

// run is what a rule knows besides the child, and where it puts what it finds.
type run struct {
	year      int
	reference bool       // follow the reference validator
	start     civil.Date // first day of the census year
	end       civil.Date // the reference date, its last day
	header    *Header
	working   *workingDays
	rule      *Rule
	at        *Child
	told      int // findings of the rule on the child
	found     func(Finding)
}

// in says that a date is known and in the census year.
func (r *run) in(d Date) bool { return d.Known() && between(d.Day, r.start, r.end) }

// out says that a date is known and not in the census year.
func (r *run) out(d Date) bool { return d.Known() && !between(d.Day, r.start, r.end) }

// late says that a date is known and after the reference date.
func (r *run) late(d Date) bool { return d.Known() && earlier(r.end, d.Day) }

// flag reports a failure of the rule at the given rows.
func (r *run) flag(places ...Place) {
	if r.told++; r.told > mostOfOneKind {
		return
	}
	f := Finding{Rule: r.rule, Places: places}
	if r.at != nil {
		f.Child = r.at.ID()
	}
	r.found(f)
}

// at is a row and the fields of it that are to be flagged.
func at(g group, fields ...string) Place {
	table, row, line := g.place()
	p := Place{Table: table, Row: row, Line: line, Fields: fields, Values: make([]string, len(fields))}
	named := false
	for i, name := range fields {
		t := g.field(name)
		p.Values[i] = t.Value
		if t.Line > 0 && !named {
			p.Line, named = t.Line, true
		}
	}
	return p
}
