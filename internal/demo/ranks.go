package demo

import (
	"frontdoor/internal/civil"
	"frontdoor/internal/record"
)

// Owing is what a force's senior officer did about what the force owes: who was asked to
// take it, and who stands behind a rung of the ladder by their account.
type Owing struct {
	Officer string `json:"officer"`
	Asked   int    `json:"items_an_officer_was_asked_to_take"`
	Level   int    `json:"level_answered_by_the_senior_officer"`
}

// owing has the director name the superintendent for the second level, and the
// superintendent ask the detective constable to take what has been owed longest.
func (b *builder) owing(at civil.Instant) {
	b.beside(at, func() error {
		t := &b.out.Truth.Owing
		t.Officer, t.Level = "O. Marsh", 2
		if err := b.escalations.Name(b.ctx, b.who["h.lawal"], record.Addressee{OwnerID: "police", Level: t.Level, UserID: "c.vane"}); err != nil {
			return wrap("name the superintendent", err)
		}
		o, err := b.partners.Owed(b.ctx, b.who["c.vane"])
		if err != nil {
			return wrap("what the force owes", err)
		}
		for _, x := range o.Rows[:min(3, len(o.Rows))] {
			if err := b.partners.AskOfficer(b.ctx, b.who["c.vane"], x.Item, "o.marsh"); err != nil {
				return wrap("ask an officer", err)
			}
			t.Asked++
		}
		return nil
	})
}
