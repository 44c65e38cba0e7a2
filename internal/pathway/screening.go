package pathway

import (
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Screen is what a screener found at first look.
type Screen struct {
	Danger    string // yes, no, not_known: is any child in immediate danger
	RAG       string // red, amber, green
	RAGReason string
	Facts     map[string][]string // by child: facts that may ask for a strategy discussion
}

// Screen records the first look. It refuses without an answer about danger or
// without a rating and its reason. Danger now starts the clock of FD6, and waits
// for nothing else: who each child is and what the history means are asked for
// before a decision, not before a danger can be told.
func (c Contact) Screen(s Screen) (Consequences, error) {
	var p []refusal.Problem
	if !slices.Contains([]string{"yes", "no", "not_known"}, s.Danger) {
		p = append(p, refusal.Problem{Field: "danger", Message: "Select whether any child is in danger now"})
	}
	if !slices.Contains([]string{"red", "amber", "green"}, s.RAG) {
		p = append(p, refusal.Problem{Field: "rag", Message: "Select how urgent this contact is"})
	}
	if blank(s.RAGReason) {
		p = append(p, refusal.Problem{Field: "rag-reason", Message: "Enter the reason for the rating"})
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	out := Consequences{Lines: []Line{{Kind: "screening", Source: string(FrontDoor), Text: "Rated " + s.RAG + ": " + s.RAGReason}}}
	if s.Danger == "yes" && c.Danger != "yes" {
		c.Danger = "yes"
		out = out.And(c.danger(civil.Instant{}))
	}
	return out, nil
}

// ReadHistory records that the history was read and what it means, in a sentence
// (pathway reference, section 9).
func (c Contact) ReadHistory(sentence string) (Consequences, error) {
	if blank(sentence) {
		return Consequences{}, refusal.Field("history-sentence", "Enter what the history means for the children now")
	}
	return Consequences{Lines: []Line{{Kind: "history", Source: string(FrontDoor), Text: sentence}}}, nil
}

// Basis is why a partner may be asked (pathway reference, section 6; data
// protection reference, section 1).
type Basis string

// The lawful ways to ask. Checks without the family's agreement and without one
// of the others were found unlawful by the courts in 2013.
const (
	BasisAgreed    Basis = "agreed"    // the family agreed to checks
	BasisHarm      Basis = "harm"      // reasonable cause to suspect significant harm (s47)
	BasisDispensed Basis = "dispensed" // a manager dispensed with agreement, with a reason
)

// Question is what a partner is asked.
type Question struct {
	ID, Child string
	Agency    Agency
	Owner     string // organisation id
	Email     string
	Text, Why string
	Basis     Basis
	Manager   bool // whether a manager asks
	Way       string
	Token     string // of the link; "" when it goes by another way
	Sensitive bool   // the asker wants a code before it opens
	Second    string // address of the organisation's named contact, to which a code is sent; "" none is held
}

// The ways a question reaches a partner. The zero way is by link.
const (
	ByLink      = "link"
	ByAccount   = "account"
	ByTelephone = "telephone"
)

// Guarded says whether the question opens only with a code: the record is restricted or
// sealed, or whoever asks said that it is sensitive.
func (c Contact) Guarded(q Question) bool {
	child, _ := c.Child(q.Child)
	return q.Way != ByAccount && q.Way != ByTelephone && (q.Sensitive || child.Conceal)
}

// guardProblem is why a guarded question cannot go by link, or "".
func (c Contact) guardProblem(q Question) string {
	const instead = "Ask in their own account or by telephone instead, or have an administrator add a named contact under Partner agencies"
	switch {
	case !c.Guarded(q):
		return ""
	case blank(q.Second):
		return "This question needs a code, and no second address of this organisation is held to send it to. " + instead
	case SameAddress(q.Second, q.Email):
		return "The code would go to the same address as the link. " + instead
	}
	return ""
}

// Ask sends a question to a partner. It refuses one without a lawful basis: the
// family agreed, or a manager chose suspected significant harm or dispensed with
// agreement. The clock follows the rating. One that needs a code does not go by link
// when no second address is held.
func (c Contact) Ask(q Question) (Consequences, error) {
	var p []refusal.Problem
	if !slices.Contains([]Agency{Police, Health, School, Housing, OtherPartner, EarlyHelp}, q.Agency) {
		p = append(p, refusal.Problem{Field: "agency", Message: "Select who to ask"})
	}
	if blank(q.Text) {
		p = append(p, refusal.Problem{Field: "question", Message: "Enter what you are asking"})
	}
	if blank(q.Why) {
		p = append(p, refusal.Problem{Field: "why", Message: "Enter why you are asking"})
	}
	switch {
	case q.Basis == BasisAgreed && c.Consent != ConsentGiven:
		p = append(p, refusal.Problem{Field: "basis", Message: "Record the family's agreement first, or ask a manager to choose another basis"})
	case q.Basis == BasisDispensed && c.Consent != ConsentDispensed:
		p = append(p, refusal.Problem{Field: "basis", Message: "Ask a manager to record why the family is not asked, then choose this basis"})
	case q.Basis == BasisHarm && !q.Manager:
		p = append(p, refusal.Problem{Field: "basis", Message: "Ask a manager to choose suspected significant harm as the basis"})
	case !slices.Contains([]Basis{BasisAgreed, BasisHarm, BasisDispensed}, q.Basis):
		p = append(p, refusal.Problem{Field: "basis", Message: "Select the basis for asking: the family agreed, or a manager decided that asking is lawful without"})
	}
	if why := c.guardProblem(q); why != "" {
		p = append(p, refusal.Problem{Field: "way", Message: why})
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	var tells []Tell
	switch q.Way {
	case ByTelephone:
	case ByAccount:
		tells = []Tell{{Kind: "question-account", To: q.Email, Ref: c.Ref, Link: "/partner/questions/" + q.ID, Key: "question " + q.ID}}
	default:
		tells = []Tell{{Kind: "question", To: q.Email, Ref: c.Ref, Link: "/requests/" + q.Token, Key: "question " + q.ID}}
	}
	return Consequences{
		Begins: []Wait{{Child: q.Child, On: q.Agency, Owner: q.Owner, For: c.RequestKey(), What: "answer a question about the child", About: q.ID}},
		Tells:  tells,
		Lines:  []Line{{Child: q.Child, Kind: "request", Source: string(FrontDoor), Text: "Asked " + AgencyName(q.Agency) + " for information"}},
	}, nil
}

// RequestKey is the clock for a partner's answer: by rating, amber until rated.
func (c Contact) RequestKey() timescale.Key {
	switch c.RAG {
	case "red":
		return timescale.RequestRed
	case "green":
		return timescale.RequestGreen
	}
	return timescale.RequestAmber
}

// Reply is a partner's answer.
type Reply struct {
	RequestID, Child string
	Agency           Agency
	State            string // answered, nothing_known, declined
	Answer           string
	By               string
	AsOf             civil.Date
}

// Answer ends the wait for a partner. A late answer is always taken; a declined
// one needs its reason. Nothing known is an answer.
func (c Contact) Answer(r Reply) (Consequences, error) {
	switch {
	case r.RequestID == "": // an ending about nothing would end every wait there is
		return Consequences{}, refusal.Hidden()
	case !slices.Contains([]string{"answered", "nothing_known", "declined"}, r.State):
		return Consequences{}, refusal.Field("state", "Select whether you know anything about this child")
	case r.State == "answered" && blank(r.Answer):
		return Consequences{}, refusal.Field("answer", "Enter what you know about the child")
	case r.State == "declined" && blank(r.Answer):
		return Consequences{}, refusal.Field("answer", "Enter why you cannot answer")
	case blank(r.By):
		return Consequences{}, refusal.Field("by", "Enter your name and role")
	}
	words := map[string]string{"answered": "answered", "nothing_known": "knows nothing about the child", "declined": "declined to answer"}[r.State]
	return Consequences{
		Ends:  []End{{About: r.RequestID}},
		Lines: []Line{{Child: r.Child, Kind: "answer", Source: string(r.Agency), Text: capital(AgencyName(r.Agency)) + " " + words}},
	}, nil
}

// Identified ends the wait for a child who was not named.
func (c Contact) Identified(child string, how string) Consequences {
	return Consequences{
		Ends:  []End{{Child: child, For: timescale.IdentifyChild}},
		Lines: []Line{{Child: child, Kind: "identity", Source: string(FrontDoor), Text: how}},
	}
}

// Unsettled begins a wait when somebody looked and cannot say yet who a child is. A
// child who was not named, or was left open before, is waited for already.
func (c Contact) Unsettled(child Child) Consequences {
	out := Consequences{Lines: []Line{{Child: child.ID, Kind: "identity", Source: string(FrontDoor), Text: "Looked, and cannot say yet who this child is"}}}
	if child.Named && child.Link != LinkUnresolved && child.Outcome == "" {
		out.Begins = []Wait{{Child: child.ID, On: deskOf(child), For: timescale.IdentifyChild, What: "settle who the child is"}}
	}
	return out
}

// Unlinked takes a link back. A child who was not named is waited for again.
func (c Contact) Unlinked(child Child) Consequences {
	out := Consequences{Lines: []Line{{Child: child.ID, Kind: "identity", Source: string(FrontDoor), Text: "The link to a record was undone"}}}
	if !child.Named && child.Link.Settled() && child.Outcome == "" {
		out.Begins = []Wait{c.identify(child, civil.Instant{})}
	}
	return out
}

// CannotIdentify ends the wait for a child who was not named with a manager's
// reason. It refuses to end it without one.
func (c Contact) CannotIdentify(child string, isManager bool, reason string) (Consequences, error) {
	switch {
	case !isManager:
		return Consequences{}, notManager()
	case blank(reason):
		return Consequences{}, refusal.Field("reason", "Enter what was tried and why the child cannot be identified")
	}
	return Consequences{
		Ends:  []End{{Child: child, For: timescale.IdentifyChild, How: Withdrawn, Reason: reason}},
		Lines: []Line{{Child: child, Kind: "identity", Source: string(FrontDoor), Text: "Could not be identified: " + reason}},
	}, nil
}
