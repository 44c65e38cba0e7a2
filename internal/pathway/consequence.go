// Package pathway is the child's journey through the service as rules that
// perform nothing: they take values and return what must follow.
package pathway

import (
	"frontdoor/internal/civil"
	"frontdoor/internal/timescale"
)

// Agency names who a child is waiting for. It is a kind, not an organisation:
// the owner of a wait says which person or desk.
type Agency string

// The agencies a child can wait for.
const (
	FrontDoor      Agency = "front_door"
	RestrictedDesk Agency = "restricted_desk"
	Police         Agency = "police"
	Health         Agency = "health"
	School         Agency = "school"
	Housing        Agency = "housing"
	OtherPartner   Agency = "other_partner"
	Referrer       Agency = "referrer"
	SocialWork     Agency = "social_work"
	Allocations    Agency = "allocations"
	EarlyHelp      Agency = "early_help"
	OtherAuthority Agency = "other_authority"
)

// Wait is something a child starts to wait for. The record gives it an id, the
// due times of its timescales, and keeps it until it ends.
type Wait struct {
	Contact string        // contact id; "" means the contact of the command
	Child   string        // contact_child id; "" means every child of the contact
	On      Agency        // who is waited for
	Owner   string        // user id, team id or organisation id; "" means the desk of On
	For     timescale.Key // the clock that governs
	Also    timescale.Key // a second clock on the same wait, or ""
	What    string        // what is awaited, in words, without personal details
	About   string        // id of the thing that will answer it (request, draft, episode), or ""
	Since   civil.Instant // when the clock started; zero means now
	By      civil.Instant // when it is due because somebody agreed to it; zero means by the clock's length
	Over    civil.Instant // when it had already ended before we were told; zero means it is open
	How     Ending        // of one that is over: zero means Met
	Reason  string        // needed when it is over and withdrawn
}

// Ending says how a wait ended.
type Ending string

// The ways a wait ends. Withdrawn needs a reason; moved means another wait took over.
const (
	Met       Ending = "met"
	Withdrawn Ending = "withdrawn"
	Moved     Ending = "moved"
)

// End closes open waits: all of the contact's (or subject's) waits that match
// every non-empty field.
type End struct {
	Contact    string // contact id; "" means the contact of the command
	Child      string
	On         Agency
	For        timescale.Key
	About      string
	How        Ending        // zero means Met
	HappenedAt civil.Instant // when the event happened; zero means now
	Reason     string        // needed when withdrawn
}

// Tell is a message to a person or an agency. It carries a reference and a
// link, never a name: notice chooses the words from Kind.
type Tell struct {
	Kind string // notice kind, such as "receipt", "feedback", "question"
	To   string // e-mail address, phone number or webhook name; "" means nobody can be told this way
	Ref  string // public reference shown in the message
	Link string // path within the service, or ""
	Key  string // unique within the authority: the same message is never queued twice
	Text string // a safe sentence composed by the rule from fixed words, or ""
}

// Line is an entry in the child's chronology.
type Line struct {
	Contact    string        // contact id; "" means the contact of the command
	Child      string        // contact_child id; "" means every child of the contact
	Person     string        // person id, for a line that is about them and not about a contact
	Kind       string        // contact, decision, request, allocation, ...
	HappenedAt civil.Instant // zero means now
	Source     string        // agency or desk it came from
	Text       string        // the story line; may hold personal details
}

// Consequences is everything that follows from an act. Keep it small.
type Consequences struct {
	Ends   []End
	Begins []Wait
	Closes []string // contact_child ids that reach a final state
	Tells  []Tell
	Lines  []Line
	Told   []Feedback // of the referrer
}

// And joins two sets of consequences, c first.
func (c Consequences) And(d Consequences) Consequences {
	return Consequences{
		Ends:   append(append([]End(nil), c.Ends...), d.Ends...),
		Begins: append(append([]Wait(nil), c.Begins...), d.Begins...),
		Closes: append(append([]string(nil), c.Closes...), d.Closes...),
		Tells:  append(append([]Tell(nil), c.Tells...), d.Tells...),
		Lines:  append(append([]Line(nil), c.Lines...), d.Lines...),
		Told:   append(append([]Feedback(nil), c.Told...), d.Told...),
	}
}
