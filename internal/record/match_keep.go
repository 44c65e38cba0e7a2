package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
)

// Keeper keeps the matcher's indexes: it builds them, brings in what other processes
// wrote, has new weights learned at night, and saves the indexes for a warm start.
// All of it is derived: what it fails to do is done when somebody asks.
type Keeper struct {
	record *Record
	log    *slog.Logger
	// tried is the night on which each authority's weights were last looked at here.
	tried map[string]civil.Date
}

// NewKeeper keeps the indexes of a record. folder is where they are saved, or "" for
// nowhere; it is made when it is not there, for its owner alone.
func NewKeeper(r *Record, folder string, log *slog.Logger) (*Keeper, error) {
	if folder != "" {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder for indexes: %w", err)
		}
	}
	r.indexes.folder = folder
	return &Keeper{record: r, log: log, tried: map[string]civil.Date{}}, nil
}

// How often indexes are brought up to date when nobody asks, and at what hour of the
// night weights are learned.
const (
	keepEvery = time.Second
	nightHour = 3
)

// Run keeps the indexes until ctx is done, and saves them then.
func (k *Keeper) Run(ctx context.Context) {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		k.once(ctx)
		select {
		case <-ctx.Done():
			k.save(true)
			return
		case <-tick.C:
		}
	}
}

// once does what is to be done now for each authority.
func (k *Keeper) once(ctx context.Context) {
	authorities, err := k.authorities(ctx)
	if err != nil && ctx.Err() == nil {
		k.log.Error("keep the matcher's indexes", "error", err)
	}
	for _, authority := range authorities {
		if err := k.keep(ctx, authority); err != nil && ctx.Err() == nil {
			k.log.Error("keep the matcher's index", "authority", authority, "error", err)
		}
	}
	k.save(false)
}

func (k *Keeper) authorities(ctx context.Context) ([]string, error) {
	return db.Collect(ctx, k.record.DB.Aside(), func(r *sql.Rows, s *string) error { return r.Scan(s) }, everyAuthority)
}

// keep brings one index up to date, when it is there, and learns weights when it is
// night and there is something new to learn from.
func (k *Keeper) keep(ctx context.Context, authority string) error {
	ix := k.record.indexOf(authority)
	select {
	case <-ix.ready:
	default:
		return nil // it is being built
	}
	if ix.err != nil {
		return ix.err
	}
	if err := errors.Join(k.record.catchUp(ctx, ix, authority), k.record.freshUnknown(ctx, ix, authority)); err != nil {
		return err
	}
	now := k.record.Now()
	night := now.Date().AtTime(nightHour, 0)
	if now.Before(night) || k.tried[authority] == now.Date() {
		return nil
	}
	k.tried[authority] = now.Date()
	due, err := k.record.trainingDue(ctx, authority, night)
	if err != nil || !due {
		return err
	}
	who := access.Actor{ID: "service", Name: "frontdoor", Authority: authority, Roles: []access.Role{access.Installation}}
	t, err := k.record.Retrain(ctx, who)
	if err != nil {
		return fmt.Errorf("learn weights: %w", err)
	}
	k.log.Info("learned the matcher's weights", "authority", authority, "version", t.Version, "decisions", t.Decisions, "switched", t.Switched)
	return nil
}

// trainingDue says whether nobody has learned weights since this night began, and
// people have decided something since it was last done.
func (r *Record) trainingDue(ctx context.Context, authority string, night civil.Instant) (bool, error) {
	q := r.DB.Aside()
	at := civil.DateOf(1970, time.January, 1).Start()
	var learned int64
	err := q.QueryRowContext(ctx, lastTrained, authority).Scan(&at, &learned)
	if err != nil && !errors.Is(err, db.ErrNone) {
		return false, fmt.Errorf("find when weights were learned: %w", err)
	}
	if !at.Before(night) {
		return false, nil
	}
	var made int64
	if err := q.QueryRowContext(ctx, decisionsSince, authority, at).Scan(&made); err != nil {
		return false, fmt.Errorf("count decisions: %w", err)
	}
	return made > 0, nil
}

// saveTime is how long writing the indexes may take at the end.
const saveTime = 30 * time.Second

// save writes indexes that were built, or at the end those that changed, to the
// folder. One that cannot be written is built again at the next start.
func (k *Keeper) save(last bool) {
	ctx, cancel := context.WithTimeout(context.Background(), saveTime)
	defer cancel()
	for authority, ix := range k.record.indexes.all() {
		if err := ix.save(ctx, k.record.DB.Aside(), k.record.indexes.folder, authority, last); err != nil {
			k.log.Warn("save the matcher's index", "authority", authority, "error", err)
		}
	}
}
