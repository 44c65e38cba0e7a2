package pathway

import (
	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// CheckDeath refuses a death in the future, before the birth, or without who told us.
func CheckDeath(on, born, today civil.Date, source string) error {
	var p problems
	switch {
	case on.After(today):
		p.say("died", "The date must be today or in the past")
	case !on.IsZero() && !born.IsZero() && on.Before(born):
		p.say("died", "The date must be on or after the birth")
	}
	if blank(source) {
		p.say("source", "Enter who told us")
	}
	return refusal.Fields(p)
}

// AfterDeath is a manager's word on something that a child who died still waited for.
type AfterDeath struct {
	Child   string
	For     timescale.Key
	Answer  string // ends, goes_on
	Why     string
	Manager bool
	Decided bool            // the contact was decided for the child
	Open    []timescale.Key // what else is still waited for in the contact
}

// Settle says what follows. It refuses somebody who is no manager, no answer, no reason,
// and ending what is owed to the record: a contact that nobody has decided is decided, so
// that what was known is weighed; nothing ends it unseen. When nothing more is waited for,
// the child's part in the contact closes.
func (a AfterDeath) Settle() (Consequences, error) {
	var none Consequences
	if !a.Manager {
		return none, notManager()
	}
	var p problems
	switch {
	case a.Answer != "ends" && a.Answer != "goes_on":
		p.say("answer", "Select whether it ends or goes on")
	case a.Answer == "ends" && DecidedInContact(a.For):
		p.say("answer", "This ends with the decision of the contact. Decide it, with what was known of the child")
	}
	if blank(a.Why) {
		p.say("why", "Enter why")
	}
	if err := refusal.Fields(p); err != nil {
		return none, err
	}
	if a.Answer == "ends" && a.Decided && len(a.Open) == 0 {
		return Consequences{Closes: []string{a.Child}}, nil
	}
	return none, nil
}

// DecidedInContact says that a wait ends with a decision of the contact alone.
func DecidedInContact(k timescale.Key) bool {
	return k == timescale.ContactDecision || k == timescale.SecondManager || k == timescale.StrategyConsidered
}
