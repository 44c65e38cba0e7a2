package pathway

import (
	"strconv"
	"strings"

	"frontdoor/internal/refusal"
)

// Leaving is what the administrator confirms when somebody at an agency has left: the
// links that end were shown, and they typed how many there are (threat model T28).
type Leaving struct {
	Why, Typed string
	N          int    // links that end
	Other      bool   // something else ends: an account, or being sent codes
	Mailbox    bool   // the agency's own address is theirs, so it needs another
	NewMailbox string // which
	Left       string // whose address it is
}

// Check says what is wrong with it.
func (l Leaving) Check() error {
	if l.N == 0 && !l.Other && !l.Mailbox {
		return refusal.New(refusal.Conflict, "Nothing of this person's is open any more. There is nothing to end")
	}
	var p problems
	if blank(l.Why) {
		p.say("why", "Enter how you know that they have left")
	}
	if l.Mailbox {
		name, host, ok := strings.Cut(l.NewMailbox, "@")
		switch {
		case !ok || name == "" || !strings.Contains(host, ".") || strings.ContainsAny(l.NewMailbox, " ,;<>"):
			p.say("mailbox", "Enter the agency's new e-mail address, such as office@example.org")
		case SameAddress(l.NewMailbox, l.Left):
			p.say("mailbox", "Enter another address than that of the person who has left")
		}
	}
	if strings.TrimSpace(l.Typed) != strconv.Itoa(l.N) {
		p.say("typed", "Enter how many links end, as the page says: "+strconv.Itoa(l.N))
	}
	return refusal.Fields(p)
}
