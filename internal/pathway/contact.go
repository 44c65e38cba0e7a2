package pathway

import (
	"slices"

	"frontdoor/internal/civil"
)

// Channel is the way a contact came in.
type Channel string

// The channels.
const (
	ByPolice Channel = "police"
	ByForm   Channel = "form"
	ByPhone  Channel = "phone"
	ByBulk   Channel = "bulk"
	ByEmail  Channel = "email"
)

// State is where a contact stands (pathway reference, section 2).
type State string

// The states of a contact.
const (
	Received            State = "received"
	Screening           State = "screening"
	AwaitingInformation State = "awaiting_information"
	Decided             State = "decided"
	Closed              State = "closed"
)

// LinkState is how far it is settled who a child is.
type LinkState string

// The states of a link. A link is never a merge, and each can be undone.
const (
	LinkOpen       LinkState = "open"       // nobody has looked yet
	LinkSystem     LinkState = "system"     // attached by the service, which was certain
	LinkPerson     LinkState = "person"     // a person chose
	LinkNew        LinkState = "new"        // a person said: not known before
	LinkUnresolved LinkState = "unresolved" // looked, and cannot be settled yet
)

// Settled says that it is known who the child is.
func (l LinkState) Settled() bool { return l == LinkSystem || l == LinkPerson || l == LinkNew }

// Child is a child in a contact, as the rules need to know them.
type Child struct {
	ID        string
	Named     bool
	Link      LinkState
	Conceal   bool // restricted or sealed: goes to the restricted desk
	Unborn    bool
	Born      civil.Date // zero when not known
	Age       int        // whole years, -1 when not known
	Outcome   Outcome
	OpenTo    string // team or worker that already works with the child; "" none
	EarlyHelp bool   // open to early help now
}

// Contact is a report to the front door, as the rules need to know it.
type Contact struct {
	ID, Ref       string
	Channel       Channel
	Source        Agency // police, school, health, ...; "" for the public
	ReferrerEmail string
	IncidentAt    civil.Instant
	ReportedAt    civil.Instant
	GradedAt      civil.Instant
	SentAt        civil.Instant
	ReceivedAt    civil.Instant
	Grade         string // standard, medium, high
	Danger        string // yes, no, not_known, ""
	RAG           string // red, amber, green, ""
	Screened      bool
	HistoryRead   bool
	Consent       ConsentStatus
	ConsentReason string // code of the reason for not telling or asking, or ""
	Unreadable    bool   // what was received could not be understood
	Children      []Child
}

// Child finds one of the contact's children.
func (c Contact) Child(id string) (Child, bool) {
	i := slices.IndexFunc(c.Children, func(x Child) bool { return x.ID == id })
	if i < 0 {
		return Child{}, false
	}
	return c.Children[i], true
}
