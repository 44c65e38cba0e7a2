package web

import (
	"strconv"

	"frontdoor/internal/access"
)

// The parts that pages are made of. Each has a template of the same name in
// templates/parts.html, a sample in the gallery and a golden copy.

// Button says what will happen. With Href it is a link that looks like one.
type Button struct {
	Text, Kind  string // Kind: "", secondary, warning
	Href        string
	Name, Value string
}

// Link is somewhere to go.
type Link struct{ Href, Text string }

// SummaryRow is one line of a summary list. Hidden tells a screen reader what the
// action is about: "Change" + "name".
type SummaryRow struct{ Key, Value, Href, Action, Hidden string }

// Details is text that opens when asked for.
type Details struct{ Summary, Text string }

// Banner is something that has just happened, or must be known first.
type Banner struct {
	Title, Text string
	Success     bool
}

// Task is a line of a task list.
type Task struct {
	Name, Href, Hint, Status string
	Done                     bool
}

// Pages leads through a long list.
type Pages struct{ Previous, Next, Where string }

// Table is a table of words and numbers.
type Table struct {
	Caption string
	Head    []string
	Numeric []bool // columns of numbers stand to the right
	Rows    [][]string
}

// Number says whether a column holds numbers.
func (t Table) Number(i int) bool { return i < len(t.Numeric) && t.Numeric[i] }

// Mark is a short word on a tint: risk, soon, note, quiet, restricted or done.
type Mark struct{ Words, Tone string }

// Marks are the marks of one row.
type Marks []Mark

// marksShown is how many stand in a row; the rest are counted.
const marksShown = 3

// Few puts restriction and risk first and shows three; the rest are counted, so
// that nothing is silently left out.
func (all Marks) Few() []Mark {
	var out []Mark
	for _, tone := range []string{"restricted", "risk", "soon", ""} {
		for _, m := range all {
			first := m.Tone == "restricted" || m.Tone == "risk" || m.Tone == "soon"
			if m.Tone == tone || (tone == "" && !first) {
				out = append(out, m)
			}
		}
	}
	if more := len(out) - marksShown; more > 0 {
		out = append(out[:marksShown:marksShown], Mark{Words: "and " + strconv.Itoa(more) + " more", Tone: "quiet"})
	}
	return out
}

// Person is the only way a name is shown. It masks itself.
type Person struct {
	Name, Age, Ref, Href string
	Masked               bool
	Ask                  string // who to ask about a restricted record
}

// PersonOf is a person as the policy's answer lets them be shown: in full, or only
// that somebody restricted is there and who to ask. Any other answer shows nothing.
func PersonOf(answer access.Answer, ask string, p Person) Person {
	switch answer {
	case access.Allow:
		p.Masked, p.Ask = false, ""
		return p
	case access.Mask:
		return Person{Masked: true, Ask: ask}
	}
	return Person{}
}

// Waitline is a child, who is waited for, for what, since when, until when.
type Waitline struct {
	Child    Person
	For      string
	What     string
	Since    string
	Due      Due
	LastSeen string
}

// Filter stands above a list. Its state is in the address; nothing is set on
// arrival.
type Filter struct {
	Form   *Form
	Action string
	Chosen []Link // each removes itself
	Clear  string
}

// Happening is a line of a timeline.
type Happening struct{ When, Story, Source, Marking, Href string }

// Fact is something the record knows, and from whom.
type Fact struct{ Label, Value, Source string }

// Facts stand beside a form.
type Facts struct {
	Title string
	Items []Fact
}

// Words are what a child said or showed.
type Words struct{ Text, Date, Heard string }

// Changed says what somebody else did since the page was opened, with both texts.
type Changed struct{ What, By, At, Theirs, Yours string }

// Interrupt is a full page before something that cannot be taken back lightly.
type Interrupt struct {
	Title  string
	What   []string
	Button Button
	Action string
	FormID string
	Back   Link
}

// Identity stands on every page about a child.
type Identity struct {
	Child  Person
	Born   string
	Worker string
	Marks  Marks
	Sub    []NavLink
}
