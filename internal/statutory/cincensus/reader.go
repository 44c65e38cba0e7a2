package cincensus

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"frontdoor/internal/refusal"
)

// Limits that no census comes near and no broken or hostile file may pass.
const (
	deepest      = 32    // elements within elements; the census has 8
	mostElements = 20000 // in one child; a busy child has some hundreds
	mostUnknown  = 100   // unknown elements kept of a child
	mostRuns     = 2000  // elements in one group whose order is looked at
)

// Reader reads a census one child at a time. It holds no more than the child in hand
// in memory, keeps line numbers, and takes what real files hold: elements in any
// order, unknown elements, blank ones, booleans in any capitals, several encodings.
type Reader struct {
	dec      *decoder
	xml      *xml.Decoder
	year     int
	asked    bool // the caller gave the year
	b        building
	header   Header
	stack    []frame
	ready    *Child
	rows     rows
	children int
	elements int
	closed   bool
	codes    map[string]string

	faults  func(Fault)
	pending []Fault // of the child in hand, whose number may not be known yet
	plans   map[*element][]*element
}

// frame is an element that has begun and not ended.
type frame struct {
	el       *element // nil for one the census does not know
	name     string
	line     int
	text     []byte
	stray    int // line of text between elements, 0 when there is none
	children []seen
}

// seen is an element found in a group.
type seen struct {
	el   *element
	line int
}

// NewReader reads a census. The year is the census to hold it against; 0 takes the
// one that the header names. It refuses a file that is empty or in an encoding that
// it does not know.
func NewReader(r io.Reader, year int) (*Reader, error) {
	if year != 0 && (year < FirstYear || year > lastYear) {
		return nil, refusal.Field("year", fmt.Sprintf("The census year must be from %d to %d", FirstYear, lastYear))
	}
	dec, err := newDecoder(r)
	if err != nil {
		return nil, err
	}
	x := xml.NewDecoder(bufio.NewReaderSize(dec, block))
	x.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return &Reader{dec: dec, xml: x, year: year, asked: year != 0, codes: map[string]string{}}, nil
}

// Header is the return's header: whole once the first child was given, or the end
// was reached.
func (r *Reader) Header() *Header { return &r.header }

// Year is the census that the file is held against: the one asked for, or the
// header's, or the nearest that is known.
func (r *Reader) Year() int {
	r.settle()
	return r.year
}

// Mended is the line of the first character that was not what the file's encoding
// allows and had to be mended, 0 when there was none.
func (r *Reader) Mended() int { return r.dec.mended }

// Next gives the next child, and io.EOF after the last. A file that is not
// well-formed XML, no census, or beyond the limits is refused, with the line.
func (r *Reader) Next() (*Child, error) {
	for r.ready == nil {
		if err := r.step(); err != nil {
			return nil, err
		}
	}
	c := r.ready
	r.ready = nil
	return c, nil
}

func (r *Reader) step() error {
	r.dec.mark = r.dec.given
	tok, err := r.xml.Token()
	if err != nil {
		return r.why(err)
	}
	switch t := tok.(type) {
	case xml.StartElement:
		return r.start(t)
	case xml.EndElement:
		return r.end()
	case xml.CharData:
		r.chars(t)
	case xml.Directive:
		return r.refuse("holds a document type declaration, which no census has. It is not read, because such declarations can be made to fill a computer's memory")
	}
	return nil
}

// refuse says why a file cannot be read on.
func (r *Reader) refuse(why string) error {
	return refusal.New(refusal.Invalid, fmt.Sprintf("Line %d %s", r.line(), why))
}

// why turns the end of the file or a fault of XML into an answer.
func (r *Reader) why(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF) && r.closed:
		return io.EOF
	case errors.Is(err, io.EOF):
		return refusal.New(refusal.Invalid, "The file holds no XML element, so it is no census")
	case errors.As(err, &syntax):
		if syntax.Msg == "unexpected EOF" {
			return refusal.New(refusal.Invalid, fmt.Sprintf("The file ends at line %d before it is complete", syntax.Line))
		}
		return refusal.New(refusal.Invalid, fmt.Sprintf("Line %d is not well-formed XML: %s", syntax.Line, shortened(syntax.Msg, 200)))
	case refusal.KindOf(err) != refusal.Fault || r.dec.failed():
		return err
	}
	return refusal.New(refusal.Invalid, fmt.Sprintf("Line %d cannot be read: %s", r.line(), shortened(strings.TrimPrefix(err.Error(), "xml: "), 200)))
}

func (r *Reader) line() int {
	line, _ := r.xml.InputPos()
	return line
}

func (r *Reader) start(t xml.StartElement) error {
	if len(r.stack) >= deepest {
		return r.refuse("is within more elements than any census has")
	}
	if r.elements++; r.elements > mostElements {
		return r.refuse("belongs to a child with more elements than any child has")
	}
	line, name := r.line(), t.Name.Local
	if r.closed {
		return r.refuse("begins a second document after the first has ended")
	}
	el, err := r.place(name, line)
	if err != nil {
		return err
	}
	r.attributes(t, line)
	if el != nil && el.open != nil {
		r.b.line = line
		el.open(&r.b)
	}
	if el != nil && el.name == "Child" {
		r.settle()
		r.elements = 1
	}
	r.push(frame{el: el, name: name, line: line})
	return nil
}

// push begins a frame in the room that an earlier one left.
func (r *Reader) push(f frame) {
	n := len(r.stack)
	if n < cap(r.stack) {
		old := r.stack[:n+1][n]
		f.text, f.children = old.text[:0], old.children[:0]
	}
	r.stack = append(r.stack, f)
}

// place finds what an element is by where it stands. It is nil when the census does
// not know it there, or knows only one and has had it.
func (r *Reader) place(name string, line int) (*element, error) {
	if len(r.stack) == 0 {
		if name != schema().name {
			return nil, refusal.New(refusal.Invalid, "This is no census: it begins with "+shortened(name, 60)+", not with Message")
		}
		return schema(), nil
	}
	parent := &r.stack[len(r.stack)-1]
	if parent.el == nil {
		return nil, nil
	}
	el := parent.el.part(name)
	if el == nil || !el.in(r.yearNow()) {
		r.unknown(parent, el, name, line)
		return el, nil
	}
	again := false
	if n := len(parent.children); el.max == many && n > 0 && parent.children[n-1].el == el {
		return el, nil // one of a run
	}
	for _, s := range parent.children {
		again = again || s.el == el
	}
	if len(parent.children) < mostRuns {
		parent.children = append(parent.children, seen{el, line})
	}
	if again && el.max == 1 && el.holds == parts {
		return nil, nil // the first counts
	}
	return el, nil
}

// yearNow is the year for looking elements up: before the header has told, every
// element of the header is of every year.
func (r *Reader) yearNow() int {
	if r.year == 0 {
		return LatestYear
	}
	return r.year
}

// settle decides which census the file is held against.
func (r *Reader) settle() {
	if r.year != 0 {
		return
	}
	year := number(r.header.Year.Value)
	if r.header.Year.Value == "" || year <= 0 {
		year = r.header.ReferenceDate.Day.Year
	}
	if year <= 0 {
		year = LatestYear
	}
	r.year = min(max(year, FirstYear), lastYear)
}

func (r *Reader) chars(t xml.CharData) {
	if len(r.stack) == 0 {
		return
	}
	f := &r.stack[len(r.stack)-1]
	if f.el != nil && f.el.holds == parts {
		if stray := bytes.TrimSpace(t); len(stray) > 0 && f.stray == 0 {
			f.stray = r.line() - bytes.Count(t[len(t)-len(bytes.TrimLeft(t, " \t\r\n")):], []byte("\n"))
			f.text = append(f.text, stray[:min(len(stray), 200)]...)
		}
		return
	}
	if f.el == nil && len(f.text) > 200 {
		return
	}
	f.text = append(f.text, t...)
}

func (r *Reader) end() error {
	f := &r.stack[len(r.stack)-1]
	switch {
	case f.el == nil:
		r.keepUnknown(f)
	case f.el.holds == parts:
		r.group(f)
	default:
		r.leaf(f)
	}
	r.stack = r.stack[:len(r.stack)-1]
	switch {
	case f.el == nil:
	case f.el.name == "Header" && r.b.h != nil:
		r.header = *r.b.h
		r.settle()
	case f.el.name == "Child":
		r.child()
	}
	if len(r.stack) == 0 {
		r.closed = true
		r.settle()
	}
	return nil
}

// leaf keeps what an element holds: the first of its name in the group.
func (r *Reader) leaf(f *frame) {
	r.value(f)
	var t *Text
	var d *Date
	if f.el.date != nil {
		d = f.el.date(&r.b)
		t = &d.Text
	} else {
		t = f.el.text(&r.b)
	}
	if t.Line != 0 {
		return
	}
	t.Line = f.line
	t.Value = r.word(bytes.TrimSpace(f.text))
	if d != nil {
		d.Day, _ = parseDay(t.Value)
	}
}

// word makes a string of bytes; codes, which come again and again, are made once.
func (r *Reader) word(b []byte) string {
	if len(b) > 5 {
		return string(b)
	}
	if s, ok := r.codes[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(r.codes) < 1000 {
		r.codes[s] = s
	}
	return s
}

// child finishes a child.
func (r *Reader) child() {
	c := r.b.c
	if c.Identifiers.Line == 0 {
		c.Identifiers.Line = c.Line
	}
	if c.Characteristics.Line == 0 {
		c.Characteristics.Line = c.Line
	}
	for _, f := range r.pending {
		f.Child = c.ID()
		r.faults(f)
	}
	r.pending = r.pending[:0]
	r.rows.number(c)
	r.children++
	r.ready = c
	r.b = building{h: r.b.h}
	r.elements = 0
}

// keepUnknown keeps an element that the census does not know with its child.
func (r *Reader) keepUnknown(f *frame) {
	if r.b.c == nil || len(r.b.c.Unknown) >= mostUnknown {
		return
	}
	in := ""
	if len(r.stack) > 1 {
		in = r.stack[len(r.stack)-2].name
	}
	value := string(bytes.TrimSpace(f.text))
	r.b.c.Unknown = append(r.b.c.Unknown, Unknown{Name: f.name, In: in, Value: shortened(value, 200), Line: f.line})
}
