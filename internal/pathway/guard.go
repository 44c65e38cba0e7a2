package pathway

import (
	"strings"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// What a code needs to be worth anything: six digits, ten minutes, five tries for the
// link, three codes for it, and half an hour to answer once it was right. Five tries of
// a million codes open one link in 200,000.
const (
	CodeDigits = 6
	CodeLife   = 10 * time.Minute
	CodeTries  = 5
	CodesMost  = 3
	PassLife   = 30 * time.Minute
)

// Guard is what stands before a question that is asked by a one-time link when the
// record is sensitive: a code, sent to a second address that is not the link's.
type Guard struct {
	Ends   civil.Instant // of the code that was sent last; zero when none is open
	Codes  int           // codes sent
	Tries  int           // wrong codes
	Locked bool
}

// errLocked is what anybody hears who opens a link that was locked.
func errLocked() error {
	return refusal.New(refusal.Denied, "This link was locked after too many wrong codes. The front door was told and will send a new question")
}

// SendCode begins a new code. The one before no longer opens. It refuses when the link
// is locked or enough codes were sent.
func (g Guard) SendCode(now civil.Instant) (Guard, error) {
	switch {
	case g.Locked:
		return g, errLocked()
	case g.Codes >= CodesMost:
		return g, refusal.New(refusal.TooMany, "Three codes were sent for this link. Call the front door to answer")
	}
	g.Codes++
	g.Ends = now.Add(CodeLife)
	return g, nil
}

// Try takes a code that somebody typed; right says whether it is the one that was sent.
// It opens once with the right code in time. A wrong one counts, whether the code has
// ended or not, and the fifth locks the link for good.
func (g Guard) Try(right bool, now civil.Instant) (next Guard, opens bool, err error) {
	switch {
	case g.Locked:
		return g, false, errLocked()
	case g.Ends.IsZero():
		return g, false, refusal.Field("code", "Ask for a code first")
	case !right:
		g.Tries++
		if g.Locked = g.Tries >= CodeTries; g.Locked {
			g.Ends = civil.Instant{}
			return g, false, errLocked()
		}
		return g, false, refusal.Field("code", "This is not the code that was sent. "+triesWords(CodeTries-g.Tries))
	case !now.Before(g.Ends):
		return g, false, refusal.Field("code", "This code has ended. Ask for a new one")
	}
	g.Ends = civil.Instant{}
	return g, true, nil
}

func triesWords(left int) string {
	if left == 1 {
		return "You can try once more"
	}
	return "You can try " + numberWord(left) + " more times"
}

func numberWord(n int) string {
	return []string{"no", "one", "two", "three", "four", "five"}[n]
}

// Locked tells whoever asked that the link of their question was locked.
func (c Contact) Locked(request, asker string) Consequences {
	return Consequences{Tells: []Tell{{Kind: "code-locked", To: "user:" + asker, Ref: c.Ref, Link: "/contacts/" + c.Ref + "/checks", Key: "code locked " + request}}}
}

// SameAddress says whether two addresses are one, as people write them: small and
// capital letters, spaces, and for telephones the ways to begin a number.
func SameAddress(a, b string) bool { return address(a) == address(b) && address(a) != "" }

func address(s string) string {
	if n := Phone(s); n != "" {
		return n
	}
	return strings.ToLower(strings.Join(strings.Fields(s), ""))
}

// CodeSent sends a code to the named contact of the organisation that was asked. code is
// the id it is worked out from when it leaves; the code itself is written nowhere.
func (c Contact) CodeSent(code, to string, until civil.Instant) Consequences {
	return Consequences{Tells: []Tell{{Kind: "code", To: to, Ref: c.Ref, Text: code + " It works until " + until.Clock() + ".", Key: "code " + code}}}
}

// Phone is a phone number as it is dialled from anywhere: +447700900123. It is "" for
// what is not one.
func Phone(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9', c == '+' && b.Len() == 0:
			b.WriteRune(c)
		case strings.ContainsRune(" -()", c):
		default:
			return ""
		}
	}
	n := b.String()
	if rest, ok := strings.CutPrefix(n, "00"); ok {
		n = "+" + rest
	}
	if rest, ok := strings.CutPrefix(n, "0"); ok {
		n = "+44" + rest
	}
	if !strings.HasPrefix(n, "+") || len(n) < len("+44")+7 || len(n) > len("+")+15 {
		return ""
	}
	return n
}
