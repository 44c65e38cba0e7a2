package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"frontdoor/internal/desk/admin"
	"frontdoor/internal/record"
)

type matchSweepCmd struct {
	Authority string `help:"Id of the authority; needed when there are several."`
}

// Run searches the register for children who are recorded twice. It joins nobody: what
// it finds waits for people.
func (c matchSweepCmd) Run(ctx context.Context, s *settings, io streams) error {
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	authority, err := only(ctx, r, c.Authority)
	if err != nil {
		return err
	}
	swept, err := r.SweepDuplicates(ctx, admin.Service(authority), bar(io.err, "comparing records"))
	if err != nil {
		return err
	}
	fmt.Fprintf(io.out, "%d records compared, %d new pairs put before people. Nobody was joined.\n", swept.Compared, swept.Proposed)
	return nil
}

// lookForSweeps is how often it is asked whether an authority's weekly search is due.
const lookForSweeps = time.Hour

// sweepWeekly searches the register of each authority once a week. Whether it is due is
// asked of the record, so a search that was missed is made when the service is back.
func sweepWeekly(ctx context.Context, r *record.Record, log *slog.Logger) {
	tick := time.NewTicker(lookForSweeps)
	defer tick.Stop()
	for {
		due, err := r.SweepsDue(ctx)
		if err != nil && ctx.Err() == nil {
			log.Error("ask which searches for duplicates are due", "error", err)
		}
		for _, authority := range due {
			swept, err := r.SweepDuplicates(ctx, admin.Service(authority), nil)
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				log.Error("search for children recorded twice", "authority", authority, "error", err)
			default:
				log.Info("searched for children recorded twice", "authority", authority, "records", swept.Compared, "pairs", swept.Proposed)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
