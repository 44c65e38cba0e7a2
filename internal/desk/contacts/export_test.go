package contacts

import (
	"context"
	"slices"

	"frontdoor/internal/db"
	"frontdoor/internal/record"
)

// SiblingsOf is the desk's own question about brothers and sisters, for its tests.
func SiblingsOf(ctx context.Context, q db.Queryer, authority, person string) ([]string, error) {
	all, err := record.FindSiblings(ctx, q, authority, []string{person})
	out := all[person]
	slices.Sort(out)
	return out, err
}
