package partnership

import (
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/feed"
	"frontdoor/internal/web"
)

// JointFormat names what the files of a joint pack are.
const JointFormat = "frontdoor joint pack 1"

// Summed is one agency over the sample: all that it did or had to do, or one kind of it.
// The lengths are in seconds by the rule of the scorecard: what is not done although it
// was due counts as longer than any, and what is not due yet is not counted.
type Summed struct {
	Agency, Name string
	Kind         string // "" all
	N            int
	Timed        int
	Median       *uint32 // nil without any, or when it is not done yet
	Longest      *uint32
	Late         int
}

// Sums are the agencies of a pack, each with all together and then by kind, in the order
// of their names with the council first. What the council does for an agency is in its
// kind's line, and in none that says how long the agency took.
func (p *JointPack) Sums() []Summed {
	type key struct{ agency, kind string }
	by, took := map[key]*Summed{}, map[key][]uint32{}
	add := func(e Event, kind string, counts bool) {
		k := key{e.Agency, kind}
		if by[k] == nil {
			by[k] = &Summed{Agency: e.Agency, Name: e.Name, Kind: kind}
		}
		s := by[k]
		s.N++
		if !counts {
			return
		}
		if e.late() {
			s.Late++
		}
		if e.timed() && e.State != open {
			l := Line{From: e.From, Done: e.Done}
			took[k] = append(took[k], l.took())
		}
	}
	for _, e := range p.Rows {
		add(e, "", !e.Ours)
		add(e, e.Kind, true)
	}
	var out []Summed
	for k, s := range by {
		if x := feed.SpreadOf(took[k]); x.N > 0 {
			s.Timed, s.Median, s.Longest = x.N, known(x.Median), known(x.Longest)
		}
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Summed) int {
		if a.Agency != b.Agency {
			return compareAgencies(a.Agency, a.Name, b.Agency, b.Name)
		}
		return slices.Index(eventKinds, a.Kind) - slices.Index(eventKinds, b.Kind)
	})
	return out
}

func compareAgencies(a, aName, b, bName string) int {
	switch {
	case a == socialCare:
		return -1
	case b == socialCare:
		return 1
	case strings.HasPrefix(a, fromKind) != strings.HasPrefix(b, fromKind):
		if strings.HasPrefix(a, fromKind) {
			return 1
		}
		return -1
	}
	return strings.Compare(aName+"\x00"+a, bName+"\x00"+b)
}

// lag is a length for a file: nothing when there is none.
func lag[T int | int64](n *T) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(int64(*n), 10)
}

func jointSheet(all []Event) web.Sheet {
	s := web.Sheet{Head: []string{"child", "agency", "kind", "detail", "reference", "sender_reference", "from", "due", "done", "state", "lag_seconds", "working_days", "council_acts"}}
	for _, e := range all {
		s.Rows = append(s.Rows, []string{strconv.Itoa(e.Child), e.Agency, e.Kind, e.Detail, e.Ref, e.SenderRef, e.From.String(), e.Due.String(), e.Done.String(), e.State, lag(e.Seconds), lag(e.WorkingDays), strconv.FormatBool(e.Ours)})
	}
	return s
}

func sumSheet(all []Summed) web.Sheet {
	s := web.Sheet{Head: []string{"kind", "events", "timed", "median_hours", "longest_hours", "late"}}
	for _, x := range all {
		kind := x.Kind
		if kind == "" {
			kind = "all"
		}
		s.Rows = append(s.Rows, []string{kind, strconv.Itoa(x.N), strconv.Itoa(x.Timed), hours(x.Median), hours(x.Longest), strconv.Itoa(x.Late)})
	}
	return s
}

// files are the pack's: each agency's part in a folder, the very bytes that the agency
// gets, and the children with their numbers. No name and nobody's words are in them.
func (p *JointPack) files() (whole *Pack, parts []*Pack, err error) {
	m := Manifest{Format: JointFormat, Authority: p.code, From: p.Period.From, To: p.Period.To, AsAt: p.AsAt, Files: []Listed{}}
	sums := p.Sums()
	for _, s := range sums {
		if s.Kind != "" {
			continue
		}
		part := &Pack{Manifest: m}
		part.Agency = s.Agency
		part.Files = []Listed{}
		own := slices.DeleteFunc(slices.Clone(p.Rows), func(e Event) bool { return e.Agency != s.Agency })
		if err := part.add("events.csv", jointSheet(own)); err != nil {
			return nil, nil, err
		}
		if err := part.add("summary.csv", sumSheet(slices.DeleteFunc(slices.Clone(sums), func(x Summed) bool { return x.Agency != s.Agency }))); err != nil {
			return nil, nil, err
		}
		if err := part.seal(); err != nil {
			return nil, nil, err
		}
		parts = append(parts, part)
	}
	slices.SortFunc(parts, func(a, b *Pack) int { return strings.Compare(a.Agency, b.Agency) })
	whole = &Pack{Manifest: m}
	whole.Files = []Listed{}
	kids := web.Sheet{Head: []string{"child", "reference"}}
	for _, c := range p.Children {
		kids.Rows = append(kids.Rows, []string{strconv.Itoa(c.N), c.Ref})
	}
	if err := whole.add("children.csv", kids); err != nil {
		return nil, nil, err
	}
	whole.gather(parts)
	return whole, parts, whole.seal()
}

// Pack is the pack as files: a partner's own part, or the whole.
func (p *JointPack) Pack() (*Pack, error) {
	whole, parts, err := p.files()
	if err != nil || p.For == "" {
		return whole, err
	}
	for _, x := range parts {
		if x.Agency == p.For {
			return x, nil
		}
	}
	none := &Pack{Manifest: whole.Manifest} // its children were all restricted since
	none.Agency, none.Files = p.For, []Listed{}
	return none, none.seal()
}
