package record

import (
	"context"

	"frontdoor/internal/person"
)

// Sibling is a child whom the matcher thinks a brother or sister of another, by what a
// family shares.
type Sibling struct {
	ID     string
	Chance float64
}

// Siblings are likely brothers and sisters of a child among everybody the authority
// knows, the likeliest first; none when there is no index to ask. It is a proposal:
// whoever shows it masks what the reader may not know.
func (v *View) Siblings(ctx context.Context, p person.Person) []Sibling {
	ix := v.index.of(ctx, v.record, v.Authority)
	if ix == nil {
		return nil
	}
	var out []Sibling
	for _, k := range ix.Register.Siblings(p, v.Now.Date().Year) {
		out = append(out, Sibling{k.ID, k.Chance})
	}
	return out
}
