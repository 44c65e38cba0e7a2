package feed

import (
	"encoding/binary"
	"slices"
	"strings"
)

// Gap is something that a message about children lacked when it came. What is found out
// later does not fill it: it says what the sender sent.
type Gap string

// The gaps. Those up to GapDistrict are asked of police notifications only.
const (
	GapIncident   Gap = "incident"   // when it happened
	GapReport     Gap = "report"     // when the officer reported
	GapGrading    Gap = "grading"    // when it was graded
	GapSending    Gap = "sending"    // when it was sent
	GapGrade      Gap = "grade"      // the force's own grade
	GapDistrict   Gap = "district"   // the part of the force's area
	GapReasons    Gap = "reasons"    // the professional judgement, or what the worry is
	GapName       Gap = "name"       // the name of a child in the household
	GapBorn       Gap = "born"       // the date of birth of a child who is named
	GapUnreadable Gap = "unreadable" // nothing of it could be read
)

// gaps are all of them, in the order in which they are kept and shown.
var gaps = []struct {
	key    Gap
	words  string
	police bool
}{
	{GapIncident, "No time of the incident", true},
	{GapReport, "No time of the officer’s report", true},
	{GapGrading, "No time of grading", true},
	{GapSending, "No time of sending", true},
	{GapGrade, "Not graded", true},
	{GapDistrict, "No district", true},
	{GapReasons, "No reasons", false},
	{GapName, "A child without a name", false},
	{GapBorn, "A named child without a date of birth", false},
	{GapUnreadable, "Could not be read", false},
}

// gapCount is how many gaps there are.
const gapCount = 10

// Gaps are the gaps that are asked of messages: of the police's, or of anybody's.
func Gaps(police bool) []Gap {
	var out []Gap
	for _, g := range gaps {
		if police || !g.police {
			out = append(out, g.key)
		}
	}
	return out
}

// Words is how pages name a gap.
func (g Gap) Words() string {
	if i := g.place(); i >= 0 {
		return gaps[i].words
	}
	return ""
}

// place is the gap's place in the list; less than 0 for what is no gap.
func (g Gap) place() int {
	for i, x := range gaps {
		if x.key == g {
			return i
		}
	}
	return -1
}

// Message is what is looked at for gaps.
type Message struct {
	Police          bool
	Stamps          Stamps
	Grade, District string
	Reasons         string
	Unnamed         bool // a child of the household has no name
	Undated         bool // a named child, who is born, has no date of birth
	Unreadable      bool
}

// Lacks says what a message lacked. What could not be read at all lacks just that.
func (m Message) Lacks() []Gap {
	if m.Unreadable {
		return []Gap{GapUnreadable}
	}
	var out []Gap
	for _, x := range []struct {
		lacks bool
		gap   Gap
	}{
		{m.Police && m.Stamps.Incident.IsZero(), GapIncident}, {m.Police && m.Stamps.Reported.IsZero(), GapReport},
		{m.Police && m.Stamps.Graded.IsZero(), GapGrading}, {m.Police && m.Stamps.Sent.IsZero(), GapSending},
		{m.Police && m.Grade == "", GapGrade}, {m.Police && m.District == "", GapDistrict},
		{strings.TrimSpace(m.Reasons) == "", GapReasons}, {m.Unnamed, GapName}, {m.Undated, GapBorn},
	} {
		if x.lacks {
			out = append(out, x.gap)
		}
	}
	return out
}

// JoinGaps writes gaps as the record keeps them.
func JoinGaps(all []Gap) string {
	words := make([]string, len(all))
	for i, g := range all {
		words[i] = string(g)
	}
	return strings.Join(words, " ")
}

// Quality counts what messages lacked. Whole are those that lacked nothing.
type Quality struct {
	Messages, Whole int
	Children, Named int
	lacking         [gapCount]int
}

// Add counts one message: what it lacked as the record keeps it, and how many children
// it told of and named.
func (q *Quality) Add(missing string, children, named int) {
	q.Messages, q.Children, q.Named = q.Messages+1, q.Children+children, q.Named+named
	if missing == "" {
		q.Whole++
		return
	}
	for _, word := range strings.Fields(missing) {
		if i := Gap(word).place(); i >= 0 {
			q.lacking[i]++
		}
	}
}

// And adds two counts.
func (q Quality) And(r Quality) Quality {
	q.Messages, q.Whole, q.Children, q.Named = q.Messages+r.Messages, q.Whole+r.Whole, q.Children+r.Children, q.Named+r.Named
	for i := range q.lacking {
		q.lacking[i] += r.lacking[i]
	}
	return q
}

// Lacking is how many messages lacked something.
func (q Quality) Lacking(g Gap) int {
	if i := g.place(); i >= 0 {
		return q.lacking[i]
	}
	return 0
}

// PackQuality writes the counts.
func PackQuality(q Quality) []byte {
	var out []byte
	for _, n := range append([]int{q.Messages, q.Whole, q.Children, q.Named}, q.lacking[:]...) {
		out = binary.AppendUvarint(out, uint64(max(n, 0)))
	}
	return out
}

// UnpackQuality reads what PackQuality wrote.
func UnpackQuality(packed []byte) (Quality, error) {
	var q Quality
	all := []*int{&q.Messages, &q.Whole, &q.Children, &q.Named}
	for i := range q.lacking {
		all = append(all, &q.lacking[i])
	}
	for _, to := range all {
		v, n := binary.Uvarint(packed)
		if n <= 0 || v > 1<<31 {
			return q, errPacked
		}
		*to, packed = int(v), packed[n:]
	}
	if len(packed) > 0 {
		return q, errPacked
	}
	return q, nil
}

// Lacked reads what the record keeps, in words, in order.
func Lacked(missing string) []string {
	var out []string
	words := strings.Fields(missing)
	for _, g := range gaps {
		if slices.Contains(words, string(g.key)) {
			out = append(out, g.words)
		}
	}
	return out
}
