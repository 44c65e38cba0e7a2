package pathway

import (
	"cmp"

	"frontdoor/internal/civil"
)

// Rank places a contact on the board by risk: 0 is in danger now, then high or
// red, medium or amber, everything else. Within a rank the oldest risk is first,
// so an old incident outranks a fresh one of the same grade.
func (c Contact) Rank() int {
	switch {
	case c.Danger == "yes":
		return 0
	case c.RAG == "red" || (c.RAG == "" && c.Grade == "high"):
		return 1
	case c.RAG == "amber" || (c.RAG == "" && c.Grade == "medium"), c.RAG == "" && (c.Grade == "" || c.Unreadable):
		return 2
	}
	return 3
}

// RiskSince is how long the risk has lasted: since the incident, or since we were
// told when that is not known or cannot be right.
func (c Contact) RiskSince() civil.Instant {
	if c.IncidentAt.IsZero() || c.IncidentAt.After(c.ReceivedAt) {
		return c.ReceivedAt
	}
	return c.IncidentAt
}

// Place is where a contact stands on the board. The record sorts by the same
// three, in the same order.
type Place struct {
	Rank      int
	RiskSince civil.Instant
	ID        string
}

// Place finds a contact's place on the board.
func (c Contact) Place() Place { return Place{c.Rank(), c.RiskSince(), c.ID} }

// Compare orders the board: by risk, then the oldest risk first, then by id, so
// that everybody sees one order.
func (p Place) Compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Rank, q.Rank), p.RiskSince.Compare(q.RiskSince), cmp.Compare(p.ID, q.ID))
}
