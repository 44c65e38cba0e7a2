package pathway

import (
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// TeamKind is the kind of work a team of social workers is there for.
type TeamKind string

// The kinds of team that children's work can belong to.
const (
	AssessmentTeam      TeamKind = "assessment"
	ChildrenInNeedTeam  TeamKind = "children_in_need"
	ChildProtectionTeam TeamKind = "child_protection"
)

var teamKinds = []struct {
	Kind TeamKind
	Name string
}{{AssessmentTeam, "Duty and assessment"}, {ChildrenInNeedTeam, "Children in need"}, {ChildProtectionTeam, "Child protection"}}

// TeamKinds are all kinds, in the order of the child's journey.
func TeamKinds() []TeamKind {
	var out []TeamKind
	for _, k := range teamKinds {
		out = append(out, k.Kind)
	}
	return out
}

// TeamKindName is what people call a kind of team; "" for a kind that takes no children's
// work.
func TeamKindName(k TeamKind) string {
	for _, x := range teamKinds {
		if x.Kind == k {
			return x.Name
		}
	}
	return ""
}

// TeamWork are the outcomes that open work with a social worker: what a team can take.
func TeamWork() []OutcomeInfo {
	return slices.DeleteFunc(Outcomes(), func(o OutcomeInfo) bool { return o.Episode != "referral" })
}

// From is the day from which something about a team holds. A day before today needs a
// reason, and changes no figure of the past.
type From struct {
	Day        civil.Date
	Why        string // why it is done
	WhyEarlier string // why from a day that is over
}

// problems are what is wrong with a day and its reasons; field is the day's question.
func (f From) problems(today civil.Date) (out []refusal.Problem) {
	switch {
	case f.Day.IsZero():
		out = append(out, refusal.Problem{Field: "from", Message: "Enter the day from which it holds"})
	case f.Day.Before(today) && blank(f.WhyEarlier):
		out = append(out, refusal.Problem{Field: "why-earlier", Message: "Enter why it holds from a day that is over. What was counted for past days stays as it was"})
	}
	if blank(f.Why) {
		out = append(out, refusal.Problem{Field: "why", Message: "Enter why"})
	}
	return out
}

// Effect is the moment from which it holds: today means from now on.
func (f From) Effect(now civil.Instant) civil.Instant {
	if f.Day == now.Date() {
		return now
	}
	return f.Day.Start()
}

// Check says what is wrong with a day and its reasons.
func (f From) Check(today civil.Date) error { return refusal.Fields(f.problems(today)) }

// TeamSetUp is a team as somebody sets it up (finding 76).
type TeamSetUp struct {
	Name  string
	Kind  TeamKind
	Takes []Outcome // new work that goes to it from its day on
	From
}

// Check says what is wrong with a set-up.
func (s TeamSetUp) Check(today civil.Date) error {
	var p []refusal.Problem
	if blank(s.Name) {
		p = append(p, refusal.Problem{Field: "name", Message: "Enter the name of the team"})
	}
	if TeamKindName(s.Kind) == "" {
		p = append(p, refusal.Problem{Field: "kind", Message: "Select the kind of work it is there for"})
	}
	for _, o := range s.Takes {
		if !slices.ContainsFunc(TeamWork(), func(x OutcomeInfo) bool { return x.Code == o }) {
			p = append(p, refusal.Problem{Field: "takes", Message: "Select work that a team of social workers can take"})
		}
	}
	return refusal.Fields(append(p, s.problems(today)...))
}

// OnTeam is what stands on a team: it cannot end while anything does.
type OnTeam struct {
	Waiting, Held int // children without a worker, and with one
	Waits         int // open waits that the team answers for
	Desks         int // agencies for which it answers where nobody else is named
}

// Children are all children whose open work belongs to the team.
func (s OnTeam) Children() int { return s.Waiting + s.Held }

// None says that nothing stands on the team.
func (s OnTeam) None() bool { return s == OnTeam{} }

// EndTeam says whether a team may end: nothing may stand on it, and another team must
// follow it, so that no child is ever without somebody who answers.
func EndTeam(s OnTeam, successor string, f From, today civil.Date) error {
	if !s.None() {
		return refusal.New(refusal.Conflict, "The team cannot end while "+s.Words()+". Move them to another team first")
	}
	p := f.problems(today)
	if blank(successor) {
		p = append([]refusal.Problem{{Field: "to", Message: "Select the team that its work and its people’s children go to from now on"}}, p...)
	}
	return refusal.Fields(p)
}

// Words says what stands on a team.
func (s OnTeam) Words() string {
	var out []string
	add := func(n int, one, many string) {
		switch n {
		case 0:
		case 1:
			out = append(out, "1 "+one)
		default:
			out = append(out, strconv.Itoa(n)+" "+many)
		}
	}
	add(s.Children(), "child’s work belongs to it", "children’s work belongs to it")
	add(s.Waits, "wait is on it", "waits are on it")
	add(s.Desks, "kind of agency is answered for by it", "kinds of agency are answered for by it")
	return strings.Join(out, " and ")
}

// TeamMove is what somebody confirms when they move children to another team: the names
// were shown, and they typed how many there are (threat model T28).
type TeamMove struct {
	From, To string
	Why      string
	Typed    string // the number of children and waits, as typed
	N        int    // how many there are
}

// Check says what is wrong with a move.
func (m TeamMove) Check() error {
	if m.N == 0 {
		return refusal.New(refusal.Conflict, "Nothing stands on the team that you can move. Look at the list again")
	}
	var p []refusal.Problem
	switch {
	case m.To == "":
		p = append(p, refusal.Problem{Field: "to", Message: "Select the team they move to"})
	case m.To == m.From:
		p = append(p, refusal.Problem{Field: "to", Message: "Select another team than the one they are with"})
	}
	if blank(m.Why) {
		p = append(p, refusal.Problem{Field: "why", Message: "Enter why they move. It is written into each child’s story"})
	}
	if strings.TrimSpace(m.Typed) != strconv.Itoa(m.N) {
		p = append(p, refusal.Problem{Field: "typed", Message: "Enter how many move, as the list above says: " + strconv.Itoa(m.N)})
	}
	return refusal.Fields(p)
}
