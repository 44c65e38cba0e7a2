package escalation_test

import (
	"testing"

	"frontdoor/internal/civil"
	"frontdoor/internal/escalation"
)

// BenchmarkClimb is one wait that was never answered, at the top of the ladder.
func BenchmarkClimb(b *testing.B) {
	breached := civil.DateOf(2026, 11, 2).AtTime(12, 0)
	now := breached.Date().AddDays(40).AtTime(9, 0)
	for b.Loop() {
		if _, err := set.Climb(escalation.Part{Agency: "police", Breached: breached}, now, england); err != nil {
			b.Fatal(err)
		}
	}
}
