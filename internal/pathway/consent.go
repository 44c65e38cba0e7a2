package pathway

import (
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// ConsentStatus is the family's agreement to a referral, checks or a service. It
// is not the lawful basis for sharing (data protection reference, section 1),
// and it is never defaulted.
type ConsentStatus string

// Three answers; "not known" is how a contact may arrive, and opens a wait;
// dispensed is a manager's decision to go on without.
const (
	ConsentGiven     ConsentStatus = "given"
	ConsentRefused   ConsentStatus = "refused"
	ConsentNotSought ConsentStatus = "not_sought"
	ConsentNotKnown  ConsentStatus = "not_known"
	ConsentDispensed ConsentStatus = "dispensed"
)

// ConsentName is what people call a status.
func ConsentName(s ConsentStatus) string {
	return map[ConsentStatus]string{
		ConsentGiven: "agreed", ConsentRefused: "refused", ConsentNotSought: "not asked",
		ConsentNotKnown: "not known yet", ConsentDispensed: "dispensed with by a manager", "": "not asked about",
	}[s]
}

// DispenseReason is a valid reason for not telling or asking a family.
type DispenseReason struct{ Code, Words string }

// DispenseReasons is the list (pathway reference, section 6).
func DispenseReasons() []DispenseReason {
	return []DispenseReason{
		{"harm_child", "It would increase the risk of significant harm to a child"},
		{"harm_adult", "It would put another adult at risk"},
		{"serious_crime", "It would prejudice the prevention or detection of a serious crime"},
		{"evidence", "Evidence would be lost"},
		{"delay", "It would cause unjustified delay"},
		{"whereabouts", "Whereabouts unknown after reasonable attempts"},
		{"capacity", "The parent lacks capacity"},
		{ListedHarm, "Fabricated or induced illness, forced marriage, honour-based abuse or sexual abuse within the family: no contact before a strategy discussion"},
	}
}

// ListedHarm is the reason for harms where even a telephone call to the family
// can put the child in danger.
const ListedHarm = "listed_harm"

// KeepAway says why the family must not be contacted yet, in a sentence for the
// page, or "". It lasts until a strategy discussion (pathway reference, section 6).
func (c Contact) KeepAway() string {
	if c.ConsentReason != ListedHarm {
		return ""
	}
	return "Do not contact the family before a strategy discussion"
}

// ConsentRecord is what was agreed, by whom, when, how and to what.
type ConsentRecord struct {
	Status           ConsentStatus
	Who, How, ToWhat string
	At               civil.Instant
	Reason, Words    string
	Manager          bool
}

// RecordConsent records the family's answer, or why they were not asked. Any
// answer ends the chase for one; dispensing needs a manager, a reason from the
// list and words.
func (c Contact) RecordConsent(r ConsentRecord, now civil.Instant) (Consequences, error) {
	var p []refusal.Problem
	say := func(field, message string) { p = append(p, refusal.Problem{Field: field, Message: message}) }
	switch r.Status {
	case ConsentGiven, ConsentRefused:
		if blank(r.Who) {
			say("who", "Enter who was asked")
		}
		if blank(r.How) {
			say("how", "Enter how they were asked")
		}
		if r.Status == ConsentGiven && blank(r.ToWhat) {
			say("to-what", "Enter what they agreed to")
		}
		if r.At.IsZero() {
			say("at", "Enter when they were asked")
		} else if r.At.After(now) {
			say("at", "When they were asked must be in the past")
		}
	case ConsentNotSought, ConsentDispensed:
		if r.Status == ConsentDispensed && !r.Manager {
			return Consequences{}, notManager()
		}
		if !slices.ContainsFunc(DispenseReasons(), func(d DispenseReason) bool { return d.Code == r.Reason }) {
			say("reason", "Select the reason for not asking the family")
		}
		if blank(r.Words) {
			say("reason-words", "Enter why that reason applies here")
		}
	default:
		say("status", "Select what the family agreed to")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	return Consequences{
		Ends:  []End{{For: timescale.ConsentChase, HappenedAt: now}},
		Lines: []Line{{Kind: "consent", Source: string(FrontDoor), Text: "Family's agreement: " + ConsentName(r.Status)}},
	}, nil
}

// Attempt is a try to reach the family.
type Attempt struct {
	Who, How, Result string
	At               civil.Instant
}

// Attempted records a try to reach the family, successful or not.
func (c Contact) Attempted(a Attempt, now civil.Instant) (Consequences, error) {
	var p []refusal.Problem
	for _, need := range [][3]string{
		{"who", a.Who, "Enter who you tried to reach"},
		{"how", a.How, "Enter how you tried to reach them"},
		{"result", a.Result, "Enter what happened"},
	} {
		if blank(need[1]) {
			p = append(p, refusal.Problem{Field: need[0], Message: need[2]})
		}
	}
	switch {
	case a.At.IsZero():
		p = append(p, refusal.Problem{Field: "at", Message: "Enter when you tried"})
	case a.At.After(now):
		p = append(p, refusal.Problem{Field: "at", Message: "When you tried must be in the past"})
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	return Consequences{Lines: []Line{{Kind: "family", HappenedAt: a.At, Source: string(FrontDoor), Text: "Tried to reach " + a.Who + ": " + a.Result}}}, nil
}
