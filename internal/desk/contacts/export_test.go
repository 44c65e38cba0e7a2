package contacts

import (
	"context"
	"slices"

	"frontdoor/internal/db"
)

// SiblingsOf is the desk's own question about brothers and sisters, for its tests.
func SiblingsOf(ctx context.Context, q db.Queryer, authority, person string) ([]string, error) {
	all, err := siblings(ctx, q, authority, []string{person})
	out := all[person]
	slices.Sort(out)
	return out, err
}
