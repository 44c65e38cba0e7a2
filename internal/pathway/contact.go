package pathway

import (
	"fmt"
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
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
	LinkSystem     LinkState = "system"     // attached by an equal, certain number
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
	Age       int // whole years, -1 when not known
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
	Unreadable    bool
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

// MostChildren is how many children one contact may name. More than this in one
// household is a mistake in the message, not a family.
const MostChildren = 60

// policeKeys are the agreed maximum from incident to receipt, by grade.
var policeKeys = map[string]timescale.Key{
	"high": timescale.PoliceHigh, "medium": timescale.PoliceMedium, "standard": timescale.PoliceStandard,
}

// Receive starts a contact's journey: every child waits for a decision by both
// clocks from the moment the authority was told; a child who was not named waits
// to be identified; a call waits to be confirmed; and how late the police were
// is put on record at the moment it can no longer be hidden.
//
// It refuses only a contact that names no child at all. Doubts about what was
// said are for Doubts: what arrived is never turned away for them.
func (c Contact) Receive() (Consequences, error) {
	if len(c.Children) == 0 {
		return Consequences{}, refusal.Field("children", "Enter at least one child, or describe one whose name you do not know")
	}
	var out Consequences
	for _, child := range c.Children {
		out.Begins = append(out.Begins, decisionWait(c, child))
		if !child.Named {
			out.Begins = append(out.Begins, Wait{Child: child.ID, On: deskOf(child), For: timescale.IdentifyChild,
				What: "identify a child who was not named", Since: c.ReceivedAt})
		}
	}
	if key, ok := policeKeys[c.Grade]; ok && c.Source == Police && !c.IncidentAt.IsZero() && !c.IncidentAt.After(c.ReceivedAt) {
		out.Begins = append(out.Begins, Wait{On: Police, For: key, What: "tell the front door of the incident",
			Since: c.IncidentAt, Over: c.ReceivedAt})
	}
	if c.Channel == ByPhone {
		out.Begins = append(out.Begins, Wait{On: Referrer, For: timescale.PhoneConfirmed, What: "confirm what was said on the phone", Since: c.ReceivedAt})
	}
	if c.Consent == ConsentNotKnown {
		out.Begins = append(out.Begins, Wait{On: Referrer, For: timescale.ConsentChase, What: "say what the family agreed to", Since: c.ReceivedAt})
		out.Tells = append(out.Tells, Tell{Kind: "consent-chase", To: c.ReferrerEmail, Ref: c.Ref, Key: "consent " + c.Ref})
	}
	return out.And(c.acknowledge()).And(c.danger()).And(Consequences{Lines: []Line{c.arrival()}}), nil
}

func deskOf(child Child) Agency {
	if child.Conceal {
		return RestrictedDesk
	}
	return FrontDoor
}

func decisionWait(c Contact, child Child) Wait {
	return Wait{Child: child.ID, On: deskOf(child), For: timescale.ContactDecision, Also: timescale.ContactDecision24h,
		What: "decide what happens for the child", Since: c.ReceivedAt}
}

// acknowledge tells the referrer that the contact arrived, or leaves that to a
// person when there is no address to write to. A partner's system has its answer
// already.
func (c Contact) acknowledge() Consequences {
	if c.Channel == ByPolice || c.Channel == ByBulk {
		return Consequences{}
	}
	if c.ReferrerEmail == "" {
		return Consequences{Begins: []Wait{{On: FrontDoor, For: timescale.Acknowledgement, What: "tell the referrer that the contact arrived", Since: c.ReceivedAt}}}
	}
	tells := []Tell{{Kind: "receipt", To: c.ReferrerEmail, Ref: c.Ref, Key: "receipt " + c.Ref}}
	return Consequences{
		Begins: []Wait{{On: FrontDoor, For: timescale.Acknowledgement, What: "tell the referrer that the contact arrived", Since: c.ReceivedAt, Over: c.ReceivedAt}},
		Tells:  tells,
	}
}

// danger puts an immediate danger in a manager's hands at once (FD6).
func (c Contact) danger() Consequences {
	if c.Danger != "yes" {
		return Consequences{}
	}
	return Consequences{
		Begins: []Wait{{On: FrontDoor, For: timescale.ImmediateDanger, What: "a manager takes the immediate danger in hand"}},
		Tells:  []Tell{{Kind: "danger-alert", To: "desk:front_door", Ref: c.Ref, Link: "/contacts/" + c.ID, Key: "danger " + c.Ref}},
	}
}

// InHand records that a manager has an immediate danger in hand.
func (c Contact) InHand(isManager bool, what string) (Consequences, error) {
	switch {
	case !isManager:
		return Consequences{}, refusal.New(refusal.Denied, "You need to be a front door manager to do this")
	case blank(what):
		return Consequences{}, refusal.Field("in-hand", "Enter what has been done to make the child safe")
	}
	return Consequences{
		Ends:  []End{{For: timescale.ImmediateDanger}},
		Lines: []Line{{Kind: "safety", Source: string(FrontDoor), Text: what}},
	}, nil
}

func (c Contact) arrival() Line {
	text := "Contact received by " + channelWords[c.Channel]
	if c.Source != "" && c.Channel != ByPolice {
		text += " from " + AgencyName(c.Source)
	}
	if c.Grade != "" {
		text += ", " + c.Grade + " risk"
	}
	if !c.IncidentAt.IsZero() {
		text += ", incident " + civil.AgoDays(c.IncidentAt, c.ReceivedAt)
	}
	return Line{Kind: "contact", HappenedAt: c.ReceivedAt, Source: string(c.Source), Text: text}
}

var channelWords = map[Channel]string{
	ByPolice: "police notification", ByForm: "referral form", ByPhone: "phone call", ByBulk: "file", ByEmail: "e-mail",
}

// ChannelName is what people call a channel.
func ChannelName(c Channel) string { return channelWords[c] }

var agencyNames = map[Agency]string{
	FrontDoor: "front door", RestrictedDesk: "restricted desk", Police: "police", Health: "health", School: "school",
	Housing: "housing", OtherPartner: "another partner", Referrer: "the referrer", SocialWork: "social work",
	Allocations: "allocation", EarlyHelp: "early help", OtherAuthority: "another authority", "public": "a member of the public",
}

// AgencyName is what people call an agency.
func AgencyName(a Agency) string {
	if n, ok := agencyNames[a]; ok {
		return n
	}
	return string(a)
}

// Agencies are all kinds that can be waited for; each needs an owner.
func Agencies() []Agency {
	return []Agency{FrontDoor, RestrictedDesk, Police, Health, School, Housing, OtherPartner, Referrer,
		SocialWork, Allocations, EarlyHelp, OtherAuthority}
}

// Doubts lists what in a message cannot be right, field by field. A form shows
// them beside the questions; a door keeps the contact and says them as warnings.
func (c Contact) Doubts(now civil.Instant) []refusal.Problem {
	var out []refusal.Problem
	say := func(field, message string) { out = append(out, refusal.Problem{Field: field, Message: message}) }
	stamps := []struct {
		field, name string
		at          civil.Instant
	}{
		{"incident_at", "the incident", c.IncidentAt}, {"reported_at", "the officer's report", c.ReportedAt},
		{"graded_at", "grading", c.GradedAt}, {"sent_at", "sending", c.SentAt},
	}
	var last struct {
		name string
		at   civil.Instant
	}
	for _, s := range stamps {
		if s.at.IsZero() {
			continue
		}
		if s.at.After(now.Add(clockSkew)) {
			say(s.field, "The time of "+s.name+" must be in the past")
		}
		if !last.at.IsZero() && s.at.Before(last.at) {
			say(s.field, "The time of "+s.name+" must not be before "+last.name)
		}
		last.name, last.at = s.name, s.at
	}
	if len(c.Children) > MostChildren {
		say("children", fmt.Sprintf("Check the number of children: %d are more than %d", len(c.Children), MostChildren))
	}
	return out
}

// clockSkew is how far a partner's clock may run ahead of ours.
const clockSkew = 5 * 60 * 1e9

func blank(s string) bool {
	for _, r := range s {
		if r > ' ' && r != '\u00a0' {
			return false
		}
	}
	return true
}
