package pathway

import (
	"fmt"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// MostChildren is how many children one contact may name. More than this in one
// household is a mistake in the message, not a family.
const MostChildren = 60

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
		{"received_at", "receipt", c.ReceivedAt},
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
	for i, child := range c.Children {
		if field := fmt.Sprintf("children[%d].born", i); child.Born.After(now.Date()) {
			say(field, "The date of birth must be in the past. Enter the date the baby is expected instead")
		} else if !c.IncidentAt.IsZero() && !child.Born.IsZero() && child.Born.After(c.IncidentAt.Date()) {
			say(field, "The date of birth must not be after the incident. Check both dates")
		}
	}
	return out
}

// clockSkew is how far a partner's clock may run ahead of ours.
const clockSkew = 5 * time.Minute
