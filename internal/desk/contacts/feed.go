package contacts

import (
	"context"

	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
)

// lag is the seconds from the incident to receipt of a police notification; nothing
// when it is another contact or the incident is not known.
func (r *Row) lag() any {
	s := feed.Stamps{Incident: r.IncidentAt, Received: r.ReceivedAt}
	took, ok := s.Took(feed.Told)
	if !ok || r.Channel != pathway.ByPolice {
		return nil
	}
	return int64(took)
}

// feedChanged has the figures of the day this notification came counted anew.
func (r *Row) feedChanged(ctx context.Context, tx *record.Tx) error {
	if r.Channel != pathway.ByPolice {
		return nil
	}
	return tx.FeedChanged(ctx, r.ReceivedAt)
}

// lacks says what this contact lacked as it was sent. What is found out later is not
// the sender's.
func (r *Row) lacks(a Arrival) []feed.Gap {
	m := feed.Message{Police: r.Channel == pathway.ByPolice, Grade: r.Grade, District: a.District, Reasons: r.Words, Unreadable: r.Unreadable,
		Stamps: feed.Stamps{Incident: r.IncidentAt, Reported: r.ReportedAt, Graded: r.GradedAt, Sent: r.SentAt}}
	if m.Police {
		m.Reasons = r.Judgement
	}
	for _, k := range r.Kids {
		m.Unnamed = m.Unnamed || !k.Named
		m.Undated = m.Undated || k.Named && !k.Unborn && k.Born.IsZero()
	}
	return m.Lacks()
}

func (r *Row) namedKids() (n int) {
	for _, k := range r.Kids {
		if k.Named {
			n++
		}
	}
	return n
}
