package main

import (
	"context"
	"fmt"

	"frontdoor/internal/desk/admin"
)

type matchRetrainCmd struct {
	Authority string `help:"Id of the authority; needed when there are several."`
}

// Run learns weights now. Those in use are changed only when the new ones are not
// worse on decisions that were held back.
func (c matchRetrainCmd) Run(ctx context.Context, s *settings, io streams) error {
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	authority, err := only(ctx, r, c.Authority)
	if err != nil {
		return err
	}
	t, err := r.Retrain(ctx, admin.Service(authority))
	if err != nil {
		return err
	}
	fmt.Fprintf(io.out, "Learned from %d decisions, %d of them held back. %s\n", t.Decisions, t.Held, t.Words)
	if t.Switched {
		fmt.Fprintln(io.out, "The new weights are in use:", t.Version)
		return nil
	}
	fmt.Fprintln(io.out, "The weights in use were kept.")
	return nil
}
