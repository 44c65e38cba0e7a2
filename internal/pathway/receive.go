package pathway

import (
	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// policeKeys are the agreed maximum from incident to receipt, by grade.
var policeKeys = map[string]timescale.Key{
	"high": timescale.PoliceHigh, "medium": timescale.PoliceMedium, "standard": timescale.PoliceStandard,
}

// Receive starts a contact's journey: every child waits for a decision by both
// clocks from the moment the authority was told; a child who was not named waits
// to be identified; a call waits to be confirmed; and how late the police were
// is put on record at the moment it can no longer be hidden. A restricted child
// waits for the restricted desk, by the same clocks. The first wait is always that
// for a decision: doors tell the sender when it is due.
//
// It refuses only a contact that names no child at all. Doubts about what was
// said are for Doubts: what arrived is never turned away for them.
func (c Contact) Receive() (Consequences, error) {
	if len(c.Children) == 0 {
		return Consequences{}, refusal.Field("children", "Enter at least one child, or describe one whose name you do not know")
	}
	var out Consequences
	for _, child := range c.Children {
		out.Begins = append(out.Begins, Wait{Child: child.ID, On: deskOf(child), For: timescale.ContactDecision,
			Also: timescale.ContactDecision24h, What: "decide what happens for the child", Since: c.ReceivedAt})
		if !child.Named {
			out.Begins = append(out.Begins, c.identify(child, c.ReceivedAt))
		}
	}
	if key, ok := policeKeys[c.Grade]; ok && c.Source == Police && !c.IncidentAt.IsZero() && !c.IncidentAt.After(c.ReceivedAt) {
		out.Begins = append(out.Begins, Wait{On: Police, For: key, What: "tell the front door of the incident",
			Since: c.IncidentAt, Over: c.ReceivedAt})
	}
	if c.Channel == ByPhone {
		out.Begins = append(out.Begins, Wait{On: Referrer, For: timescale.PhoneConfirmed, What: "confirm what was said on the phone", Since: c.ReceivedAt})
	}
	if c.agreementUnknown() {
		out.Begins = append(out.Begins, chase("", c.ReceivedAt))
		out.Tells = append(out.Tells, Tell{Kind: "consent-chase", To: c.ReferrerEmail, Ref: c.Ref, Key: "consent " + c.Ref})
	}
	return out.And(c.acknowledge()).And(c.danger(c.ReceivedAt)).And(Consequences{Lines: []Line{c.arrival()}}), nil
}

func deskOf(child Child) Agency {
	if child.Conceal {
		return RestrictedDesk
	}
	return FrontDoor
}

// each begins one wait for every child, at the desk that may see that child.
func (c Contact) each(w Wait) []Wait {
	out := make([]Wait, len(c.Children))
	for i, child := range c.Children {
		out[i] = w
		out[i].Child, out[i].On = child.ID, deskOf(child)
	}
	return out
}

func (c Contact) identify(child Child, since civil.Instant) Wait {
	what := "identify a child who was not named"
	if c.Unreadable {
		what = "read what was received and name the children"
	}
	return Wait{Child: child.ID, On: deskOf(child), For: timescale.IdentifyChild, What: what, Since: since}
}

// agreementUnknown says that a person told us of the family without saying what
// the family agreed to. Police and files are not asked.
func (c Contact) agreementUnknown() bool {
	asked := c.Channel == ByForm || c.Channel == ByPhone || c.Channel == ByEmail
	return c.Consent == ConsentNotKnown || c.Consent == "" && asked
}

func chase(child string, since civil.Instant) Wait {
	return Wait{Child: child, On: Referrer, For: timescale.ConsentChase, What: "say what the family agreed to", Since: since}
}

// acknowledge tells the referrer that the contact arrived, or leaves that to a
// person when there is no address to write to. A partner's system has its answer
// already.
func (c Contact) acknowledge() Consequences {
	if c.Channel == ByPolice || c.Channel == ByBulk {
		return Consequences{}
	}
	w := Wait{For: timescale.Acknowledgement, What: "tell the referrer that the contact arrived", Since: c.ReceivedAt}
	if c.ReferrerEmail == "" {
		return Consequences{Begins: c.each(w)}
	}
	w.Over = c.ReceivedAt
	return Consequences{
		Begins: c.each(w),
		Tells:  []Tell{{Kind: "receipt", To: c.ReferrerEmail, Ref: c.Ref, Key: "receipt " + c.Ref}},
	}
}

// danger puts an immediate danger in a manager's hands at once (FD6), and tells
// every desk that holds one of the children.
func (c Contact) danger(since civil.Instant) Consequences {
	if c.Danger != "yes" {
		return Consequences{}
	}
	out := Consequences{Begins: c.each(Wait{For: timescale.ImmediateDanger, What: "a manager takes the immediate danger in hand", Since: since})}
	told := map[Agency]bool{}
	for _, w := range out.Begins {
		if told[w.On] {
			continue
		}
		told[w.On] = true
		out.Tells = append(out.Tells, Tell{Kind: "danger-alert", To: "desk:" + string(w.On), Ref: c.Ref, Link: "/contacts/" + c.ID,
			Key: "danger " + c.Ref + " " + string(w.On)})
	}
	return out
}

// InHand records that a manager has an immediate danger in hand. It refuses
// anybody else, and one who does not say what was done.
func (c Contact) InHand(isManager bool, what string) (Consequences, error) {
	switch {
	case !isManager:
		return Consequences{}, notManager()
	case blank(what):
		return Consequences{}, refusal.Field("in-hand", "Enter what has been done to make the child safe")
	}
	return Consequences{
		Ends:  []End{{For: timescale.ImmediateDanger}},
		Lines: []Line{{Kind: "safety", Source: string(FrontDoor), Text: what}},
	}, nil
}

// Confirm is the caller confirming what was written down on the phone.
func (c Contact) Confirm() Consequences {
	return Consequences{
		Ends:  []End{{For: timescale.PhoneConfirmed}},
		Lines: []Line{{Kind: "contact", Source: string(Referrer), Text: "The caller confirmed what was written down"}},
	}
}

// Acknowledged records that somebody told the referrer that the contact arrived.
func (c Contact) Acknowledged(how string) (Consequences, error) {
	if blank(how) {
		return Consequences{}, refusal.Field("how", "Enter how the referrer was told")
	}
	return Consequences{
		Ends:  []End{{For: timescale.Acknowledgement}},
		Lines: []Line{{Kind: "contact", Source: string(FrontDoor), Text: "Referrer told that the contact arrived: " + how}},
	}, nil
}

func (c Contact) arrival() Line {
	text := "Contact received by " + ChannelName(c.Channel)
	if c.Source != "" && c.Channel != ByPolice {
		text += " from " + AgencyName(c.Source)
	}
	if c.Grade != "" {
		text += ", " + c.Grade + " risk"
	}
	if !c.IncidentAt.IsZero() {
		text += ", incident " + civil.AgoDays(c.IncidentAt, c.ReceivedAt)
	}
	if c.Unreadable {
		text += ". It could not be read by the computer: open what was received"
	}
	return Line{Kind: "contact", HappenedAt: c.ReceivedAt, Source: string(c.Source), Text: text}
}

func notManager() error {
	return refusal.New(refusal.Denied, "You need to be a front door manager to do this")
}

// PoliceKey is the clock from incident to receipt for a grade.
func PoliceKey(grade string) (timescale.Key, bool) {
	k, ok := policeKeys[grade]
	return k, ok
}
