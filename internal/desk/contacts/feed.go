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
