package feed

import (
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

// Incident is a line of a force's own list.
type Incident struct {
	Reference       string
	At              civil.Instant
	Grade, District string
	SentAt          civil.Instant // when the force says it was sent; zero when it was not
}

// ListColumns are the columns of a list. The first two are needed.
var ListColumns = []string{"reference", "incident_at", "grade", "district", "sent_at"}

// The limits on a list: a month of the largest force is far below them.
const (
	ListBytes    = 5 << 20
	listLines    = 50_000
	listCell     = 300
	problemsKept = 50
)

// ReadIncidents reads a force's list: UTF-8 CSV with a header. A list with a line that
// cannot be read is refused whole, with what to mend line by line: half a list would
// say that incidents are missing which are not.
func ReadIncidents(r io.Reader) ([]Incident, error) {
	in := csv.NewReader(&skipMark{r: r})
	in.FieldsPerRecord, in.ReuseRecord = -1, true
	header, err := in.Read()
	if err != nil {
		return nil, refusal.Field("file", "The file has no header line. The first line must name the columns: "+strings.Join(ListColumns, ", "))
	}
	columns, err := listColumns(header)
	if err != nil {
		return nil, err
	}
	x := listing{columns: columns, seen: map[string]int{}}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var broken *csv.ParseError
		switch {
		case errors.As(err, &broken):
			x.say(broken.StartLine, "", "the line cannot be read as CSV: a quotation mark is not closed, or the file is cut off here")
			return nil, x.refuse()
		case err != nil:
			return nil, fmt.Errorf("read the list: %w", err)
		}
		line, _ := in.FieldPos(0)
		if len(x.out) == listLines {
			return nil, refusal.Field("file", fmt.Sprintf("The list has more than %d incidents. Send a month at a time", listLines))
		}
		x.take(line, cells)
	}
	if len(x.problems) > 0 {
		return nil, x.refuse()
	}
	if len(x.out) == 0 {
		return nil, refusal.Field("file", "The list has no incident on it")
	}
	return x.out, nil
}

// skipMark leaves a byte order mark at the beginning out.
type skipMark struct {
	r     io.Reader
	begun bool
}

// Read reads on.
func (s *skipMark) Read(p []byte) (int, error) {
	if s.begun {
		return s.r.Read(p)
	}
	s.begun = true
	var first [3]byte
	n, err := io.ReadFull(s.r, first[:])
	if string(first[:n]) == "\uFEFF" {
		n = 0
	}
	s.r = io.MultiReader(strings.NewReader(string(first[:n])), s.r)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, err
	}
	return s.r.Read(p)
}

func listColumns(header []string) ([]string, error) {
	out := make([]string, len(header))
	for i, h := range header {
		out[i] = strings.ToLower(strings.TrimSpace(h))
		switch {
		case slices.Contains(out[:i], out[i]):
			return nil, refusal.Field("file", fmt.Sprintf("Column %d is there twice. Each column must be there once", i+1))
		case !slices.Contains(ListColumns, out[i]):
			return nil, refusal.Field("file", fmt.Sprintf("Column %d is not known. The columns are %s", i+1, strings.Join(ListColumns, ", ")))
		}
	}
	for _, need := range ListColumns[:2] {
		if !slices.Contains(out, need) {
			return nil, refusal.Field("file", "The column "+need+" is missing")
		}
	}
	return out, nil
}

// listing is a list being read.
type listing struct {
	columns  []string
	out      []Incident
	seen     map[string]int
	problems []string
	more     int
}

func (x *listing) say(line int, column, message string) {
	if len(x.problems) == problemsKept {
		x.more++
		return
	}
	if column != "" {
		column = ", " + column
	}
	x.problems = append(x.problems, fmt.Sprintf("Line %d%s: %s", line, column, message))
}

func (x *listing) refuse() error {
	all := make([]refusal.Problem, len(x.problems))
	for i, p := range x.problems {
		all[i] = refusal.Problem{Field: "file", Message: p}
	}
	if x.more > 0 {
		all = append(all, refusal.Problem{Field: "file", Message: fmt.Sprintf("%d more lines are wrong", x.more)})
	}
	return refusal.Fields(all)
}

func (x *listing) take(line int, cells []string) {
	if len(cells) != len(x.columns) {
		x.say(line, "", fmt.Sprintf("it has %d columns and the header has %d", len(cells), len(x.columns)))
		return
	}
	var one Incident
	for i, c := range cells {
		name, text := x.columns[i], strings.TrimSpace(c)
		if !utf8.ValidString(text) || len(text) > listCell || strings.ContainsFunc(text, unicode.IsControl) {
			x.say(line, name, "it is not text, or too long")
			return
		}
		switch name {
		case "reference":
			one.Reference = text
		case "district":
			one.District = text
		case "grade":
			if one.Grade = strings.ToLower(text); !slices.Contains(Grades(), one.Grade) {
				x.say(line, name, "write high, medium or standard, or leave it blank")
			}
		default:
			x.moment(line, name, text, &one)
		}
	}
	if one.Reference == "" {
		x.say(line, "reference", "enter the force's own reference")
		return
	}
	key := Fold(one.Reference)
	if first := x.seen[key]; first > 0 {
		x.say(line, "reference", fmt.Sprintf("it is on line %d already", first))
		return
	}
	x.seen[key] = line
	x.out = append(x.out, one)
}

// moment reads incident_at, which is needed, or sent_at, which is not.
func (x *listing) moment(line int, name, text string, one *Incident) {
	if text == "" && name == "sent_at" {
		return
	}
	at, err := civil.ParseInstant(text)
	if err != nil {
		x.say(line, name, "write date and time such as 2026-11-20T21:40:00Z")
		return
	}
	if name == "sent_at" {
		one.SentAt = at
		return
	}
	one.At = at
}

// Fold is a reference as it is compared: capitals and blanks do not count.
func Fold(reference string) string {
	return strings.ToUpper(strings.Join(strings.Fields(reference), " "))
}

// Difference is how a list and what arrived disagree about one incident.
type Difference string

// The differences. The first two are incidents that are not here.
const (
	NeverSent         Difference = "never_sent"         // on the list, not here, and the list does not say that it was sent
	NeverAcknowledged Difference = "never_acknowledged" // on the list as sent, and not here
	NotListed         Difference = "not_listed"         // here, of the list's days, and not on the list
	GradeDiffers      Difference = "grade_differs"      // here with another grade than on the list
)

// Differences are all, in the order in which they matter.
func Differences() []Difference {
	return []Difference{NeverSent, NeverAcknowledged, NotListed, GradeDiffers}
}

// Words is how pages name a difference.
func (d Difference) Words() string {
	return map[Difference]string{NeverSent: "Never sent", NeverAcknowledged: "Sent, and never arrived here", NotListed: "Here, and not on the force’s list", GradeDiffers: "Here with another grade"}[d]
}

// Missing says whether the incident is not here.
func (d Difference) Missing() bool { return d == NeverSent || d == NeverAcknowledged }

// Here is a notification that arrived.
type Here struct {
	Contact, Reference, Grade string
	At                        civil.Instant
}

// Differs is one incident about which list and record disagree.
type Differs struct {
	Kind Difference
	Incident
	Contact, HereGrade string
}

// Span is the first and the last day of an incident on a list.
func Span(list []Incident) (from, to civil.Date) {
	for i, x := range list {
		day := x.At.Date()
		if i == 0 || day.Before(from) {
			from = day
		}
		if i == 0 || day.After(to) {
			to = day
		}
	}
	return from, to
}

// Compare holds a list against what arrived. found is how many of the list are here.
func Compare(list []Incident, here []Here) (found int, out []Differs) {
	from, to := Span(list)
	arrived, listed := map[string]Here{}, map[string]bool{}
	for _, h := range here {
		if _, ok := arrived[Fold(h.Reference)]; !ok {
			arrived[Fold(h.Reference)] = h
		}
	}
	for _, x := range list {
		listed[Fold(x.Reference)] = true
		h, ok := arrived[Fold(x.Reference)]
		switch {
		case !ok && x.SentAt.IsZero():
			out = append(out, Differs{Kind: NeverSent, Incident: x})
		case !ok:
			out = append(out, Differs{Kind: NeverAcknowledged, Incident: x})
		case x.Grade != "" && x.Grade != h.Grade:
			out = append(out, Differs{Kind: GradeDiffers, Incident: x, Contact: h.Contact, HereGrade: h.Grade})
		}
		if ok {
			found++
		}
	}
	for _, h := range here {
		day := h.At.Date()
		if h.Reference == "" || h.At.IsZero() || day.Before(from) || day.After(to) || listed[Fold(h.Reference)] {
			continue
		}
		out = append(out, Differs{Kind: NotListed, Incident: Incident{Reference: h.Reference, At: h.At}, Contact: h.Contact, HereGrade: h.Grade})
	}
	return found, out
}
