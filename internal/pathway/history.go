package pathway

import (
	"fmt"

	"frontdoor/internal/civil"
)

// Past is an earlier contact about a child, or about a brother or sister.
type Past struct {
	ReceivedAt civil.Instant
	Police     bool
	Grade      string
	Outcome    Outcome
	DecidedAt  civil.Instant
	Sibling    bool // about a brother or sister, not the child
	Rationale  string
}

// History is what earlier contacts add up to, for one child.
type History struct {
	Contacts      int // earlier contacts about the child
	Siblings      int // earlier contacts about brothers and sisters
	Notifications int // police notifications in the 12 months before
	Referrals     int // accepted in the 12 months before
	LastOutcome   Outcome
	LastWhy       string // reason of the last decision that closed
	Repeat        bool   // the repeat-contact rule is met
}

// isReferral says whether an outcome accepted a referral.
func isReferral(o Outcome) bool {
	i, ok := OutcomeOf(o)
	return ok && i.Episode == "referral"
}

// repeatYear and repeatQuarter are the local repeat-contact rule: this many
// contacts that ended without referral in 12 months, or in 3 (pathway
// reference, section 1).
const (
	repeatYear    = 3
	repeatQuarter = 2
)

// Summarise adds up the past before a contact received at a moment. The contact
// itself is not in it.
func Summarise(past []Past, at civil.Instant) History {
	var h History
	year, quarter := at.Date().AddMonths(-12).Start(), at.Date().AddMonths(-3).Start()
	inYear, inQuarter := 0, 0
	var last civil.Instant
	for _, p := range past {
		if p.ReceivedAt.After(at) {
			continue
		}
		if p.Sibling {
			h.Siblings++
			continue
		}
		h.Contacts++
		if p.Police && !p.ReceivedAt.Before(year) {
			h.Notifications++
		}
		if isReferral(p.Outcome) && !p.ReceivedAt.Before(year) {
			h.Referrals++
		}
		if !isReferral(p.Outcome) && p.Outcome != "" {
			if !p.ReceivedAt.Before(year) {
				inYear++
			}
			if !p.ReceivedAt.Before(quarter) {
				inQuarter++
			}
		}
		if p.Outcome != "" && !p.DecidedAt.Before(last) {
			last, h.LastOutcome, h.LastWhy = p.DecidedAt, p.Outcome, p.Rationale
		}
	}
	h.Repeat = inYear >= repeatYear || inQuarter >= repeatQuarter
	return h
}

// Mark is a short word on the board. Tone is risk, note or quiet.
type Mark struct{ Words, Tone string }

// Marks are at most three, risk first.
func (h History) Marks(police bool) []Mark {
	var out []Mark
	if police && h.Notifications > 0 {
		out = append(out, Mark{ordinal(h.Notifications+1) + " notification in 12 months", "risk"})
	}
	if h.Repeat {
		out = append(out, Mark{"Repeat contact: manager decides", "risk"})
	}
	if h.Referrals > 0 {
		out = append(out, Mark{"Re-referral", "note"})
	}
	if len(out) < 3 && h.Contacts > 0 {
		out = append(out, Mark{plural(h.Contacts, "earlier contact"), "quiet"})
	}
	if len(out) < 3 && h.Siblings > 0 {
		out = append(out, Mark{plural(h.Siblings, "contact") + " about siblings", "quiet"})
	}
	return out[:min(3, len(out))]
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func ordinal(n int) string {
	suffix := "th"
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		suffix = "st"
	case n%10 == 2:
		suffix = "nd"
	case n%10 == 3:
		suffix = "rd"
	}
	return fmt.Sprintf("%d%s", n, suffix)
}
