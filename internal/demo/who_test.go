package demo_test

import (
	"context"
	"slices"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
)

// whoIsThis checks that a screener meets on the live board each way in which it is
// settled who a child is: linked by the system, either of two, the family alone, and a
// record that is restricted.
func whoIsThis(t *testing.T, desk *contacts.Desk, screener access.Actor) {
	t.Helper()
	ctx := context.Background()
	board, err := desk.Board(ctx, screener, contacts.Show{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{"linked by the system": 0, "either of two": 0, "the family alone": 0, "restricted": 0}
	for _, c := range board.Cards {
		p, err := desk.People(ctx, screener, c.Ref)
		if refusal.KindOf(err) == refusal.Denied {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range p.Contact.Kids {
			w := p.Who[k.ID]
			switch {
			case k.Link == "system":
				kinds["linked by the system"]++
			case k.PersonID != "" || len(w.Found) == 0:
			case slices.ContainsFunc(w.Found, func(c contacts.Looked) bool { return c.Masked != "" }):
				kinds["restricted"]++
			case w.Outcome.Family > 0.5 && w.Found[0].Band == person.FamilyOnly:
				kinds["the family alone"]++
			case len(w.Found) > 1 && w.Found[0].Band == person.Review && w.Found[1].Band == person.Review:
				kinds["either of two"]++
			}
		}
	}
	for kind, n := range kinds {
		if n == 0 {
			t.Errorf("nothing on the live board is %s: %v", kind, kinds)
		}
	}
}
