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
	High          int // of them, graded high
	Medium        int // graded medium
	Standard      int // graded standard
	Referrals     int // accepted in the 12 months before: this would be a re-referral
	Ended         int // contacts that ended without referral in the 12 months before
	LastOutcome   Outcome
	LastWhy       string // reasons of the last decision
	Repeat        bool   // the repeat-contact rule is met
}

// isReferral says whether an outcome accepted a referral.
func isReferral(o Outcome) bool {
	i, ok := OutcomeOf(o)
	return ok && i.Episode == "referral"
}

// endedWithoutReferral says whether an outcome counts for the repeat-contact
// rule. News of a child who already has a worker did not end without one.
func endedWithoutReferral(o Outcome) bool {
	i, ok := OutcomeOf(o)
	return ok && i.Episode != "referral" && o != OpenCase && o != OpenEarlyHelp
}

// repeatYear and repeatQuarter are the local repeat-contact rule: this many
// contacts that ended without referral in 12 months, or in 3 (pathway
// reference, section 1).
const (
	repeatYear    = 3
	repeatQuarter = 2
)

// Summarise adds up the past before a contact received at a moment. The contact
// itself is not in it, nor are contacts that turned out to be about another child
// or the same one told twice.
func Summarise(past []Past, at civil.Instant) History {
	var h History
	year, quarter := at.Date().AddMonths(-12).Start(), at.Date().AddMonths(-3).Start()
	inQuarter := 0
	var last civil.Instant
	for _, p := range past {
		if p.ReceivedAt.After(at) || p.Outcome == NotThisChild {
			continue
		}
		if p.Sibling {
			h.Siblings++
			continue
		}
		h.Contacts++
		if p.Outcome != "" && !p.DecidedAt.Before(last) {
			last, h.LastOutcome, h.LastWhy = p.DecidedAt, p.Outcome, p.Rationale
		}
		if p.ReceivedAt.Before(year) {
			continue
		}
		h.notified(p)
		if isReferral(p.Outcome) {
			h.Referrals++
		}
		if endedWithoutReferral(p.Outcome) {
			h.Ended++
			if !p.ReceivedAt.Before(quarter) {
				inQuarter++
			}
		}
	}
	h.Repeat = h.Ended >= repeatYear || inQuarter >= repeatQuarter
	return h
}

func (h *History) notified(p Past) {
	if !p.Police {
		return
	}
	h.Notifications++
	switch p.Grade {
	case "high":
		h.High++
	case "medium":
		h.Medium++
	case "standard":
		h.Standard++
	}
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
