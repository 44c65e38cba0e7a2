package cincensus

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kind says what is wrong with the structure of a file.
type Kind string

// The kinds of fault.
const (
	UnknownElement Kind = "unknown-element" // the census of the year does not know it there
	Missing        Kind = "missing"         // a required element is not there
	Order          Kind = "order"           // it stands in the wrong place
	TooMany        Kind = "too-many"        // more often than allowed
	Value          Kind = "value"           // what it holds is not of its type or code set
	StrayText      Kind = "text"            // text where only elements may be
	Attribute      Kind = "attribute"       // attributes and namespaces: the census has none
)

// Fault is something that the year's schema does not allow.
type Fault struct {
	Kind     Kind
	Severity Severity
	Child    string // LAchildID, "" outside children
	Line     int
	Element  string // the element at fault, or the one that is missing
	In       string // the element it stands in, or is missing from
	Value    string // what it holds, shortened
	wants    string // what would be right
}

// Message says what is wrong and how to mend it.
func (f Fault) Message() string {
	switch f.Kind {
	case UnknownElement:
		return fmt.Sprintf("%s does not belong in %s. %s", f.Element, f.In, f.wants)
	case Missing:
		return fmt.Sprintf("%s is missing from %s. Add it%s", f.Element, f.In, f.wants)
	case Order:
		return fmt.Sprintf("%s is in the wrong place in %s. %s", f.Element, f.In, f.wants)
	case TooMany:
		return fmt.Sprintf("%s is given more than once in %s. Keep one", f.Element, f.In)
	case StrayText:
		return fmt.Sprintf("%s holds the text %q between its elements. Take it out", f.In, f.Value)
	case Attribute:
		return fmt.Sprintf("%s has %s. Take it out: the census has none", f.Element, f.Value)
	}
	if f.Value == "" {
		return fmt.Sprintf("%s is blank. %s", f.Element, f.wants)
	}
	return fmt.Sprintf("%s is %q. %s", f.Element, f.Value, f.wants)
}

// fault reports a fault of structure, with the child it is in.
func (r *Reader) fault(f Fault) {
	if r.faults == nil {
		return
	}
	if f.Severity == "" {
		f.Severity = Error
	}
	f.Value = shortened(f.Value, 100)
	f.Element = shortened(f.Element, 60)
	if r.b.c != nil {
		r.pending = append(r.pending, f)
		return
	}
	r.faults(f)
}

// unknown reports an element that does not belong where it stands. el is the element
// when another census knows it there.
func (r *Reader) unknown(parent *frame, el *element, name string, line int) {
	if r.faults == nil {
		return
	}
	f := Fault{Kind: UnknownElement, Line: line, Element: name, In: parent.name, wants: "Take it out, or put it where it belongs"}
	switch {
	case el != nil && el.from > r.yearNow():
		f.wants = fmt.Sprintf("It is new in the %d census: take it out", el.from)
	case el != nil:
		f.wants = fmt.Sprintf("It was last in the %d census: take it out", el.until)
	case parent.el.holds != parts:
		f.wants = "It holds text only: take the element out"
	case name == "Content" && parent.name == "Header":
		f.Severity, f.wants = Query, "Some published files have it and the schema here does not: leave it out if you can"
	default:
		for _, p := range parent.el.parts {
			if strings.EqualFold(p.name, name) {
				f.wants = "Write it " + p.name
			}
		}
	}
	r.fault(f)
}

// attributes reports attributes and namespaces. Those by which a file names its
// schema are allowed on every element.
func (r *Reader) attributes(t xml.StartElement, line int) {
	if r.faults == nil {
		return
	}
	if len(r.stack) == 0 && t.Name.Space != "" {
		r.fault(Fault{Kind: Attribute, Line: line, Element: t.Name.Local, Value: "the namespace " + t.Name.Space})
	}
	for _, a := range t.Attr {
		if a.Name.Local == "xmlns" || a.Name.Space == "xmlns" || a.Name.Space == "http://www.w3.org/2001/XMLSchema-instance" && a.Name.Local != "nil" {
			continue
		}
		r.fault(Fault{Kind: Attribute, Line: line, Element: t.Name.Local, In: t.Name.Local, Value: "the attribute " + a.Name.Local})
	}
}

// group holds the elements found in a group against the order and numbers of the
// schema. What was expected and has not come is told where the next element stands,
// or at the group when none follows.
func (r *Reader) group(f *frame) {
	if r.faults == nil {
		return
	}
	if f.stray != 0 {
		r.fault(Fault{Kind: StrayText, Line: f.stray, In: f.name, Element: f.name, Value: string(f.text)})
	}
	list := r.sequence(f.el)
	at, count := 0, 0
	var excused []*element // told to be late, so not told again when they come
	for n, s := range f.children {
		i := slices.Index(list, s.el)
		switch {
		case i == at:
			if count++; count > s.el.max {
				r.fault(Fault{Kind: TooMany, Line: s.line, Element: s.el.name, In: f.name})
			}
		case i > at:
			for k := at; k < i; k++ {
				if list[k].min == 0 || k == at && count > 0 || slices.Contains(excused, list[k]) {
					continue
				}
				excused = append(excused, list[k])
				r.absent(f, list[k], s, f.children[n:])
			}
			at, count = i, 1
		case slices.Contains(excused, s.el):
		case slices.ContainsFunc(f.children[:n], func(o seen) bool { return o.el == s.el }) && s.el.max == 1:
			r.fault(Fault{Kind: TooMany, Line: s.line, Element: s.el.name, In: f.name})
		default:
			r.fault(Fault{Kind: Order, Line: s.line, Element: s.el.name, In: f.name, wants: "It must come before " + list[at].name})
		}
	}
	for k := at; k < len(list); k++ {
		if list[k].min > 0 && (k > at || count == 0) && !slices.Contains(excused, list[k]) {
			r.fault(Fault{Kind: Missing, Line: f.line, Element: list[k].name, In: f.name, wants: after(list, k)})
		}
	}
}

// absent reports a required element that did not come before s: it comes later, or
// not at all.
func (r *Reader) absent(f *frame, want *element, s seen, rest []seen) {
	if slices.ContainsFunc(rest, func(o seen) bool { return o.el == want }) {
		r.fault(Fault{Kind: Order, Line: s.line, Element: s.el.name, In: f.name, wants: "It must come after " + want.name})
		return
	}
	r.fault(Fault{Kind: Missing, Line: s.line, Element: want.name, In: f.name, wants: " before " + s.el.name})
}

// after says where a missing element goes.
func after(list []*element, k int) string {
	if k == 0 {
		return ""
	}
	return ", after " + list[k-1].name
}

// sequence is what a group holds in the year, in order.
func (r *Reader) sequence(el *element) []*element {
	if list, ok := r.plans[el]; ok {
		return list
	}
	if r.plans == nil {
		r.plans = map[*element][]*element{}
	}
	var list []*element
	for _, p := range el.parts {
		if p.in(r.yearNow()) {
			list = append(list, p)
		}
	}
	r.plans[el] = list
	return list
}

// value holds what an element holds against its type.
func (r *Reader) value(f *frame) {
	if r.faults == nil {
		return
	}
	if r.year == 2022 && f.el.name == "LAchildID" && len(f.text) == 0 {
		r.fault(Fault{Kind: Value, Line: f.line, Element: f.name, wants: "Give the child's number"})
	}
	severity, wants := Error, ""
	switch f.el.holds {
	case anyText:
		return
	case codeText:
		if codeIn(f.el.set, string(f.text), r.yearNow()) {
			return
		}
		wants = codeWants(f.el.set, f.text, r.yearNow())
	case yesNoText:
		if ok := r.yesNo(f.text); ok {
			return
		}
		if t := (Text{Value: string(bytes.TrimSpace(f.text))}); t.yes() || t.no() {
			severity = Query
		}
		wants = "Write 0 or 1"
	case exactText:
		if string(f.text) == f.el.set {
			return
		}
		wants = "Write " + f.el.set
	default:
		how := lexical[f.el.holds]
		switch {
		case how.ok(f.text):
			return
		case how.ok(bytes.TrimSpace(f.text)):
			severity, wants = Query, "Take out the spaces around it: some validators refuse them"
		default:
			wants = how.wants
		}
	}
	r.fault(Fault{Kind: Value, Severity: severity, Line: f.line, Element: f.name, Value: string(f.text), wants: wants})
}

// yesNo says that the year's schema takes a boolean as written. The 2022 schema took
// words too; the rules take them in every year.
func (r *Reader) yesNo(b []byte) bool {
	switch string(b) {
	case "0", "1":
		return true
	case "true", "false", "TRUE", "FALSE":
		return r.year == 2022
	}
	return false
}

// codeWants says how to mend a code.
func codeWants(set string, have []byte, year int) string {
	trimmed := string(bytes.TrimSpace(have))
	switch {
	case codeIn(set, trimmed, year):
		return "Take out the spaces around the code"
	case codeIn(set, strings.ToUpper(trimmed), year):
		return "Write it in capitals: " + strings.ToUpper(trimmed)
	}
	if c, ok := codes()[set][trimmed]; ok && c.From > year {
		return fmt.Sprintf("The code is new in the %d census: give one of this census's codes", c.From)
	}
	if trimmed == "" {
		return "Give a code, or leave the element out where it is not required"
	}
	return "Give one of the census's codes"
}

// lexical says how each type of text is written, as XML Schema has it.
var lexical = map[holds]struct {
	ok    func([]byte) bool
	wants string
}{
	dateText:   {isDate, "Write a date as 2026-03-31, or leave the element out where it is not required"},
	yearText:   {isYear, "Write the year in four digits"},
	momentText: {isMoment, "Write a date and time as 2026-05-01T09:30:00"},
	upnText:    {isUPN, "A UPN is a letter, eleven digits, and a digit or letter. Correct it, or leave the element out"},
	leaText:    {func(b []byte) bool { return utf8.RuneCount(b) == 3 && digits(b) }, "Give the authority's three-digit number"},
	serialText: {func(b []byte) bool { return utf8.RuneCount(b) >= 3 && digits(b) }, "Give three digits or more, raised by one at each resubmission"},
	countText:  {isCount, "Give a whole number, 0 or more"},
}
